"""The command docs: the reference pages."""

from __future__ import annotations

from pathlib import Path

import click

from netkg.cli.arguments import DONE, WITHOUT_CASES, Command, Inputs, folder, folders
from netkg.cli.output import note


@click.command(cls=Command, epilog=WITHOUT_CASES)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reference"),
    metavar="DIR",
    help="The folder of the pages. Files that netkg did not write there are kept.",
)
@folder("queries")
@folders
def docs(inputs: Inputs, out: Path, queries: Path | None) -> int:
    """Write reference pages from the ontology, shapes and queries.

    For example:

        netkg docs
        netkg docs --ontology my/ontology --out my/reference
    """
    from netkg.docs.build import pages, write_pages
    from netkg.docs.knowledge import Knowledge

    made = pages(Knowledge(inputs.ontology, inputs.shapes, queries))
    write_pages(made, out)
    note(f"{len(made)} pages written to {out}")
    return DONE
