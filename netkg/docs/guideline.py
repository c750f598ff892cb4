"""Describe the guideline: statements, gaps, references, sections, and all its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import pyoxigraph as ox

from netkg.docs.dependencies import Dependencies
from netkg.docs.page import Page, escape
from netkg.docs.terms import facts
from netkg.docs.wording import population_outline, population_sentence
from netkg.errors import KnowledgeError
from netkg.namespaces import DCTERMS, NETKG, SKOS, local_name
from netkg.ontology import amounts
from netkg.ontology.guideline import Gap, Statement
from netkg.ontology.schema import NOTATION, netkg
from netkg.suggestions import listed

__all__ = [
    "describe_gap",
    "describe_statement",
    "figures",
    "growth_rows",
    "interval_rows",
    "reference_rows",
    "repetition",
    "sections",
]

_SOURCE: Final = ox.NamedNode(DCTERMS + "source")
_GROWTH: Final = ("leastDaysApart", "daysPerYear", "stepsPerUnit")
_TITLE: Final = ox.NamedNode(DCTERMS + "title")

# What the page of a statement shows in words; it lists the other properties as they are.
_SHOWN: Final = frozenset(
    {
        DCTERMS + "identifier",
        DCTERMS + "source",
        SKOS + "scopeNote",
        *(
            NETKG + name
            for name in (
                "actionGroup",
                "actions",
                "appliesTo",
                "citation",
                "gapCondition",
                "greatestMonths",
                "inSection",
                "leastMonths",
                "level",
                "modality",
                "position",
                "preferredAction",
                "readingNote",
                "supersedes",
                "takesIntervalOf",
            )
        ),
    }
)


def describe_statement(
    page: Page, row: Statement, dependencies: Dependencies
) -> Mapping[str, object]:
    """Return what a template shows of a statement."""
    schema = page.schema
    section = schema.one(row.node, netkg("inSection"))
    assert isinstance(section, ox.NamedNode)
    actions = [page.link(netkg(name)) for name in row.actions]
    return {
        "row": row,
        "link": page.link(row.node, row.id),
        "section": page.link(section),
        "actions": listed(actions, "or" if row.group == "any" else "and"),
        "preferred": page.link(netkg(row.preferred)) if row.preferred else "",
        "repetition": repetition(page, row),
        "record": listed(page.field(item.path) for item in row.record_items),
        "supersedes": page.statements(schema.objects(row.node, netkg("supersedes"))),
        "superseded": page.statements(schema.subjects(netkg("supersedes"), row.node)),
        "evidence": page.statements(schema.subjects(netkg("supports"), row.node)),
        "references": ", ".join(page.references(row.citations)),
        "exceptions": [
            f"{page.definition(rule)} ({page.link(rule)})"
            for rule in page.schema.instances(netkg("ActionRule"))
            if row.node in page.schema.objects(rule, netkg("ruleOf"))
        ],
        "facts": list(facts(page, row.node, without=_SHOWN)),
        "fields": ", ".join(map(page.field, dependencies.of(row.population))),
        **_who(page, schema.one(row.node, netkg("appliesTo"))),
    }


def describe_gap(page: Page, gap: Gap, dependencies: Dependencies) -> Mapping[str, object]:
    """Return what a template shows of a gap."""
    return {
        "row": gap,
        "link": page.link(netkg(gap.id), gap.id),
        "facts": list(facts(page, netkg(gap.id), without=_SHOWN)),
        "fields": ", ".join(map(page.field, dependencies.of(gap.condition))),
        **_who(page, page.schema.one(netkg(gap.id), netkg("gapCondition"))),
    }


def _who(page: Page, class_: object) -> dict[str, object]:
    """Return who belongs to a class: as a sentence, and as the lines of a nested list."""
    if not isinstance(class_, ox.NamedNode):
        return {"who": "", "outline": []}
    return {
        "who": population_sentence(page, class_),
        "outline": population_outline(page, class_),
    }


def repetition(page: Page, row: Statement) -> str:
    """Return how often a statement is repeated, in months or as others; empty if never."""
    if row.months:
        return amounts.interval(row.months)
    taken = page.values(row.node, "takesIntervalOf")
    others = [other for other in page.knowledge.catalogue.statements if other.node in taken]
    if not others:
        return ""
    # The plan takes the shortest in force, so this order is that of precedence.
    others.sort(key=lambda other: (other.months or (0, 0))[::-1])
    links = [page.link(other.node, other.id) for other in others]
    if row.level == "case":
        return f"as often as the shortest in force at any tumor of {listed(links)}"
    return f"as often as {', else '.join(links)}, in force at the {row.level}"


def figures(page: Page, row: Statement) -> Iterator[tuple[str, str]]:
    """Yield the figures of a statement: what each counts, and the number or the range."""
    for measure, number in amounts.figures(page.schema, row.node):
        yield escape(measure), escape(number)


def reference_rows(page: Page) -> Iterator[Mapping[str, object]]:
    """Yield what a template shows of each reference."""
    schema = page.schema
    for node in schema.instances(netkg("Reference")):
        number = schema.text(node, NOTATION)
        rows = page.knowledge.catalogue.statements
        yield {
            "name": local_name(node.value),
            "number": number,
            "title": page.link(node, escape(schema.text(node, _TITLE)) or page.definition(node)),
            "listed": schema.text(node, netkg("resolvable")) == "true",
            "citing": page.statements(row.node for row in rows if number in row.citations),
        }


def sections(page: Page) -> list[tuple[ox.NamedNode, str]]:
    """Return the sections of the document in their order, each with its path."""
    schema = page.schema
    nodes = schema.instances(netkg("Section"))
    nodes.sort(key=lambda node: int(schema.text(node, netkg("position")) or 0))
    return [(node, schema.text(node, NOTATION)) for node in nodes]


# -- numbers ----------------------------------------------------------------------------
def interval_rows(page: Page) -> Iterator[Mapping[str, object]]:
    """Yield what a template shows of each interval, by property and from low to high."""
    schema = page.schema

    def key(node: ox.NamedNode) -> tuple[str, str, float, float, str]:
        of, assigns, lower, upper = (
            schema.text(node, netkg(name)) for name in ("ofProperty", "assigns", "lower", "upper")
        )
        try:
            return of, assigns, float(lower or "-inf"), float(upper or "inf"), node.value
        except ValueError:
            raise KnowledgeError(
                "has a bound that is not a number",
                term=local_name(node.value),
                expected="a decimal",
            ) from None

    for node in sorted(schema.instances(netkg("Interval")), key=key):
        category = schema.one(node, netkg("category"))
        of, assigns, lower, upper, _ = key(node)
        yield {
            "name": local_name(node.value),
            "of": page.link(ox.NamedNode(of)),
            "lower": lower,
            "upper": upper,
            "lower_closed": schema.text(node, netkg("lowerClosed")) == "true",
            "upper_closed": schema.text(node, netkg("upperClosed")) == "true",
            "unit": schema.text(node, netkg("unitOfBounds")),
            "assigns": page.link(ox.NamedNode(assigns)),
            "category": page.link(category) if isinstance(category, ox.NamedNode) else "",
            "set_by": _set_by(page, node),
        }


def growth_rows(page: Page) -> Iterator[Mapping[str, object]]:
    """Yield what a template shows of the numbers by which growth is measured."""
    for name in _GROWTH:
        for quad in page.schema.store.quads_for_pattern(None, netkg(name), None):
            assert isinstance(quad.subject, ox.NamedNode)
            yield {
                "of": page.link(quad.subject),
                "property": quad.predicate,
                "number": escape(str(getattr(quad.object, "value", quad.object))),
                "set_by": _set_by(page, quad.subject),
            }


def _set_by(page: Page, node: ox.NamedNode) -> str:
    """Return the statements that a number is from, and whether it is an interpretation."""
    shown = page.statements(page.schema.objects(node, _SOURCE))
    if not shown:
        return "an interpretation"
    return f"{shown} (an interpretation)" if page.schema.one(node, netkg("readingNote")) else shown
