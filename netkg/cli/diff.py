"""The command diff: how the plans of two cases, or of one case on two dates, differ."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import click

from netkg.cli.arguments import (
    CASE,
    DONE,
    VIOLATED,
    Command,
    as_of,
    folders,
    formats,
    input_format,
)
from netkg.cli.inputs import Inputs, today
from netkg.cli.output import comparison_as, out


@click.command(cls=Command)
@click.argument("case", type=CASE)
@click.argument("other", type=CASE, required=False)
@partial(as_of, many=True)
@input_format
@formats("text", "json", "markdown")
@folders
def diff(case: str, other: str | None, as_of: tuple[date, ...], format: str, **given: Any) -> int:
    """Compare the plans of two cases, or of one case on two dates.

    CASE and OTHER are files of one case; - is standard input.

    For example:

        netkg diff before.json after.json
        netkg diff case.json --as-of 2025-06-30 --as-of 2026-03-31
    """
    if other is None and len(as_of) != 2:
        raise click.UsageError(
            "One case is compared with itself on two dates. Repeat --as-of, as in "
            "--as-of 2025-06-30 --as-of 2026-03-31, or add a second case."
        )
    if len(as_of) > 2:
        raise click.UsageError(
            f"--as-of is given {len(as_of)} times. Use it once, or once for each case."
        )
    if case == other == "-":
        raise click.UsageError(
            "Standard input can be one of the two cases, not both. Use a file for the other."
        )
    from netkg.case.loading import only
    from netkg.comparison.scenarios import compare_cases, compare_days

    inputs = Inputs(**given)
    first = only(inputs.open(case).stream, case)
    if other is None:
        view = compare_days(inputs.engine, first, *as_of)
    else:
        second = only(inputs.open(other).stream, other)
        view = compare_cases(inputs.engine, first, second, as_of=((as_of or (today(),)) * 2)[:2])
    out(comparison_as(format, view) + ("\n" if format == "json" else ""))
    return DONE if view.conforms else VIOLATED
