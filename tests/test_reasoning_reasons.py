"""Show that the facts of a verdict are sufficient for it, and are in the case."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from strategies import random_case

from netkg.api import default_engine
from netkg.case.loading import load_case
from netkg.plan.model import Focus, Plan
from netkg.reasoning.fact import Fact

JSON = dict[str, Any]
AS_OF = date(2026, 3, 31)
ENGINE = default_engine()
LISTS = {"symptoms", "hormonalSyndrome"}


def leaves(facts: tuple[Fact, ...]) -> Iterator[Fact]:
    for fact in facts:
        if fact.derived_from:
            yield from leaves(fact.derived_from)
        else:
            yield fact


def record_of(case: JSON, subject: str) -> JSON:
    if subject == case["id"]:
        return case
    return next(r for r in [*case["tumors"], *case["metastases"]] if r["id"] == subject)


def holds(case: JSON, fact: Fact) -> bool:
    """Return whether a leaf is a fact of the case, or the absence of one."""
    if fact.field in ("events", "measurements", "tumors") and fact.asserted:
        values = record_of(case, fact.subject)[fact.field]
        return fact.value in values or fact.value in [v.get("id") for v in values]
    value = record_of(case, fact.subject).get(fact.field)
    if fact.asserted:
        return bool(fact.value in value if isinstance(value, list) else fact.value == value)
    if fact.searched or fact.field == "metastases":
        return fact.value is None
    return value is None and fact.value is None


def reduced(case: JSON, facts: tuple[Fact, ...]) -> JSON:
    """Keep of a case its records, empty but for the leaves of these facts."""
    small: JSON = {
        "id": case["id"],
        "tumors": [{"id": t["id"]} for t in case["tumors"]],
        "metastases": [{"id": m["id"]} for m in case["metastases"]],
        "events": [],
    }
    for fact in leaves(facts):
        if not fact.asserted or fact.field in ("id", "tumors"):
            continue
        record = record_of(small, fact.subject)
        if fact.field in ("events", "measurements", *LISTS):
            values = record.setdefault(fact.field, [])
            if fact.value not in values:
                values.append(fact.value)
        else:
            record[fact.field] = fact.value
    return small


def foci(plan: Plan) -> Iterator[tuple[str, Focus]]:
    for row in plan.recommendations:
        for focus in row.foci:
            yield row.id, focus


@pytest.mark.batch
@pytest.mark.parametrize("seed", range(4))
def test_the_leaves_are_in_the_case_and_suffice_for_the_verdict(seed: int) -> None:
    rng = random.Random(f"because {seed}")
    checks: dict[str, tuple[JSON, str, str, str]] = {}
    for _ in range(25):
        case = random_case(rng)
        plan = ENGINE.derive(load_case(case, schema=ENGINE.schema), as_of=AS_OF)
        for id_, focus in foci(plan):
            for fact in leaves(focus.because):
                assert holds(case, fact), (case, id_, fact)
            if focus.because:
                small = reduced(case, focus.because)
                checks[str(small) + id_ + focus.focus] = (small, id_, focus.focus, focus.verdict)
    assert len(checks) > 500
    by_case: dict[str, tuple[JSON, list[tuple[str, str, str]]]] = {}
    for small, id_, where, verdict in checks.values():
        by_case.setdefault(str(small), (small, []))[1].append((id_, where, verdict))
    wanted = list(by_case.values())
    plans = ENGINE.derive_all(
        (load_case(small, schema=ENGINE.schema) for small, _ in wanted), as_of=AS_OF
    )
    for (small, expected), plan in zip(wanted, plans, strict=True):
        assert plan.conforms, (small, plan.findings)
        got = {(id_, focus.focus): focus.verdict for id_, focus in foci(plan)}
        for id_, where, verdict in expected:
            assert got[id_, where] == verdict, (small, id_, where)
