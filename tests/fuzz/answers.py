"""Cases to derive, and what of their plans may be compared."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping
from typing import Any

from tests.strategies import random_case

JSON = dict[str, Any]
AS_OF = "2026-03-31"
# What depends on the order of the input, on its syntax, or on where something was written.
_LOOSE = frozenset({"because", "found", "line", "message", "pointer"})
_IDS = re.compile(r'"((?:case-\d+)|[tm]\d)"')
_ODD = (
    *(None, True, False, 0, -1, 1e308, 10**30, 2.5, 2.05, "", " ", "G3", "Pancreas", "2026-02-30"),
    *("2026-04-01", "t1", "Ümläut \U0001f642", "x" * 300, [], [[]], {}, {"id": "x"}, ["G1", "G2"]),
    *("CTScan", "Metastatic", "FDGPET", "MEN1Screening", "completed", ["Flushing", "Flushing"]),
)


def draw_case(rng: random.Random, *, damaged: float = 0.0) -> JSON:
    """Return a random case, with this chance one with some values that do not fit."""
    case = random_case(rng)
    if rng.random() < damaged:
        for _ in range(rng.choice((1, 1, 2, 3))):
            record = rng.choice(_records(case))
            key = rng.choice([*record, "grade", "ki67Percent", "date", "unknownKey", "label"])
            record[key] = rng.choice(_ODD)
    return case


def _records(case: JSON) -> list[JSON]:
    found = [case]
    for key in ("tumors", "metastases", "events"):
        records = case.get(key)
        found += (
            [each for each in records if isinstance(each, dict)]
            if isinstance(records, list)
            else []
        )
    return found


def renamed(case: JSON, prefix: str) -> JSON:
    """Return a case with a prefix to each id that it was drawn with."""
    return json.loads(_IDS.sub(rf'"{prefix}\1"', json.dumps(case)))


def shuffled(value: Any, rng: random.Random) -> Any:
    """Return a value in which all keys and lists have another order."""
    if isinstance(value, dict):
        items = [(key, shuffled(each, rng)) for key, each in value.items()]
        return dict(rng.sample(items, len(items)))
    if isinstance(value, list):
        return rng.sample([shuffled(each, rng) for each in value], len(value))
    return value


def content(value: Any) -> Any:
    """Return an answer without order, and without what depends on the text of the input."""
    if isinstance(value, Mapping):
        return {key: content(each) for key, each in value.items() if key not in _LOOSE}
    if isinstance(value, list | tuple):
        return sorted((content(each) for each in value), key=_text)
    return value


def verdicts(plan: JSON) -> list[tuple[str, str, str, str | None]]:
    """Return verdict and status of each statement at each focus."""
    return sorted(
        (row["id"], focus["focus"], focus["verdict"], focus["status"] or "")
        for row in plan["recommendations"]
        for focus in row["foci"]
    )


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def difference(one: Any, other: Any, path: str = "") -> str:
    """Return the first place where two answers differ, or nothing."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            if found := difference(one.get(key), other.get(key), f"{path}/{key}"):
                return found
        return ""
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for place, pair in enumerate(zip(one, other, strict=True)):
            if found := difference(*pair, f"{path}/{place}"):
                return found
        return ""
    return "" if one == other else f"{path}: {_text(one)[:300]} or {_text(other)[:300]}"
