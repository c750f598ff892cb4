"""Describe the case format: its records and keys, its value sets, its types of events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import pyoxigraph as ox

from netkg.docs.dependencies import Dependencies
from netkg.docs.page import Page, escape
from netkg.namespaces import SKOS, local_name
from netkg.ontology.labels import noun
from netkg.ontology.schema import SUBCLASS, TYPE, Field, netkg

__all__ = [
    "below",
    "describe_records",
    "determination_rows",
    "event_rows",
    "exceptions",
    "never_done",
    "record_label",
    "restricted",
    "value_sets",
]

_ORDER: Final = ("Case", "Tumor", "Measurement", "Metastasis", "ClinicalEvent")
# The keys of a record that are not properties of the ontology.
_FURTHER: Final = {"Case": "id", "Tumor": "id", "Metastasis": "id", "ClinicalEvent": "type"}
_SCOPE_NOTE: Final = ox.NamedNode(SKOS + "scopeNote")
_TRUE: Final = ox.Literal(True)
# The properties by which a value implies another.
_IMPLICATIONS: Final = (
    "impliesDifferentiation",
    "impliesGrade",
    "impliesGradeGroup",
    "impliesExtent",
)


def describe_records(page: Page, dependencies: Dependencies) -> Iterator[Mapping[str, object]]:
    """Yield what a template shows of each kind of record."""
    known = page.schema.fields
    for name in [*(n for n in _ORDER if n in known), *sorted(known.keys() - {*_ORDER})]:
        fields = known[name]
        prefix = next(iter(fields.values())).path.rpartition(".")[0]
        rows = [_describe_key(page, field, dependencies) for field in fields.values()]
        if name in _FURTHER:
            key = _FURTHER[name]
            path = f"{prefix}.{key}" if prefix else key
            readers = page.named(dependencies.readers.get(path, ()))
            rows.insert(0, {"key": key, "path": path, "field": None, "readers": readers})
        yield {"name": name, "label": record_label(page, name), "rows": rows}


def _describe_key(page: Page, field: Field, dependencies: Dependencies) -> dict[str, object]:
    schema, term = page.schema, netkg(field.name)
    required = page.knowledge.constraints[field.record, field.name].least > 0
    return {
        "key": field.name,
        "path": field.path,
        "field": field,
        "term": term,
        "notes": sorted(escape(value.value) for value in schema.objects(term, _SCOPE_NOTE)),
        "absent": "not allowed" if required else "open" if field.open else "closed",
        "range": local_name(field.range),
        "readers": page.named(dependencies.readers.get(field.path, ())),
    }


def record_label(page: Page, name: str) -> str:
    """Return the noun for a record."""
    return escape(noun(page.schema.label(netkg(name))))


def value_sets(page: Page) -> Iterator[tuple[ox.NamedNode, list[tuple[ox.NamedNode, str]]]]:
    """Yield each class of values with its values, and what each of these leaves open or implies."""
    schema = page.schema
    fields = [field for record in schema.fields.values() for field in record.values()]
    ranges = dict.fromkeys(field.range for field in fields if field.name != "target")
    for range_ in ranges:
        if schema.values.get(range_):
            class_ = ox.NamedNode(range_)
            yield (
                class_,
                [
                    (value, " ".join(_consequences(page, value)))
                    for value in schema.instances(class_)
                ],
            )


def _consequences(page: Page, value: ox.NamedNode) -> Iterator[str]:
    """Yield a sentence for each kind of consequence that a value has for others."""
    implied = [
        f"{_implied(page, netkg(name))} {page.link(other)}"
        for name in _IMPLICATIONS
        for other in page.values(value, name)
    ]
    if implied:
        yield f"Implies: {', '.join(implied)}."
    if left_open := page.values(value, "leavesOpen"):
        yield f"Leaves open: {', '.join(map(page.link, left_open))}."


def _implied(page: Page, property_: ox.NamedNode) -> str:
    """Return the noun for what a property implies, such as "differentiation"."""
    return escape(page.schema.label(property_)).removeprefix("implies ")


def determination_rows(page: Page) -> list[Mapping[str, str]]:
    """Return what a template shows of each field that determines a derived property."""
    rows: dict[tuple[str, str, str], dict[str, None]] = {}
    for node in page.schema.instances(netkg("Determination")):
        property_, field, *_ = *page.values(node, "determines"), *page.values(node, "fromField")
        ruled_out = ", ".join(map(page.link, page.values(node, "ruledOutBy")))
        given = [*map(page.link, page.values(node, "givesValue"))]
        through = [
            page.link(each, f"the {_implied(page, each)} that it implies")
            for each in page.values(node, "givesThrough")
        ]
        gives = rows.setdefault((page.link(property_), page.link(field), ruled_out), {})
        gives.update(dict.fromkeys([*given, *through] or ["the same value"]))
    return [
        {"property": property_, "field": field, "gives": ", ".join(gives), "unless": ruled_out}
        for (property_, field, ruled_out), gives in sorted(rows.items())
    ]


# -- types of events ----------------------------------------------------------------------
def below(page: Page, name: str) -> list[str]:
    """Return the types of events right below a class, by their labels."""
    found = page.schema.subjects(SUBCLASS, netkg(name))
    names = {local_name(node.value) for node in found} & page.schema.event_types
    return sorted(names, key=lambda each: (page.schema.label(netkg(each)).casefold(), each))


def event_rows(page: Page, name: str, depth: int = 0) -> Iterator[Mapping[str, object]]:
    """Yield what a template shows of a type of event, and then of each type below it."""
    schema, term = page.schema, netkg(name)
    parts, above = page.values(term, "standsFor"), schema.superclasses(term)
    covered = {*above, *parts}
    rows = page.knowledge.catalogue.statements
    asking = [row.node for row in rows if covered & set(map(netkg, row.actions))]
    doing = {
        statement
        for node in covered
        for rule in schema.subjects(netkg("eventClass"), node)
        if netkg("Accomplished") in schema.objects(rule, netkg("givesEffect"))
        for statement in schema.objects(rule, netkg("ruleOf"))
    }
    yield {
        "name": name,
        "term": term,
        "depth": depth,
        "parts": ", ".join(sorted(map(page.link, parts))),
        "continuing": not above.isdisjoint(schema.subjects(netkg("isContinuing"), _TRUE)),
        "asking": page.statements(asking),
        "doing": page.statements(doing.difference(asking)),
    }
    for child in below(page, name):
        yield from event_rows(page, child, depth + 1)


def exceptions(page: Page, class_: str) -> list[Mapping[str, str]]:
    """Return what a template shows of the exceptions of one class that the guideline has."""
    return [
        {
            "name": local_name(node.value),
            "link": page.link(node),
            "event": ", ".join(map(page.link, page.values(node, "eventClass"))),
            "meaning": page.definition(node),
            "statements": page.statements(page.schema.objects(node, netkg("ruleOf"))),
        }
        for node in page.schema.instances(netkg(class_))
    ]


def never_done(page: Page) -> list[str]:
    """Return the statements on actions that stay open for as long as they apply."""
    always = set(page.schema.subjects(netkg("alwaysDue"), _TRUE))
    never = set(page.schema.subjects(netkg("neverDone"), _TRUE))
    return [
        page.link(row.node, row.id)
        for row in page.knowledge.catalogue.statements
        if row.actions and (row.node in never or always & set(page.schema.objects(row.node, TYPE)))
    ]


def restricted(page: Page) -> list[tuple[str, str]]:
    """Return the statements that are done at records of one class only, and the class."""
    return [
        (page.link(row.node, row.id), page.link(only))
        for row in page.knowledge.catalogue.statements
        if row.actions
        for only in page.values(row.node, "doneOnlyWhen")
    ]
