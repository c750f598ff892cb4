"""Write the format of a case: each record, its keys, and what depends on them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from netkg.docs.dependencies import Dependencies
from netkg.docs.knowledge import Knowledge
from netkg.docs.pages import Anchor, Page, code, escape, mark
from netkg.namespaces import NETKG, NETS, SH, SKOS, XSD, local_name
from netkg.ontology.schema import DEFINITION, Field, netkg

__all__ = ["anchors", "fields_page"]

_ORDER: Final = ("Case", "Tumor", "Measurement", "Metastasis", "ClinicalEvent")
_KINDS: Final = {
    XSD + "boolean": "`true` or `false`",
    XSD + "date": "a day, such as `2026-01-15`",
    XSD + "decimal": "a number",
    XSD + "string": "text",
}
# Keys that are no property of the ontology: they name a record and its class.
_ID: Final = "a text or an IRI"
_SCOPE_NOTE: Final = ox.NamedNode(SKOS + "scopeNote")
_FIELD: Final = ox.NamedNode(NETS + "field")
_MIN_COUNT: Final = ox.NamedNode(SH + "minCount")


def fields_page(knowledge: Knowledge, dependencies: Dependencies) -> Page:
    """Write the page of all fields."""
    page = Page("fields.md", "Fields of a case")
    page.add(
        "A case is a JSON object with these keys, or the same as RDF. An absent key that is"
        " *open* is unknown, and a verdict that turns on its value is undetermined; one that is"
        " *closed* means that it did not happen or is not there. Whether a key is filled in is"
        " never unknown. *Bears on* names the statements whose verdict it can change, and the"
        " gaps whose condition it can decide."
    )
    page.items(
        f"[{escape(_record(knowledge, name))}](#record-{name}): "
        + ", ".join(f"[{code(key)}](#{path})" for key, path in _keys(knowledge, name))
        for name in _records(knowledge)
    )
    for name in _records(knowledge):
        page.heading(escape(_record(knowledge, name)), f"record-{name}")
        page.add(escape(knowledge.schema.text(netkg(name), DEFINITION)))
        rows = [
            *_special(knowledge, page, name, dependencies),
            *(
                _row(knowledge, page, field, dependencies)
                for field in knowledge.schema.fields[name].values()
            ),
        ]
        page.table(("Key", "What it is", "Value", "Absent", "Bears on"), rows)
    page.heading("Values", "values")
    page.add("What a coded key may hold. A case is read with exactly these names.")
    for name in _records(knowledge):
        for field in knowledge.schema.fields[name].values():
            _values(knowledge, page, field)
    return page


def anchors(knowledge: Knowledge) -> frozenset[str]:
    """Give the paths of all keys, by which links lead to them."""
    return frozenset(
        path for record in knowledge.schema.fields for _, path in _keys(knowledge, record)
    )


def _records(knowledge: Knowledge) -> list[str]:
    known = knowledge.schema.fields
    return [*(name for name in _ORDER if name in known), *sorted(known.keys() - set(_ORDER))]


def _record(knowledge: Knowledge, name: str) -> str:
    label = knowledge.schema.label(netkg(name)).removesuffix(" record")
    return f"{label[:1].upper()}{label[1:]}"


def _prefix(knowledge: Knowledge, name: str) -> str:
    path = next(iter(knowledge.schema.fields[name].values())).path
    return path.rpartition(".")[0]


def _path(knowledge: Knowledge, record: str, key: str) -> str:
    prefix = _prefix(knowledge, record)
    return f"{prefix}.{key}" if prefix else key


def _keys(knowledge: Knowledge, record: str) -> Iterator[tuple[str, str]]:
    if record in ("Case", "Tumor", "Metastasis"):
        yield "id", _path(knowledge, record, "id")
    if record == "ClinicalEvent":
        yield "type", _path(knowledge, record, "type")
    for field in knowledge.schema.fields[record].values():
        yield field.name, field.path


def _special(
    knowledge: Knowledge, page: Page, record: str, dependencies: Dependencies
) -> Iterator[tuple[str, ...]]:
    for key, path in _keys(knowledge, record):
        if key in knowledge.schema.fields[record]:
            continue
        cell = f"{mark(path)}{code(key)}"
        if key == "type":
            types = page.link(Anchor("events.md"), "a type of event")
            yield (
                cell,
                "What sort of event it is.",
                types,
                "not allowed",
                _readers(knowledge, page, path, dependencies),
            )
        elif record == "Case":
            yield cell, "The name of the case.", _ID, "not allowed", ""
        else:
            default = f"its place in the list, such as `{record.lower()}-1`"
            yield cell, "What events and findings call it.", _ID, default, ""


def _row(
    knowledge: Knowledge, page: Page, field: Field, dependencies: Dependencies
) -> tuple[str, ...]:
    schema, node = knowledge.schema, netkg(field.name)
    notes = sorted(value.value for value in schema.objects(node, _SCOPE_NOTE))
    what = [escape(schema.text(node, DEFINITION)), *map(escape, notes)]
    absent = "not allowed" if _required(knowledge, field) else "open" if field.open else "closed"
    return (
        f"{mark(field.path)}{code(field.name)}<br>{escape(schema.label(node))}",
        "<br>".join(what),
        _kind(knowledge, page, field),
        absent,
        _readers(knowledge, page, field.path, dependencies),
    )


def _required(knowledge: Knowledge, field: Field) -> bool:
    """Tell whether the shapes ask for the field."""
    shapes = knowledge.shapes
    found = shapes.subjects(_FIELD, ox.Literal(field.path))
    return any(shapes.text(node, _MIN_COUNT) not in ("", "0") for node in found)


def _kind(knowledge: Knowledge, page: Page, field: Field) -> str:
    record = local_name(field.range)
    if field.name == "target":
        words = "the id of a tumour or a metastasis"
    elif field.range in _KINDS:
        words = _KINDS[field.range]
    elif record in knowledge.schema.fields:
        words = page.link(Anchor(page.path, f"record-{record}"), _record(knowledge, record).lower())
    else:
        class_ = ox.NamedNode(field.range)
        words = page.link(
            Anchor(page.path, f"values-{record}"), escape(knowledge.schema.label(class_))
        )
    return words if field.single else f"a list of: {words}"


def _readers(knowledge: Knowledge, page: Page, path: str, dependencies: Dependencies) -> str:
    ids = dependencies.readers.get(path, ())
    gaps = [page.link(Anchor("guideline.md", gap), gap) for gap in ids if gap.startswith("GAP-")]
    return "<br>".join(filter(None, [knowledge.statements(page, ids), ", ".join(gaps)]))


def _values(knowledge: Knowledge, page: Page, field: Field) -> None:
    name = local_name(field.range)
    anchor = f"values-{name}"
    if not knowledge.schema.values.get(field.range) or field.name == "target":
        return
    if any(f'"{anchor}"' in block for block in page.blocks):
        return
    schema = knowledge.schema
    page.heading(escape(schema.label(ox.NamedNode(field.range))), anchor, level=3)
    rows = []
    for value in schema.instances(ox.NamedNode(NETKG + name)):
        left_open = sorted(schema.objects(value, netkg("leavesOpen")), key=str)
        links = [knowledge.link(page, v) for v in left_open if isinstance(v, ox.NamedNode)]
        rows.append(
            (
                f"{code(local_name(value.value))}",
                knowledge.link(page, value),
                escape(schema.text(value, DEFINITION))
                + (f" Leaves open: {', '.join(links)}." if links else ""),
            )
        )
    page.table(("Name", "Label", "What it means"), rows)
