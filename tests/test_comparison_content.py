"""Cases are compared by what they say, however they are written."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from datetime import date
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from conftest import Run
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_pairs import ENGINE, ROOT
from strategies import random_case

from netkg.case.from_rdf import cases_from_quads
from netkg.case.loading import load_case
from netkg.case.model import Case
from netkg.case.syntaxes import quads_from_text
from netkg.comparison.cases import differences
from netkg.comparison.edits import change, setting_from_words
from netkg.comparison.model import Comparison
from netkg.comparison.scenarios import compare_cases
from netkg.render.comparison import comparison_text

JSON = dict[str, Any]
SCHEMA = ENGINE.schema
AS_OF = date(2026, 3, 31)
FORMATS = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
RECORDS = {"tumors": "tumor", "metastases": "metastasis"}
SEEDS = st.integers(min_value=0, max_value=2**32)


def read(tree: JSON) -> Case:
    return load_case(tree, schema=SCHEMA)


def rewritten(value: Any, rng: random.Random, *, lists: bool = True) -> Any:
    """Write a value in another way: other orders, numbers, lists of one, absent values."""
    if isinstance(value, dict):
        items = [(key, rewritten(item, rng, lists=lists)) for key, item in value.items()]
        rng.shuffle(items)
        absent = {"label": None} if "status" in value and "label" not in value else {}
        keys = {"id": "@id", "type": "@type"} if rng.random() < 0.2 else {}
        return absent | {keys.get(key, key): item for key, item in items}
    if isinstance(value, list):
        items = [i if isinstance(i, str) else rewritten(i, rng, lists=lists) for i in value]
        if lists:
            rng.shuffle(items)
        return items[0] if len(items) == 1 else items
    if isinstance(value, str):
        return [value] if rng.random() < 0.2 else value
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def without_ids(tree: JSON) -> JSON:
    """Return a case with tumors and metastases that are named by their places."""
    tree = copy.deepcopy(tree)
    names = {}
    for key, kind in RECORDS.items():
        for place, record in enumerate(tree.get(key, ()), start=1):
            names[record.pop("id")] = f"{kind}-{place}"
    for event in tree["events"]:
        if "target" in event:
            event["target"] = names[event["target"]]
    return tree


def moved(tree: JSON, rng: random.Random) -> JSON:
    """Return a case without ids, with its tumors and metastases in another order."""
    tree = copy.deepcopy(tree)
    names = {}
    for key, kind in RECORDS.items():
        old = list(enumerate(tree.get(key, ()), start=1))
        rng.shuffle(old)
        tree[key] = [record for _, record in old]
        names |= {f"{kind}-{was}": f"{kind}-{now}" for now, (was, _) in enumerate(old, start=1)}
    for event in tree["events"]:
        if "target" in event:
            event["target"] = names[event["target"]]
    rng.shuffle(tree["events"])
    return tree


def as_rdf(case: Case, kind: str, *, named: bool) -> Case:
    """Write the triples of a case in a format of RDF, and read them."""
    keep = case.node.value

    def copied(term: Any) -> Any:
        below = isinstance(term, ox.NamedNode) and term.value.startswith(f"{keep}/")
        return ox.BlankNode(f"b{term.value.encode().hex()}") if below and not named else term

    quads = [ox.Quad(copied(t.subject), t.predicate, copied(t.object)) for t in case.triples]
    text = (ox.serialize(quads, format=FORMATS[kind]) or b"").decode()
    [found] = cases_from_quads(quads_from_text(text, kind), schema=SCHEMA)
    return found


def differing(view: Comparison) -> list[Any]:
    """List all that a comparison says is different."""
    splits = (view.findings, view.gaps, view.treatments)
    rows = (view.changes, view.appeared, view.disappeared, view.changed, view.questions)
    return [
        *(item for row in rows for item in row),
        *(item for split in splits for item in (*split.appeared, *split.disappeared)),
        *view.on_other_facts,
    ]


# -- written otherwise ---------------------------------------------------------------------
@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_a_case_does_not_differ_from_itself_written_otherwise(seed: int) -> None:
    rng = random.Random(seed)
    tree = random_case(rng)
    assert differences(read(tree), read(rewritten(tree, rng)), schema=SCHEMA) == ()
    bare = without_ids(tree)
    other = rewritten(moved(bare, rng), rng, lists=False)
    assert differences(read(bare), read(other), schema=SCHEMA) == ()


@given(SEEDS, st.sampled_from(sorted(FORMATS)))
@settings(max_examples=40, deadline=None)
def test_a_case_does_not_differ_from_itself_in_another_format(seed: int, kind: str) -> None:
    tree = random_case(random.Random(seed))
    case, bare = read(tree), read(without_ids(tree))
    assert differences(case, as_rdf(case, kind, named=True), schema=SCHEMA) == ()
    assert differences(bare, as_rdf(bare, kind, named=False), schema=SCHEMA) == ()


@given(SEEDS)
@settings(max_examples=4, deadline=None)
def test_plans_do_not_differ_where_cases_do_not(seed: int) -> None:
    rng = random.Random(seed)
    tree = without_ids(random_case(rng))
    case, other = read(tree), read(rewritten(moved(tree, rng), rng, lists=False))
    view = compare_cases(ENGINE, case, other, as_of=AS_OF)
    assert differing(view) == []
    assert "→" not in comparison_text(view, color=False, width=100)


def test_findings_do_not_differ_where_cases_do_not() -> None:
    rng = random.Random("violations")
    scan = {"type": "CTScan", "status": "completed"}
    tree = {
        "id": "c",
        "symptoms": ["Flushing", "Nope", "What"],
        "fitForSurgery": "yes",
        "tumors": [
            {
                "id": "t",
                "ki67Percent": 120,
                "grade": ["G1", "G3"],
                "x": 1,
                "y": 2,
                "measurements": [{"diameterMm": 0}, {"diameterMm": -1}, {"date": "2026-02-30"}],
            },
            {"id": "u", "grade": "G1", "ki67Percent": 30},
        ],
        "events": [
            scan | {"date": "2026-05-02"},
            scan | {"date": "2026-05-01"},
            {"type": "Nope", "status": "x", "label": 5},
            {"type": ["CTScan", "MRIScan"], "status": "y", "target": "v"},
        ],
    }
    for _ in range(4):
        other = read(rewritten(tree, rng))
        assert differing(compare_cases(ENGINE, read(tree), other, as_of=AS_OF)) == []


@given(SEEDS)
@settings(max_examples=6, deadline=None)
def test_a_plan_does_not_depend_on_the_order_of_keys(seed: int) -> None:
    rng = random.Random(seed)
    tree = random_case(rng)
    plans = [
        ENGINE.derive(read(each), as_of=AS_OF).to_dict()
        for each in (tree, rewritten(tree, rng, lists=False))
    ]
    for finding in (finding for plan in plans for finding in plan["findings"]):
        del finding["pointer"], finding["line"]  # they name the keys as they are written
    assert json.dumps(plans[0]) == json.dumps(plans[1])


def test_a_case_in_turtle_does_not_differ_from_the_same_case_in_json() -> None:
    files = [ROOT / "examples" / f"small-pancreatic-net.{ending}" for ending in ("json", "ttl")]
    case, other = (load_case(path, schema=SCHEMA) for path in files)
    assert differing(compare_cases(ENGINE, case, other, as_of=AS_OF)) == []
    graph = rdflib.Graph().parse(files[1])
    assert differences(case, load_case(graph, schema=SCHEMA), schema=SCHEMA) == ()


def test_the_order_of_keys_does_not_show_in_findings(run: Run, tmp_path: Any) -> None:
    measured = [{"date": f"2026-0{month}-01", "diameterMm": 12} for month in (1, 2)]
    for name in ("a", "b"):
        tumor = {"id": "t", "measurements": measured}
        (tmp_path / f"{name}.json").write_text(json.dumps({"id": "c", "tumors": [tumor]}))
        measured = [dict(reversed(each.items())) for each in reversed(measured)]
    paths = [str(tmp_path / f"{name}.json") for name in ("a", "b")]
    status, out, _ = run("diff", *paths, "--as-of", "2026-03-31", "--format", "json")
    view = json.loads(out)
    assert (status, view["findings"]["appeared"], view["findings"]["disappeared"]) == (0, [], [])


# -- changed -------------------------------------------------------------------------------
def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of each single value, except ids."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key != "id":
                yield from leaves(item, (*path, key))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from leaves(item, (*path, place))
    else:
        yield path


@given(SEEDS, st.data())
@settings(max_examples=60, deadline=None)
def test_a_change_of_any_value_is_a_difference(seed: int, data: st.DataObject) -> None:
    tree = random_case(random.Random(seed))
    tree["events"].append({"type": "CTScan", "status": "planned"})
    path = data.draw(st.sampled_from(sorted(leaves(tree), key=str)))
    other = copy.deepcopy(tree)
    parent: Any = other
    for step in path[:-1]:
        parent = parent[step]
    del parent[path[-1]]
    if path[-1] in ("type", "status", "diameterMm"):
        parent[path[-1]] = {"type": "EndoscopicBiopsy", "status": "other", "diameterMm": 1.25}[
            path[-1]
        ]
    case, changed = read(tree), read(other)
    if not changed.findings:
        assert differences(case, changed, schema=SCHEMA) != ()
        assert differences(changed, case, schema=SCHEMA) != ()


def test_records_that_are_the_same_each_count() -> None:
    scan = {"type": "CTScan", "status": "completed", "date": "2026-01-15"}
    once, twice = ({"id": "c", "tumors": [{}], "events": [scan] * n} for n in (1, 2))
    [added] = differences(read(once), read(twice), schema=SCHEMA)
    assert (added.kind, added.field, added.after) == ("add", "events", scan)
    measured = {"diameterMm": 12}
    tumors = [{"id": "c", "tumors": [{}, {"measurements": [measured] * n}]} for n in (1, 2)]
    [added] = differences(*map(read, tumors), schema=SCHEMA)
    assert (added.subject, added.after) == ("tumor-2", measured)


def test_a_tumor_put_ahead_of_others_is_the_only_difference() -> None:
    old = [{"grade": "G1"}, {"grade": "G2", "measurements": [{"diameterMm": 12}]}]
    new = {"primarySite": "Ileum"}
    before = {"id": "c", "tumors": old, "events": [_resection("tumor-2")]}
    after = {"id": "c", "tumors": [new, *old], "events": [_resection("tumor-3")]}
    view = compare_cases(ENGINE, read(before), read(after), as_of=AS_OF)
    assert view.same == (("tumor-1", "tumor-2"), ("tumor-2", "tumor-3"))
    assert (view.only_before, view.only_after) == ((), ("tumor-1",))
    [added] = view.changes
    assert (added.kind, added.field, added.after) == ("add", "tumors", {"id": "tumor-1"} | new)
    back = compare_cases(ENGINE, read(after), read(before), as_of=AS_OF)
    assert [(each.kind, each.field) for each in back.changes] == [("remove", "tumors")]
    assert (back.only_before, back.only_after) == (("tumor-1",), ())
    assert {finding.focus for finding in back.findings.disappeared} <= {"c", "tumor-1"}


def _resection(target: str) -> JSON:
    return {"type": "TumorResection", "status": "completed", "target": target}


@pytest.mark.parametrize(
    "words", ['{"status":"planned","type":"CTScan"}', '{"type":"CTScan","status":"planned"}']
)
def test_what_is_added_is_shown_in_the_one_order(words: str) -> None:
    case = read({"id": "c", "tumors": [{}]})
    setting = setting_from_words("add", f"events={words}", case, schema=SCHEMA)
    [added] = change(case, [setting], schema=SCHEMA)[1]
    assert json.dumps(added.after) == '{"type": "CTScan", "status": "planned"}'
