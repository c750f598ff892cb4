"""The command docs: the reference pages."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from netkg.cli.arguments import DONE, VIOLATED, Command, Inputs, folders
from netkg.cli.output import note, out, say

_EPILOG: Final = """
Exit status:

    0    done, or with --check: every page is up to date
    1    with --check: some pages are not, and standard output names them
    2    misuse, or a file that cannot be read or written

For education only, not a medical device.
"""


@click.command(cls=Command, epilog=_EPILOG)
@click.option(
    "--out",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("docs", "reference"),
    metavar="DIR",
    help="The folder of the pages; links to the sources fit the default.",
)
@click.option("--check", is_flag=True, help="Write nothing, and list the pages out of date.")
@folders
def docs(inputs: Inputs, folder: Path, check: bool) -> int:
    """Write reference pages from the ontology, shapes and queries.

    For example:

        netkg docs
        netkg docs --check
        netkg docs --ontology my/ontology --out my/reference
    """
    from netkg.docs.build import pages
    from netkg.docs.folder import check_pages, write_pages
    from netkg.docs.knowledge import Knowledge

    made = pages(Knowledge(inputs.ontology, inputs.shapes))
    changes = (check_pages if check else write_pages)(made, folder)
    out("".join(f"{line}\n" for line in changes.lines()))
    if check and changes:
        say(f"Pages in {folder} are out of date. Run netkg docs --out {folder}.")
        return VIOLATED
    note(f"{len(made)} pages in {folder} are up to date")
    return DONE
