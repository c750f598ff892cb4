"""Any answer in a notebook: as one HTML element, and as Markdown.

The front door of the package registers this module with :mod:`netkg.result`, whose
answers use it when they are shown. Answers made above this package bring their own page.
"""

from __future__ import annotations

from collections.abc import Mapping
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
from netkg.render.values import shown

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
    rows = []
    for key, value in result.to_dict().items():
        items = value if isinstance(value, list) and _has_records(value) else [value]
        if not _is_empty(value):
            rows.append([key, [_inline(item) for item in items]])
    return Page("table", heading=type(result).__name__, columns=["Key", "Value"], rows=rows)


def _inline(value: Any) -> str:
    """Return a value on one line, nested values in brackets."""
    if isinstance(value, Mapping):
        parts = {key: part for key, part in value.items() if not _is_empty(part)}
        return ", ".join(f"{key} {_nested(part)}" for key, part in parts.items())
    if isinstance(value, list) and _has_records(value):
        return "; ".join(map(_inline, value))
    return shown(value)


def _nested(value: Any) -> str:
    nested = isinstance(value, Mapping) or (isinstance(value, list) and _has_records(value))
    return f"({_inline(value)})" if nested else _inline(value)


def _has_records(values: list[Any]) -> bool:
    return any(isinstance(value, Mapping | list) for value in values)


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


_page.register(Plan)(plan_page)
_page.register(Findings)(findings_page)
_page.register(Explanation)(explanation_page)
_page.register(Proof)(proof_page)
_page.register(Comparison)(comparison_page)
