"""The findings on a case as a page: whether it conforms, and a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from netkg.case.finding import Finding, conforms, counts_in_words
from netkg.render.page import Page
from netkg.render.words import case_name

__all__ = ["findings_page"]


def findings_page(case: str, findings: Iterable[Finding], closing: str) -> Page:
    """Return the findings on a case as a page; ``closing`` is what every answer carries."""
    found = list(findings)
    counts = counts_in_words(Counter(each.severity for each in found))
    lead = f"The case conforms: {counts}." if conforms(found) else f"The case is invalid: {counts}."
    return Page(
        "findings",
        title=f"Findings: {case_name(case)}",
        lead=lead,
        tone=found[0].severity if found else "",
        findings=found,
        closing=closing,
    )
