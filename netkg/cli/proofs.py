"""Check proofs for the command explain: those just made, and those in a file."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from netkg.cli.inputs import Reader, load_engine
from netkg.cli.output import note, out, say, screen
from netkg.errors import InputError
from netkg.render.escape import plain

if TYPE_CHECKING:
    from netkg.case.model import Case
    from netkg.plan.engine import Engine
    from netkg.proof.model import Explanation
    from netkg.proof.recheck import WrittenProof

__all__ = ["check_explanation", "check_file"]


def check_explanation(engine: Engine, case: Case, found: Explanation, as_of: date) -> bool:
    """Check the proofs of an explanation, and say of each whether it follows."""
    from netkg.proof.check.checker import Checker

    checker = Checker(case, as_of=as_of, folders=engine.folders)
    sound = True
    for focus in found.foci:
        proof = focus.proof.to_dict()
        objections = [str(each) for each in checker.check(proof)]
        (say if objections else note)("\n".join(_lines(proof, objections)))
        sound &= not objections
    return sound


def check_file(args: argparse.Namespace) -> int:
    """Check the proofs in a file; one line each, and one for each objection."""
    from netkg.proof.recheck import EXPECTED, recheck
    from netkg.render.terminal import findings_text

    if args.format != "text" or args.whole or args.check:
        raise InputError(
            "--proof checks a proof and makes none", expected="no --format, --whole or --check"
        )
    if str(args.proof) == "-" == args.case:
        raise InputError("CASE and --proof are both standard input", expected="a file for one")
    given = list(_chosen(args))
    if not given:
        raise InputError("holds no such proof", source=str(args.proof), expected=EXPECTED)
    engine = load_engine(args)
    reader = Reader(args.case, engine.schema, format=args.input_format)
    violated = False
    for found in recheck(engine, given, reader, as_of=args.as_of, source=str(args.proof)):
        violated |= not found.follows
        if found.findings:
            color, width = screen()
            out(
                findings_text(
                    found.case,
                    found.findings,
                    color,
                    width=width,
                    closing_notice=engine.closing_notice,
                )
            )
        else:
            out("".join(f"{line}\n" for line in _lines(found.to_dict(), found.objections)))
    return reader.status(violated)


def _chosen(args: argparse.Namespace) -> Iterator[WrittenProof]:
    """Yield the proofs of the file that the arguments name."""
    from netkg.proof.recheck import EXPECTED, read_proofs

    name = str(args.proof)
    if name == "-" and sys.stdin is None:
        raise InputError("is closed", source="standard input", expected=EXPECTED)
    proofs = read_proofs(sys.stdin.buffer.read() if name == "-" else args.proof, source=name)
    for proof in proofs:
        body = proof.body
        if args.id in (None, body.get("statement")) and args.focus in (None, body.get("focus")):
            yield proof


def _lines(proof: dict[str, Any], objections: Sequence[str]) -> list[str]:
    """Return whether a proof follows: one line, and one for each objection."""
    words = "does not follow" if objections else f"follows ({proof.get('verdict')})"
    name = f"{proof.get('case')}, {proof.get('statement')} at {proof.get('focus')}"
    return [plain(f"{name}: {words}"), *(plain(f"  {each}") for each in objections)]
