"""Tell how often a statement is repeated."""

from __future__ import annotations

from netkg.docs.knowledge import Knowledge
from netkg.docs.pages import Page, months
from netkg.ontology.guideline import Statement
from netkg.ontology.schema import netkg
from netkg.suggestions import listed

__all__ = ["repetition"]


def repetition(knowledge: Knowledge, page: Page, row: Statement) -> str:
    """Tell how often a statement is repeated, in months or by others; empty if it is not."""
    if row.months:
        return f"every {months(row.months)}"
    taken = set(knowledge.schema.objects(row.node, netkg("takesIntervalOf")))
    others = [other for other in knowledge.catalogue.statements if other.node in taken]
    if not others:
        return ""
    # The plan takes the shortest in force, so this order is that of precedence.
    others.sort(key=lambda other: (other.months or (0, 0))[::-1])
    links = [knowledge.statements(page, [other.id]) for other in others]
    if row.level == "tumor":
        return f"as often as {', else '.join(links)}, in force at the tumour"
    return f"as often as the shortest in force at any tumour of {listed(links)}"
