"""Define the arguments of the command line, and what is right about them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final, NoReturn, Protocol

from netkg.case.days import parse_day

__all__ = [
    "DONE",
    "INPUT_FORMATS",
    "MISUSED",
    "VIOLATED",
    "Command",
    "CommandMaker",
    "Parser",
    "add_case",
    "add_day",
    "add_folders",
    "add_format",
    "add_input_format",
    "build_parser",
    "day",
    "folder",
]

DONE: Final = 0
VIOLATED: Final = 1
MISUSED: Final = 2

Command = Callable[[argparse.Namespace], int]

INPUT_FORMATS: Final = ("json", "ndjson", "turtle", "trig", "ntriples", "nquads", "rdfxml")
_STATUS: Final = """\
exit status:
  0    done
  1    a case violates the shapes: its findings are on standard output
  2    misuse, or input that cannot be read (goes before 1)
"""
_CAUTION: Final = "\nFor education only, not a medical device.\n"
_EPILOG: Final = f"""\
{_STATUS}
examples:
  netkg derive examples/small-pancreatic-net.json --as-of 2026-03-31
  netkg derive cases.ndjson --format json > plans.json
  netkg validate - < case.json
  netkg explain examples/small-pancreatic-net.json TX-06 --as-of 2026-03-31
  netkg whatif examples/small-pancreatic-net.json --set fitForSurgery=false
  netkg query --list
  netkg graph --out guideline.html
  netkg recommendations --section Treatment/Localized
{_CAUTION}"""


class Parser(argparse.ArgumentParser):
    """Say where help is when the arguments are wrong.

    ``hint`` tells what to do where words are missing. With ``interleaved``,
    words may stand anywhere among the options: by itself, argparse takes
    optional words in one place only. With ``defers_help``, asking for help
    stops nothing then, and ``helped`` among the arguments tells of it.
    """

    hint = ""
    interleaved = False
    defers_help = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse what is known (see the class for words among options)."""
        if not self.interleaved:
            return super().parse_known_args(args, namespace)
        valued = {
            name for each in self._actions for name in each.option_strings if each.nargs is None
        }
        options: list[str] = []
        words: list[str] = []
        helped = False
        rest = iter(args or ())
        for arg in rest:
            if arg == "--":
                words.extend(rest)
            elif arg in ("-h", "--help") and self.defers_help:
                helped = True
            elif arg.startswith("-") and arg != "-":
                options.append(arg)
                if arg in valued:
                    options.extend(value for value in (next(rest, None),) if value is not None)
            else:
                words.append(arg)
        found, unknown = super().parse_known_args([*options, "--", *words], namespace)
        found.helped = helped
        return found, unknown

    def error(self, message: str) -> NoReturn:
        """Say on standard error what is wrong with the arguments, and end with 2."""
        hint = f"; {self.hint}" if self.hint and "required" in message else ""
        self.exit(MISUSED, f"{self.prog}: {message}{hint}\nSee '{self.prog} --help'.\n")


class _Version(argparse.Action):
    """Print the installed version, looked up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object, **__: object) -> None:
        from importlib.metadata import PackageNotFoundError, version

        try:
            found = version("netkg")
        except PackageNotFoundError:
            found = "(not installed)"
        sys.stdout.write(f"netkg {found}\n")
        parser.exit(DONE)


class CommandMaker(Protocol):
    """Add one command to the parser: its name, what it does, and what to call."""

    def __call__(
        self, name: str, about: str, run: Command, *, examples: Sequence[str] = ()
    ) -> Parser:
        """Give the parser of the command, to which arguments can be added."""


def build_parser(groups: Iterable[Callable[[CommandMaker], None]]) -> argparse.ArgumentParser:
    """Build the parser; parsed arguments hold in ``run`` the command to call.

    Each group is called with a maker, and adds its commands with it.
    """
    raw = argparse.RawDescriptionHelpFormatter
    parser = Parser(
        prog="netkg",
        description="Derive a management plan for neuroendocrine tumours from a guideline.",
        epilog=_EPILOG,
        formatter_class=raw,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and stop")
    parser.set_defaults(verbose=0, quiet=False, verbose_before=0)
    _add_loudness(parser, "verbose_before")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser)

    def make(name: str, about: str, run: Command, *, examples: Sequence[str] = ()) -> Parser:
        shown = "".join(f"  {example}\n" for example in examples)
        made = subparsers.add_parser(
            name,
            help=about,
            description=about[:1].upper() + about[1:] + ".",
            epilog=_STATUS + (f"\nexamples:\n{shown}" if shown else "") + _CAUTION,
            formatter_class=raw,
            allow_abbrev=False,
        )
        made.set_defaults(run=run, parser=made)
        _add_loudness(made, "verbose")
        return made

    for group in groups:
        group(make)
    return parser


def _add_loudness(parser: argparse.ArgumentParser, dest: str) -> None:
    """Add how much is said on standard error, ahead of the command or after it.

    A subparser overwrites what the parser counted, so each counts under a name of its own.
    """
    parser.add_argument(
        "-v",
        "--verbose",
        dest=dest,
        action="count",
        default=argparse.SUPPRESS,
        help="log what is done to standard error; -vv logs every step",
    )
    parser.add_argument(
        "-q",
        "--quiet",
        action="store_true",
        default=argparse.SUPPRESS,
        help="print no notes on standard error, only errors",
    )


def add_case(parser: Parser, *, optional: bool = False) -> None:
    """Add the argument CASE, the day of the answer and the format of the input."""
    parser.add_argument(
        "case",
        metavar="CASE",
        nargs="?" if optional else None,
        help="a file of one case or many; - is stdin",
    )
    add_day(parser)
    add_input_format(parser)


def add_input_format(parser: Parser) -> None:
    """Add the format of the input."""
    parser.add_argument(
        "--input-format",
        choices=INPUT_FORMATS,
        help="the format of CASE (default: by the name of the file, else by what is in it)",
    )


def add_day(parser: Parser) -> None:
    """Add the day that the answer is for."""
    parser.add_argument(
        "--as-of",
        type=day,
        metavar="DATE",
        help="the day that the answer is for, such as 2026-01-15 (default: today)",
    )


def add_format(parser: Parser, *names: str) -> None:
    """Add the choice of the form of the answer; the first is the default."""
    parser.add_argument(
        "--format",
        choices=names,
        default=names[0],
        help="the form of the answer (default: %(default)s)",
    )


def add_folders(parser: Parser) -> None:
    """Add the folders that can take the place of those of the package."""
    for name in ("ontology", "shapes"):
        parser.add_argument(
            f"--{name}",
            type=folder,
            metavar="DIR",
            help=f"a folder to use in place of the {name} that came with netkg",
        )


def day(words: str) -> date:
    """Read an ISO day."""
    found = parse_day(words)
    if found is None:
        raise argparse.ArgumentTypeError(f"{words!r} is not a real day, such as 2026-01-15")
    return found


def folder(words: str) -> Path:
    """Read the path of a folder that exists."""
    path = Path(words)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"{words!r} is not a folder")
    return path
