"""What a run is, what came of it so far, and what its ``run.json`` says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from netkg.cohort.counts import Counts
from netkg.cohort.digest import MASK, digest_of
from netkg.cohort.parts import CASES, Source
from netkg.cohort.results import Results
from netkg.cohort.tables import SCHEMAS
from netkg.cohort.writing import Format
from netkg.limits import limits
from netkg.ontology.files import Folders
from netkg.plan.engine import Engine

__all__ = ["Run", "Totals", "record_of", "settings_of", "summary_of"]


@dataclass(frozen=True, slots=True)
class Run:
    """What is to be derived, by which version of netkg, and where the result goes."""

    sources: Sequence[Source]
    out: Path
    as_of: date
    folders: Folders
    version: str
    format: Format = "parquet"
    jobs: int = 1
    size: int = CASES
    # Whether the wide table of the foci is written, too.
    wide: bool = False


@dataclass(slots=True)
class Totals:
    """What came of the cases so far: numbers of cases, rows, and digests by table."""

    read: int = 0
    cases: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    digests: dict[str, tuple[int, int]] = field(default_factory=dict)
    counts: Counts = field(default_factory=Counts)
    seconds: float = 0.0
    parts: int = 0
    # How many files were derived; those before the last part are counted as a whole.
    share: float = 0.0

    def add(self, record: Mapping[str, Any]) -> None:
        """Add the record of a part."""
        self.read += record["read"]
        self.cases.update(record["cases"])
        self.rows.update(record["rows"])
        self.counts.add(Counts.from_json(record["counts"]))
        self.seconds += record["seconds"]
        self.share += record.get("share", 0.0)
        self.parts += 1
        for name, (one, other) in record["digests"].items():
            own = self.digests.get(name, (0, 0))
            self.digests[name] = ((own[0] + one) & MASK, (own[1] + other) & MASK)


def record_of(results: Results, tables: Mapping[str, pa.Table], read: int) -> dict[str, Any]:
    """Return the record of a part: the numbers of its cases and rows, and its digests."""
    return {
        "read": read,
        "cases": dict(results.counts),
        "rows": {name: table.num_rows for name, table in tables.items()},
        "counts": Counts.of(tables).to_json(),
        "digests": {name: digest_of(table) for name, table in tables.items()},
    }


def settings_of(run: Run, engine: Engine) -> dict[str, Any]:
    """Return what decides the content of the result."""
    files = []
    for source in run.sources:
        status = source.path.stat()
        files.append([str(source.path), status.st_size, status.st_mtime_ns])
    guideline = engine.catalogue.document
    return {
        "netkg": run.version,
        "guideline": {
            "iri": guideline.iri,
            "version": guideline.version,
            "reviewStatus": guideline.review_status,
        },
        "sources": engine.sources.key,
        "asOf": run.as_of.isoformat(),
        "format": run.format,
        "size": run.size,
        "wide": run.wide,
        "limits": asdict(limits()),
        "files": files,
    }


def summary_of(
    totals: Totals, settings: Mapping[str, Any], seconds: float, resumed: int = 0
) -> dict[str, Any]:
    """Return the content of ``run.json``.

    Raises:
        AssertionError: if a case is neither planned, invalid nor rejected.
    """
    if totals.read != sum(totals.cases.values()):
        raise AssertionError("cases were read that are neither planned, invalid nor rejected")
    own = {
        name: settings[name]
        for name in ("netkg", "guideline", "sources", "asOf", "format", "files")
    }
    return {
        **own,
        "read": totals.read,
        **{name: totals.cases[name] for name in ("planned", "invalid", "rejected")},
        "rows": {name: totals.rows[name] for name in {**SCHEMAS, **totals.rows}},
        "seconds": round(seconds, 3),
        "processSeconds": round(totals.seconds, 3),
        "parts": totals.parts,
        "partsFromBefore": resumed,
        "contentHash": {
            name: "".join(f"{each:016x}" for each in totals.digests.get(name, (0, 0)))
            for name in {**SCHEMAS, **totals.rows}
        },
    }
