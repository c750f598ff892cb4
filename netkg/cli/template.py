"""The command template: forms in which data stewards enter cases."""

from __future__ import annotations

from pathlib import Path

import click

from netkg.cli.arguments import DONE, WITHOUT_CASES, Command, Inputs, folders
from netkg.cli.cohort import Group, installed
from netkg.cli.output import note, out


@click.group(cls=Group, epilog=WITHOUT_CASES, invoke_without_command=True)
@click.pass_context
def template(ctx: click.Context) -> None:
    """Write a workbook to fill in, with drop-down lists of the allowed values.

    For example:

        netkg template xlsx --out registry.xlsx
    """
    if ctx.invoked_subcommand is None:
        out(ctx.get_help() + "\n")


@template.command(cls=Command, epilog=WITHOUT_CASES)
@click.option(
    "--out",
    "target",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The workbook, a new file ending in .xlsx.",
)
@folders
def xlsx(inputs: Inputs, target: Path) -> int:
    """Write a workbook to fill in, and the map with which it is imported.

    The sheets, columns and lists are from the ontology, the limits of numbers from the shapes.
    The map is next to FILE, with the ending .map.yaml.

    For example:

        netkg template xlsx --out registry.xlsx
        netkg import registry.xlsx --map registry.map.yaml --out cases.ndjson
    """
    with installed("netkg template xlsx", extra="tables"):
        from netkg.tables.template import map_path, write_template
    from netkg.compiler.build import shapes_of

    inputs.check_output(target)
    inputs.check_output(map_path(target))
    engine = inputs.engine
    write_template(target, engine.schema, shapes_of(engine.sources), engine.closing_notice)
    note(f"Fill in {target}, then import it with --map {map_path(target)}.")
    return DONE
