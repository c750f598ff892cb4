"""Draw any answer for a notebook: as one HTML element, and as Markdown.

The front door of the package names this module to :mod:`netkg.result`, whose
answers ask it when they are shown. Answers made above this package bring
their own drawing.
"""

from __future__ import annotations

from collections.abc import Mapping
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
    """Lay out what has no drawing of its own: each key of its JSON that has a value."""
    rows = []
    for key, value in result.to_dict().items():
        items = value if isinstance(value, list) and _has_records(value) else [value]
        if not _is_empty(value):
            rows.append(Row(((key,), tuple(_said(item) for item in items))))
    return Table(type(result).__name__, "", ("Key", "Value"), tuple(rows))


def _said(value: Any) -> str:
    """Return a value on one line, what is inside of it in brackets."""
    if isinstance(value, Mapping):
        parts = {key: part for key, part in value.items() if not _is_empty(part)}
        return ", ".join(f"{key} {_within(part)}" for key, part in parts.items())
    if isinstance(value, list) and _has_records(value):
        return "; ".join(map(_said, value))
    return shown(value)


def _within(value: Any) -> str:
    nested = isinstance(value, Mapping) or (isinstance(value, list) and _has_records(value))
    return f"({_said(value)})" if nested else _said(value)


def _has_records(values: list[Any]) -> bool:
    return any(isinstance(value, Mapping | list) for value in values)


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


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
