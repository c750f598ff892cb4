"""The command check: the faults of an ontology and of shapes."""

from __future__ import annotations

import click

from netkg.cli.arguments import DONE, MISUSED, Command, Inputs, folders, formats
from netkg.cli.output import out, screen, to_json

EPILOG = """
Exit status:

    0    every command accepts the folders
    2    misuse, or a fault: the list is on standard output

For education only, not a medical device.
"""


@click.command(cls=Command, epilog=EPILOG)
@folders
@formats("text", "json")
def check(inputs: Inputs, format: str) -> int:
    """Check an ontology and shapes, and list everything that would be refused.

    Without a folder, those of netkg are checked. What only --engine sparql can run is a fault.

    For example:

        netkg check --ontology my/ontology --shapes my/shapes
    """
    from netkg.plan.check import check as check_all
    from netkg.render.remarks import remarks_text

    checked = check_all(ontology=inputs.ontology, shapes=inputs.shapes)
    if format == "json":
        out(to_json(checked) + "\n")
    else:
        out(remarks_text(checked, **screen()))
    return DONE if checked.usable else MISUSED
