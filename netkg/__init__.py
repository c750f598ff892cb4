"""Derive management plans for neuroendocrine tumors from a guideline as a graph.

The input is a case. The output is the steps that apply, each with its status, proof and
citation, and for each undetermined statement the missing data.

>>> import netkg
>>> case = netkg.load_case({"id": "c1", "tumors": [{"ki67Percent": 8}]})
>>> plan = netkg.derive(case, as_of="2026-03-31")
>>> plan.conforms, [row.id for row in plan.recommendations if row.status == "overdue"]
(True, [])

The packages, in the order of the data flow; each imports only from those above it:

    limits       the limits within which input is read and queries are answered
    worker       a process without files and network, for parsers and queries
    ontology     the Turtle files, read and compiled to criteria
    case         one case: readers, writer, findings about its format
    reasoning    rules, facts, verdicts and their reasons
    validation   SHACL shapes and their findings
    plan         the engine, the steps and their status, the plan
    proof        proofs of verdicts, and an independent checker
    comparison   differences of two plans, and edits of a case
    render       terminal text, Markdown, HTML, notebooks
    query        SPARQL over ontology, cases and plans
    graph        pictures and graph files
    export       files for the tools of others
    json_schema  the JSON Schema of each JSON answer
    docs         the reference pages
    api          the public functions
    cli          one module per command

Decision support for education only, not a medical device.
"""

from __future__ import annotations

import signal
import sys

if (sys.argv or [""])[0] == "-m" or sys.argv[0].endswith("/netkg"):
    # This process is the program netkg, which an interrupt ends (see netkg.__main__). The
    # imports below take a good part of its time, and an interrupt there would be a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

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
