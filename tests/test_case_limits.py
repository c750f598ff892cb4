"""Check that a case beyond a limit is refused, in each format, and the others are answered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import Run, Write

from netkg.api import default_engine, derive, load_case
from netkg.errors import InputError
from netkg.limits import limited

ROOT = Path(__file__).resolve().parent.parent
DAY = "2026-03-31"
EVENT = {"type": "CTScan", "status": "completed"}
WIDE = {"diameterMm": 12}


def case(**more: Any) -> dict[str, Any]:
    return {"id": "c", "tumors": [{"id": "t"}], **more}


BEYOND: dict[str, dict[str, Any]] = {
    "events": case(events=[EVENT] * 4),
    "tumors": case(tumors=[{}] * 4),
    "tumors (metastases)": case(metastases=[{}] * 4),
    "measurements": case(tumors=[{"measurements": [WIDE] * 2}] * 2),
    "pairs": case(tumors=[{}] * 3, events=[EVENT] * 3),
    "text": case(events=[EVENT | {"label": "x" * 21}]),
    "text (id)": case(id="x" * 21),
    "text (id of a tumor)": case(tumors=[{"id": "x" * 21}]),
    "text (key)": case(**{"x" * 21: 1}),
    "text (list)": case(symptoms=["x" * 21]),
    "text (name)": case(events=[{"type": "x" * 21, "status": "completed"}]),
}
SMALL = {"events": 3, "tumors": 3, "measurements": 3, "pairs": 8, "text": 20}


def turtle(tree: dict[str, Any]) -> str:
    """Write a case in Turtle, with records as blank nodes."""

    def node(value: Any) -> str:
        if isinstance(value, dict):
            pairs = [
                f"a netkg:{item}" if key == "type" else f"netkg:{key} {node(each)}"
                for key, item in value.items()
                if key != "id"
                for each in (item if isinstance(item, list) else [item])
            ]
            return f"[ {' ; '.join(pairs)} ]"
        return f"netkg:{value}" if value in ("completed",) else json.dumps(value)

    body = node(tree)[2:-2]
    return (
        f"@prefix netkg: <https://w3id.org/netkg/ns#> .\n<u:{tree['id']}> a netkg:Case ; {body} ."
    )


@pytest.mark.parametrize("name", BEYOND)
def test_a_case_beyond_a_limit_is_refused(name: str) -> None:
    load_case(BEYOND[name], engine=default_engine())
    with limited(**SMALL), pytest.raises(InputError, match=rf"limit {name.split()[0]}\b"):
        load_case(BEYOND[name], engine=default_engine())


@pytest.mark.parametrize(
    "name", ["events", "tumors", "tumors (metastases)", "measurements", "text"]
)
def test_rdf_has_the_same_limits(name: str, write: Write) -> None:
    file = write(turtle(BEYOND[name]), "case.ttl")
    load_case(file, engine=default_engine())
    with (
        limited(
            **SMALL,
        ),
        pytest.raises(InputError, match=rf"limit {name.split()[0]}\b"),
    ):
        load_case(file, engine=default_engine())


@pytest.mark.parametrize("name", SMALL)
def test_a_case_at_the_limit_is_read(name: str) -> None:
    with limited(**{**SMALL, name: SMALL[name] + 1}):
        load_case(BEYOND[name], engine=default_engine())


def test_an_event_with_a_target_is_one_pair() -> None:
    tumors = [{"id": f"t{number}"} for number in range(3)]
    events = [EVENT, EVENT, EVENT | {"target": "t0"}]
    with limited(**SMALL):
        load_case(case(tumors=tumors, events=events), engine=default_engine())


@pytest.mark.parametrize("form", ["json", "ndjson"])
def test_the_others_of_a_list_are_answered(form: str, run: Run, write: Write) -> None:
    trees = [case(), BEYOND["events"], case(id="last")]
    text = json.dumps(trees) if form == "json" else "\n".join(map(json.dumps, trees))
    file = write(text, f"cases.{form}")
    status, out, err = run(
        "derive", file, "--as-of", DAY, "--format", "json", "--limit", "events=3"
    )
    assert (status, [plan["case"] for plan in json.loads(out)]) == (2, ["c", "last"])
    assert "has too many events" in err
    assert "at most 3 events of a case (the limit events)" in err


def test_the_depth_of_json_is_a_limit(run: Run, write: Write) -> None:
    file = write('{"id": "c", "tumors": [{}], "x": ' + "[" * 150 + "]" * 150 + "}")
    assert "limit depth" in run("validate", file, "--as-of", DAY)[2]
    assert "limit depth" not in run("validate", file, "--as-of", DAY, "--limit", "depth=200")[2]


# -- growth --------------------------------------------------------------------------------
KINDS = {
    "receptor imaging": EVENT | {"type": "Gallium68DotaPeptidePET", "result": "Positive"},
    "chromogranin A": EVENT | {"type": "ChromograninATest", "result": "NotElevated"},
    "scans": EVENT,
    "analogs": {"type": "OctreotideLAR", "status": "active"},
    "planned operations": {"type": "CompleteResection", "status": "planned"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_facts_grow_in_proportion_to_events(kind: str) -> None:
    engine = default_engine()
    counts = []
    for number in (20, 40, 60):
        found = load_case(case(events=[KINDS[kind]] * number), engine=engine)
        counts.append(len(engine.examine(found, as_of=DAY).inferred))
    assert counts[2] - counts[1] == counts[1] - counts[0] > 0


def test_the_latest_of_many_results_counts() -> None:
    days = [f"2025-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29)]
    events = [
        KINDS["receptor imaging"] | {"date": each, "result": "Negative" if odd % 2 else "Positive"}
        for odd, each in enumerate([*days, days[-2], *days])
    ]
    plan = derive(case(events=events), as_of=DAY)
    facts = json.dumps([row.to_dict() for row in plan.recommendations if row.id == "TX-20"])
    assert days[-1] in facts
    assert days[-2] not in facts
