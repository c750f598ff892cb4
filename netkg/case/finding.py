"""Define a finding: one thing that is wrong, doubtful or worth knowing about a case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from netkg.result import JSON, Result

__all__ = ["Finding", "Findings", "Severity"]

Severity = Literal["Violation", "Warning", "Info"]


@dataclass(frozen=True, slots=True)
class Finding(Result):
    """Tell one thing that is wrong, doubtful or worth knowing about a case.

    ``focus`` is the id of the tumour or metastasis concerned, else of the case;
    ``field`` a path of the case format; ``statement`` the id of the guideline
    statement that the finding rests on, or None where it rests on the format;
    ``message`` says how to mend it.
    """

    severity: Severity
    focus: str
    field: str
    found: str
    expected: str
    message: str
    statement: str | None

    def to_dict(self) -> JSON:
        """Give the finding in its documented JSON form."""
        return {
            "severity": self.severity,
            "focus": self.focus,
            "field": self.field,
            "found": self.found,
            "expected": self.expected,
            "message": self.message,
            "statement": self.statement,
        }


class Findings(tuple[Finding, ...], Result):
    """The findings on one case, as a tuple that also has rows and shows itself."""

    __slots__ = ()

    def to_dict(self) -> JSON:
        """Return the findings in their documented JSON form, under ``findings``."""
        return {"findings": [finding.to_dict() for finding in self]}

    def to_rows(self) -> list[JSON]:
        """Return one row per finding."""
        return [finding.to_dict() for finding in self]
