"""Target: comparisons, what-if questions, explanations and their proofs agree with each other."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterable
from typing import Any
from zlib import crc32

import netkg
from netkg.api import default_engine
from tests.fuzz.answers import AS_OF, JSON, content, difference, draw_case
from tests.fuzz.sample import Sample, require
from tests.strategies import EXTENTS, SITES, TRUTH

# Plans of many cases together take a third of the time that they take one by one.
PAIRS = 8
# The checker of proofs derives all facts again, which takes half a second: one sample of so many.
_PROOF = 8
_CHANGES: dict[str, list[Any]] = {
    "fitForSurgery": TRUTH,
    "diseaseExtent": EXTENTS,
    "diseaseCourse": ["Progressive", "Stable"],
    "men1Status": ["Positive", "Negative"],
    "t1.primarySite": SITES,
    "t1.grade": ["G1", "G2", "G3"],
    "t1.ki67Percent": [1, 2.5, 8, 50],
    "t1.functionalStatus": ["Functioning", "NonFunctioning"],
    "t1.somatostatinReceptorStatus": ["Positive", "Negative", "Heterogeneous"],
}
_ADDED = {"type": "MRIScan", "status": "completed", "date": "2025-12-31"}


def draw(rng: random.Random) -> Sample:
    pairs = [_pair(rng, number) for number in range(PAIRS)]
    return Sample.json({"pairs": pairs, "changes": _changes(rng)})


def _pair(rng: random.Random, number: int) -> list[JSON]:
    case = draw_case(rng)
    # Half of the pairs are two versions of one case, as in practice.
    other = draw_case(rng) if rng.random() < 0.5 else _edited(case, _changes(rng))
    return [each | {"id": f"case-{number}"} for each in (case, other)]


def prepare() -> None:
    """Read the ontology of the checker of proofs, which is done once."""
    _check_proofs(netkg.load_case({"id": "c", "tumors": [{"id": "t1"}]}))


def _changes(rng: random.Random) -> JSON:
    chosen = rng.sample(list(_CHANGES), rng.choice((1, 1, 2, 4)))
    changes: JSON = {"set": {}, "unset": [], "add": {}}
    for path in chosen:
        if rng.random() < 0.8:
            changes["set"][path] = rng.choice(_CHANGES[path])
        else:
            changes["unset"].append(path)
    if rng.random() < 0.3:
        changes["add"] = {"events": _ADDED}
    return changes


def _edited(case: JSON, changes: JSON) -> JSON:
    """Return a case with changes, made without netkg."""
    case = copy.deepcopy(case)
    for path in (*changes["set"], *changes["unset"]):
        name, _, key = path.rpartition(".")
        record = case["tumors"][0] if name else case
        record.pop(key, None)
        if path in changes["set"]:
            record[key] = changes["set"][path]
    if changes["add"]:
        case["events"] = [*case["events"], changes["add"]["events"]]
    return case


def check(sample: Sample) -> None:
    body, choice = sample.value(), crc32(sample.data)
    pairs = [[netkg.load_case(each) for each in pair] for pair in body["pairs"]]
    # The two cases of a pair have the same id, and so are not derived together.
    plans = zip(*(_plans(cases) for cases in zip(*pairs, strict=True)), strict=True)
    for plan, another in plans:
        _check_itself(netkg.compare(plan, plan).to_dict())
        there, back = netkg.compare(plan, another), netkg.compare(another, plan)
        _check_mirror(there.to_dict(), back.to_dict())
    # Comparisons of cases derive both plans again: one pair of all.
    case, other = pairs[choice % len(pairs)]
    _check_itself(netkg.diff(case, case, as_of=AS_OF).to_dict())
    there, back = netkg.diff(case, other, as_of=AS_OF), netkg.diff(other, case, as_of=AS_OF)
    _check_mirror(there.to_dict(), back.to_dict())
    _check_whatif(case, body["pairs"][choice % len(pairs)][0], body["changes"])
    if choice % _PROOF == 0:
        _check_proofs(case)


def _plans(cases: Iterable[netkg.Case]) -> list[netkg.Plan]:
    return list(default_engine().derive_all(cases, as_of=AS_OF))


def _check_itself(view: JSON) -> None:
    for key in ("changes", "appeared", "disappeared", "changed", "nextQuestions", "onOtherFacts"):
        require(not view[key], f"a case differs from itself in {key}")
    for key in ("findings", "gaps", "treatments"):
        for side in ("appeared", "disappeared"):
            require(not view[key][side], f"a case differs from itself in {key}")


def _check_mirror(there: JSON, back: JSON) -> None:
    for key in ("findings", "gaps", "treatments"):
        _require_equal(_kinds(there[key]["appeared"]), _kinds(back[key]["disappeared"]), key)
        _require_equal(_kinds(there[key]["disappeared"]), _kinds(back[key]["appeared"]), key)
    _require_equal(_rows(there["appeared"]), _rows(back["disappeared"], swap=True), "appeared")
    _require_equal(_rows(there["disappeared"]), _rows(back["appeared"], swap=True), "disappeared")
    _require_equal(_rows(there["changed"]), _rows(back["changed"], swap=True), "changed")
    require(there["unchanged"] == back["unchanged"], "unchanged has no mirror")
    _require_equal(_sides(there["changes"]), _sides(back["changes"], swap=True), "changes")


def _kinds(items: list[Any]) -> list[str]:
    # The names of tumors may be those of the other case.
    return sorted(
        json.dumps(
            {k: v for k, v in item.items() if k in ("severity", "field", "statement", "type")}
            if isinstance(item, dict)
            else item
        )
        for item in items
    )


def _rows(rows: list[JSON], *, swap: bool = False) -> list[str]:
    sides = ("after", "before") if swap else ("before", "after")
    return sorted(
        json.dumps([row["id"], sorted(row["what"]), *(_outline(row[side]) for side in sides)])
        for row in rows
    )


def _outline(focus: JSON | None) -> list[Any] | None:
    return None if focus is None else [focus["focus"], focus["verdict"], focus["status"]]


def _sides(changes: list[JSON], *, swap: bool = False) -> list[str]:
    sides = ("after", "before") if swap else ("before", "after")
    return sorted(
        json.dumps([change["field"], *(change[side] for side in sides)], sort_keys=True)
        for change in changes
    )


def _require_equal(one: list[str], other: list[str], what: str) -> None:
    found = difference(one, other)
    require(not found, f"{what} has no mirror: {found}")


def _check_whatif(case: netkg.Case, body: JSON, changes: JSON) -> None:
    try:
        asked = netkg.whatif(case, as_of=AS_OF, **changes).to_dict()
    except netkg.InputError as error:
        # A path that is absent cannot be unset.
        require(changes["unset"], str(error))
        return
    edited = netkg.diff(case, _edited(body, changes), as_of=AS_OF).to_dict()
    for view in (asked, edited):
        del view["changes"]
    found = difference(content(asked), content(edited))
    require(not found, f"what-if and the edited case disagree: {found}")


def _check_proofs(case: netkg.Case) -> None:
    plan = netkg.derive(case, as_of=AS_OF)
    if not plan.recommendations:
        return
    seed = crc32(case.id.encode())
    row = plan.recommendations[seed % len(plan.recommendations)]
    explanation = netkg.explain(case, row.id, as_of=AS_OF)
    require(len(explanation.foci) == len(row.foci), f"{row.id}: a focus is not explained")
    for explained, focus in zip(explanation.foci, row.foci, strict=True):
        require(explained.focus.verdict == focus.verdict, f"{row.id}: explained otherwise")
    for checked in netkg.recheck(explanation, case):
        require(checked.follows, f"{row.id}: {checked.objections}")
