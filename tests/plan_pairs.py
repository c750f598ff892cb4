"""Pairs of cases whose plans differ in every way."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from strategies import random_case

from netkg.api import default_engine
from netkg.case.loading import load_case
from netkg.comparison.model import Comparison, Difference
from netkg.plan.model import Plan

JSON = dict[str, Any]
Key = tuple[str, str]
ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "small-pancreatic-net.json"
ENGINE = default_engine()
AS_OF = date(2026, 3, 31)


def plan_of(case: JSON | Path, day: date = AS_OF) -> Plan:
    return ENGINE.derive(load_case(case, schema=ENGINE.schema), as_of=day)


def key(row: Difference) -> Key:
    focus = row.after or row.before
    assert focus is not None
    return row.statement.id, "" if row.statement.level == "case" else focus.focus


def differing_rows(view: Comparison) -> list[Difference]:
    return [*view.appeared, *view.disappeared, *view.changed]


def drawn_pairs() -> Iterator[tuple[Plan, Plan]]:
    """Draw two plans: of one case edited, of two cases, or of two days."""
    rng = random.Random("pairs")
    for path in sorted((ROOT / "examples").glob("*.json")):
        one = json.loads(path.read_text(encoding="utf-8"))
        for edit in (
            {"malignantImagingFeatures": True},
            {"malignantImagingFeatures": False},
            {"measurements": [{"date": "2026-01-15", "diameterMm": 21}]},
        ):
            edited = copy.deepcopy(one)
            edited["tumors"][0] |= edit
            yield plan_of(one), plan_of(edited)
        yield plan_of(one), plan_of(one, date(2026, 9, 30))
    drawn = 0
    while drawn < 120:
        one = random_case(rng)
        two, day = random_case(rng), AS_OF
        kind = rng.choice(["edited", "edited", "other", "later"])
        if kind == "edited":
            for field in rng.sample([*two], min(len(two), 3)):
                if field not in ("id", "metastases", "events", "tumors"):
                    one[field] = two[field]
            edited = copy.deepcopy(one)
            edited["tumors"][0] |= {k: v for k, v in two["tumors"][0].items() if k != "id"}
            edited["events"] = edited["events"][1:]
            two = edited
        elif kind == "later":
            two, day = one, date(2026, 9, 30)
        elif rng.random() < 0.5:
            for tumor in two["tumors"]:
                tumor["id"] = f"other-{tumor['id']}"
            for event in two["events"]:
                if event.get("target", "").startswith("t"):
                    event["target"] = f"other-{event['target']}"
        before, after = plan_of(one), plan_of(two, day)
        if before.conforms and after.conforms:
            drawn += 1
            yield before, after
