"""The arguments of commands: common options, the types of their values, and the cases to read."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, TypeVar

import click
from click.core import augment_usage_errors

from netkg.cli.output import log, say, write_answers
from netkg.errors import InputError

if TYPE_CHECKING:
    from netkg.case.model import Case
    from netkg.ontology.schema import Schema
    from netkg.plan.engine import Engine

DONE: Final = 0
VIOLATED: Final = 1
MISUSED: Final = 2

_EPILOG: Final = """
Exit status:

    0    done
    1    a case violates the shapes: the findings are on standard output
    2    misuse, or input that cannot be read (takes precedence over 1)

For education only, not a medical device.
"""

# Of a command that reads no case.
WITHOUT_CASES: Final = """
Exit status:

    0    done
    2    misuse, or a file that cannot be read or written

For education only, not a medical device.
"""

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


# -- commands ------------------------------------------------------------------------------
def _add_up(ctx: click.Context, param: click.Parameter, value: int) -> None:
    """Add the value given after the command to the one given before it."""
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


def _timeout(ctx: click.Context, _param: click.Parameter, value: float | None) -> None:
    if value is not None:
        _change_limit(ctx, "timeout", value)


def _limits(ctx: click.Context, _param: click.Parameter, value: tuple[str, ...]) -> None:
    for words in value:
        name, _, number = words.partition("=")
        try:
            amount = float(number)
        except ValueError:
            message = f"{words!r} is not a limit. Write it as in depth=200."
            raise click.BadParameter(message) from None
        _change_limit(ctx, name, amount)


def _change_limit(ctx: click.Context, name: str, value: float) -> None:
    """Change a limit until the command ends."""
    from netkg.limits import limited

    try:
        ctx.with_resource(limited(**{name: value}))
    except InputError as error:
        raise click.BadParameter(str(error)) from None


_LIMIT_OPTIONS: Final = (
    click.Option(
        ["--timeout"],
        type=float,
        metavar="SECONDS",
        expose_value=False,
        callback=_timeout,
        help="Stop a query, or the parsing of a file of RDF, after this time (default: 10).",
    ),
    click.Option(
        ["--limit"],
        multiple=True,
        metavar="NAME=VALUE",
        expose_value=False,
        callback=_limits,
        help="Change another limit on the input, such as events=50000.",
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

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse arguments; add the command to every error, for the hint to its help."""
        with augment_usage_errors(ctx):
            return super().parse_args(ctx, args)


class Command(Documented):
    """One command; it logs as its options say, and its function gets what it reads."""

    def __init__(self, name: str, help: str, **settings: Any) -> None:
        super().__init__(name, help, **settings)
        self.params[-len(_LOG_OPTIONS) : -len(_LOG_OPTIONS)] = _LIMIT_OPTIONS

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        given = {name: ctx.params.pop(name) for name in INPUTS & ctx.params.keys()}
        ctx.params["inputs"] = Inputs(**given)
        if verbose := ctx.meta["verbose"]:
            log(ctx, verbose)
        return super().invoke(ctx)


def refuse(wrong: object, words: str) -> None:
    """Report misuse of a command if something is wrong.

    Raises:
        UsageError: with these words.
    """
    if wrong:
        raise click.UsageError(words)


# -- values --------------------------------------------------------------------------------
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


def day(words: str) -> date:
    """Parse a date as typed.

    Raises:
        BadParameter: if it is not an ISO 8601 calendar day.
    """
    from netkg.case.days import parse_day

    if found := parse_day(words):
        return found
    raise click.BadParameter(f"{words!r} is not a date. Write it as in 2026-01-15.")


# -- arguments and options -----------------------------------------------------------------
CASE: Final = click.Path(allow_dash=True)

as_of = click.option(
    "--as-of",
    type=day,
    metavar="DATE",
    help="The evaluation date, such as 2026-01-15 (default: today).",
)
input_format = click.option(
    "--input-format",
    type=Choice(("json", "ndjson", "turtle", "trig", "ntriples", "nquads", "rdfxml")),
    help="The format of CASE (default: by the name of the file, else by its content).",
)


def folder(name: str, option: str = "") -> Callable[[Decorated], Decorated]:
    """Add the option for a folder to use instead of one of the package, by default --NAME."""
    words = f"A folder to use instead of the {name} of netkg."
    type_ = click.Path(exists=True, file_okay=False, path_type=Path)
    return click.option(option or f"--{name}", name, type=type_, metavar="DIR", help=words)


def folders(command: Decorated) -> Decorated:
    """Add the options for the folders that every command reads."""
    return folder("ontology")(folder("shapes")(command))


def reads_cases(command: Decorated) -> Decorated:
    """Add the argument CASE and the options that say how to read it."""
    return click.argument("case", type=CASE)(as_of(input_format(folders(command))))


def formats(*names: str) -> Callable[[Decorated], Decorated]:
    """Add the option --format; the first of the names is the default."""
    words = "The format of the answer."
    return click.option("--format", type=Choice(names), default=names[0], help=words)


# -- cases ---------------------------------------------------------------------------------
@dataclass
class Inputs:
    """The values of the options that say what a command reads."""

    case: str = ""
    as_of: date | None = None
    input_format: str | None = None
    ontology: Path | None = None
    shapes: Path | None = None

    @property
    def evaluation_date(self) -> date:
        """The evaluation date; this is the only place of the project that reads the clock."""
        return self.as_of or date.today()  # noqa: DTZ011

    @cached_property
    def engine(self) -> Engine:
        """The engine, loaded from the chosen folders."""
        from netkg.plan.engine import Engine

        return Engine.load(ontology=self.ontology, shapes=self.shapes)

    def check_output(self, path: Path, sources: Iterable[str] = ()) -> None:
        """Check that a file can be written, and that neither CASE nor a source is read from it.

        Raises:
            InputError: if it cannot, or is.
        """
        from netkg.ontology.files import chosen_folders
        from netkg.render.file import check_output

        folders = chosen_folders(ontology=self.ontology, shapes=self.shapes)
        cases = [0 if name == "-" else Path(name) for name in (self.case, *sources) if name]
        check_output(path, [*cases, folders.ontology, folders.shapes, folders.queries])

    def open(self, source: str | None = None, *, schema: Schema | None = None) -> Reader:
        """Open CASE, or another source of cases."""
        return Reader(source or self.case, schema or self.engine.schema, self.input_format)


INPUTS: Final = frozenset(field.name for field in fields(Inputs))


class Reader:
    """The cases of a source; it reports and counts what cannot be read."""

    def __init__(self, source: str, schema: Schema, format: str | None) -> None:
        from netkg.case.reading import open_cases

        stdin = standard_input("a case") if source == "-" else None
        self.stream = open_cases(source, schema=schema, format=format, stdin=stdin)
        self.rejected = 0

    def __iter__(self) -> Iterator[Case]:
        for case in self.stream:
            if isinstance(case, InputError):
                self.reject(case)
            else:
                yield case

    def reject(self, error: InputError, place: str = "") -> None:
        """Report what cannot be processed."""
        self.rejected += 1
        say(f"{place}: {error}" if place else str(error))

    def write(self, answers: Iterable[tuple[bool, str]], form: str) -> int:
        """Write the answer to each case, and return the exit status."""
        return self.status(write_answers(answers, form, many=self.stream.many))

    def status(self, violated: bool) -> int:
        """Return the exit status: unreadable input takes precedence over a violation."""
        return MISUSED if self.rejected else VIOLATED if violated else DONE


def standard_input(expected: str) -> BinaryIO:
    """Return standard input; ``expected`` is what it must contain.

    Raises:
        InputError: if it is closed.
    """
    if sys.stdin is None:
        raise InputError("is closed", source="standard input", expected=expected)
    return sys.stdin.buffer
