"""Write answers to standard output and messages to standard error."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO, TypeVar

import click

from netkg.render.escape import plain
from netkg.result import json_text

if TYPE_CHECKING:
    from netkg.case.finding import Finding
    from netkg.comparison.model import Comparison
    from netkg.plan.engine import Engine
    from netkg.result import Result

_WIDEST: Final = 120

Item = TypeVar("Item")


class OutputError(Exception):
    """Standard output cannot be written to."""


# -- standard output -----------------------------------------------------------------------
@contextlib.contextmanager
def _standard_output() -> Iterator[TextIO]:
    """Report a closed or full standard output; a broken pipe stays a BrokenPipeError."""
    if sys.stdout is None:
        raise OutputError("standard output is closed")
    try:
        yield sys.stdout
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"standard output: {error.strerror or error}") from error


def chosen_format(
    format: str | None, path: Path | None, known: Mapping[str, str], *, default: str
) -> str:
    """Return the format that is named, or that the ending of a file means, or the default.

    Raises:
        UsageError: if the ending is not one of those ``known``.
    """
    if format is not None:
        return format
    if path is None:
        return default
    ending = path.suffix.removeprefix(".").casefold()
    if ending not in known:
        endings = ", ".join(f".{name}" for name in known)
        raise click.UsageError(
            f"{path}: the ending does not name a format. Add --format, or use one of {endings}."
        )
    return known[ending]


def out(words: str | bytes) -> None:
    """Write data to standard output.

    Raises:
        OutputError: if it is closed or full.
    """
    with _standard_output() as stream:
        if isinstance(words, str):
            stream.write(words)
        else:
            stream.flush()
            stream.buffer.write(words)


def flush() -> None:
    """Write out what is still buffered (see :func:`out`)."""
    if sys.stdout is not None:
        with _standard_output() as stream:
            stream.flush()


def drop() -> None:
    """Discard what is still buffered, so that the end of the process does not fail again."""
    with contextlib.suppress(AttributeError, OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()


def use_utf8() -> None:
    """Write UTF-8 in every locale, and an escape for what cannot be encoded."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def out_table(words: str) -> None:
    """Write CSV or TSV to standard output: as it is, but on a terminal with escapes."""
    terminal = _is_terminal(sys.stdout)
    out(plain(words, keep="\t\r\n") if terminal else words)


# -- standard error ------------------------------------------------------------------------
class _PlainFormatter(logging.Formatter):
    """Formatter of lines in which a name cannot move the cursor."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        return plain(super().format(record), keep="\n")


def log(ctx: click.Context, verbose: int) -> None:
    """Send the log of the package to standard error until the command ends.

    ``verbose`` is 1 (what is done) or more (every step).
    """
    logger, handler = logging.getLogger("netkg"), logging.StreamHandler()
    handler.setFormatter(_PlainFormatter("netkg: %(message)s"))
    ctx.call_on_close(partial(logger.removeHandler, handler))
    ctx.call_on_close(partial(logger.setLevel, logger.level))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO if verbose == 1 else logging.DEBUG)


def note(words: str) -> None:
    """Write a note to standard error, unless the command is quiet."""
    ctx = click.get_current_context(silent=True)
    if not (ctx and ctx.meta["quiet"]):
        say(words)


def say(words: str, *, name: str = "netkg") -> None:
    """Write a message to standard error."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            sys.stderr.write(f"{name}: {plain(words)}\n")


@contextlib.contextmanager
def progress(items: Iterable[Item], name: str) -> Iterator[Iterable[Item]]:
    """Count the items on standard error while they are read, if a person waits there.

    That is on a terminal to which nothing else is written, unless the command is quiet.
    """
    ctx = click.get_current_context(silent=True)
    shown = _is_terminal(sys.stderr) and not _is_terminal(sys.stdout)
    if not shown or (ctx and ctx.meta["quiet"]):
        yield items
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn(f"{{task.completed:,}} {name}"), TimeElapsedColumn())
    # What is written to standard error meanwhile appears above; the count itself goes away.
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, redirect_stdout=False) as bar:
        yield bar.track(items, total=None)


# -- answers -------------------------------------------------------------------------------
def write_answers(answers: Iterable[tuple[bool, str]], form: str, *, many: bool) -> bool:
    """Write answers as they come: as a list, or without ``many`` as a single answer.

    Each answer comes with whether its case conforms; return whether one does not.
    """
    start, between, end = "", {"text": between_cases(), "markdown": "\n---\n\n"}.get(form, "\n"), ""
    if form in ("json", "jsonld"):
        start, between, end = ("[\n", ",\n", "\n]\n") if many else ("", "", "\n")
    violated, begun = False, False
    for conforms, answer in answers:
        out(between if begun else start)
        out(answer.rstrip("\n") if end else answer)
        violated, begun = violated or not conforms, True
    out(end if begun else "[]\n" if many and end else "")
    return violated


def between_cases() -> str:
    """Return the line between the texts about two cases."""
    return f"\n{'─' * screen()['width']}\n\n"


def shown_as(form: str, answer: Result, **writers: Callable[..., str]) -> str:
    """Return an answer as json, as a function of ``writers`` writes it, or as Markdown."""
    if form == "json":
        return to_json(answer)
    if form in writers:
        return writers[form](answer, **(screen() if form == "text" else {}))
    from netkg.render.pages import page

    return page(answer).markdown()


def comparison_as(form: str, view: Comparison) -> str:
    """Return a comparison as json, markdown or text."""
    from netkg.render.comparison import comparison_text

    return shown_as(form, view, text=comparison_text)


def findings_as_text(
    case: str, findings: Iterable[Finding], engine: Engine, shown: Iterable[Finding] | None = None
) -> str:
    """Return the findings on a case as text; with ``shown`` only these are listed."""
    from netkg.render.terminal import findings_text

    notice = engine.closing_notice
    return findings_text(case, findings, **screen(), closing_notice=notice, shown=shown)


def to_json(value: Any) -> str:
    """Return an answer or a value as JSON for people to read, in any script."""
    return json_text(value)


def screen() -> dict[str, Any]:
    """Return whether standard output shows color, and the width of a line."""
    terminal = _is_terminal(sys.stdout)
    plain_only = os.environ.get("TERM") == "dumb" or bool(os.environ.get("NO_COLOR"))
    columns = shutil.get_terminal_size(fallback=(80, 24)).columns
    return {"color": terminal and not plain_only, "width": min(columns, _WIDEST)}
