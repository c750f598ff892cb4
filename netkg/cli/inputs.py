"""Read what the commands are given: the day, the engine and the cases."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from netkg.cli.arguments import DONE, MISUSED, VIOLATED
from netkg.cli.output import say
from netkg.errors import InputError

if TYPE_CHECKING:
    from netkg.case.model import Case
    from netkg.case.reading import CaseStream
    from netkg.ontology.schema import Schema
    from netkg.plan.engine import Engine

__all__ = ["Reader", "load_engine", "today"]


def today() -> date:
    """Read the one clock of the project; a day is the day of the place."""
    return date.today()  # noqa: DTZ011


def load_engine(args: argparse.Namespace) -> Engine:
    """Load the engine with the folders that the arguments name."""
    from netkg.plan.engine import Engine

    return Engine.load(ontology=args.ontology, shapes=args.shapes)


class Reader:
    """Hand on the cases of an input, and keep account of what could not be read."""

    def __init__(self, source: str, schema: Schema, *, format: str | None = None) -> None:
        from netkg.case.reading import open_cases

        if source == "-" and sys.stdin is None:
            raise InputError("is closed", source="standard input", expected="a case")
        self.stream: CaseStream = open_cases(
            source,
            schema=schema,
            format=format,
            stdin=getattr(sys.stdin, "buffer", None),
        )
        self.rejected = 0

    def __iter__(self) -> Iterator[Case]:
        for case in self.stream:
            if isinstance(case, InputError):
                self.rejected += 1
                say(str(case))
            else:
                yield case

    def status(self, violated: bool) -> int:
        """Give the exit status: what could not be read goes before what violates the shapes."""
        return MISUSED if self.rejected else VIOLATED if violated else DONE
