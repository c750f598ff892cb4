"""The command whatif: what a change of a case would do to its plan."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from netkg.cli.arguments import (
    MISUSED,
    CommandMaker,
    add_case,
    add_folders,
    add_format,
)
from netkg.cli.inputs import Reader, load_engine, today
from netkg.cli.output import comparison_as, say, screen, write_answers

if TYPE_CHECKING:
    from netkg.case.model import Case
    from netkg.comparison.model import Comparison
    from netkg.plan.engine import Engine

__all__ = ["add_whatif"]

_SETTINGS = """\
A field is written as it stands in a case (fitForSurgery), with tumors. or
metastases. before it where there is just one (tumors.grade), and else with the
id of the tumour or metastasis before it (tumor-2.grade).
"""


def add_whatif(command: CommandMaker) -> None:
    """Add the command whatif."""
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
            yield comparison_as(view, args.format)

    write_answers(answers(), args.format, many=reader.stream.many, width=width)
    return MISUSED if refused else reader.status(violated)


def _changed(args: argparse.Namespace, case: Case, engine: Engine, as_of: date) -> Comparison:
    """Compare a case with itself as changed by the arguments."""
    from netkg.comparison.edits import setting_from_words
    from netkg.comparison.scenarios import what_if

    settings = (
        setting_from_words(kind, words, case, schema=engine.schema)
        for kind in ("set", "unset", "add")
        for words in getattr(args, kind)
    )
    return what_if(engine, case, settings, as_of=as_of)
