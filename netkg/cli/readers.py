"""The cases of several files, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from netkg.cli.arguments import DONE, MISUSED, VIOLATED, Inputs, refuse
from netkg.cli.output import say
from netkg.errors import InputError

if TYPE_CHECKING:
    from netkg.case.model import Case

__all__ = ["Readers"]


class Readers:
    """The cases of the sources of a command, in order; what cannot be read is reported.

    ``many`` says that the answer is a list. The only source of a command is opened at once,
    and each of several when its turn comes, so that one that cannot be read stops no other.

    Raises:
        InputError: if the only source cannot be read at all.
    """

    def __init__(self, inputs: Inputs, sources: Sequence[str]) -> None:
        refuse(sources.count("-") > 1, "Standard input can be read only once. Use - only once.")
        self._inputs = inputs
        self.sources = sources
        self._only = inputs.open(sources[0]) if len(sources) == 1 else None
        self.many = self._only is None or self._only.stream.many
        self.rejected = 0

    def __iter__(self) -> Iterator[Case]:
        for source in self.sources:
            try:
                reader = self._only or self._inputs.open(source)
            except InputError as error:
                self.reject(error)
                continue
            yield from reader
            self.rejected += reader.rejected

    def reject(self, error: InputError) -> None:
        """Report a case that cannot be processed."""
        say(str(error))
        self.rejected += 1

    def status(self, violated: bool) -> int:
        """Return the exit status: unreadable input takes precedence over a violation."""
        return MISUSED if self.rejected else VIOLATED if violated else DONE
