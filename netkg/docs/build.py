"""Build the reference pages from the ontology, the shapes and the queries.

The pages are Markdown that any viewer shows; the same files give the same
pages, byte for byte. What they say is in the data, not here.
"""

from __future__ import annotations

from collections.abc import Mapping

from netkg.docs.dependencies import Dependencies
from netkg.docs.events import events_page
from netkg.docs.fields import fields_page
from netkg.docs.guideline import guideline_page
from netkg.docs.index import index_page
from netkg.docs.knowledge import Knowledge
from netkg.docs.modules import module_page
from netkg.docs.queries import queries_page
from netkg.docs.shapes import shapes_page
from netkg.docs.statements import statements_page
from netkg.docs.thresholds import thresholds_page

__all__ = ["pages"]


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
        page.path: page.text(knowledge.catalogue.document.closing_notice)
        for page in sorted(made, key=lambda page: page.path)
    }
