"""Any answer as a page: Markdown, or HTML for a notebook.

The front door of the package registers this module with :mod:`netkg.result`, whose
answers use it when they are shown. Answers made above this package bring their own page.
"""

from __future__ import annotations

import re
from functools import singledispatch
from typing import Any

from netkg.case.finding import Findings
from netkg.case.shown import has_records, is_empty, shown
from netkg.comparison.model import Comparison
from netkg.plan.model import Focus, Plan, Recommendation
from netkg.proof.model import Explanation, Proof
from netkg.reasoning.fact import Fact
from netkg.reasoning.wording import Wording
from netkg.render.blocks import Node
from netkg.render.comparison import comparison_page
from netkg.render.explanation import explanation_page, proof_page
from netkg.render.findings import findings_page
from netkg.render.first_screen import FirstScreen
from netkg.render.outline import Outline
from netkg.render.page import Page
from netkg.render.statement import focus_page, statement_page
from netkg.suggestions import sentence

__all__ = ["page", "plan_page"]


@singledispatch
def page(answer: Any) -> Page:
    """Return an answer as a page; one without a page of its own as a table of its JSON."""
    rows = [
        [spaced(key), [*map(shown, value)] if has_records(value) else shown(value)]
        for key, value in answer.to_dict().items()
        if not is_empty(value)
    ]
    heading = sentence(spaced(type(answer).__name__))
    return Page("table", heading=heading, columns=["Key", "Value"], rows=rows)


def spaced(name: str) -> str:
    """Return a name of a program as words.

    >>> spaced("dueFrom"), spaced("RecordedEvent")
    ('due from', 'recorded event')
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


@page.register
def plan_page(plan: Plan, *, full: bool = False) -> Page:
    """Return a plan as a page; the Markdown of one that is not full is its first screen alone."""
    return Page(
        "plan",
        screen=FirstScreen(plan) if plan.conforms else None,
        full=full or not plan.conforms,
        view=Outline(plan),
        findings=plan.findings,
        closing=plan.guideline.closing_notice,
    )


@page.register
def _(found: Findings) -> Page:
    return findings_page(found.case, found, found.guideline.closing_notice)


@page.register
def _(fact: Fact) -> Page:
    return Page("fact", tree=_node(fact))


def _node(fact: Fact) -> Node:
    words = f"{fact.subject}: {Wording({}).fact(fact)}"
    mark = "·" if fact.asserted or fact.value is None else "←"
    return Node(mark, words, "", (), tuple(map(_node, fact.derived_from)))


page.register(Recommendation)(statement_page)
page.register(Focus)(focus_page)
page.register(Explanation)(explanation_page)
page.register(Proof)(proof_page)
page.register(Comparison)(comparison_page)
