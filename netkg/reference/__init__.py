"""Write reference pages from the ontology, the shapes and the queries.

The pages are Markdown that any viewer shows; the same files give the same
pages, byte for byte. What they say stands in the data, not here.
"""

from __future__ import annotations

from collections.abc import Mapping

from netkg.reference.dependencies import Dependencies
from netkg.reference.events import events_page
from netkg.reference.fields import fields_page
from netkg.reference.folder import Changes, compare, write
from netkg.reference.guideline import guideline_page
from netkg.reference.index import index_page
from netkg.reference.knowledge import Knowledge
from netkg.reference.modules import module_page
from netkg.reference.queries import queries_page
from netkg.reference.shapes import shapes_page
from netkg.reference.statements import statements_page
from netkg.reference.thresholds import thresholds_page

__all__ = ["Changes", "Knowledge", "compare", "pages", "write"]


def pages(knowledge: Knowledge) -> Mapping[str, str]:
    """Give the text of every page by its path, in alphabetical order."""
    dependencies = Dependencies(knowledge)
    made = [
        index_page(knowledge),
        statements_page(knowledge, dependencies),
        guideline_page(knowledge, dependencies),
        fields_page(knowledge, dependencies),
        events_page(knowledge),
        thresholds_page(knowledge),
        shapes_page(knowledge),
        queries_page(knowledge),
        *(module_page(knowledge, module) for module in knowledge.modules),
    ]
    return {
        page.path: page.text(knowledge.colophon)
        for page in sorted(made, key=lambda page: page.path)
    }
