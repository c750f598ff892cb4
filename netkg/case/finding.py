"""Define a finding: one thing that is wrong, doubtful or worth knowing about a case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Final, Literal, get_args

from netkg.ontology.document import Guideline
from netkg.result import JSON, Result

__all__ = ["SEVERITIES", "Finding", "Findings", "Severity", "conforms"]

Severity = Literal["Violation", "Warning", "Info"]
# The gravest first.
SEVERITIES: Final[tuple[str, ...]] = get_args(Severity)


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


def conforms(findings: Iterable[Finding]) -> bool:
    """Say whether a case with these findings conforms: none of them is a violation."""
    return all(finding.severity != "Violation" for finding in findings)


class Findings(tuple[Finding, ...], Result):
    """The findings on one case: a tuple of them, with what every answer carries.

    ``case`` is the id of the case, ``as_of`` the ISO day that they are for.
    """

    case: str
    as_of: str
    guideline: Guideline | None

    def __new__(
        cls,
        findings: Iterable[Finding] = (),
        *,
        case: str = "",
        as_of: str = "",
        guideline: Guideline | None = None,
    ) -> Findings:
        """Return the findings as a tuple."""
        found = super().__new__(cls, findings)
        found.case, found.as_of, found.guideline = case, as_of, guideline
        return found

    @property
    def conforms(self) -> bool:
        """Whether no finding is a violation."""
        return conforms(self)

    def to_dict(self) -> JSON:
        """Return the findings in their documented JSON form."""
        return {
            "case": self.case,
            "asOf": self.as_of,
            "conforms": self.conforms,
            "findings": [finding.to_dict() for finding in self],
            "guideline": self.guideline.to_dict() if self.guideline else None,
            "disclaimer": self.guideline.disclaimer if self.guideline else "",
        }

    def to_rows(self) -> list[JSON]:
        """Return one row per finding."""
        return [finding.to_dict() for finding in self]

    def row_keys(self) -> list[str]:
        """Return the keys of a finding."""
        return [field.name for field in fields(Finding)]
