"""The command import: cases from a table, as a map of its columns says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from netkg.cli.arguments import DONE, MISUSED, VIOLATED, Command, Inputs, as_of, folders, refuse
from netkg.cli.cohort import installed
from netkg.cli.output import out, say, screen, to_json

if TYPE_CHECKING:
    from netkg.tables.map_model import TableSettings

FILE: Final = click.Path(path_type=Path, dir_okay=False)
# The first word may name the kind of input.
KIND: Final = "table"
EPILOG: Final = """
Exit status:

    0    done: every row is a valid case
    1    a case violates the shapes; all rows are cases
    2    misuse, a file that cannot be read, or a row that is rejected (takes precedence over 1)

For education only, not a medical device.
"""


@click.command("import", cls=Command, epilog=EPILOG)
@click.argument("words", metavar="TABLE", nargs=-1)
@click.option("--map", "map_", type=FILE, metavar="MAP", help="The map of columns, in YAML.")
@click.option(
    "--out",
    "target",
    type=FILE,
    metavar="FILE",
    help="The file of cases to write (.ndjson or .parquet); with --suggest, the map.",
)
@click.option(
    "--findings",
    "reports",
    multiple=True,
    type=FILE,
    metavar="FILE",
    help="Write all findings to .csv, .json, or .xlsx: a copy of the workbook with marked cells.",
)
@click.option("--suggest", is_flag=True, help="Write a first map from headers and values.")
@click.option(
    "--dictionary",
    type=FILE,
    metavar="FILE",
    help="With --suggest: the data dictionary of REDCap that the table belongs to.",
)
@click.option(
    "--sheet",
    default="",
    show_default=False,
    metavar="NAME",
    help="With --suggest: the sheet to read.",
)
@click.option(
    "--header",
    type=click.IntRange(1),
    default=1,
    metavar="ROW",
    help="With --suggest: the row with the names of the columns.",
)
@click.option(
    "--encoding",
    default="",
    show_default=False,
    metavar="NAME",
    help="With --suggest: such as windows-1252.",
)
@click.option("--schema", is_flag=True, help="Print the JSON Schema of a map, for editors.")
@as_of
@folders
def import_(
    inputs: Inputs,
    words: tuple[str, ...],
    map_: Path | None,
    target: Path | None,
    reports: tuple[Path, ...],
    suggest: bool,
    dictionary: Path | None,
    sheet: str,
    header: int,
    encoding: str,
    schema: bool,
) -> int:
    """Import cases from a table: CSV, TSV, Excel or Parquet.

    MAP says what each column means; --suggest writes a first one. Every row becomes a case or is
    rejected with the reason at its cell; nothing is guessed. 'netkg import table TABLE' is the
    same command.

    For example:

        netkg import registry.xlsx --suggest --out registry.map.yaml
        netkg import registry.xlsx --map registry.map.yaml --out cases.ndjson --findings marked.xlsx
        netkg cohort derive cases.ndjson --out plans
    """
    with installed("netkg import", extra="tables"):
        from netkg.tables.map_model import TableSettings
        from netkg.tables.map_schema import map_json_schema
    if schema:
        refuse(words or map_ or suggest, "--schema takes no other words. Leave them out.")
        out(to_json(map_json_schema(inputs.engine.schema)) + "\n")
        return DONE
    table = _table(words)
    refuse(suggest and map_, "--suggest writes a map. Leave out --map, or leave out --suggest.")
    if suggest:
        refuse(reports, "--findings is for an import. Leave it out with --suggest.")
        settings = TableSettings(sheet=sheet, header=header, encoding=encoding)
        return _suggest(inputs, table, target, dictionary, settings)
    refuse(not map_, "An import needs a map. Add --map MAP, or write a first one with --suggest.")
    refuse(not target, "Add --out FILE, the file of cases to write (.ndjson or .parquet).")
    for option, value in (("--dictionary", dictionary), ("--sheet", sheet)):
        refuse(value, f"{option} is for --suggest. The map says it for an import.")
    assert map_ is not None
    assert target is not None
    return _import(inputs, table, map_, target, reports)


def _table(words: tuple[str, ...]) -> Path:
    names = words[1:] if len(words) > 1 and words[0] == KIND else words
    refuse(not names, "Name the table to import, such as registry.xlsx.")
    refuse(len(names) > 1, f"Import one table at a time, not {len(names)}.")
    return Path(names[0])


def _suggest(
    inputs: Inputs,
    table: Path,
    target: Path | None,
    dictionary: Path | None,
    settings: TableSettings,
) -> int:
    with installed("netkg import", extra="tables"):
        from netkg.tables.dictionary import read_dictionary
        from netkg.tables.map_schema import FILE as SCHEMA
        from netkg.tables.map_schema import map_json_schema
        from netkg.tables.suggest import suggest as suggested
    from netkg.render.file import write_file

    variables = read_dictionary(dictionary) if dictionary else None
    schema = inputs.engine.schema
    if target:
        inputs.check_output(target, [str(table), str(dictionary or "")])
    found = suggested(
        table, schema, settings, dictionary=variables, schema_file=SCHEMA if target else ""
    )
    if target is None:
        out(found.text)
    else:
        write_file(target, found.text)
        completed = target.with_name(SCHEMA)
        inputs.check_output(completed, [str(table), str(dictionary or ""), str(target)])
        write_file(completed, to_json(map_json_schema(schema)) + "\n")
    name = target or "the map"
    say(
        f"{found.mapped} columns are mapped, {found.ignored} are ignored, {found.open} places are"
        f" open. "
        + (
            f"Fill in each ? of {name}, then import with --map."
            if found.open
            else f"Check {name}, then import with --map."
        )
    )
    return DONE


def _import(
    inputs: Inputs, table: Path, map_: Path, target: Path, reports: tuple[Path, ...]
) -> int:
    with installed("netkg import", extra="tables"):
        from netkg.tables.importing import import_table
        from netkg.tables.map_file import read_map
        from netkg.tables.reports import check_endings, write_findings
        from netkg.tables.summary import import_text
    from tempfile import TemporaryDirectory

    from netkg.render.file import ended_by_signals

    refuse(
        target.suffix.lower() not in (".ndjson", ".jsonl", ".parquet", ".pq"),
        "--out must end in .ndjson or .parquet.",
    )
    check_endings(reports)
    outputs = {each.resolve() for each in (target, *reports)}
    refuse(len(outputs) <= len(reports), "Each file that is written needs its own name.")
    for path in (target, *reports):
        inputs.check_output(path, [str(table), str(map_)])
    engine = inputs.engine
    map = read_map(map_, engine.schema)
    others = [str(table.parent / each) for each in map.files]
    for path in (target, *reports):
        inputs.check_output(path, others)
    with ended_by_signals(), TemporaryDirectory() as folder:
        spool = Path(folder) / "findings.ndjson"
        with spool.open("w", encoding="utf-8") as findings:
            result = import_table(
                table,
                map,
                engine,
                as_of=inputs.evaluation_date,
                target=target,
                findings=findings,
            )
        for path in reports:
            head: dict[str, str | int] = {"table": table.name}
            head |= {"asOf": inputs.evaluation_date.isoformat(), **result.numbers}
            head["disclaimer"] = engine.closing_notice
            left = write_findings(
                spool,
                path,
                source=table,
                settings=map.settings,
                head=head,
                headers={each.settings.sheet: each.settings.header for each in map.children},
            )
            result.notes += [f"{path}: {each}" for each in left]
    out(import_text(result, engine.closing_notice, width=screen()["width"]))
    if result.rejected and not reports:
        say("Add --findings FILE (.csv, .json or .xlsx) for all findings with their cells.")
    if result.rejected or result.child_rejected:
        return MISUSED
    return VIOLATED if result.invalid else DONE
