"""The arguments of commands: common options, the types of their values, and the cases to read."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Literal, TypeVar

import click

from netkg.cli.commands import LIMIT_OPTIONS, LOG_OPTIONS, Documented
from netkg.cli.output import log, say, write_answers
from netkg.errors import InputError

if TYPE_CHECKING:
    from netkg.case.model import Case
    from netkg.ontology.schema import Schema
    from netkg.plan.engine import Engine

DONE: Final = 0
VIOLATED: Final = 1
MISUSED: Final = 2

# Of a command that reads no case.
WITHOUT_CASES: Final = """
Exit status:

    0    done
    2    misuse, or a file that cannot be read or written

For education only, not a medical device.
"""

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


# -- commands ------------------------------------------------------------------------------
class Command(Documented):
    """One command; it logs as its options say, and its function gets what it reads."""

    def __init__(self, name: str, help: str, **settings: Any) -> None:
        super().__init__(name, help, **settings)
        self.params[-len(LOG_OPTIONS) : -len(LOG_OPTIONS)] = LIMIT_OPTIONS

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
    """One of several words; ``kind``, or the name of the parameter, says what the words are."""

    def __init__(self, choices: Iterable[str], *, kind: str = "") -> None:
        super().__init__(list(choices))
        self._kind = kind

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the word if it is one of those known."""
        if value not in self.choices:
            kind = self._kind or str(param.name if param else self.name).replace("_", " ")
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


engine = click.option(
    "--engine",
    "backend",
    type=Choice(("compiled", "sparql"), kind="engine"),
    default="compiled",
    help="The compiled program, or the queries and shapes as they are: same answers, more slowly.",
)


class _Number(click.IntRange):
    name = "whole number"


jobs = click.option(
    "--jobs",
    type=_Number(1, 64),
    default=1,
    metavar="NUMBER",
    help="The number of processes that share the cases.",
)


def reads_cases(command: Decorated) -> Decorated:
    """Add the argument CASE and the options that say how to read and evaluate it."""
    return click.argument("case", type=CASE)(as_of(input_format(folders(engine(command)))))


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
    backend: Literal["compiled", "sparql"] = "compiled"

    @property
    def evaluation_date(self) -> date:
        """The evaluation date; this is the only place of the project that reads the clock."""
        return self.as_of or date.today()  # noqa: DTZ011

    @cached_property
    def engine(self) -> Engine:
        """The engine, loaded from the chosen folders."""
        from netkg.plan.engine import Engine

        return Engine.load(ontology=self.ontology, shapes=self.shapes, backend=self.backend)

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

    def reject(self, error: InputError | str, place: str = "") -> None:
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
