"""Draw any answer for a notebook: as one HTML element, and as Markdown.

The front door of the package names this module to :mod:`netkg.result`, whose
answers ask it when they are shown. Answers made above this package bring
their own drawing.
"""

from __future__ import annotations

import json
from functools import singledispatch
from typing import Any

from netkg.case.finding import Findings
from netkg.comparison.model import Comparison
from netkg.plan.model import Plan
from netkg.proof.model import Explanation, Proof
from netkg.render.comparison import comparison_html, comparison_markdown
from netkg.render.explanation import (
    explanation_html,
    explanation_markdown,
    proof_html,
    proof_markdown,
)
from netkg.render.markup import (
    Row,
    Table,
    element,
    findings_html,
    findings_markdown,
    plan_html,
    plan_markdown,
    table_html,
    table_markdown,
)
from netkg.render.values import shown

__all__ = ["html", "markdown"]


@singledispatch
def html(result: Any) -> str:
    """Return an answer as one HTML element that brings its style and loads nothing."""
    return element([table_html(_fields(result))])


@singledispatch
def markdown(result: Any) -> str:
    """Return an answer as Markdown, with one newline at its end."""
    return table_markdown(_fields(result)) + "\n"


def _fields(result: Any) -> Table:
    """Lay out what has no drawing of its own: each key of its JSON with its value."""
    rows = []
    for key, value in result.to_dict().items():
        nested = isinstance(value, dict) or (
            isinstance(value, list) and any(isinstance(item, dict | list) for item in value)
        )
        text = json.dumps(value, ensure_ascii=False) if nested else shown(value)
        rows.append(Row(((key,), (text,))))
    return Table(type(result).__name__, "", ("Key", "Value"), tuple(rows))


html.register(Plan)(plan_html)
markdown.register(Plan)(plan_markdown)
html.register(Findings)(findings_html)
markdown.register(Findings)(findings_markdown)
html.register(Explanation)(explanation_html)
markdown.register(Explanation)(explanation_markdown)
html.register(Proof)(proof_html)
markdown.register(Proof)(proof_markdown)
html.register(Comparison)(comparison_html)
markdown.register(Comparison)(comparison_markdown)
