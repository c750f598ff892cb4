"""Count what a cohort has: statements by status, findings, and the fields that lack most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["Counts"]


@dataclass(slots=True)
class Counts:
    """Numbers of rows, by statement, verdict and status, and by what findings are about.

    ``verdicts`` has keys (id, verdict, status), ``findings`` (severity, field, found nothing,
    statement); a status or statement that is absent is an empty text.
    """

    verdicts: Counter[tuple[str, ...]] = field(default_factory=Counter)
    findings: Counter[tuple[str, ...]] = field(default_factory=Counter)

    @classmethod
    def of(cls, tables: Mapping[str, pa.Table]) -> Counts:
        """Return the counts of the tables of a part."""
        found = tables["findings"]
        is_nothing = pc.equal(found["found"].cast(pa.string()), "nothing")
        nothing = pc.if_else(is_nothing, "yes", "")
        found = found.append_column("nothing", nothing)
        return cls(
            _counted(tables["verdicts"], ["id", "verdict", "status"]),
            _counted(found, ["severity", "field", "nothing", "statement"]),
        )

    def add(self, other: Counts) -> None:
        """Add other counts."""
        self.verdicts.update(other.verdicts)
        self.findings.update(other.findings)

    def to_json(self) -> dict[str, Any]:
        """Return the counts as lists of keys and a number."""
        return {
            name: [[*key, number] for key, number in sorted(getattr(self, name).items())]
            for name in ("verdicts", "findings")
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Counts:
        """Return counts from their JSON form."""
        return cls(
            *(Counter({tuple(key): n for *key, n in content[k]}) for k in ("verdicts", "findings"))
        )


def _counted(table: pa.Table, names: list[str]) -> Counter[tuple[str, ...]]:
    """Return how often each combination of texts is in some columns of few different texts."""
    place, words = np.zeros(table.num_rows, np.int64), list[list[str]]()
    for name in names:
        column = table.column(name).combine_chunks()
        if not pa.types.is_dictionary(column.type):
            column = pc.dictionary_encode(column)
        own = [each or "" for each in column.dictionary.to_pylist()]
        place *= len(own) + 1
        place += np.asarray(pc.fill_null(column.indices.cast(pa.int64()), len(own)))
        words.append([*own, ""])
    found: Counter[tuple[str, ...]] = Counter()
    counts = np.bincount(place)
    for number in np.flatnonzero(counts):
        key, rest = [], int(number)
        for own in reversed(words):
            rest, at = divmod(rest, len(own))
            key.append(own[at])
        found[tuple(reversed(key))] += int(counts[number])
    return found
