"""The commands for cohorts: derive the plans of the cases of a registry."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from netkg import __version__
from netkg.cli.arguments import (
    DONE,
    MISUSED,
    VIOLATED,
    Choice,
    Command,
    Inputs,
    as_of,
    folders,
    refuse,
)
from netkg.cli.commands import Documented
from netkg.cli.output import out, say
from netkg.errors import MissingPackage
from netkg.result import counted

if TYPE_CHECKING:
    from netkg.cohort.totals import Totals


# The packages of the extras.
OPTIONAL: Final = frozenset(
    (
        *("defusedxml", "duckdb", "numpy", "openpyxl", "pyarrow", "pyspark"),
        "ucumvert",
    )
)


@contextlib.contextmanager
def installed(what: str, extra: str = "cohort") -> Iterator[None]:
    """Import what needs optional packages, and say which one is missing.

    Raises:
        MissingPackage: if one is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in OPTIONAL:
            raise
        raise MissingPackage(package, extra, what) from None


class Group(Documented, click.Group):
    """A group of commands."""


@click.group(cls=Group, invoke_without_command=True)
@click.pass_context
def cohort(ctx: click.Context) -> None:
    """Derive the plans of all cases of a registry, as tables.

    For example:

        netkg cohort derive cases.ndjson --out plans --as-of 2026-03-31
    """
    if ctx.invoked_subcommand is None:
        out(ctx.get_help() + "\n")


@cohort.command(cls=Command)
@click.argument("sources", metavar="INPUT...", nargs=-1, required=True)
@click.option(
    "--out",
    "target",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="The folder for the tables, new or empty, or of the same run, to go on with it.",
)
@as_of
@click.option(
    "--format",
    type=Choice(("parquet", "csv", "ndjson")),
    default="parquet",
    help="The format of the tables.",
)
@click.option(
    "--wide",
    is_flag=True,
    help="Write the table foci, too: a row for each focus, a column for each statement.",
)
@click.option(
    "--engine",
    "place",
    type=Choice(("duckdb", "spark"), kind="engine"),
    default="duckdb",
    help="The processes of this machine, or a Spark cluster, which reads Parquet.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    default=None,
    show_default="one for each processor",
    metavar="NUMBER",
    help="The number of processes that share the cases; each may need 2 GiB of memory.",
)
@folders
def derive(
    inputs: Inputs,
    sources: tuple[str, ...],
    target: Path,
    format: Any,
    wide: bool,
    place: str,
    jobs: int | None,
) -> int:
    """Derive the plans of all cases of some files.

    INPUT is a file of NDJSON (.ndjson, .jsonl, also .gz), of Parquet with the same nested form,
    or of N-Quads or TriG with one case in each graph (.nq, .trig), a folder of such files, or a
    pattern such as 'cases/*.parquet'.

    DIR gets a folder for each table: verdicts (a row for each case, statement and focus), cases,
    findings (violations and warnings), and rejects (what cannot be read), and run.json with the
    numbers. A run that was stopped goes on if the same command is run again.

    For example:

        netkg cohort derive cases.ndjson --out plans --as-of 2026-03-31
        netkg cohort derive registry/ --out plans --format csv
        netkg cohort derive 'cases/*.parquet' --out plans --jobs 4
    """
    with installed("netkg cohort derive"):
        from netkg.cohort.parts import find_sources
        from netkg.cohort.run import run_cohort
        from netkg.cohort.totals import Run
    from netkg.render.cohort import progress_bar, summary_text

    found = find_sources(sources, target)
    run = Run(
        found,
        target,
        inputs.evaluation_date,
        inputs.engine.folders,
        __version__,
        format=format,
        jobs=jobs or os.cpu_count() or 1,
        wide=wide,
    )
    refuse(wide and place == "spark", "--wide is for one machine. Leave out --engine spark.")
    if place == "spark":
        with installed("--engine spark", extra="spark"):
            from netkg.cohort.spark import run_on_spark
        totals = run_on_spark(run, inputs.engine)
    else:
        with progress_bar(len(found)) as progress:
            totals = run_cohort(run, inputs.engine, progress)
    out(summary_text(totals, inputs.engine))
    if totals.cases["rejected"]:
        rejected = counted(totals.cases["rejected"], "line")
        say(f"{rejected} cannot be read: see {target / 'rejects'}.")
    return _status(totals)


def _status(totals: Totals) -> int:
    if totals.cases["rejected"]:
        return MISUSED
    return VIOLATED if totals.cases["invalid"] else DONE


@cohort.command(cls=Command)
@click.option(
    "--cases",
    "count",
    type=click.IntRange(1),
    default=1000,
    metavar="NUMBER",
    help="The number of cases.",
)
@click.option(
    "--seed", type=int, default=0, metavar="NUMBER", help="Another seed gives other cases."
)
@click.option(
    "--invalid",
    type=click.FloatRange(0, 1),
    default=0.0,
    metavar="SHARE",
    help="The share of invalid cases.",
)
@click.option(
    "--events",
    type=click.FloatRange(0, 1000),
    default=4.0,
    metavar="MEAN",
    help="The mean number of events of a case.",
)
@click.option(
    "--tumors",
    type=click.FloatRange(1, 50),
    default=1.1,
    metavar="MEAN",
    help="The mean number of tumors of a case.",
)
@click.option(
    "--out",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The file, as NDJSON or as .parquet (default: NDJSON on standard output).",
)
@as_of
@folders
def generate(
    inputs: Inputs,
    count: int,
    seed: int,
    invalid: float,
    events: float,
    tumors: float,
    target: Path | None,
) -> int:
    """Generate synthetic cases, for tests and trials.

    The same options give the same cases. Their ids begin with "synthetic".

    For example:

        netkg cohort generate --cases 1000 --as-of 2026-03-31 --out synthetic.ndjson
        netkg cohort generate --cases 1000 --invalid 0.2 --events 9 --out synthetic.parquet
    """
    from netkg.cohort.generate import Generator

    schema = inputs.engine.schema
    generator = Generator(schema, inputs.evaluation_date, seed, invalid, events, tumors)
    if target is None or target.suffix.lower() not in (".parquet", ".pq"):
        lines = (json.dumps(case, ensure_ascii=False) + "\n" for case in generator.cases(count))
        if target is None:
            for line in lines:
                out(line)
        else:
            inputs.check_output(target)
            with target.open("w", encoding="utf-8") as file:
                file.writelines(lines)
        return DONE
    inputs.check_output(target)
    with installed("Parquet"):
        from netkg.cohort.convert import write_parquet
    trees = (
        (str(target), number, case, "")
        for number, case in enumerate(generator.cases(count), start=1)
    )
    left = sum(1 for _ in write_parquet(trees, target, schema))
    if left:
        say(f"{counted(left, 'case')} with a value that a column cannot have: left out.")
    return DONE


@cohort.command(cls=Command)
@click.option(
    "--format",
    type=Choice(("json", "parquet")),
    default="json",
    help="As a JSON Schema, or as the columns of Parquet.",
)
@folders
def schema(inputs: Inputs, format: str) -> int:
    """Print the form of a case, as the ontology and the shapes define it.

    For example:

        netkg cohort schema > case.schema.json
        netkg cohort schema --format parquet
    """
    with installed("netkg cohort schema"):
        from netkg.cohort.case_schemas import case_columns, case_json_schema, columns_text
    from netkg.compiler.build import shapes_of

    engine = inputs.engine
    if format == "parquet":
        out(columns_text(case_columns(engine.schema)))
    else:
        found = case_json_schema(engine.schema, shapes_of(engine.sources))
        out(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    return DONE
