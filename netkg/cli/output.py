"""Write answers to standard output and words to standard error."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, TextIO

from netkg.render.escape import plain

if TYPE_CHECKING:
    from netkg.comparison.model import Comparison

__all__ = [
    "OutputError",
    "comparison_as",
    "drop",
    "flush",
    "logged",
    "note",
    "out",
    "say",
    "screen",
    "to_json",
    "use_utf8",
    "write_answers",
]

_WIDEST: Final = 120
# Whether the commands that run in this process asked for silence; the last is the current one.
_QUIET: Final[list[bool]] = []


class OutputError(Exception):
    """Report that standard output cannot be written to."""


def write_answers(answers: Iterable[str], form: str, *, many: bool, width: int) -> None:
    """Write answers as they come: a list for many, else the one there is."""
    listed = form in ("json", "jsonld")
    between = {"text": f"\n{'─' * width}\n\n", "markdown": "\n---\n\n"}.get(form, "\n")
    first = True
    for answer in answers:
        if listed:
            out(("[\n" if many else "") if first else ",\n")
        elif not first:
            out(between)
        out(answer.rstrip("\n") if listed else answer)
        first = False
    if listed and many:
        out("[]\n" if first else "\n]\n")
    elif listed and not first:
        out("\n")


def to_json(value: Any) -> str:
    """Give a value as JSON for people to read, in whatever script it is."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def out(words: str) -> None:
    """Write data to standard output.

    Raises:
        OutputError: if it is closed or full; a broken pipe stays a BrokenPipeError.
    """
    if sys.stdout is None:
        raise OutputError("standard output is closed")
    try:
        sys.stdout.write(words)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"standard output: {error.strerror or error}") from error


def flush() -> None:
    """Write out what is still buffered (see :func:`out`)."""
    if sys.stdout is not None:
        try:
            sys.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(f"standard output: {error.strerror or error}") from error


def drop() -> None:
    """Send what is still buffered nowhere, so that leaving does not fail again."""
    with contextlib.suppress(AttributeError, OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextlib.contextmanager
def logged(verbose: int, *, quiet: bool) -> Iterator[None]:
    """Send the log of the package to standard error while a command runs.

    Nothing is logged unless ``verbose`` is 1 (what is done) or more (every step);
    ``quiet`` silences notes (see :func:`note`).
    """
    logger = logging.getLogger("netkg")
    level, handler = logger.level, logging.StreamHandler()
    handler.setFormatter(logging.Formatter("netkg: %(message)s"))
    if verbose:
        logger.addHandler(handler)
        logger.setLevel(logging.INFO if verbose == 1 else logging.DEBUG)
    _QUIET.append(quiet)
    try:
        yield
    finally:
        _QUIET.pop()
        logger.removeHandler(handler)
        logger.setLevel(level)


def note(words: str) -> None:
    """Write something to standard error that a person may want to know, unless silenced."""
    if not (_QUIET and _QUIET[-1]):
        say(words)


def say(words: str) -> None:
    """Tell a person something on standard error."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            sys.stderr.write(f"netkg: {plain(words)}\n")


def screen() -> tuple[bool, int]:
    """Tell whether to use colour, and how many columns there are."""
    terminal = sys.stdout is not None and sys.stdout.isatty()
    dumb = os.environ.get("TERM") == "dumb" or bool(os.environ.get("NO_COLOR"))
    columns = shutil.get_terminal_size(fallback=(80, 24)).columns
    return terminal and not dumb, min(columns, _WIDEST)


def use_utf8() -> None:
    """Write UTF-8 whatever the locale; what no encoding holds becomes an escape."""
    streams: tuple[TextIO | None, ...] = (sys.stdout, sys.stderr)
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def comparison_as(view: Comparison, form: str) -> str:
    """Return a comparison in one of its forms: text, json or markdown."""
    from netkg.render.comparison import comparison_markdown, comparison_text

    if form == "json":
        return to_json(view.to_dict())
    if form == "markdown":
        return comparison_markdown(view)
    color, width = screen()
    return comparison_text(view, color=color, width=width)
