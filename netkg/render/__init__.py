"""Show plans, findings and statements to a person: terminal, Markdown, HTML.

All three forms of a plan are drawn from one outline (:mod:`netkg.render.outline`),
so that none of them tells more or less than the others.
"""

from __future__ import annotations

from netkg.render.catalogue import catalogue_markdown, catalogue_text, statement_json
from netkg.render.comparison import comparison_markdown, comparison_text
from netkg.render.explanation import explanation_markdown, explanation_text
from netkg.render.markup import findings_markdown, html, markdown
from netkg.render.outline import plain
from netkg.render.terminal import findings_text, text

__all__ = [
    "catalogue_markdown",
    "catalogue_text",
    "explanation_markdown",
    "explanation_text",
    "comparison_markdown",
    "comparison_text",
    "findings_markdown",
    "findings_text",
    "html",
    "markdown",
    "plain",
    "statement_json",
    "text",
]
