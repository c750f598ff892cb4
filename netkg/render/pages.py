"""Any answer as a page: Markdown, or HTML for a notebook.

The front door of the package registers this module with :mod:`netkg.result`, whose
answers use it when they are shown. Answers made above this package bring their own page.
"""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from netkg.case.finding import Findings
from netkg.case.shown import has_records, is_empty, shown
from netkg.comparison.model import Comparison
from netkg.plan.model import Plan
from netkg.proof.model import Explanation, Proof
from netkg.render.comparison import comparison_page
from netkg.render.explanation import explanation_page, proof_page
from netkg.render.first_screen import FirstScreen
from netkg.render.outline import Outline
from netkg.render.page import Page
from netkg.render.words import case_name

__all__ = ["page", "plan_page"]


@singledispatch
def page(answer: Any) -> Page:
    """Return an answer as a page; one without a page of its own as a table of its JSON."""
    rows = [
        [key, [*map(shown, value)] if has_records(value) else shown(value)]
        for key, value in answer.to_dict().items()
        if not is_empty(value)
    ]
    return Page("table", heading=type(answer).__name__, columns=["Key", "Value"], rows=rows)


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
    closing = found.guideline.closing_notice
    return Page("findings", title=case_name(found.case), findings=found, closing=closing)


page.register(Explanation)(explanation_page)
page.register(Proof)(proof_page)
page.register(Comparison)(comparison_page)
