"""Check that a case is written, changed and taken back to an earlier day without loss."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from case_inputs import read_text
from strategies import random_case

from netkg.api import default_engine
from netkg.case.finding import violations
from netkg.case.from_json import case_from_object
from netkg.case.loading import load_case
from netkg.case.model import Case
from netkg.case.reading import open_cases
from netkg.case.strict_json import plain_numbers
from netkg.case.to_json import FormError, case_object
from netkg.comparison.as_of import set_aside_after
from netkg.comparison.cases import differences
from netkg.comparison.edit_paths import ChangeError
from netkg.comparison.edits import Setting, change, setting_from_words
from netkg.errors import InputError

JSON = dict[str, Any]
ROOT = Path(__file__).resolve().parent.parent
ENGINE = default_engine()
SCHEMA = ENGINE.schema
AS_OF = date(2026, 3, 31)
FILES = sorted(
    path
    for path in [*(ROOT / "examples").rglob("*"), *(ROOT / "tests/cases").rglob("case.*")]
    if path.suffix in (".json", ".ndjson", ".ttl")
)
TWO: JSON = {
    "id": "p.1",
    "symptoms": ["Flushing"],
    "tumors": [
        {"id": "t.1", "primarySite": "Pancreas", "ki67Percent": 1},
        {"id": "t.1.b", "primarySite": "Ileum"},
        {"id": "a=b.c"},
    ],
    "metastases": [{"site": "Liver"}],
    "events": [{"type": "CTScan", "status": "completed", "date": "2025-01-01"}],
}

Run = Callable[..., tuple[int, str, str]]


def read(tree: JSON) -> Case:
    return load_case(tree, schema=SCHEMA)


def same(case: Case, other: Case) -> bool:
    return (
        set(case.triples) == set(other.triples)
        and dict(case.names) == dict(other.names)
        and case.tumors == other.tumors
        and case.metastases == other.metastases
    )


def edit(case: Case, *settings: Setting) -> Case:
    return change(case, settings, schema=SCHEMA)[0]


# -- a case as an object -----------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_case_on_file_is_written_without_loss_or_refused(path: Path) -> None:
    for case in open_cases(path, schema=SCHEMA):
        assert isinstance(case, Case)
        if violations(case.findings):
            with pytest.raises(FormError):
                case_object(case, schema=SCHEMA)
            continue
        tree = case_object(case, schema=SCHEMA)
        json.dumps(tree)
        again = case_from_object(tree, schema=SCHEMA)
        assert same(case, again)
        assert plain_numbers(case_object(again, schema=SCHEMA)) == plain_numbers(tree)


def test_a_random_case_is_written_as_it_was_read() -> None:
    rng = random.Random("written")
    for _ in range(300):
        tree = random_case(rng)
        written = case_object(read(tree), schema=SCHEMA)
        assert written == {key: value for key, value in tree.items() if value != []}


def test_a_case_read_from_rdf_is_written_without_loss() -> None:
    rng = random.Random("rdf")
    for number in range(150):
        case = read(random_case(rng))
        names: dict[str, Any] = {}
        for place, iri in enumerate(case.records):
            given = [ox.NamedNode(f"https://example.org/{place}"), ox.BlankNode(f"b{place}")]
            names[iri] = rng.choice([*given, ox.NamedNode(iri)])

        def renamed(term: Any, names: dict[str, Any] = names) -> Any:
            return names.get(term.value, term) if isinstance(term, ox.NamedNode) else term

        triples = [
            ox.Triple(renamed(t.subject), t.predicate, renamed(t.object)) for t in case.triples
        ]
        text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
        assert text is not None
        [found] = read_text(text, format="nt")
        assert isinstance(found, Case), number
        assert same(found, case_from_object(case_object(found, schema=SCHEMA), schema=SCHEMA))


@pytest.mark.parametrize(
    "tree",
    [
        {"id": "urn:netkg:case:x", "tumors": [{}]},
        {"id": "https://example.org/c 1", "tumors": [{"id": "https://example.org/t"}]},
        {"id": "c", "tumors": [{"id": "c"}], "metastases": [{"id": "m.1/ü"}]},
        {"id": "c", "tumors": [{"ki67Percent": Decimal("2.0000000000000000001")}]},
        {"id": "c", "tumors": [{"ki67Percent": "2"}], "fitForSurgery": "yes"},
        {"id": "c", "tumors": [{}], "symptoms": "Flushing", "birthDate": "2020-1-1"},
        {
            "id": "c",
            "tumors": [{}],
            "events": [
                {"@id": "https://example.org/e", "type": ["CTScan"], "status": "planned"},
                {"type": "Unheard", "status": None, "target": "nowhere"},
                {"@id": "https://example.org/e", "value": Decimal("0.1234567890123456789")},
                {"@type": "MRIScan", "status": "completed", "target": "tumor-1", "label": "a\nb"},
            ],
        },
    ],
)
def test_an_odd_case_is_written_without_loss(tree: JSON) -> None:
    case = read(tree)
    assert not case.findings
    assert same(case, case_from_object(case_object(case, schema=SCHEMA), schema=SCHEMA))


def test_a_value_that_plain_json_cannot_hold_is_refused() -> None:
    turtle = """
        @prefix n: <https://w3id.org/netkg/ns#> .
        <urn:c> a n:Case ; n:tumors <urn:t> ; n:diseaseExtent n:Liver .
    """
    [case] = read_text(turtle, format="turtle")
    assert isinstance(case, Case)
    assert not case.findings
    with pytest.raises(FormError, match="diseaseExtent"):
        case_object(case, schema=SCHEMA)


# -- settings ----------------------------------------------------------------------------


def edited(tree: JSON, rng: random.Random) -> tuple[JSON, list[Setting]]:
    """Return a case edited by hand, and the same edits as settings."""
    other = random_case(rng)
    hand = copy.deepcopy(tree)
    settings = []
    for field in ("diseaseExtent", "fitForSurgery", "men1Status", "symptoms"):
        if rng.random() < 0.5:
            value = other.get(field)
            hand[field] = value
            settings.append(Setting("set", field, value))
    tumor = rng.choice(hand["tumors"])
    for field in ("grade", "ki67Percent", "hormonalSyndrome", "functionalStatus", "location"):
        if rng.random() < 0.5:
            value = other["tumors"][0].get(field)
            tumor[field] = value
            settings.append(Setting("set", f"{tumor['id']}.{field}", value))
    if rng.random() < 0.3:
        hand["events"] = []
        settings.append(Setting("unset", "events"))
    for event in other["events"]:
        if not event.get("target"):
            hand["events"] = [*hand["events"], event]
            settings.append(Setting("add", "events", event))
    for measurement in other["tumors"][0].get("measurements", ()):
        tumor["measurements"] = [*tumor.get("measurements", ()), measurement]
        settings.append(Setting("add", f"{tumor['id']}.measurements", measurement))
    return hand, settings


@pytest.mark.slow
def test_a_changed_case_is_the_case_edited_by_hand() -> None:
    rng = random.Random("by hand")
    for _ in range(40):
        tree = random_case(rng)
        hand, settings = edited(tree, rng)
        case, changes = change(read(tree), settings, schema=SCHEMA)
        assert len(changes) == len(settings)
        assert same(case, read(hand))
        ours = ENGINE.derive(case, as_of=AS_OF)
        assert ours == ENGINE.derive(read(hand), as_of=AS_OF)


def test_nothing_is_changed_in_place() -> None:
    case = read(TWO)
    before = case.triples
    edit(case, Setting("set", "t.1.grade", "G1"), Setting("unset", "events"))
    assert case.triples == before


@pytest.mark.parametrize(
    ("words", "subject", "field", "value"),
    [
        ("fitForSurgery=true", "p.1", "fitForSurgery", True),
        ("fitForSurgery = false", "p.1", "fitForSurgery", False),
        ("t.1.ki67Percent=2.50", "t.1", "tumors.ki67Percent", 2.5),
        ("t.1.b.grade=G2", "t.1.b", "tumors.grade", "G2"),
        ("a=b.c.grade=G2", "a=b.c", "tumors.grade", "G2"),
        ("metastases.painful=true", "metastasis-1", "metastases.painful", True),
        ("metastasis-1.site=Bone", "metastasis-1", "metastases.site", "Bone"),
        ("symptoms=Diarrhea, WeightLoss", "p.1", "symptoms", ["Diarrhea", "WeightLoss"]),
        ("birthDate=1960-02-29", "p.1", "birthDate", "1960-02-29"),
        ("symptoms=", "p.1", "symptoms", None),
    ],
)
def test_words_are_read_by_the_range_of_the_field(
    words: str, subject: str, field: str, value: object
) -> None:
    case = read(TWO)
    setting = setting_from_words("set", words, case, schema=SCHEMA)
    changed, (made,) = change(case, [setting], schema=SCHEMA)
    assert (made.subject, made.field, made.after) == (subject, field, value)
    assert made.kind == ("unset" if value is None else "set")
    assert changed.findings == ()


def test_the_exact_digits_of_a_number_are_kept() -> None:
    case = read(TWO)
    setting = setting_from_words("set", "t.1.ki67Percent=2.00000000000001", case, schema=SCHEMA)
    texts = {t.object.value for t in edit(case, setting).triples if hasattr(t.object, "value")}
    assert "2.00000000000001" in texts


def test_what_is_already_so_is_reported() -> None:
    asked = [Setting("set", "t.1.ki67Percent", 1.0), Setting("unset", "fitForSurgery")]
    case, changes = change(read(TWO), asked, schema=SCHEMA)
    assert [(made.before, made.after) for made in changes] == [(1, 1), (None, None)]
    assert same(case, read(TWO))


def test_unset_and_add_replace_a_list() -> None:
    event = {"type": "MRIScan", "status": "planned"}
    asked = [Setting("add", "events", event), Setting("unset", "events")]
    assert case_object(edit(read(TWO), *asked), schema=SCHEMA)["events"] == [event]


def test_an_added_tumor_gets_the_id_of_its_place() -> None:
    case, (made,) = change(read(TWO), [Setting("add", "tumors", {"grade": "G1"})], schema=SCHEMA)
    assert made.after == {"id": "tumor-4", "grade": "G1"}
    assert len(case.tumors) == 4


MISUSE = [
    ("set", "fit", "no equals sign", "fitForSurgery=true"),
    ("set", "grade=G2", "Did you mean tumors.grade?", "tumors"),
    ("set", "t.1.grad=G2", "Did you mean t.1.grade?", "ki67Percent"),
    ("set", "t.9.grade=G2", "Did you mean t.1.grade?", "t.1.b"),
    ("set", "tumors.grade=G2", "the case has 3 tumors", "t.1.grade, t.1.b.grade or a=b.c.grade"),
    ("set", "t.1.grade=g2", "Did you mean G2?", "one of G1, G2, G3"),
    ("set", "t.1.grade=High", "cannot be", "one of G1, G2, G3"),
    ("set", "fitForSurgery=yes", "cannot be", "true or false"),
    ("set", "t.1.ki67Percent=2,5", "cannot be", "a number, such as 12 or 2.5"),
    ("set", "t.1.ki67Percent=NaN", "cannot be", "a number"),
    ("set", "t.1.ki67Percent=1e999", "cannot be", "a number"),
    ("set", "t.1.ki67Percent=007", "cannot be", "a number"),
    ("set", "deceasedDate=2026-02-30", "cannot be", "a date, such as 2026-01-15"),
    ("set", "symptoms=Flushing,flush", "Did you mean Flushing?", "any of AbdominalPain"),
    ("set", "symptoms=Flushing,Flushing", "given twice", ""),
    ("set", "events=x", "cannot be set", "Add a record"),
    ("set", "events.status=planned", "a field of events cannot be set by itself", "a whole record"),
    ("set", "id=x", "an id cannot be changed", ""),
    ("set", "t.1.id=x", "an id cannot be changed", ""),
    ("unset", "foo", "no field 'foo'", "symptoms"),
    ("unset", "id", "an id cannot be changed", ""),
    ("add", "events", "no equals sign", "events={…}"),
    ("add", "events=", "not valid JSON", "such as '{"),
    ("add", "events=planned", "not valid JSON", "such as '{"),
    ("add", 'events={"type": "CTScan", "type": "X"}', "twice", "such as '{"),
    ("add", "events=[1]", "cannot add [1]", "one JSON object"),
    ("add", 'events={"type": "CTScn"}', "Did you mean CTScan?", "a class of events"),
    ("add", 'events={"typ": "CTScan"}', "Did you mean type?", "status"),
    ("add", 'events={"status": "done"}', "cannot be", "completed"),
    ("add", 't.1.measurements={"diameterMm": "x"}', "cannot be", "a number"),
    ("add", "measurements={}", "Did you mean tumors.measurements?", ""),
    ("add", 'symptoms="Flushing"', "nothing can be added", "Set it, or"),
    ("add", 'metastases={"id": "t.1"}', "in use", "a different id"),
    ("add", 'tumors={"id": 5}', "cannot be 5", "a string"),
    ("add", 'tumors={"measurements": [{"day": 1}]}', "unknown key", "diameterMm"),
]


@pytest.mark.parametrize(("kind", "words", "problem", "expected"), MISUSE, ids=lambda v: v[:30])
def test_misuse_is_refused_with_what_is_allowed(
    kind: Any, words: str, problem: str, expected: str
) -> None:
    case = read(TWO)
    with pytest.raises(ChangeError) as caught:
        edit(case, setting_from_words(kind, words, case, schema=SCHEMA))
    sentence = str(caught.value)
    assert problem in sentence
    assert expected.casefold() in sentence.replace(problem, "").casefold()
    assert ".;" not in sentence


def test_a_field_set_twice_is_refused_whatever_it_is_called() -> None:
    asked = [Setting("set", "metastases.painful", True), Setting("unset", "metastasis-1.painful")]
    with pytest.raises(ChangeError, match=r"set twice, first as metastases\.painful"):
        edit(read(TWO), *asked)


def test_a_group_that_is_empty_is_reported() -> None:
    with pytest.raises(ChangeError, match="the case has no metastases"):
        edit(read({"id": "c", "tumors": [{}]}), Setting("set", "metastases.painful", True))


@pytest.mark.parametrize("value", [1, "true", [True, False]])
def test_the_library_does_not_guess_a_type(value: object) -> None:
    with pytest.raises(ChangeError):
        edit(read(TWO), Setting("set", "fitForSurgery", value))


# -- an earlier day ----------------------------------------------------------------------


def test_what_happened_later_is_set_aside() -> None:
    dated = [
        ("completed", "2026-01-02"),
        ("active", "2026-01-02"),
        ("stopped", "2026-01-02"),
        ("declined", "2026-01-02"),
        ("planned", "2026-01-02"),
        ("completed", "2026-01-01"),
        ("completed", None),
    ]
    tree = {
        "id": "c",
        "deceasedDate": "2026-03-01",
        "tumors": [
            {
                "measurements": [
                    {"date": "2026-01-01", "diameterMm": 8},
                    {"date": "2026-01-02", "diameterMm": Decimal("9.5")},
                ]
            }
        ],
        "events": [{"type": "CTScan", "status": status, "date": day} for status, day in dated],
    }
    case, aside = set_aside_after(read(tree), date(2026, 1, 1), schema=SCHEMA)
    assert [(item.subject, item.field) for item in aside] == [
        *[("c", "events")] * 4,
        ("tumor-1", "tumors.measurements"),
        ("c", "deceasedDate"),
    ]
    left = case_object(case, schema=SCHEMA)
    assert [event["status"] for event in left["events"]] == ["planned", "completed", "completed"]
    assert [m["date"] for m in left["tumors"][0]["measurements"]] == ["2026-01-01"]
    assert "deceasedDate" not in left
    assert aside[4].before == {"date": "2026-01-02", "diameterMm": 9.5}


def test_random_cases_are_parted_without_loss() -> None:
    rng = random.Random("earlier")
    for _ in range(100):
        case = read(random_case(rng))
        day = date(2025, rng.randint(1, 12), 28)
        earlier, aside = set_aside_after(case, day, schema=SCHEMA)
        gone = [item for item in aside if item.field != "deceasedDate"]
        assert len(case.records) == len(earlier.records) + len(gone)
        dates = [record.get("date", "") for record in earlier.records.values()]
        planned = [r.get("status") == "planned" for r in earlier.records.values()]
        assert all(p or d <= day.isoformat() for p, d in zip(planned, dates, strict=True))
        assert all(item.before["date"] > day.isoformat() for item in gone)
        if not aside:
            assert earlier is case
        made = differences(case, earlier, schema=SCHEMA)
        assert sorted(json.dumps(t.before) for t in made) == sorted(
            json.dumps(item.before) for item in aside
        )


# -- two cases ---------------------------------------------------------------------------


def test_a_case_does_not_differ_from_itself() -> None:
    rng = random.Random("itself")
    for _ in range(50):
        tree = random_case(rng)
        again = copy.deepcopy(tree) | {"id": "other"}
        rng.shuffle(again["events"])
        assert differences(read(tree), read(again), schema=SCHEMA) == ()


def test_the_only_tumors_of_two_cases_are_taken_for_one() -> None:
    one = {"id": "a", "tumors": [{"id": "x", "grade": "G1"}]}
    event = {"type": "TumorResection", "status": "completed"}
    one["events"] = [event | {"target": "x"}]
    two = {"id": "b", "tumors": [{"id": "y", "grade": "G2"}], "events": [event | {"target": "y"}]}
    [made] = differences(read(one), read(two), schema=SCHEMA)
    assert (made.subject, made.field, made.before, made.after) == (
        "y",
        "tumors.grade",
        "G1",
        "G2",
    )


# -- the command line --------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "words", "problem", "_"), MISUSE, ids=lambda v: v[:30])
def test_the_command_refuses_misuse(
    kind: str, words: str, problem: str, _: str, run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "case.json"
    path.write_text(json.dumps(TWO), encoding="utf-8")
    status, out, err = run("whatif", str(path), "--as-of", "2026-03-31", f"--{kind}", words)
    assert (status, out) == (2, "")
    assert problem in err
    assert err.count("\n") == 1


def test_nothing_to_change_is_misuse(run: Run) -> None:
    status, out, err = run("whatif", str(FILES[0]))
    assert (status, out) == (2, "")
    assert "nothing to change" in err


def test_input_errors_stay_input_errors() -> None:
    assert issubclass(ChangeError, InputError)
    assert issubclass(FormError, InputError)


def test_an_id_with_blanks_around_it_can_be_named() -> None:
    case = load_case({"id": "c", "tumors": [{"id": " lead "}, {"id": "t"}]}, schema=ENGINE.schema)
    setting = setting_from_words("set", " lead .grade=G1", case, schema=ENGINE.schema)
    assert (setting.path, setting.value) == (" lead .grade", "G1")
    assert setting_from_words("unset", " lead .grade", case, schema=ENGINE.schema).path == (
        " lead .grade"
    )
