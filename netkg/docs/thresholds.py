"""Write every number that decides: intervals, spans, times of repetition."""

from __future__ import annotations

from itertools import groupby
from typing import Final

import pyoxigraph as ox

from netkg.docs.knowledge import Knowledge
from netkg.docs.pages import Anchor, Page, escape, mark
from netkg.docs.repetition import repetition
from netkg.errors import KnowledgeError
from netkg.namespaces import DCTERMS, local_name
from netkg.ontology.schema import DEFINITION, netkg

__all__ = ["thresholds_page"]

_SOURCE = ox.NamedNode(DCTERMS + "source")
_GROWTH: Final = ("leastDaysApart", "daysPerYear", "stepsPerUnit")


def thresholds_page(knowledge: Knowledge) -> Page:
    """Write the page of all numbers."""
    page = Page("thresholds.md", "Thresholds")
    page.add(
        "Every number that a verdict or a date turns on. They are data of the ontology, from"
        " which the rules and the program read them. *From* and *to* mean that the end itself"
        " belongs to the interval; *above* and *below*, that it does not. A *reading* is ours"
        " and not said by the text. What a number in a case can be at all is told by the"
        f" {page.link(Anchor('shapes.md'), 'shapes')}."
    )
    page.items(["[Intervals](#intervals)", "[Growth](#growth)", "[Repetition](#repetition)"])
    page.heading("Intervals", "intervals")
    page.add("Intervals of one property may overlap; a value gets each category that holds it.")
    _intervals(knowledge, page)
    page.heading("Growth", "growth")
    _growth(knowledge, page)
    page.heading("Repetition", "repetition")
    page.add(
        "In calendar months from the day on which it was last done. What takes its interval from"
        " others is due at once, without a date, while none of them is in force."
    )
    page.table(
        ("Statement", "Repeated"),
        (
            (
                f"{page.link(Anchor('statements.md', row.id), row.id)} {escape(row.label)}",
                repeated,
            )
            for row in knowledge.catalogue.statements
            if (repeated := repetition(knowledge, page, row))
        ),
    )
    return page


def _intervals(knowledge: Knowledge, page: Page) -> None:
    schema = knowledge.schema

    def sorts(node: ox.NamedNode) -> tuple[str, str]:
        return schema.text(node, netkg("ofProperty")), schema.text(node, netkg("assigns"))

    def key(node: ox.NamedNode) -> tuple[tuple[str, str], float, float, str]:
        lower, upper = (schema.text(node, netkg(end)) for end in ("lower", "upper"))
        try:
            return sorts(node), float(lower or "-inf"), float(upper or "inf"), node.value
        except ValueError:
            raise KnowledgeError(
                "has an end that is no number", term=local_name(node.value), expected="a decimal"
            ) from None

    rows = []
    for (of, assigns), nodes in groupby(
        sorted(schema.instances(netkg("Interval")), key=key), sorts
    ):
        for node in nodes:
            category = schema.one(node, netkg("category"))
            rows.append(
                (
                    mark(local_name(node.value)) + knowledge.link(page, ox.NamedNode(of)),
                    _ends(knowledge, node),
                    knowledge.link(page, ox.NamedNode(assigns)),
                    knowledge.link(page, category) if isinstance(category, ox.NamedNode) else "",
                    _set_by(knowledge, page, node),
                )
            )
    page.table(("Number", "Interval", "Assigns", "Category", "Set by"), rows)


def _ends(knowledge: Knowledge, node: ox.NamedNode) -> str:
    """Tell an interval in words, such as ``from 3 to 20 %`` or ``above 20 mm``."""
    text = knowledge.schema.text
    lower, upper = text(node, netkg("lower")), text(node, netkg("upper"))
    unit = escape(text(node, netkg("unitOfBounds")))
    from_ = "from" if text(node, netkg("lowerClosed")) == "true" else "above"
    to = "to" if text(node, netkg("upperClosed")) == "true" else "below"
    if lower and upper and float(lower) == float(upper):
        return f"exactly {float(lower):g} {unit}"
    parts = [f"{from_} {float(lower):g}"] if lower else []
    if upper:
        parts.append(f"{'up to' if to == 'to' and not lower else to} {float(upper):g}")
    return f"{(' ' if to == 'to' else ', ').join(parts)} {unit}"


def _growth(knowledge: Knowledge, page: Page) -> None:
    schema = knowledge.schema
    page.table(
        ("Of", "What", "Number", "What it means", "Set by"),
        (
            (
                knowledge.link(page, quad.subject),
                knowledge.link(page, quad.predicate),
                escape(quad.object.value),
                escape(schema.text(quad.predicate, DEFINITION)),
                _set_by(knowledge, page, quad.subject),
            )
            for name in _GROWTH
            for quad in schema.store.quads_for_pattern(None, netkg(name), None)
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal)
        ),
    )


def _set_by(knowledge: Knowledge, page: Page, node: ox.NamedNode) -> str:
    """Name the statements that a number is from, and tell whether it is read into them."""
    schema = knowledge.schema
    sources = [local_name(source.value) for source in schema.objects(node, _SOURCE)]
    shown = knowledge.statements(page, sources)
    if not shown:
        return "a reading"
    return f"{shown} (a reading)" if schema.one(node, netkg("readingNote")) else shown
