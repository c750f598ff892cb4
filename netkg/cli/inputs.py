"""Read what the commands work on: the evaluation date, the engine and the cases."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from netkg.cli.arguments import DONE, MISUSED, VIOLATED
from netkg.cli.output import say, write_answers
from netkg.errors import InputError

if TYPE_CHECKING:
    from netkg.case.model import Case
    from netkg.case.reading import CaseStream
    from netkg.ontology.schema import Schema
    from netkg.plan.engine import Engine

__all__ = ["Inputs", "Reader", "standard_input", "today"]


def today() -> date:
    """Return the local date; this is the only place of the project that reads the clock."""
    return date.today()  # noqa: DTZ011


def standard_input(expected: str) -> BinaryIO:
    """Return standard input; ``expected`` is what it must contain.

    Raises:
        InputError: if it is closed.
    """
    if sys.stdin is None:
        raise InputError("is closed", source="standard input", expected=expected)
    return sys.stdin.buffer


@dataclass
class Inputs:
    """The values of the arguments and options that say what a command reads."""

    case: str = ""
    as_of: date | None = None
    input_format: str | None = None
    ontology: Path | None = None
    shapes: Path | None = None

    @property
    def evaluation_date(self) -> date:
        """The evaluation date."""
        return self.as_of or today()

    @cached_property
    def engine(self) -> Engine:
        """The engine, loaded from the chosen folders."""
        from netkg.plan.engine import Engine

        return Engine.load(ontology=self.ontology, shapes=self.shapes)

    def open(self, source: str | None = None, *, schema: Schema | None = None) -> Reader:
        """Open CASE, or another source of cases."""
        return Reader(source or self.case, schema or self.engine.schema, self.input_format)


class Reader:
    """The cases of a source; it reports and counts what cannot be read."""

    def __init__(self, source: str, schema: Schema, format: str | None) -> None:
        from netkg.case.reading import open_cases

        stdin = standard_input("a case") if source == "-" else None
        self.stream: CaseStream = open_cases(source, schema=schema, format=format, stdin=stdin)
        self.rejected = 0

    def __iter__(self) -> Iterator[Case]:
        for case in self.stream:
            if isinstance(case, InputError):
                self.reject(case)
            else:
                yield case

    def reject(self, error: InputError, place: str = "") -> None:
        """Report what cannot be processed."""
        self.rejected += 1
        say(f"{place}: {error}" if place else str(error))

    def write(self, answers: Iterable[tuple[bool, str]], form: str) -> int:
        """Write the answer to each case, and return the exit status."""
        return self.status(write_answers(answers, form, many=self.stream.many))

    def status(self, violated: bool) -> int:
        """Return the exit status: unreadable input takes precedence over a violation."""
        return MISUSED if self.rejected else VIOLATED if violated else DONE
