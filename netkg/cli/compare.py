"""Compare plans, and ask what a change would do."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from netkg.cli.arguments import (
    DONE,
    INPUT_FORMATS,
    MISUSED,
    VIOLATED,
    CommandMaker,
    add_case,
    add_folders,
    add_format,
    day,
)
from netkg.cli.inputs import Reader, load_engine, today
from netkg.cli.output import out, say, screen, to_json, write_answers

if TYPE_CHECKING:
    from netkg.case.model import Case
    from netkg.comparison.model import Comparison
    from netkg.plan.engine import Engine

__all__ = ["add_comparing"]

_SETTINGS = """\
A field is written as it stands in a case (fitForSurgery), with tumors. or
metastases. before it where there is just one (tumors.grade), and else with the
id of the tumour or metastasis before it (tumor-2.grade).
"""


def add_comparing(command: CommandMaker) -> None:
    """Add the commands whatif and diff."""
    whatif = command(
        "whatif",
        "tell what a change of each case would do to its plan",
        _whatif,
        examples=(
            "netkg whatif case.json --set tumors.somatostatinReceptorStatus=Positive",
            "netkg whatif case.json --set tumor-1.ki67Percent=12 --unset men1Status",
            "netkg whatif case.json --add"
            ' events=\'{"type": "CTScan", "status": "completed", "date": "2026-03-01"}\'',
        ),
    )
    whatif.hint = "put CASE before --set, --unset and --add, which take all words behind them"
    whatif.description = f"{whatif.description}\n\n{_SETTINGS}"
    add_case(whatif)
    settings = (
        (
            "set",
            "FIELD=VALUE",
            "give a field a value (several: with commas; none: --unset)",
        ),
        ("unset", "FIELD", "make a field unknown, or remove all records of a list"),
        ("add", "FIELD=JSON", "add a record to events, tumors, metastases or measurements"),
    )
    for name, shown, words in settings:
        whatif.add_argument(
            f"--{name}", nargs="+", action="extend", default=[], metavar=shown, help=words
        )
    add_format(whatif, "text", "json", "markdown")
    add_folders(whatif)
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


# -- whatif ------------------------------------------------------------------------------


def _whatif(args: argparse.Namespace) -> int:
    if not (args.set or args.unset or args.add):
        say(
            "nothing to change; expected --set FIELD=VALUE, --unset FIELD or --add FIELD=JSON, "
            "as in --set fitForSurgery=true"
        )
        return MISUSED
    from netkg.comparison.edit_paths import ChangeError

    as_of = args.as_of or today()
    engine = load_engine(args)
    reader = Reader(args.case, engine.schema, format=args.input_format)
    _, width = screen()
    violated = refused = answered = False

    def answers() -> Iterator[str]:
        nonlocal violated, refused, answered
        for case in reader:
            try:
                view = _changed(args, case, engine, as_of)
            except ChangeError as error:
                if error.always and not answered:
                    raise
                refused = True
                say(f"{case.id}: {error}" if reader.stream.many else str(error))
                continue
            violated |= not view.conforms
            answered = True
            yield _shown(view, args.format)

    write_answers(answers(), args.format, many=reader.stream.many, width=width)
    return MISUSED if refused else reader.status(violated)


def _changed(args: argparse.Namespace, case: Case, engine: Engine, as_of: date) -> Comparison:
    """Compare a case with itself as changed by the arguments."""
    from netkg.case.to_json import FormError
    from netkg.comparison.edits import change, setting_from_words
    from netkg.comparison.plans import compare

    schema = engine.schema
    before = engine.derive(case, as_of=as_of)
    try:
        settings = [
            setting_from_words(kind, words, case, schema=schema)
            for kind in ("set", "unset", "add")
            for words in getattr(args, kind)
        ]
        altered, changes = change(case, settings, schema=schema)
    except FormError:
        notice = "Nothing was changed: the form of the case is at fault, and comes first."
        return compare(before, before, notice=notice)
    return compare(before, engine.derive(altered, as_of=as_of), changes=changes)


# -- diff --------------------------------------------------------------------------------


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
    engine = load_engine(args)
    case = _only(args, args.case, engine)
    if args.other is None:
        view = _over_time(case, days, engine)
    else:
        days = (days or [today()]) * 2
        other = _only(args, args.other, engine)
        view = _between(case, other, (days[0], days[1]), engine)
    out(_shown(view, args.format) + ("\n" if args.format == "json" else ""))
    return DONE if view.conforms else VIOLATED


def _only(args: argparse.Namespace, name: str, engine: Engine) -> Case:
    """Read the one case of a file.

    Raises:
        InputError: if it holds none or several.
    """
    from netkg.case.reading import CaseStream
    from netkg.errors import InputError

    stream: CaseStream = Reader(name, engine.schema, format=args.input_format).stream
    found = []
    for case in stream:
        if isinstance(case, InputError):
            raise case
        found.append(case)
        if len(found) > 1:
            raise InputError(
                "holds more than one case",
                source=name,
                expected="one case; write the one that is meant to a file of its own",
            )
    if not found:
        raise InputError("holds no case", source=name, expected="one case")
    return found[0]


def _between(case: Case, other: Case, days: tuple[date, date], engine: Engine) -> Comparison:
    """Compare two cases."""
    from netkg.case.to_json import FormError
    from netkg.comparison.cases import differences
    from netkg.comparison.plans import compare

    before, after = (
        engine.derive(side, as_of=as_of) for side, as_of in zip((case, other), days, strict=True)
    )
    try:
        changes = differences(case, other, schema=engine.schema)
    except FormError:
        changes = ()
    return compare(before, after, changes=changes)


def _over_time(case: Case, days: list[date], engine: Engine) -> Comparison:
    """Compare a case with itself, each side without what happened after its day."""
    from netkg.case.to_json import FormError
    from netkg.comparison.as_of import set_aside_after
    from netkg.comparison.plans import compare

    notice = (
        "What has no date is taken on both days as it stands in the case now, "
        "and so are planned events."
    )
    try:
        sides = [set_aside_after(case, as_of, schema=engine.schema) for as_of in days]
    except FormError:
        notice = "Nothing was set aside: the form of the case is at fault, and comes first."
        sides = [(case, ()), (case, ())]
    before, after = (
        engine.derive(side, as_of=as_of) for (side, _), as_of in zip(sides, days, strict=True)
    )
    return compare(before, after, set_aside=(sides[0][1], sides[1][1]), notice=notice)


def _shown(view: Comparison, form: str) -> str:
    from netkg.render.comparison import comparison_markdown, comparison_text

    if form == "json":
        return to_json(view.to_dict())
    if form == "markdown":
        return comparison_markdown(view)
    color, width = screen()
    return comparison_text(view, color=color, width=width)
