"""The command validate: the findings on each case."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from netkg.cli.arguments import CommandMaker, add_case, add_folders, add_format
from netkg.cli.inputs import Reader, load_engine, today
from netkg.cli.output import screen, to_json, write_answers

__all__ = ["add_validate"]


def add_validate(command: CommandMaker) -> None:
    """Add the command validate."""
    validate = command(
        "validate",
        "tell what is wrong or doubtful about each case",
        _validate,
        examples=("netkg validate - < case.json",),
    )
    add_case(validate)
    add_format(validate, "text", "json")
    add_folders(validate)


def _validate(args: argparse.Namespace) -> int:
    from netkg.render.terminal import findings_text

    as_of = args.as_of or today()
    engine = load_engine(args)
    reader = Reader(args.case, engine.schema, format=args.input_format)
    color, width = screen()
    violated = False

    def answers() -> Iterator[str]:
        nonlocal violated
        for case, findings in engine.validate_all(reader, as_of=as_of):
            violated |= not findings.conforms
            if args.format == "json":
                yield to_json(findings.to_dict())
            else:
                yield findings_text(
                    case.id, findings, color, width=width, closing_notice=engine.closing_notice
                )

    write_answers(answers(), args.format, many=reader.stream.many, width=width)
    return reader.status(violated)
