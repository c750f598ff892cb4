"""What a cohort came to, for a terminal: the progress of a run, and a summary at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import StringIO
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from netkg.plan.engine import Engine
from netkg.plan.status import Status
from netkg.result import counted

if TYPE_CHECKING:
    from netkg.cohort.totals import Totals

__all__ = ["progress_bar", "summary_text"]

MOST: Final = 10
WIDEST: Final = 1_000
STATUSES: Final[tuple[Status, ...]] = (
    *("overdue", "due", "planned", "scheduled", "option", "tried", "declined", "done"),
    *("superseded", "closed"),
)


@contextmanager
def progress_bar(total: float) -> Iterator[Callable[[Totals], None]]:
    """Show the progress of a run on standard error, if that is a terminal.

    ``total`` is what all inputs come to, as :attr:`Totals.share` counts it.
    """
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[cases]:,} cases, {task.fields[rate]:,.0f} a second"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("Deriving", total=total, cases=0, rate=0.0)

        def show(totals: Totals) -> None:
            seconds = bar.tasks[0].elapsed or 1.0
            bar.update(task, completed=totals.share, cases=totals.read, rate=totals.read / seconds)

        yield show


def summary_text(totals: Totals, engine: Engine, *, width: int = 100) -> str:
    """Return the numbers of a run: cases, statements by status, findings, missing fields."""
    # A table with large numbers is wider than the text, since no number may be broken.
    console = Console(file=StringIO(), width=WIDEST, color_system=None)
    cases = totals.cases
    console.print(
        f"{counted(totals.read, 'case')}: {cases['planned']:,} planned,"
        f" {cases['invalid']:,} invalid, {cases['rejected']:,} rejected"
    )
    if cases["planned"]:
        console.print()
        console.print(_statements(totals.counts.verdicts, engine))
    if totals.counts.findings:
        console.print()
        console.print(_findings(totals.counts.findings))
        missing = _missing(totals.counts.findings)
        if missing is not None:
            console.print()
            console.print(missing)
    console.print()
    console.print(engine.closing_notice, highlight=False, width=width)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def _table(*heads: str, words: int = 1) -> Table:
    """Return a table whose first columns have words, and the others numbers."""
    table = Table(box=None, pad_edge=False, collapse_padding=True, header_style="")
    for place, head in enumerate(heads):
        table.add_column(head, justify="left" if place < words else "right", no_wrap=True)
    return table


def _statements(verdicts: Mapping[tuple[str, ...], int], engine: Engine) -> Table:
    """Return the table of statements by status: those that apply to anybody."""
    by_id: dict[str, Counter[str]] = {}
    for (id_, verdict, status), number in verdicts.items():
        by_id.setdefault(id_, Counter())[status or verdict] += number
    used = [s for s in STATUSES if any(counts[s] for counts in by_id.values())]
    table = _table("statement", *used, "undetermined")
    for statement in engine.catalogue.verdict_bearing:
        counts = by_id.get(statement.id, Counter())
        if any(counts[name] for name in (*used, "undetermined")):
            numbers = [counts[name] for name in (*used, "undetermined")]
            table.add_row(statement.id, *(f"{n:,}" if n else "" for n in numbers))
    return table


def _findings(findings: Mapping[tuple[str, ...], int]) -> Table:
    table = _table("most frequent findings", "field", "statement", "number", words=3)
    numbers: Counter[tuple[str, str, str]] = Counter()
    for (severity, field, _, statement), number in findings.items():
        numbers[severity, field, statement] += number
    for (severity, field, statement), number in numbers.most_common(MOST):
        table.add_row(severity, field, statement, f"{number:,}")
    return table


def _missing(findings: Mapping[tuple[str, ...], int]) -> Table | None:
    numbers: Counter[str] = Counter()
    for (_, field, nothing, _), number in findings.items():
        if nothing:
            numbers[field] += number
    if not numbers:
        return None
    table = _table("most frequent missing fields", "number")
    for field, number in numbers.most_common(MOST):
        table.add_row(field, f"{number:,}")
    return table
