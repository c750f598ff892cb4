"""A workbook to fill in is what the ontology and the shapes say, and imports without findings."""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pyoxigraph as ox
import pytest
import yaml
from conftest import Run

from netkg.api import default_engine
from netkg.compiler.build import shapes_of
from netkg.compiler.shapes import Shape
from netkg.errors import InputError, KnowledgeError
from netkg.ontology.schema import LABEL, TYPE, Schema, netkg
from netkg.tables.importing import import_table
from netkg.tables.map_fields import RECORDS
from netkg.tables.map_file import read_map
from netkg.tables.template import ROWS, map_path, write_template
from netkg.tables.template_form import CASE_ID, Entry, FormSheet, form_sheets

DAY = datetime.date(2026, 3, 31)
NOTICE = "For education only, not a medical device."


def own_shapes() -> tuple[Shape, ...]:
    return tuple(shapes_of(default_engine().sources))


def forms() -> dict[str, FormSheet]:
    return {each.title: each for each in form_sheets(default_engine().schema, own_shapes())}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("template") / "registry.xlsx"
    write_template(target, default_engine().schema, own_shapes(), NOTICE)
    return target


# -- filled in ------------------------------------------------------------------------------
def filled(entry: Entry, number: int) -> tuple[Any, Any]:
    """Return a value to write, and what the case then has; each number is another value."""
    if entry.kind == "list":
        labels = list(entry.choices)
        chosen = [labels[number % len(labels)]]
        if entry.separator and number % 2:
            chosen.append(labels[(number + 1) % len(labels)])
        names = [entry.choices[each] for each in chosen]
        values = [{"true": True, "false": False}.get(each, each) for each in names]
        joint = f"{entry.separator} " if number % 4 == 1 else entry.separator
        return joint.join(chosen), values if entry.separator else values[0]
    if entry.kind == "number":
        low = entry.bounds.get("minimum", entry.bounds.get("exclusiveMinimum", -5))
        value = low + 1 + number % 7 + (0.5 if number % 2 else 0)
        return value, value
    if entry.kind == "date":
        day = datetime.date(2020, 1, 1) + datetime.timedelta(days=number)
        return day, day.isoformat()
    return f"{number:03}", f"{number:03}"


def record(
    sheet: Any, row: int, entries: tuple[Entry, ...], number: int, **own: Any
) -> dict[str, Any]:
    """Write a row, and return the fields that its record then has; ``own`` are other values."""
    found: dict[str, Any] = {}
    for at, entry in enumerate(entries, start=1):
        value, expected = filled(entry, number)
        if entry.kind in ("case", "id", "parent", "reference"):
            value = expected = own.get(entry.kind)
        sheet.cell(row, at).value = value
        if entry.field and expected is not None:
            found[entry.field] = expected
    return found


def fill(book: Any, count: int) -> list[dict[str, Any]]:
    """Fill in cases with every value of every list, and return these cases."""
    known = forms()
    cases = []
    for number in range(count):
        row, id_ = number + 2, f"{number:03}"
        own = tuple(each for each in known["Cases"].entries if not each.record)
        first = tuple(each for each in known["Cases"].entries if each.record)
        case = record(book["Cases"], row, own, number, case=id_)
        # The columns of the first tumor follow those of the case.
        part = _Shifted(book["Cases"], len(own))
        tumor = record(part, row, first, number, id="one" if number % 3 else None)
        case |= {"id": id_, "tumors": [tumor]}
        if number % 3 == 1:
            entries = known["Tumors"].entries
            case["tumors"].append(record(book["Tumors"], row, entries, number, case=id_, id="two"))
        names = [each.get("id", "tumor-1") for each in case["tumors"]]
        parent = names[-1] if number % 3 else None
        entries = known["Measurements"].entries
        measured = record(book["Measurements"], row, entries, number, case=id_, parent=parent)
        case["tumors"][-1]["measurements"] = [measured]
        for title, key in (("Events", "events"), ("Metastases", "metastases")):
            sheet, entries = book[title], known[title].entries
            found = record(sheet, row, entries, number, case=id_, id="m", reference=names[0])
            case[key] = [found]
        cases.append(case)
    return cases


class _Shifted:
    """A sheet without its first columns."""

    def __init__(self, sheet: Any, columns: int) -> None:
        self._sheet, self._columns = sheet, columns

    def cell(self, row: int, column: int) -> Any:
        return self._sheet.cell(row, column + self._columns)


def imported(source: Path, folder: Path) -> tuple[Any, list[dict[str, Any]], list[dict[str, Any]]]:
    engine = default_engine()
    target, spool = folder / "cases.ndjson", folder / "findings.ndjson"
    map = read_map(map_path(source), engine.schema)
    with spool.open("w", encoding="utf-8") as findings:
        result = import_table(source, map, engine, as_of=DAY, target=target, findings=findings)
    return result, *(
        [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        for path in (target, spool)
    )


def test_a_template_with_every_value_is_imported_as_filled_in(
    template: Path, tmp_path: Path
) -> None:
    count = max(len(each.choices) for sheet in forms().values() for each in sheet.entries)
    book = openpyxl.load_workbook(template)
    expected = fill(book, count)
    source = tmp_path / "filled.xlsx"
    book.save(source)
    map_path(source).write_bytes(map_path(template).read_bytes())
    result, cases, findings = imported(source, tmp_path)
    assert count > 90
    assert (result.rows, result.cases, result.rejected) == (count, count, 0)
    assert (result.child_rejected, [each for each in findings if each["rejected"]]) == (0, [])
    # What the import itself says begins with the column or the row.
    own = [each for each in findings if each["message"].startswith(("Column", "The row"))]
    assert own == []
    assert {each["id"]: each for each in cases} == {each["id"]: each for each in expected}


def test_an_empty_template_has_no_case(template: Path, tmp_path: Path) -> None:
    result, cases, findings = imported(template, tmp_path)
    assert (result.rows, result.child_rows, cases, findings) == (0, 0, [], [])


def test_every_field_has_a_column() -> None:
    schema = default_engine().schema
    found = {(each.record, each.field) for sheet in forms().values() for each in sheet.entries}
    records = {f"netkg:{name}" for name in schema.fields}
    for path, class_ in {"": "Case", **RECORDS}.items():
        for name, field in schema.fields[class_].items():
            if field.range.rpartition("#")[2] not in schema.fields:
                assert (path, name) in found, records
    assert ("events", "type") in found


# -- what a spreadsheet checks ----------------------------------------------------------------
def validations(template: Path) -> Iterator[tuple[Entry, Any, list[str]]]:
    """Yield each column with its validation and the labels of its list."""
    book = openpyxl.load_workbook(template)
    for title, form in forms().items():
        sheet = book[title]
        by_column = {
            str(each.sqref).rstrip("0123456789").partition("2:")[0]: each
            for each in sheet.data_validations.dataValidation
        }
        for at, entry in enumerate(form.entries, start=1):
            cell = sheet.cell(1, at)
            assert cell.value == entry.header
            found, labels = by_column.get(cell.column_letter), []
            if entry.kind == "list":
                place = book.defined_names[found.formula1].attr_text
                cells = book["Lists"][place.partition("!")[2].replace("$", "")]
                labels = [each.value for [each] in cells]
            yield entry, found, labels


def test_columns_have_lists_limits_and_comments(template: Path) -> None:
    kinds = set()
    for entry, found, labels in validations(template):
        kinds.add(entry.kind)
        if entry.kind in ("id", "parent", "reference", "text"):
            assert found is None
            continue
        assert labels == list(entry.choices)
        assert found.type == {
            **{"list": "list", "date": "date", "case": "list" if entry.record else "custom"},
            "number": "custom" if "exclusive" in " ".join(entry.bounds) else "decimal",
        }.get(entry.kind)
        assert found.showErrorMessage is not bool(entry.separator)
        assert len(found.error) <= 225
        assert len(found.errorTitle) <= 32
        assert not str(found.sqref).endswith(":A2")
    assert kinds == {*("case", "id", "parent", "reference", "list", "number", "date", "text")}


def test_labels_are_of_the_ontology_and_bounds_of_the_shapes(template: Path) -> None:
    by_field = {each.field: (each, found) for each, found, _ in validations(template)}
    schema = default_engine().schema
    sex, _ = by_field["sex"]
    values = schema.values[schema.fields["Case"]["sex"].range]
    assert dict(sex.choices) == {schema.label(netkg(each)): each for each in values}
    _, ki67 = by_field["ki67Percent"]
    assert (ki67.operator, ki67.formula1, ki67.formula2) == ("between", "0", "100")
    _, diameter = by_field["diameterMm"]
    assert diameter.formula1 == "AND(ISNUMBER(C2),C2>0)"


def test_headers_say_what_a_column_is(template: Path) -> None:
    book = openpyxl.load_workbook(template)
    comments = {cell.value: cell.comment.text for cell in book["Cases"][1]}
    assert "The share of tumor cells" in comments["Ki-67 index"]
    assert "Unit (UCUM): %" in comments["Ki-67 index"]
    assert "A date, such as 2026-01-31." in comments["birth date"]
    assert "separated by ';'" in comments["symptoms"]
    assert "abdominal pain" in comments["symptoms"]
    assert comments[CASE_ID].endswith("Required.")
    assert book["Cases"].freeze_panes == "B2"
    assert book["Cases"].column_dimensions["A"].number_format == "@"


def test_the_first_sheet_says_how_to_import_and_what_is_required(template: Path) -> None:
    sheet = openpyxl.load_workbook(template).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet]
    words = [row[0] for row in rows]
    assert sheet.title == "Read me"
    assert NOTICE in words
    assert "netkg import registry.xlsx --map registry.map.yaml --out cases.ndjson" in words
    required = {(row[0], row[1]) for row in rows if row[2] == "yes"}
    assert {*(("Cases", CASE_ID), ("Events", "event type"), ("Events", "event status"))} <= required
    assert {sheet for sheet, _ in required} == set(forms())
    assert len([row for row in rows if row[2] in ("yes", "no")]) == sum(
        len(each.entries) for each in forms().values()
    )


def test_sheets_are_in_the_order_in_which_they_are_filled_in(template: Path) -> None:
    book = openpyxl.load_workbook(template)
    records = ["Tumors", "Measurements", "Events", "Metastases"]
    assert book.sheetnames == ["Read me", "Cases", *records, "Lists"]


def test_a_thousand_rows_are_ready(template: Path) -> None:
    book = openpyxl.load_workbook(template)
    for each in book["Cases"].data_validations.dataValidation:
        assert str(each.sqref).endswith(str(ROWS + 1))
    assert ROWS == 1_000


# -- a changed ontology -----------------------------------------------------------------------
def changed(*triples: tuple[ox.NamedNode, ox.NamedNode, Any]) -> Schema:
    store = default_engine().schema.store
    return Schema(
        [
            *(ox.Triple(q.subject, q.predicate, q.object) for q in store),
            *(ox.Triple(*each) for each in triples),
        ]
    )


def test_another_value_and_another_bound_appear(tmp_path: Path) -> None:
    new = netkg("Unrecorded")
    schema = changed(
        (new, TYPE, netkg("Sex")),
        (new, LABEL, ox.Literal("=not; recorded", language="en")),
    )
    shapes = [
        replace(
            each,
            constraints=tuple(
                replace(c, terms=tuple(t.replace("130", "99") for t in c.terms))
                for c in each.constraints
            ),
        )
        for each in own_shapes()
    ]
    write_template(tmp_path / "new.xlsx", schema, shapes, NOTICE)
    book = openpyxl.load_workbook(tmp_path / "new.xlsx")
    labels = [cell for row in book["Lists"] for cell in row if cell.value == "=not; recorded"]
    assert [(each.data_type, bool(each.quotePrefix)) for each in labels] == [("s", True)]
    errors = [each.error for each in book["Cases"].data_validations.dataValidation]
    assert "This value is not valid. Write a number, at least 0 and at most 99." in errors
    map = yaml.safe_load(map_path(tmp_path / "new.xlsx").read_text(encoding="utf-8"))
    assert map["columns"]["sex"]["values"]["=not; recorded"] == "Unrecorded"
    assert read_map(map_path(tmp_path / "new.xlsx"), schema).columns


def test_a_label_of_two_values_shows_their_names_and_no_separator_is_in_a_label() -> None:
    again, other = netkg("FlushingAgain"), netkg("Cough")
    schema = changed(
        (again, TYPE, netkg("Symptom")),
        (again, LABEL, ox.Literal("Flushing", language="en")),
        (other, TYPE, netkg("Symptom")),
        (other, LABEL, ox.Literal("dry; cough", language="en")),
    )
    sheet = form_sheets(schema, own_shapes())[0]
    symptoms = next(each for each in sheet.entries if each.field == "symptoms")
    assert symptoms.choices["Flushing (FlushingAgain)"] == "FlushingAgain"
    assert symptoms.choices["flushing (Flushing)"] == "Flushing"
    assert symptoms.separator == "|"


def test_headers_of_the_same_label_show_the_fields() -> None:
    schema = changed()
    schema.store.remove(next(schema.store.quads_for_pattern(netkg("grade"), LABEL, None)))
    quad = ox.Quad(netkg("grade"), LABEL, ox.Literal("SEX", language="en"))
    schema.store.add(quad)
    headers = [each.header for each in form_sheets(schema, own_shapes())[0].entries]
    assert {"SEX (tumors.grade)", "sex (sex)"} <= set(headers)


def test_a_record_that_no_sheet_has_is_refused() -> None:
    field, class_ = netkg("relatives"), netkg("Relative")
    schema = changed(
        (field, netkg("fieldOf"), netkg("Case")),
        (field, ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#range"), class_),
        (netkg("kinship"), netkg("fieldOf"), class_),
    )
    with pytest.raises(KnowledgeError, match="Relative: is a record that no sheet has"):
        form_sheets(schema, own_shapes())


# -- the command ------------------------------------------------------------------------------
def test_the_command_writes_both_files_and_replaces_none(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "own.xlsx"
    status, out, error = run("template", "xlsx", "--out", target)
    assert (status, out) == (0, "")
    assert f"--map {tmp_path / 'own.map.yaml'}" in error
    assert sorted(each.name for each in tmp_path.iterdir()) == ["own.map.yaml", "own.xlsx"]
    before = target.read_bytes()
    target.rename(tmp_path / "other.xlsx")
    status, _, error = run("template", "xlsx", "--out", target)
    assert status == 2
    assert "own.map.yaml: exists, and may have been filled in" in error
    (tmp_path / "other.xlsx").rename(target)
    assert run("template", "xlsx", "--out", target)[0] == 2
    assert target.read_bytes() == before


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"Expected a file ending in \.xlsx"):
        write_template(tmp_path / "own.ods", default_engine().schema, own_shapes(), NOTICE)
    assert not list(tmp_path.iterdir())


def test_the_group_shows_its_help(run: Run) -> None:
    status, out, _ = run("template")
    assert status == 0
    assert "xlsx" in out


def test_a_missing_package_is_named(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [each for each in sys.modules if each.startswith("netkg.tables.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    status, _, error = run("template", "xlsx", "--out", tmp_path / "own.xlsx")
    assert status == 2
    assert "netkg template xlsx needs openpyxl, which is not installed." in error
    assert "netkg[tables]" in error
