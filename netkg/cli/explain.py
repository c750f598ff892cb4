"""The command explain: the proof of a verdict, made, or verified from a file."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netkg.cli.arguments import Command, Inputs, formats, reads_cases, refuse, standard_input
from netkg.cli.completion import complete_statement
from netkg.cli.output import findings_as_text, note, out, say, shown_as
from netkg.errors import InputError
from netkg.render.escape import plain

if TYPE_CHECKING:
    from netkg.case.model import Case
    from netkg.proof.model import Explanation
    from netkg.proof.recheck import Rechecked


@click.command(cls=Command)
@reads_cases
@click.argument("id", required=False, shell_complete=complete_statement)
@formats("text", "json", "markdown", "turtle")
@click.option("--focus", metavar="TUMOR", help="Only at the tumor with this id.")
@click.option(
    "--whole",
    is_flag=True,
    help="In text and Markdown, also show the operands that do not decide the verdict.",
)
@click.option(
    "--check",
    is_flag=True,
    help="Verify each proof with the independent checker; exit status 1 if one fails.",
)
@click.option(
    "--proof",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help="Verify the proofs in FILE, made with --format json, instead of making one; exit "
    "status 1 if one does not follow from CASE and the ontology.",
)
def explain(
    inputs: Inputs,
    id: str | None,
    format: str,
    focus: str | None,
    whole: bool,
    check: bool,
    proof: Path | None,
) -> int:
    """Explain the verdict of a statement, and prove it down to the facts of the case.

    CASE is a file of one case or of many; - is standard input. ID is a statement, such as
    TX-06, a gap of the guideline, such as GAP-SITE, or a class of cases or tumors, such as
    NeuroendocrineTumorG2.

    For example:

        netkg explain examples/small-pancreatic-net.json TX-06 --as-of 2026-03-31
        netkg explain case.json TX-19 --focus tumor-1 --format json > proof.json
        netkg explain case.json --proof proof.json
    """
    if proof is not None:
        refuse(
            format != "text" or whole or check,
            "--proof verifies existing proofs and makes no new ones."
            " Leave out --format, --whole and --check.",
        )
        return _check_file(str(proof), inputs, statement=id, focus=focus)
    if id is None:
        raise click.UsageError("Missing argument 'ID'. Add a statement, such as TX-06.")
    from netkg.ontology.guideline import Statement
    from netkg.proof.explain import explain
    from netkg.proof.explained import find_explained
    from netkg.render.explanation import explanation_page, explanation_text

    engine, as_of = inputs.engine, inputs.evaluation_date
    statement, reader = find_explained(engine, id), inputs.open()
    refuse(
        check and not isinstance(statement, Statement),
        "The independent checker verifies statements. Leave out --check for a gap or a class.",
    )

    def answer(case: Case) -> tuple[bool, str]:
        found = explain(engine, engine.examine(case, as_of=as_of), statement, focus=focus)
        passed = found.plan.conforms
        if check and found.foci:
            from netkg.proof.recheck import read_proofs, recheck

            for each in recheck(engine, read_proofs(found), [case], as_of=as_of):
                for line in _lines(each):
                    (note if each.follows else say)(line)
                passed &= each.follows
        return passed, shown_as(
            format,
            found,
            text=partial(explanation_text, whole=whole),
            markdown=lambda found: explanation_page(found, whole=whole).markdown(),
            turtle=partial(_turtle, case=case),
        )

    return reader.write(map(answer, reader), format)


def _check_file(name: str, inputs: Inputs, *, statement: str | None, focus: str | None) -> int:
    """Verify the proofs in a file; write one line for each, and one for each objection."""
    from netkg.proof.recheck import EXPECTED, read_proofs, recheck

    refuse(
        name == "-" == inputs.case,
        "CASE and --proof are both standard input. Use a file for one of them.",
    )
    given = standard_input(EXPECTED).read() if name == "-" else Path(name)
    proofs = [
        proof
        for proof in read_proofs(given, source=name)
        if statement in (None, proof.body.get("statement"))
        and focus in (None, proof.body.get("focus"))
    ]
    if not proofs:
        raise InputError(
            f"contains no proof of {statement or 'any statement'} at {focus or 'any focus'}",
            source=name,
            hint="Leave out ID and --focus to verify all proofs of the file.",
        )
    engine, reader = inputs.engine, inputs.open()
    violated = False
    for found in recheck(engine, proofs, reader, as_of=inputs.as_of, source=name):
        violated |= not found.follows
        if found.findings:
            out(findings_as_text(found.case, found.findings, engine))
        else:
            out("".join(f"{line}\n" for line in _lines(found)))
    return reader.status(violated)


def _turtle(found: Explanation, case: Case) -> str:
    from netkg.proof.to_rdf import serialize_explanation

    return serialize_explanation(found, case=case)


def _lines(found: Rechecked) -> list[str]:
    """Return the lines on one proof: whether it follows, and one for each objection."""
    outcome = f"follows ({found.verdict})" if found.follows else "does not follow"
    name = f"{found.case}, {found.statement} at {found.focus}" if found.statement else found.case
    return [plain(f"{name}: {outcome}"), *(plain(f"  {each}") for each in found.objections)]
