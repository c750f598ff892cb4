"""The command validate: the findings on each case."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, TypeAlias

import click

from netkg.cli.arguments import (
    CASE,
    Choice,
    Command,
    Inputs,
    as_of,
    engine,
    folders,
    formats,
    input_format,
    refuse,
)
from netkg.cli.output import (
    between_cases,
    findings_as_text,
    note,
    out,
    out_table,
    progress,
    screen,
    to_json,
    write_answers,
)
from netkg.cli.readers import Readers

if TYPE_CHECKING:
    from netkg.case.finding import Findings
    from netkg.case.model import Case
    from netkg.plan.engine import Engine

EPILOG: Final = """
Exit status:

    0    done
    1    a case violates the shapes, or has a finding as severe as --fail-on says
    2    misuse, or input that cannot be read (takes precedence over 1)

For education only, not a medical device.
"""
# The most severe first; a test compares them with those of findings.
LEVELS: Final = ("Violation", "Warning", "Info")
# A case, all its findings, and those that are shown.
Found: TypeAlias = "tuple[Case, Findings, Findings]"


@click.command(cls=Command, epilog=EPILOG)
@click.argument("cases", nargs=-1, required=True, type=CASE, metavar="CASE...")
@as_of
@input_format
@engine
@folders
@formats("text", "json", "csv", "shacl")
@click.option(
    "--severity",
    type=Choice(LEVELS),
    default="Info",
    help="Show only findings that are as severe as this, or more severe.",
)
@click.option(
    "--fail-on",
    type=Choice(LEVELS),
    default="Violation",
    help="Exit with 1 if there is a finding as severe as this, or more severe.",
)
@click.option(
    "--raw",
    is_flag=True,
    help="As csv, keep texts that a spreadsheet would run as formulas (default: an apostrophe "
    "precedes them).",
)
def validate(
    inputs: Inputs, cases: tuple[str, ...], format: str, severity: str, fail_on: str, raw: bool
) -> int:
    """Validate each case and report errors and warnings.

    CASE is a file of one case or of many; - is standard input.

    For example:

        netkg validate - < case.json
        netkg validate monday.ndjson tuesday.ndjson --severity Warning
        netkg validate cases.ndjson --format csv > findings.csv
        netkg validate cases.ndjson --format shacl > report.ttl
    """
    refuse(raw and format != "csv", "--raw is about csv. Add --format csv, or leave out --raw.")
    engine, readers = inputs.engine, Readers(inputs, cases)
    validation = _Validation(engine, inputs, readers, _from(severity))
    if format == "csv":
        _write_csv(validation, raw=raw)
        # This format has no place for the notice that every answer carries.
        note(engine.closing_notice)
    elif format == "shacl":
        _write_report(validation, engine)
    elif format == "json":
        found = ((all_.conforms, to_json(shown)) for _, all_, shown in validation)
        write_answers(found, format, many=readers.many)
    else:
        texts = (
            (found.conforms, findings_as_text(case.id, found, engine, shown))
            for case, found, shown in validation
        )
        write_answers(texts, format, many=readers.many)
        validation.write_totals()
    return readers.status(any(validation.counts[level] for level in _from(fail_on)))


def _from(level: str) -> tuple[str, ...]:
    """Return a severity and those that are worse."""
    return LEVELS[: LEVELS.index(level) + 1]


class _Validation:
    """The cases with their findings, in order; it counts them."""

    def __init__(
        self, engine: Engine, inputs: Inputs, readers: Readers, shown: tuple[str, ...]
    ) -> None:
        self._engine, self._inputs, self._readers = engine, inputs, readers
        self._shown = shown
        self.cases = self.invalid = 0
        self.counts: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Found]:
        day = self._inputs.evaluation_date
        with progress(self._readers, "cases") as cases:
            for case, found in self._engine.validate_all(cases, as_of=day):
                self.cases += 1
                self.invalid += not found.conforms
                self.counts.update(each.severity for each in found)
                yield case, found, found.of(self._shown)

    def write_totals(self) -> None:
        """Write the totals if there is more than one case."""
        rejected = self._readers.rejected
        if self.cases + rejected > 1:
            from netkg.render.terminal import totals_text

            totals = totals_text(self.cases, self.invalid, rejected, self.counts, **screen())
            out(between_cases() + totals if self.cases else totals)


def _write_csv(found: Iterable[Found], *, raw: bool) -> None:
    from netkg.case.finding import Finding
    from netkg.render.escape import escape_formulas

    keys = Finding.json_keys
    out_table(_row("case", *keys))
    for case, _, shown in found:
        for row in shown.to_rows():
            cells = [case.id, *("" if row[key] is None else str(row[key]) for key in keys)]
            out_table(_row(*(cells if raw else map(escape_formulas, cells))))


def _row(*cells: str) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _write_report(found: Iterable[Found], engine: Engine) -> None:
    from netkg.validation.report import ReportWriter

    report, document = ReportWriter(engine.validator), engine.catalogue.document
    out(report.first((document.edition, document.disclaimer)))
    for case, _, shown in found:
        out(report.case(case, shown))
    out(report.last())
