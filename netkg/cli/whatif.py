"""The command whatif: what a change of a case does to its plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import click

from netkg.cli.arguments import Command, Decorated, Inputs, formats, reads_cases, refuse
from netkg.cli.output import comparison_as

if TYPE_CHECKING:
    from netkg.comparison.edits import EditKind


class _WhatIf(Command):
    """A command that takes several changes after one option."""

    allow_extra_args = True

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse ``--set a=1 b=2`` as ``--set a=1 --set b=2``."""
        repeated: list[str] = []
        option = ""
        for arg in args:
            if arg in ("--set", "--add"):
                option = arg
            elif arg.startswith("-") or "=" not in arg:
                option = ""
            elif option and repeated[-1] != option:
                repeated.append(option)
            repeated.append(arg)
        extra = super().parse_args(ctx, repeated)
        if extra and not ctx.resilient_parsing:
            ctx.fail(
                f"There is one CASE too many: {extra[0]}. If it belongs to an option, repeat the "
                "option, as in --unset men1Status --unset sex."
            )
        return extra


def _change(name: str, metavar: str, words: str) -> Callable[[Decorated], Decorated]:
    return click.option(f"--{name}", metavar=metavar, multiple=True, help=words)


@click.command(cls=_WhatIf)
@reads_cases
@_change("set", "FIELD=VALUE", "Set a field to a value (several: with commas; none: --unset).")
@_change("unset", "FIELD", "Make a field unknown, or remove all records of a list.")
@_change("add", "FIELD=JSON", "Add a record to events, tumors, metastases or measurements.")
@formats("text", "json", "markdown")
def whatif(inputs: Inputs, format: str, set: Any, unset: Any, add: Any) -> int:
    """Show what a change of each case does to its plan.

    CASE is a file of one case or of many; - is standard input. --set, --unset and --add can
    be repeated.

    A field is written as in a case (fitForSurgery). A field of a tumor or metastasis has
    tumors. or metastases. in front of it if there is only one (tumors.grade), else the id of
    the tumor or metastasis (tumor-2.grade).

    For example:

        netkg whatif case.json --set tumors.somatostatinReceptorStatus=Positive
        netkg whatif case.json --set tumor-1.ki67Percent=12 --unset men1Status
        netkg whatif case.json --add events='{"type": "CTScan", "status": "planned"}'
    """
    changes: dict[EditKind, tuple[str, ...]] = {"set": set, "unset": unset, "add": add}
    refuse(
        not any(changes.values()),
        "There is nothing to change. Add --set FIELD=VALUE, --unset FIELD or --add FIELD=JSON, "
        "as in --set fitForSurgery=true.",
    )
    from netkg.comparison.edit_paths import ChangeError
    from netkg.comparison.edits import setting_from_words
    from netkg.comparison.scenarios import what_if

    engine, as_of, reader = inputs.engine, inputs.evaluation_date, inputs.open()

    def answers() -> Iterator[tuple[bool, str]]:
        answered = False
        for case in reader:
            settings = (
                setting_from_words(kind, words, case, schema=engine.schema)
                for kind, values in changes.items()
                for words in values
            )
            try:
                view = what_if(engine, case, settings, as_of=as_of)
            except ChangeError as error:
                if error.always and not answered:
                    raise
                reader.reject(error, case.id if reader.stream.many else "")
            else:
                answered = True
                yield view.conforms, comparison_as(format, view)

    return reader.write(answers(), format)
