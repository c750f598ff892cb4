"""What a check of an ontology or of shapes remarks, with the place of each remark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from netkg.errors import KnowledgeError
from netkg.result import Result, json_form

__all__ = ["Remark", "refuse"]


@dataclass(frozen=True, slots=True)
class Remark(Result):
    """One remark on a file of an ontology or of shapes.

    ``term`` is what it is about, ``predicate`` the property of this term. Every command
    refuses a folder with a remark that is ``refused``; any other is only for information.
    """

    file: str
    problem: str
    line: int | None = None
    term: str = ""
    predicate: str = field(metadata=json_form(key="property"), default="")
    expected: str = ""
    refused: bool = True

    @property
    def place(self) -> str:
        """The file, line, term and property, as far as they are known."""
        line = f"line {self.line}" if self.line else ""
        return ", ".join(filter(None, (self.file, line, self.term, self.predicate)))

    @property
    def sentence(self) -> str:
        """What is wrong and what is expected."""
        words = str(KnowledgeError(self.problem, expected=self.expected))
        return words if words.endswith((".", "?")) else f"{words}."


def refuse(remarks: Sequence[Remark]) -> None:
    """Refuse what has a fault.

    Raises:
        KnowledgeError: for the first remark that is refused; it says how many others are.
    """
    refused = [remark for remark in remarks if remark.refused]
    if refused:
        first, *others = refused
        more = f" Run netkg check to list {len(others)} more." if others else ""
        place = f"{first.place}: " if first.place else ""
        raise KnowledgeError(f"{place}{first.sentence}{more}")
