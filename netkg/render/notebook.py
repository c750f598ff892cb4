"""Any answer in a notebook: as one HTML element, and as Markdown.

The front door of the package registers this module with :mod:`netkg.result`, whose
answers use it when they are shown. Answers made above this package bring their own page.
"""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from netkg.case.finding import Findings
from netkg.comparison.model import Comparison
from netkg.plan.model import Plan
from netkg.proof.model import Explanation, Proof
from netkg.render.comparison import comparison_page
from netkg.render.explanation import explanation_page, proof_page
from netkg.render.markup import findings_page, plan_page
from netkg.render.page import Page
from netkg.render.values import has_records, is_empty, shown

__all__ = ["html", "markdown"]


def html(result: Any) -> str:
    """Return an answer as one HTML element that brings its style and loads nothing."""
    return _page(result).html()


def markdown(result: Any) -> str:
    """Return an answer as Markdown, with one newline at its end."""
    return _page(result).markdown()


@singledispatch
def _page(result: Any) -> Page:
    """Return what has no page of its own as a table of the keys of its JSON."""
    rows = [
        [key, [*map(shown, value)] if has_records(value) else shown(value)]
        for key, value in result.to_dict().items()
        if not is_empty(value)
    ]
    return Page("table", heading=type(result).__name__, columns=["Key", "Value"], rows=rows)


_page.register(Plan)(plan_page)
_page.register(Findings)(findings_page)
_page.register(Explanation)(explanation_page)
_page.register(Proof)(proof_page)
_page.register(Comparison)(comparison_page)
