"""Plans and findings as pages: Markdown and HTML."""

from __future__ import annotations

from collections.abc import Iterable

from netkg.case.finding import Findings
from netkg.plan.model import Plan
from netkg.render.escape import escape_markdown
from netkg.render.outline import Outline
from netkg.render.page import Page
from netkg.render.words import case_name

__all__ = ["escape_markdown", "findings_page", "markdown_row", "plan_markdown", "plan_page"]


def markdown_row(cells: Iterable[str]) -> str:
    """Return one row of a Markdown table; the cells are Markdown already."""
    return "|" + "|".join(f" {cell} " if cell else " " for cell in cells) + "|"


def plan_markdown(plan: Plan) -> str:
    """Return a plan as Markdown with tables, with one newline at its end."""
    return plan_page(plan).markdown()


def plan_page(plan: Plan) -> Page:
    """Return a plan as a page of tables."""
    return Page("plan", view=Outline(plan), findings=plan.findings, closing=plan.disclaimer)


def findings_page(found: Findings) -> Page:
    """Return the findings on a case as a page."""
    closing = found.guideline.closing_notice if found.guideline else ""
    return Page("findings", title=case_name(found.case), findings=found, closing=closing)
