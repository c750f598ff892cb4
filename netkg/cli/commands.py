"""Do what each command of the command line asks for."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Final

from netkg.cli.arguments import DONE, MISUSED, VIOLATED, Command
from netkg.cli.output import out, say, screen, to_json, write_answers
from netkg.errors import InputError

if TYPE_CHECKING:
    from netkg.case import Case
    from netkg.loading import CaseStream
    from netkg.plan import Engine

__all__ = ["COMMANDS"]


def _today() -> date:
    """Read the one clock of the project; a day is the day of the place."""
    return date.today()  # noqa: DTZ011


def _engine(args: argparse.Namespace) -> Engine:
    from netkg.plan import Engine

    return Engine.load(ontology=args.ontology, shapes=args.shapes)


class _Reader:
    """Hand on the cases of an input, and keep account of what could not be read."""

    def __init__(self, args: argparse.Namespace, engine: Engine) -> None:
        from netkg.loading import open_cases

        if args.case == "-" and sys.stdin is None:
            raise InputError("is closed", source="standard input", expected="a case")
        self.stream: CaseStream = open_cases(
            args.case,
            schema=engine.schema,
            format=args.input_format,
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
        return MISUSED if self.rejected else VIOLATED if violated else DONE


def _derive(args: argparse.Namespace) -> int:
    from netkg import render

    as_of = args.as_of or _today()
    engine = _engine(args)
    reader = _Reader(args, engine)
    plans = engine.process(reader, as_of=as_of, reasoner=args.reasoner)
    color, width = screen()
    violated = False

    def answers() -> Iterator[str]:
        nonlocal violated
        for case, plan in plans:
            violated |= not plan.conforms
            if args.format == "text":
                yield render.text(plan, color=color, width=width)
            elif args.format == "markdown":
                yield render.markdown(plan)
            elif args.format == "json":
                yield to_json(plan.to_dict())
            else:
                from netkg.export import serialize_plan

                yield serialize_plan(plan, case, format=args.format)

    write_answers(answers(), args.format, many=reader.stream.many, width=width)
    return reader.status(violated)


def _validate(args: argparse.Namespace) -> int:
    from netkg import render

    as_of = args.as_of or _today()
    engine = _engine(args)
    reader = _Reader(args, engine)
    color, width = screen()
    violated = False

    def answers() -> Iterator[str]:
        nonlocal violated
        for case, findings in engine.validate_all(reader, as_of=as_of):
            conforms = all(finding.severity != "Violation" for finding in findings)
            violated |= not conforms
            if args.format == "json":
                yield to_json(
                    {
                        "case": case.id,
                        "asOf": as_of.isoformat(),
                        "conforms": conforms,
                        "findings": [finding.to_dict() for finding in findings],
                        "guideline": engine.catalogue.document.to_dict(),
                        "disclaimer": engine.catalogue.disclaimer,
                    }
                )
            else:
                yield render.findings_text(
                    case.id, findings, color, width=width, colophon=engine.colophon
                )

    write_answers(answers(), args.format, many=reader.stream.many, width=width)
    return reader.status(violated)


def _recommendations(args: argparse.Namespace) -> int:
    from netkg import render

    engine = _engine(args)
    rows = engine.statements()
    if args.section is not None:
        wanted = args.section.strip("/").casefold()
        kept = [row for row in rows if f"{row.section}/".casefold().startswith(f"{wanted}/")]
        if not kept:
            return _unknown("section", args.section, (row.section for row in rows))
        rows = tuple(kept)
    if args.kind is not None:
        kinds = {row.kind for row in rows}
        if args.kind not in kinds:
            return _unknown("kind", args.kind, kinds)
        rows = tuple(row for row in rows if row.kind == args.kind)
    color, width = screen()
    if args.format == "json":
        document = {"guideline": engine.catalogue.document.to_dict()}
        out(to_json([render.statement_json(row) | document for row in rows]) + "\n")
    elif args.format == "markdown":
        out(render.catalogue_markdown(rows, labels=engine.labels, colophon=engine.colophon))
    else:
        out(
            render.catalogue_text(
                rows, labels=engine.labels, color=color, width=width, colophon=engine.colophon
            )
        )
    return DONE


def _unknown(what: str, found: str, known: Iterable[str]) -> int:
    names = ", ".join(sorted(set(known)))
    say(f"there is no {what} {found!r} here; expected one of {names}")
    return MISUSED


COMMANDS: Final[Mapping[str, Command]] = {
    "derive": _derive,
    "recommendations": _recommendations,
    "validate": _validate,
}
