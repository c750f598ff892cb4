"""Define the arguments of the command line, and what is right about them."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Final, NoReturn

__all__ = ["DONE", "MISUSED", "VIOLATED", "Command", "build_parser"]

DONE: Final = 0
VIOLATED: Final = 1
MISUSED: Final = 2

Command = Callable[[argparse.Namespace], int]

_INPUT_FORMATS: Final = ("json", "ndjson", "turtle", "trig", "ntriples", "nquads", "rdfxml")
_EPILOG: Final = """\
exit status:
  0    done
  1    a case violates the shapes: its findings are on standard output
  2    misuse, or input that cannot be read (goes before 1)

examples:
  netkg derive examples/small-pancreatic-net.json --as-of 2026-03-31
  netkg derive cases.ndjson --format json > plans.json
  netkg validate - < case.json
  netkg recommendations --section Treatment/Localized

For education only, not a medical device.
"""


class _Parser(argparse.ArgumentParser):
    """Say where help is when the arguments are wrong."""

    def error(self, message: str) -> NoReturn:
        self.exit(MISUSED, f"{self.prog}: {message}\nSee '{self.prog} --help'.\n")


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


def build_parser(commands: Mapping[str, Command]) -> argparse.ArgumentParser:
    """Build the parser; parsed arguments hold in ``run`` the command to call."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = _Parser(
        prog="netkg",
        description="Derive a management plan for neuroendocrine tumours from a guideline.",
        epilog=_EPILOG,
        formatter_class=raw,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and stop")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser)

    def command(name: str, about: str) -> _Parser:
        made = subparsers.add_parser(
            name,
            help=about,
            description=about[:1].upper() + about[1:] + ".",
            epilog=_EPILOG,
            formatter_class=raw,
            allow_abbrev=False,
        )
        made.set_defaults(run=commands[name])
        return made

    derive = command("derive", "derive the plan of each case")
    _add_case(derive)
    _add_format(derive, "text", "json", "turtle", "jsonld", "markdown")
    derive.add_argument(
        "--reasoner",
        choices=("compiled", "owlrl"),
        default="compiled",
        help="compiled criteria, or the whole OWL 2 RL closure: same answers, slow (default: "
        "%(default)s)",
    )
    _add_folders(derive)
    validate = command("validate", "tell what is wrong or doubtful about each case")
    _add_case(validate)
    _add_format(validate, "text", "json")
    _add_folders(validate)
    show = command("recommendations", "list what the guideline says")
    _add_format(show, "text", "json", "markdown")
    show.add_argument("--section", help="only this section, such as Treatment/Localized")
    show.add_argument("--kind", help="only this kind, such as recommendation or alert")
    _add_folders(show)
    return parser


def _add_case(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("case", metavar="CASE", help="a file of one case or many; - is stdin")
    parser.add_argument(
        "--as-of",
        type=_day,
        metavar="DATE",
        help="the day that the answer is for, such as 2026-01-15 (default: today)",
    )
    parser.add_argument(
        "--input-format",
        choices=_INPUT_FORMATS,
        help="the format of CASE (default: by the name of the file, else by what is in it)",
    )


def _add_format(parser: argparse.ArgumentParser, *names: str) -> None:
    parser.add_argument(
        "--format", choices=names, default=names[0], help="the form of the answer (default: text)"
    )


def _add_folders(parser: argparse.ArgumentParser) -> None:
    for name in ("ontology", "shapes"):
        parser.add_argument(
            f"--{name}",
            type=_folder,
            metavar="DIR",
            help=f"a folder to use in place of the {name} that came with netkg",
        )


def _day(words: str) -> date:
    """Read an ISO day, strictly: four, two and two digits that make a real day."""
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", words):
            return date.fromisoformat(words)
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{words!r} is not a real day, such as 2026-01-15")


def _folder(words: str) -> Path:
    path = Path(words)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"{words!r} is not a folder")
    return path
