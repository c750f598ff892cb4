"""Cohorts of valid cases made from the examples, the same for the same seed."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

__all__ = ["EXAMPLES", "cases", "write_ndjson"]

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"

# Fields that a valid case may lack.
CASE_FIELDS = ("sex", "birthDate", "fitForSurgery", "men1Status", "symptoms", "diseaseCourse")
TUMOR_FIELDS = ("location", "malignantImagingFeatures", "measurements")


def cases(count: int, *, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Yield cases, each an example with other dates, sizes and birth, and some fields left out.

    >>> first, again = next(cases(1)), next(cases(1))
    >>> first == again, first["id"]
    (True, 'case-000001')
    """
    chance = random.Random(seed)
    models = [
        json.loads(path.read_text(encoding="utf-8")) for path in sorted(EXAMPLES.glob("*.json"))
    ]
    for number in range(1, count + 1):
        yield _vary(chance.choice(models), f"case-{number:06}", chance)


def write_ndjson(path: Path, count: int, *, seed: int = 1) -> None:
    """Write a cohort to a file, one case per line."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(
            f"{json.dumps(case, ensure_ascii=False)}\n" for case in cases(count, seed=seed)
        )


def _vary(model: dict[str, Any], name: str, chance: random.Random) -> dict[str, Any]:
    shift, scale = chance.randrange(300), chance.uniform(0.5, 2.0)
    case = _thinned(model, CASE_FIELDS, chance) | {"id": name}
    if "birthDate" in case:
        case["birthDate"] = _earlier(case["birthDate"], chance.randrange(9000))
    case["tumors"] = [_thinned(tumor, TUMOR_FIELDS, chance) for tumor in case["tumors"]]
    for tumor in case["tumors"]:
        if "measurements" in tumor:
            tumor["measurements"] = [
                measurement
                | ({"date": _earlier(measurement["date"], shift)} if "date" in measurement else {})
                | {"diameterMm": round(measurement["diameterMm"] * scale, 1)}
                for measurement in tumor["measurements"]
            ]
    if "events" in case:
        case["events"] = [
            event | ({"date": _earlier(event["date"], shift)} if "date" in event else {})
            for event in case["events"]
        ]
    return case


def _thinned(
    record: dict[str, Any], fields: tuple[str, ...], chance: random.Random
) -> dict[str, Any]:
    left_out = {field for field in fields if chance.random() < 0.2}
    return {key: value for key, value in record.items() if key not in left_out}


def _earlier(day: str, days: int) -> str:
    return (date.fromisoformat(day) - timedelta(days=days)).isoformat()
