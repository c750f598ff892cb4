"""The command diff: how the plans of two cases, or of two days, differ."""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING

from netkg.cli.arguments import (
    DONE,
    INPUT_FORMATS,
    MISUSED,
    VIOLATED,
    CommandMaker,
    add_folders,
    add_format,
    day,
)
from netkg.cli.inputs import Reader, load_engine, today
from netkg.cli.output import comparison_as, out, say

if TYPE_CHECKING:
    from netkg.case.model import Case
    from netkg.plan.engine import Engine

__all__ = ["add_diff"]


def add_diff(command: CommandMaker) -> None:
    """Add the command diff."""
    diff = command(
        "diff",
        "tell how the plans of two cases differ, or those of one case at two times",
        _diff,
        examples=(
            "netkg diff before.json after.json",
            "netkg diff case.json --as-of 2025-06-30 --as-of 2026-03-31",
        ),
    )
    diff.add_argument("case", metavar="CASE", help="a file of one case; - is stdin")
    diff.add_argument(
        "other", metavar="OTHER", nargs="?", help="a file of the case to compare with"
    )
    diff.add_argument(
        "--as-of",
        type=day,
        metavar="DATE",
        action="append",
        default=[],
        help="the day that the answer is for (default: today); twice: a day for each side",
    )
    diff.add_argument(
        "--input-format",
        choices=INPUT_FORMATS,
        help="the format of both (default: by the name of a file, else by what is in it)",
    )
    add_format(diff, "text", "json", "markdown")
    add_folders(diff)
    diff.interleaved = True


def _diff(args: argparse.Namespace) -> int:
    days: list[date] = args.as_of
    if args.other is None and len(days) != 2:
        say(
            "one case is compared with itself at two times; expected --as-of twice, as in "
            "--as-of 2025-06-30 --as-of 2026-03-31, or a second case"
        )
        return MISUSED
    if len(days) > 2:
        say(f"--as-of is given {len(days)} times; expected one day, or one for each side")
        return MISUSED
    if (args.case, args.other) == ("-", "-"):
        say("standard input can be one of the two cases, not both; expected a file for the other")
        return MISUSED
    from netkg.comparison.scenarios import compare_cases, compare_days

    engine = load_engine(args)
    case = _only(args, args.case, engine)
    if args.other is None:
        view = compare_days(engine, case, *days)
    else:
        days = (days or [today()]) * 2
        other = _only(args, args.other, engine)
        view = compare_cases(engine, case, other, as_of=(days[0], days[1]))
    out(comparison_as(view, args.format) + ("\n" if args.format == "json" else ""))
    return DONE if view.conforms else VIOLATED


def _only(args: argparse.Namespace, name: str, engine: Engine) -> Case:
    """Read the one case of a file."""
    from netkg.case.loading import only

    return only(Reader(name, engine.schema, format=args.input_format).stream, name)
