"""Spoil a random case: one fault, of every kind that a reader or a shape reports."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any, Final

from random_choices import Choices

__all__ = ["spoil", "spoil_field"]

JSON = dict[str, Any]

# Values that no field accepts, or only some do.
WRONG: Final[tuple[Any, ...]] = (
    *("Nonsense", "yes", "2026-02-30", "8", "", 7, -1, 1e3, 250.5, True, False, 1e20),
    *({"value": 8}, [["nested"]], ["Nonsense", "Other"]),
)
# Values that are valid for some fields, or just outside of their range.
SUBTLE: Final[tuple[Any, ...]] = (0, -0.01, 100.01, 130.5, 0.5, "2026-01-31", True, "G1", "8")


def spoil(case: JSON, rng: random.Random, choices: Choices) -> JSON:
    """Return a case with one fault, or with several."""
    for _ in range(rng.choice((1, 2, 3, 5, 8))):
        rng.choice(FAULTS)(case, rng, choices)
    return case


def spoil_field(case: JSON, rng: random.Random, choices: Choices, words: Collection[str]) -> JSON:
    """Return a case with wrong values for the fields that some words name, as Tumor-grade does."""
    for kind, fields in choices.schema.fields.items():
        for key in sorted({*fields, "type", "knownType"}):
            if f"{kind}-{key}" in words and rng.random() < 0.8:
                key = "type" if key == "knownType" else key
                record = rng.choice(records(case).get(kind) or [added(case, kind)])
                record[key] = rng.choice((wrong(key, rng, choices), *SUBTLE, None))
    return case


def added(case: JSON, kind: str) -> JSON:
    """Return a new record of a case."""
    record: JSON = {}
    tumor = (objects(case, "tumors") or [{}])[0]
    owner, key = {
        "Metastasis": (case, "metastases"),
        "ClinicalEvent": (case, "events"),
        "Measurement": (tumor, "measurements"),
    }.get(kind, (case, "tumors"))
    listed(owner, key).append(record)
    return record


def records(case: JSON) -> dict[str, list[JSON]]:
    """Return the records of a case by the names of their classes."""
    tumors = objects(case, "tumors")
    found = {
        "Case": [case],
        "Tumor": tumors,
        "Metastasis": objects(case, "metastases"),
        "ClinicalEvent": objects(case, "events"),
        "Measurement": [each for tumor in tumors for each in objects(tumor, "measurements")],
    }
    return {kind: members for kind, members in found.items() if members}


def objects(record: JSON, key: str) -> list[JSON]:
    """Return the objects in the list of a key, which may be spoiled already."""
    value = record.get(key)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def wrong(key: str, rng: random.Random, choices: Choices) -> Any:
    """Return a value for a field that is of another type, or of none of its values."""
    ranges = [record[key].range for record in choices.schema.fields.values() if key in record]
    types = {"boolean": bool, "decimal": (int, float), "string": str}
    fitting = types.get(ranges[0].rpartition("#")[2], ()) if ranges else ()
    # Copied, since a later fault may change what is inside.
    return copy.deepcopy(rng.choice([each for each in WRONG if not isinstance(each, fitting)]))


def wrong_value(case: JSON, rng: random.Random, choices: Choices) -> None:
    """Set some fields of any records to values that they may not accept."""
    fields = choices.schema.fields
    for _ in range(3):
        members = records(case)
        places = [(kind, key) for kind in sorted(members) for key in sorted(fields[kind])]
        types = [("ClinicalEvent", "type")] * ("ClinicalEvent" in members)
        kind, key = rng.choice([*places, *types])
        rng.choice(members[kind])[key] = wrong(key, rng, choices)


def wrong_event(case: JSON, rng: random.Random, choices: Choices) -> None:
    """Set a field of a new event to a value that it may not accept."""
    key = rng.choice([*sorted(choices.schema.fields["ClinicalEvent"]), "type"])
    event = {
        "type": rng.choice(choices.events),
        "status": "completed",
        key: wrong(key, rng, choices),
    }
    events(case).append(event)


def wrong_record(case: JSON, rng: random.Random, choices: Choices) -> None:
    """Set a field of a new metastasis or measurement to a value that it may not accept."""
    kind = rng.choice(("Metastasis", "Measurement"))
    key = rng.choice(sorted(choices.schema.fields[kind]))
    if kind == "Metastasis":
        listed(case, "metastases").append({key: wrong(key, rng, choices)})
    else:
        for tumor in records(case).get("Tumor", [])[:1]:
            listed(tumor, "measurements").append({"diameterMm": 12, key: wrong(key, rng, choices)})


def out_of_range(case: JSON, rng: random.Random, choices: Choices) -> None:
    """Set a number to a value that is just outside of its range."""
    tumor = (records(case).get("Tumor") or [{}])[0]
    key, value = rng.choice(
        (
            *(("ageAtDiagnosis", number) for number in (-0.5, 130.5)),
            *(("ki67Percent", number) for number in (-0.01, 100.01)),
            ("mitosesPer2mm2", -0.01),
            *((name, -0.01) for each in choices.bounds.values() for name, _ in each),
            *(("ki67MaxInclusive", 100.01), ("ki67MinExclusive", 100), ("ki67MaxExclusive", 0)),
            ("measurements", [{"diameterMm": 0}]),
        )
    )
    (case if key == "ageAtDiagnosis" else tumor)[key] = value


def missing_key(case: JSON, rng: random.Random, choices: Choices) -> None:
    """Leave out a key that is required, or add one that is unknown."""
    kind, key = rng.choice(
        (
            *(("Case", "id"), ("Case", "tumors"), ("Measurement", "diameterMm")),
            *(("ClinicalEvent", "type"), ("ClinicalEvent", "status")) * 2,
        )
    )
    for record in records(case).get(kind, [])[:1]:
        record.pop(key, None)


def unknown_key(case: JSON, rng: random.Random, choices: Choices) -> None:
    """Add a key that is unknown, or that belongs to another record."""
    members = rng.choice([found for _, found in sorted(records(case).items())])
    others = [key for name in choices.schema.fields for key in choices.schema.fields[name]]
    rng.choice(members)[rng.choice(["nonsense", "ki67", *sorted(others)])] = copy.deepcopy(
        rng.choice(WRONG)
    )


def same_id(case: JSON, rng: random.Random, choices: Choices) -> None:
    """Use one id for two records, or a target that does not exist."""
    members = [*records(case).get("Tumor", []), *records(case).get("Metastasis", [])]
    if len(members) > 1 and rng.random() < 0.5:
        members[-1]["id"] = members[0].get("id", "t1")
    else:
        events(case).append({"type": "CTScan", "status": "completed", "target": "t9"})


def in_the_future(case: JSON, rng: random.Random, choices: Choices) -> None:
    """Date a completed event or a measurement after the evaluation, or on its day."""
    day = (choices.as_of + timedelta(rng.choice((0, 1, 1, 30)))).isoformat()
    if rng.random() < 0.5:
        events(case).append({"type": "CTScan", "status": "completed", "date": day})
    else:
        for tumor in records(case).get("Tumor", [])[:1]:
            listed(tumor, "measurements").append({"diameterMm": 12, "date": day})


def against_limit(case: JSON, rng: random.Random, choices: Choices) -> None:
    """Record a test with a result that contradicts its value and its limit."""
    value = rng.choice((79, 80, 81))
    result = "NotElevated" if value > 80 else "Elevated"
    tests = choices.below("LaboratoryTest")
    test = {"type": rng.choice(tests), "status": "completed", "result": result}
    events(case).append({**test, "value": value, "upperReferenceLimit": 80})


def against_pathology(case: JSON, rng: random.Random, choices: Choices) -> None:
    """Draw two of grade, differentiation, histology and Ki-67 index, without the others."""
    for tumor in records(case).get("Tumor", [])[:1]:
        values = {
            **{key: choices.coded[key] for key in ("grade", "differentiation", "histology")},
            "ki67Percent": choices.numbers("ki67Percent"),
        }
        pairs = (["grade", "ki67Percent"], ["differentiation", "histology"])
        kept = rng.choice((*pairs, rng.sample(sorted(values), 2), rng.sample(sorted(values), 2)))
        for key in values:
            tumor.pop(key, None)
        tumor.update({key: rng.choice(values[key]) for key in kept})


def against_range(case: JSON, rng: random.Random, choices: Choices) -> None:
    """Draw two or three of a number and the bounds of its range."""
    for tumor in records(case).get("Tumor", [])[:1]:
        name = rng.choice(sorted(choices.bounds))
        keys = [name, *(bound for bound, _ in choices.bounds[name])]
        numbers = rng.sample(choices.numbers(name), 2)
        for key in keys:
            tumor.pop(key, None)
        tumor.update({key: rng.choice(numbers) for key in rng.sample(keys, rng.choice((2, 2, 3)))})


def against_syndrome(case: JSON, rng: random.Random, choices: Choices) -> None:
    """Record a syndrome of a non-functioning tumor."""
    for tumor in records(case).get("Tumor", [])[:1]:
        tumor["functionalStatus"] = "NonFunctioning"
        tumor["hormonalSyndrome"] = [rng.choice(choices.coded["hormonalSyndrome"])]


def against_extent(case: JSON, rng: random.Random, choices: Choices) -> None:
    """Call a disease localized, and record any metastasis."""
    case["diseaseExtent"] = "Localized"
    listed(case, "metastases").append({"site": rng.choice(choices.coded["site"])})


def against_imaging(case: JSON, rng: random.Random, choices: Choices) -> None:
    """Record receptors that the latest imaging may contradict."""
    for tumor in records(case).get("Tumor", [])[:1]:
        tumor["somatostatinReceptorStatus"] = rng.choice(("Positive", "Negative"))
        imaging = rng.choice(choices.below("SomatostatinReceptorImaging"))
        result = rng.choice(("Positive", "Negative"))
        event = {"type": imaging, "status": "completed", "result": result}
        events(case).append({**event, "date": "2026-03-31", "target": tumor.get("id", "t1")})


def listed(record: JSON, key: str) -> list[Any]:
    """Return the list of a key, which it may get now."""
    if not isinstance(record.get(key), list):
        record[key] = []
    found: list[Any] = record[key]
    return found


def events(case: JSON) -> list[Any]:
    """Return the list of the events of a case."""
    return listed(case, "events")


Fault = Callable[[JSON, random.Random, Choices], None]
# A kind that is listed more than once is drawn more often.
FAULTS: Final[tuple[Fault, ...]] = (
    *(wrong_value,) * 12,
    *(wrong_event, wrong_record),
    *(out_of_range, missing_key, unknown_key, same_id, in_the_future),
    *(against_limit, against_syndrome, against_extent, against_imaging),
    *(against_pathology,) * 8,
    *(against_range,) * 3,
)
