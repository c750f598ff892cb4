"""The command convert: cases from NDJSON to Parquet or RDF, and back."""

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
    help="The file to write: .ndjson, .jsonl, .parquet, .nq or .trig.",
)
@folders
def convert(inputs: Inputs, sources: tuple[str, ...], target: Path) -> int:
    """Convert cases between NDJSON, Parquet, N-Quads and TriG.

    INPUT is a file, a folder with files, or a pattern. The cases stay the same: one that has an
    unknown key or a value of another type has no place in the columns of Parquet, or in RDF. It
    is reported and left out. In RDF, each case is a graph.

    For example:

        netkg convert cases.ndjson --out cases.parquet
        netkg convert cases.parquet --out cases.ndjson
        netkg convert cases.nq --out cases.parquet
    """
    with installed("netkg convert"):
        from netkg.cohort.convert import convert as convert_cases
        from netkg.cohort.parts import KINDS, find_sources

    endings = [f".{each}" for each in KINDS]
    refuse(target.suffix.lower() not in endings, f"--out must end in one of {', '.join(endings)}.")
    found = find_sources(sources)
    inputs.check_output(target, sources)
    left = 0
    for error in convert_cases(found, target, inputs.engine.schema):
        say(str(error))
        left += 1
    return MISUSED if left else DONE
