"""The parts that commands share: help, common options and the types of their values."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from netkg.cli.output import logged

if TYPE_CHECKING:
    from datetime import date

__all__ = [
    "CASE",
    "DONE",
    "MISUSED",
    "VIOLATED",
    "Choice",
    "Command",
    "Decorated",
    "Documented",
    "as_of",
    "folders",
    "formats",
    "input_format",
    "reads_cases",
    "unknown_name",
]

DONE: Final = 0
VIOLATED: Final = 1
MISUSED: Final = 2

_INPUT_FORMATS: Final = ("json", "ndjson", "turtle", "trig", "ntriples", "nquads", "rdfxml")
_EPILOG: Final = """
Exit status:

    0    done
    1    a case violates the shapes: the findings are on standard output
    2    misuse, or input that cannot be read (takes precedence over 1)

For education only, not a medical device.
"""

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


# -- commands ------------------------------------------------------------------------------
def _add_up(ctx: click.Context, param: click.Parameter, value: int) -> None:
    """Add what is given after the command to what is given ahead of it."""
    ctx.meta[str(param.name)] = ctx.meta.get(str(param.name), 0) + value


_LOG_OPTIONS: Final = (
    click.Option(
        ["-v", "--verbose"],
        count=True,
        expose_value=False,
        show_default=False,
        callback=_add_up,
        help="Log what is done to standard error; -vv logs every step.",
    ),
    click.Option(
        ["-q", "--quiet"],
        is_flag=True,
        expose_value=False,
        callback=_add_up,
        help="Print only errors on standard error, no notes.",
    ),
)


class Documented(click.Command):
    """A command or group with options for logging, and the exit statuses below its help.

    An indented paragraph of the help is an example and keeps its lines.
    """

    def __init__(self, name: str, help: str, epilog: str = _EPILOG, **settings: Any) -> None:
        help, epilog = (
            inspect.cleandoc(text).replace("\n\n    ", "\n\n\b\n    ") for text in (help, epilog)
        )
        super().__init__(name, help=help, epilog=epilog, **settings)
        self.params += _LOG_OPTIONS


class Command(Documented):
    """One command, which logs what it does as its options say."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with logged(ctx.meta["verbose"]):
            return super().invoke(ctx)


# -- types of values -----------------------------------------------------------------------
def unknown_name(kind: str, found: str, known: Iterable[str], *, listed: bool = True) -> str:
    """Return the message that a name is not one of those known, with a suggestion."""
    from netkg.suggestions import closest, did_you_mean

    names = list(known)
    if hint := did_you_mean(closest(found, names)):
        return f"unknown {kind} {found!r}. {hint}"
    return f"unknown {kind} {found!r}" + (f" (choose from {', '.join(names)})" if listed else "")


class Choice(click.Choice[str]):
    """One of several words; the name of the parameter says what the words are."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the word if it is one of those known."""
        if value not in self.choices:
            kind = str(param.name if param else self.name).replace("_", " ")
            raise click.UsageError(unknown_name(kind, value, self.choices), ctx)
        return str(value)


class _Day(click.ParamType):  # type: ignore[type-arg]
    """A day as ISO 8601 writes it."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        from netkg.case.days import parse_day

        day = parse_day(value)
        if day is None:
            self.fail(f"{value!r} is not a date. Write it as in 2026-01-15.", param, ctx)
        return day


# -- arguments and options -----------------------------------------------------------------
CASE: Final = click.Path(allow_dash=True)


def as_of(command: Decorated, *, many: bool = False) -> Decorated:
    """Add the option --as-of."""
    words = "The evaluation date, such as 2026-01-15 (default: today)."
    if many:
        words += " Twice: a date for each side."
    return click.option("--as-of", type=_Day(), metavar="DATE", multiple=many, help=words)(command)


def input_format(command: Decorated) -> Decorated:
    """Add the option --input-format."""
    words = "The format of CASE (default: by the name of the file, else by its content)."
    return click.option("--input-format", type=Choice(_INPUT_FORMATS), help=words)(command)


def folders(command: Decorated) -> Decorated:
    """Add the options for folders to use instead of those of the package."""
    kind = click.Path(exists=True, file_okay=False, path_type=Path)
    for name in ("shapes", "ontology"):
        words = f"A folder to use instead of the {name} of netkg."
        command = click.option(f"--{name}", type=kind, metavar="DIR", help=words)(command)
    return command


def reads_cases(command: Decorated) -> Decorated:
    """Add the argument CASE and the options that say how to read it."""
    return click.argument("case", type=CASE)(as_of(input_format(folders(command))))


def formats(*names: str) -> Callable[[Decorated], Decorated]:
    """Add the option --format; the first of the names is the default."""
    words = "The format of the answer."
    return click.option("--format", type=Choice(names), default=names[0], help=words)
