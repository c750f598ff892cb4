"""The command docs: the reference pages."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from netkg.cli.arguments import DONE, Command, Inputs, folders
from netkg.cli.output import note

_EPILOG: Final = """
Exit status:

    0    done
    2    misuse, or a file that cannot be read or written

For education only, not a medical device.
"""


@click.command(cls=Command, epilog=_EPILOG)
@click.option(
    "--out",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reference"),
    metavar="DIR",
    help="The folder of the pages. Files that netkg did not write there are kept.",
)
@click.option(
    "--queries",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="A folder to use instead of the queries of netkg.",
)
@folders
def docs(inputs: Inputs, folder: Path, queries: Path | None) -> int:
    """Write reference pages from the ontology, shapes and queries.

    For example:

        netkg docs
        netkg docs --ontology my/ontology --out my/reference
    """
    from netkg.docs.build import pages, write_pages
    from netkg.docs.knowledge import Knowledge

    made = pages(Knowledge(inputs.ontology, inputs.shapes, queries))
    write_pages(made, folder)
    note(f"{len(made)} pages written to {folder}")
    return DONE
