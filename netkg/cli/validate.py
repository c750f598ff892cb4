"""The command validate: the findings on each case."""

from __future__ import annotations

import click

from netkg.cli.arguments import Command, Inputs, formats, reads_cases
from netkg.cli.output import findings_as_text, to_json


@click.command(cls=Command)
@reads_cases
@formats("text", "json")
def validate(inputs: Inputs, format: str) -> int:
    """Validate each case and report errors and warnings.

    CASE is a file of one case or of many; - is standard input.

    For example:

        netkg validate - < case.json
    """
    engine, reader = inputs.engine, inputs.open()
    answers = (
        (
            findings.conforms,
            to_json(findings.to_dict())
            if format == "json"
            else findings_as_text(case.id, findings, engine),
        )
        for case, findings in engine.validate_all(reader, as_of=inputs.evaluation_date)
    )
    return reader.write(answers, format)
