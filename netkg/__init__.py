"""Derive management plans for neuroendocrine tumors from a guideline as a graph.

A case goes in; what applies comes out, each step with its status, its proof
and its citation, and whatever cannot be decided says what is missing.

>>> import netkg
>>> case = netkg.load_case({"id": "c1", "tumors": [{"ki67Percent": 8}]})
>>> plan = netkg.derive(case, as_of="2026-03-31")
>>> plan.conforms, [row.id for row in plan.recommendations if row.status == "overdue"]
(True, [])

The packages, in the order in which data flows; each imports only from those above it:

    ontology     the Turtle files, read and compiled to criteria
    case         one case: readers, writer, findings on its form
    reasoning    rules, facts, verdicts and their reasons
    validation   SHACL shapes and the findings they give
    plan         the engine, the steps and their status, the plan
    proof        proofs of verdicts, and an independent checker
    comparison   two plans side by side, and edits of a case
    render       terminal text, Markdown, HTML, notebooks
    query        SPARQL over ontology, cases and plans
    graph        pictures and graph files
    docs         the reference pages
    cli          one module per command

Decision support for education only, not a medical device.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import lazy_loader

from netkg.result import draw_with

if TYPE_CHECKING:
    from netkg.render.page import Page

__version__ = "0.1.0"

# Importing the package costs nothing until a name is used. The stub next to this file is the
# one list of public names, for programs and for type checkers.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

# Silent unless the program that imports the package says otherwise.
logging.getLogger(__name__).addHandler(logging.NullHandler())


def _page(answer: Any) -> Page:
    # Only a notebook that shows an answer pays for this; the answers themselves, which are
    # below it, never import what draws them.
    from netkg.render.pages import page

    return page(answer)


draw_with(_page)
