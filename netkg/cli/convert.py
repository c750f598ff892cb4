"""The command convert: cases from NDJSON to Parquet, and back."""

from __future__ import annotations

from pathlib import Path

import click

from netkg.cli.arguments import DONE, MISUSED, Command, Inputs, folders, refuse
from netkg.cli.cohort import installed
from netkg.cli.output import say


@click.command(cls=Command)
@click.argument("sources", metavar="INPUT...", nargs=-1, required=True)
@click.option(
    "--out",
    "target",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The file to write: .ndjson, .jsonl or .parquet.",
)
@folders
def convert(inputs: Inputs, sources: tuple[str, ...], target: Path) -> int:
    """Convert cases between NDJSON and Parquet.

    INPUT is a file, a folder with files, or a pattern. The cases stay the same: one that has an
    unknown key or a value of another type has no place in the columns of Parquet. It is reported
    and left out.

    For example:

        netkg convert cases.ndjson --out cases.parquet
        netkg convert cases.parquet --out cases.ndjson
    """
    endings = (".ndjson", ".jsonl", ".parquet", ".pq")
    refuse(target.suffix.lower() not in endings, f"--out must end in one of {', '.join(endings)}.")
    with installed("netkg convert"):
        from netkg.cohort.convert import convert as convert_cases
        from netkg.cohort.parts import find_sources

    found = find_sources(sources)
    inputs.check_output(target, sources)
    left = 0
    for error in convert_cases(found, target, inputs.engine.schema):
        say(str(error))
        left += 1
    return MISUSED if left else DONE
