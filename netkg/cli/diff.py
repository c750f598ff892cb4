"""The command diff: how the plans of two cases, or of one case on two dates, differ."""

from __future__ import annotations

from datetime import date

import click

from netkg.cli.arguments import (
    CASE,
    DONE,
    VIOLATED,
    Command,
    Inputs,
    day,
    engine,
    folders,
    formats,
    input_format,
    refuse,
)
from netkg.cli.output import comparison_as, out


@click.command(cls=Command)
@click.argument("case", type=CASE)
@click.argument("other", type=CASE, required=False)
@click.option(
    "--as-of",
    "dates",
    type=day,
    metavar="DATE",
    multiple=True,
    help="The evaluation date (default: today); given twice, the date of each side.",
)
@input_format
@formats("text", "json", "markdown")
@engine
@folders
def diff(inputs: Inputs, other: str | None, dates: tuple[date, ...], format: str) -> int:
    """Compare the plans of two cases, or of one case on two dates.

    CASE and OTHER are files of one case; - is standard input.

    For example:

        netkg diff before.json after.json
        netkg diff case.json --as-of 2025-06-30 --as-of 2026-03-31
    """
    refuse(
        other is None and len(dates) != 2,
        "One case is compared with itself on two dates. Add --as-of twice, as in "
        "--as-of 2025-06-30 --as-of 2026-03-31, or add a second case.",
    )
    refuse(len(dates) > 2, f"--as-of is given {len(dates)} times. Give one date, or two.")
    refuse(
        inputs.case == other == "-",
        "Standard input can be one of the two cases, not both. Use a file for the other.",
    )
    from netkg.case.loading import only
    from netkg.comparison.scenarios import compare_cases, compare_days

    dates = dates or (inputs.evaluation_date,)
    first = only(inputs.open().stream, inputs.case)
    if other is None:
        view = compare_days(inputs.engine, first, *dates)
    else:
        second = only(inputs.open(other).stream, other)
        view = compare_cases(inputs.engine, first, second, as_of=(dates[0], dates[-1]))
    out(comparison_as(format, view) + ("\n" if format == "json" else ""))
    return DONE if view.conforms else VIOLATED
