"""The command explain: why a verdict is what it is, with its proof."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from netkg.cli.arguments import CommandMaker, add_case, add_folders, add_format
from netkg.cli.inputs import Reader, load_engine, today
from netkg.cli.output import screen, to_json, write_answers
from netkg.cli.proofs import check_explanation, check_file
from netkg.errors import InputError

__all__ = ["add_explain"]


def add_explain(command: CommandMaker) -> None:
    """Add the command explain."""
    explain = command(
        "explain",
        "prove the verdict of a statement, down to the facts of the case",
        _explain,
        examples=(
            "netkg explain examples/small-pancreatic-net.json TX-06 --as-of 2026-03-31",
            "netkg explain case.json TX-19 --focus tumor-1 --format json > proof.json",
            "netkg explain case.json --proof proof.json",
        ),
    )
    add_case(explain)
    explain.add_argument("id", metavar="ID", nargs="?", help="a statement, such as TX-06")
    explain.add_argument("--focus", metavar="TUMOUR", help="only at the tumour with this id")
    explain.add_argument(
        "--whole",
        action="store_true",
        help="text and Markdown: show the operands, too, that do not settle the verdict",
    )
    explain.add_argument(
        "--check",
        action="store_true",
        help="have each proof checked by the independent checker; exit status 1 if one fails",
    )
    explain.add_argument(
        "--proof",
        type=Path,
        metavar="FILE",
        help="check the proofs in FILE, made with --format json, instead of making one; exit "
        "status 1 if one does not follow from CASE and the ontology",
    )
    add_format(explain, "text", "json", "markdown", "turtle")
    add_folders(explain)
    explain.interleaved = True


def _explain(args: argparse.Namespace) -> int:
    if args.proof is not None:
        return check_file(args)
    if args.id is None:
        raise InputError("no statement is named", expected="an id behind CASE, such as TX-06")
    from netkg.proof.explain import explain, find_statement
    from netkg.render.explanation import explanation_markdown, explanation_text

    as_of = args.as_of or today()
    engine = load_engine(args)
    statement = find_statement(engine, args.id)
    reader = Reader(args.case, engine.schema, format=args.input_format)
    color, width = screen()
    violated = False

    def answers() -> Iterator[str]:
        nonlocal violated
        for case in reader:
            examined = engine.examine(case, as_of=as_of)
            found = explain(engine, examined, statement, focus=args.focus)
            violated |= not found.plan.conforms
            if args.check and found.foci:
                violated |= not check_explanation(engine, case, found, as_of)
            if args.format == "json":
                yield to_json(found.to_dict())
            elif args.format == "markdown":
                yield explanation_markdown(found, whole=args.whole)
            elif args.format == "turtle":
                from netkg.proof.to_rdf import serialize_explanation

                yield serialize_explanation(found, case)
            else:
                yield explanation_text(found, color=color, width=width, whole=args.whole)

    write_answers(answers(), args.format, many=reader.stream.many, width=width)
    return reader.status(violated)
