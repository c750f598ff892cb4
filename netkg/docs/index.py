"""Write the first page: what there is, of which version, and what it is not for."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from netkg.docs.knowledge import Knowledge
from netkg.docs.pages import Anchor, Page, code, escape

__all__ = ["index_page"]

_PAGES: Final = (
    (
        "statements.md",
        "Statements",
        "what the guideline says, for whom, and what gives way to what",
    ),
    ("guideline.md", "The guideline", "gaps, faults, references, figures and sections"),
    ("fields.md", "Fields of a case", "the case format, and what each key bears on"),
    ("events.md", "Types of events", "what an event can be, and which statements ask for it"),
    ("thresholds.md", "Thresholds", "every number that a verdict or a date turns on"),
    ("shapes.md", "Shapes", "what is checked, why, and how to mend it"),
    ("queries.md", "Queries", "questions that can be asked, and the rules that the program runs"),
)


def index_page(knowledge: Knowledge) -> Page:
    """Write the page that leads to all others."""
    page = Page("index.md", "Reference")
    document = knowledge.catalogue.document
    page.add(
        "> **For education only, not a medical device.** The guideline is"
        f" {escape(document.review_status)}. Verify every step against primary sources, and"
        " decide by clinical judgement."
    )
    versions = sorted({module.version for module in knowledge.modules if module.version})
    page.items(
        [
            f"Ontology: version {escape(', '.join(versions))}",
            f"Guideline: {page.link(Anchor('guideline.md'), escape(document.label))},"
            f" version {escape(document.version)}",
            f"Review status: {escape(document.review_status)}",
        ]
    )
    page.add(
        "These pages are written by `netkg docs` from the ontology, the shapes and the queries."
    )
    page.items(f"{page.link(Anchor(path), name)}: {about}" for path, name, about in _PAGES)
    page.heading("Modules of the ontology", "modules")
    page.add("Every term, by the file that defines it, in the order of the imports.")
    for folder, group in groupby(knowledge.modules, lambda each: each.file.rpartition("/")[0]):
        if folder:
            page.add(f"In {code(folder)}:")
        page.table(
            ("Module", "What it holds", "Terms"),
            (
                (
                    page.link(Anchor(module.page), escape(module.title)),
                    escape(module.description),
                    str(len(module.terms)),
                )
                for module in group
            ),
        )
    return page
