"""Verify proofs for the command explain: those just made, and those in a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netkg.cli.inputs import Inputs, standard_input
from netkg.cli.output import findings_as_text, note, out, say
from netkg.errors import InputError
from netkg.render.escape import plain

if TYPE_CHECKING:
    from netkg.case.model import Case
    from netkg.plan.engine import Engine
    from netkg.proof.model import Explanation

__all__ = ["check_explanation", "check_file"]


def check_explanation(engine: Engine, case: Case, found: Explanation, as_of: date) -> bool:
    """Verify the proofs of an explanation, and report for each whether it follows."""
    from netkg.proof.check.checker import Checker

    checker = Checker(case, as_of=as_of, folders=engine.folders)
    follows = True
    for focus in found.foci:
        proof = focus.proof.to_dict()
        objections = [str(each) for each in checker.check(proof)]
        (say if objections else note)("\n".join(_lines(proof, objections)))
        follows &= not objections
    return follows


def check_file(file: Path, inputs: Inputs, *, statement: str | None, focus: str | None) -> int:
    """Verify the proofs in a file; one line each, and one for each objection."""
    from netkg.proof.recheck import EXPECTED, read_proofs, recheck

    name = str(file)
    if name == "-" == inputs.case:
        raise InputError("CASE and --proof are both standard input", expected="a file for one")
    given = standard_input(EXPECTED).read() if name == "-" else file
    proofs = [
        proof
        for proof in read_proofs(given, source=name)
        if statement in (None, proof.body.get("statement"))
        and focus in (None, proof.body.get("focus"))
    ]
    if not proofs:
        raise InputError("does not contain such a proof", source=name, expected=EXPECTED)
    engine, reader = inputs.engine, inputs.open()
    violated = False
    for found in recheck(engine, proofs, reader, as_of=inputs.as_of, source=name):
        violated |= not found.follows
        if found.findings:
            out(findings_as_text(found.case, found.findings, engine))
        else:
            out("".join(f"{line}\n" for line in _lines(found.to_dict(), found.objections)))
    return reader.status(violated)


def _lines(proof: dict[str, Any], objections: Sequence[str]) -> list[str]:
    """Return whether a proof follows: one line, and one for each objection."""
    words = "does not follow" if objections else f"follows ({proof.get('verdict')})"
    name = f"{proof.get('case')}, {proof.get('statement')} at {proof.get('focus')}"
    return [plain(f"{name}: {words}"), *(plain(f"  {each}") for each in objections)]
