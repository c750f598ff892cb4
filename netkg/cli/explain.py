"""The command explain: the proof of a verdict."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from netkg.cli.arguments import Command, formats, reads_cases
from netkg.cli.completion import complete_statement
from netkg.cli.inputs import Inputs
from netkg.cli.output import shown_as
from netkg.cli.proofs import check_explanation, check_file

if TYPE_CHECKING:
    from netkg.case.model import Case
    from netkg.proof.model import Explanation


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
    id: str | None,
    format: str,
    focus: str | None,
    whole: bool,
    check: bool,
    proof: Path | None,
    **given: Any,
) -> int:
    """Prove the verdict of a statement, down to the facts of the case.

    CASE is a file of one case or of many; - is standard input. ID is a statement, such as
    TX-06.

    For example:

        netkg explain examples/small-pancreatic-net.json TX-06 --as-of 2026-03-31
        netkg explain case.json TX-19 --focus tumor-1 --format json > proof.json
        netkg explain case.json --proof proof.json
    """
    inputs = Inputs(**given)
    if proof is not None:
        if format != "text" or whole or check:
            raise click.UsageError(
                "--proof verifies proofs and makes none. Leave out --format, --whole and --check."
            )
        return check_file(proof, inputs, statement=id, focus=focus)
    if id is None:
        raise click.UsageError("Missing argument 'ID'. Add a statement, such as TX-06.")
    from netkg.proof.explain import explain, find_statement
    from netkg.render.explanation import explanation_markdown, explanation_text

    engine, as_of = inputs.engine, inputs.evaluation_date
    statement = find_statement(engine, id)
    reader = inputs.open()

    def answer(case: Case) -> tuple[bool, str]:
        found = explain(engine, engine.examine(case, as_of=as_of), statement, focus=focus)
        follows = not (check and found.foci) or check_explanation(engine, case, found, as_of)
        return found.plan.conforms and follows, shown(case, found)

    def shown(case: Case, found: Explanation) -> str:
        if format == "turtle":
            from netkg.proof.to_rdf import serialize_explanation

            return serialize_explanation(found, case)
        text, markdown = (
            partial(written, whole=whole) for written in (explanation_text, explanation_markdown)
        )
        return shown_as(format, found, text=text, markdown=markdown)

    return reader.write(map(answer, reader), format)
