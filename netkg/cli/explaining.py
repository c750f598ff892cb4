"""Explain a verdict by its proof, and check proofs."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netkg.cli.arguments import CommandMaker, add_case, add_folders, add_format, interleave
from netkg.cli.output import out, say, screen, to_json, write_answers
from netkg.cli.reading import Reader, load_engine, today
from netkg.errors import InputError

if TYPE_CHECKING:
    from netkg.case import Case
    from netkg.checking import Checker
    from netkg.plan import Engine

__all__ = ["add_explaining"]


def add_explaining(command: CommandMaker) -> None:
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
    interleave(explain)


def _explain(args: argparse.Namespace) -> int:
    if args.proof is not None:
        return _check_file(args)
    if args.id is None:
        raise InputError("no statement is named", expected="an id behind CASE, such as TX-06")
    from netkg import render
    from netkg.explanation import explain, find_statement

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
                checker = _checker(engine, case, as_of)
                for focus in found.foci:
                    lines = _checked(checker, focus.proof.to_dict())
                    violated |= len(lines) > 1
                    say("\n".join(lines))
            if args.format == "json":
                yield to_json(found.to_dict())
            elif args.format == "markdown":
                yield render.explanation_markdown(found, whole=args.whole)
            elif args.format == "turtle":
                from netkg.provenance import serialize_explanation

                yield serialize_explanation(found, case)
            else:
                yield render.explanation_text(found, color=color, width=width, whole=args.whole)

    write_answers(answers(), args.format, many=reader.stream.many, width=width)
    return reader.status(violated)


# -- checking --------------------------------------------------------------------------------
def _check_file(args: argparse.Namespace) -> int:
    """Check the proofs in a file; one line each, and one for each objection."""
    from netkg import render

    proofs = list(_proofs(_read(args.proof)))
    if args.id is not None:
        proofs = [proof for proof in proofs if proof.get("statement") == args.id]
    if args.focus is not None:
        proofs = [proof for proof in proofs if proof.get("focus") == args.focus]
    if not proofs:
        raise InputError(
            "holds no such proof", source=str(args.proof), expected="what --format json gives"
        )
    engine = load_engine(args)
    reader = Reader(args.case, engine.schema, format=args.input_format)
    cases = {case.id: case for case in reader}
    violated = False
    for proof in proofs:
        case = cases.get(str(proof.get("case")))
        if case is None:
            raise InputError(
                f"is about the case {proof.get('case')!r}, which {args.case} does not hold",
                source=str(args.proof),
                expected=f"a proof about {' or '.join(cases) or 'one of its cases'}",
            )
        as_of = args.as_of or _day(proof)
        plan = engine.derive(case, as_of=as_of)
        if plan.conforms:
            lines = _checked(_checker(engine, case, as_of), proof)
            out("".join(f"{line}\n" for line in lines))
            violated |= len(lines) > 1
        else:
            color, width = screen()
            out(render.findings_text(case.id, plan.findings, color, width=width))
            violated = True
    return reader.status(violated)


def _day(proof: dict[str, Any]) -> date:
    try:
        return date.fromisoformat(str(proof.get("asOf")))
    except ValueError:
        raise InputError(
            f"the proof is as of {proof.get('asOf')!r}", expected="a day, or --as-of with one"
        ) from None


def _checker(engine: Engine, case: Case, as_of: date) -> Checker:
    from netkg.checking import Checker

    return Checker(case, as_of=as_of, folders=engine.folders)


def _checked(checker: Checker, proof: dict[str, Any]) -> list[str]:
    """Tell whether a proof follows: one line, and one for each objection."""
    objections = checker.check(proof)
    words = "does not follow" if objections else f"follows ({proof.get('verdict')})"
    name = f"{proof.get('statement')} at {proof.get('focus')}"
    return [f"{name}: {words}", *(f"  {objection}" for objection in objections)]


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"is not JSON: {error}", source=str(path), expected="what --format json gives"
        ) from None


def _proofs(tree: Any) -> Iterator[dict[str, Any]]:
    """Yield the proofs of an explanation, of a list of them, or the one that is given."""
    if isinstance(tree, list):
        for item in tree:
            yield from _proofs(item)
    elif isinstance(tree, dict):
        if isinstance(tree.get("foci"), list):
            yield from _proofs(tree["foci"])
        elif isinstance(tree.get("proof"), dict) and "statement" not in tree:
            yield from _proofs(tree["proof"])
        else:
            yield tree
