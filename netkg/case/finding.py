"""Findings: what is wrong, doubtful or worth knowing about a case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as field_
from typing import Any, ClassVar, Final, Literal, NamedTuple, get_args

from netkg.ontology.document import Guideline
from netkg.result import ABOUT_CASE, JSON, ColumnTypes, IsoDay, Keys, Result, columns_of

__all__ = [
    "SEVERAL",
    "SEVERITIES",
    "Finding",
    "Findings",
    "Severity",
    "ShapeResult",
    "conforms",
    "counts_in_words",
    "violations",
]

Severity = Literal["Violation", "Warning", "Info"]
# The most severe first.
SEVERITIES: Final[tuple[str, ...]] = get_args(Severity)
# The path of a result whose shape has more than one property in its path.
SEVERAL: Final = "_:path"
_UNKNOWN: Final = Guideline(iri="", version="", review_status="")


class ShapeResult(NamedTuple):
    """A result of a shape, as an engine reported it.

    ``focus``, ``shape``, ``component`` and ``path`` are IRIs; a path of several properties
    is :data:`SEVERAL`, and its shape describes it. ``value`` is in N-Triples form. ``path`` and
    ``value`` are None where the result has none.
    """

    focus: str
    shape: str
    component: str
    path: str | None
    value: str | None


@dataclass(frozen=True, slots=True)
class Finding(Result):
    """One thing that is wrong, doubtful or worth knowing about a case.

    ``focus`` is the id of the tumor or metastasis concerned, else of the case;
    ``field`` is a path of the case format; ``statement`` is the id of the guideline
    statement that the finding rests on, or None where it rests on the format;
    ``message`` says what is wrong and how to fix it. ``pointer`` is where the value is:
    a JSON pointer within the case (to the record, if the value is missing), or for RDF the
    IRI of the record. ``line`` is its line in a file of JSON or NDJSON, if it is known.
    Findings that differ only in their places are equal.

    ``result`` is what a shape reported, None for a finding that does not come from a shape.
    ``parts`` are the findings that this one was made of, if there were several.
    """

    json_keys: ClassVar[Keys] = (
        *("severity", "focus", "field", "found", "expected", "message", "statement"),
        *("pointer", "line"),
    )

    severity: Severity
    focus: str
    field: str
    found: str
    expected: str
    message: str
    statement: str | None
    pointer: str = field_(default="", compare=False)
    line: int | None = field_(default=None, compare=False)
    result: ShapeResult | None = field_(default=None, compare=False, repr=False)
    parts: tuple[Finding, ...] = field_(default=(), compare=False, repr=False)

    @property
    def is_about_input(self) -> bool:
        """Whether it says only what was read, and nothing about the patient."""
        return self.severity == "Info" and not self.field


def violations(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings that are violations."""
    return tuple(finding for finding in findings if finding.severity == "Violation")


def conforms(findings: Iterable[Finding]) -> bool:
    """Return whether a case with these findings conforms: none of them is a violation."""
    return not violations(findings)


def counts_in_words(counts: Mapping[Any, int]) -> str:
    """Return the number of findings of each severity.

    >>> counts_in_words({"Info": 2, "Violation": 1, "Warning": 2}), counts_in_words({})
    ('1 violation, 2 warnings, 2 info', 'no findings')
    """
    return (
        ", ".join(
            f"{count:,} {name.lower()}{'s' if count > 1 and name != 'Info' else ''}"
            for name in SEVERITIES
            if (count := counts.get(name, 0))
        )
        or "no findings"
    )


class Findings(tuple[Finding, ...], Result):
    """The findings on one case: a tuple of them, with what every answer carries.

    ``case`` is the id of the case, ``as_of`` the ISO day that they are for.
    """

    json_keys: ClassVar[Keys] = (
        *("case", "as_of", "conforms", "findings", "guideline", "guideline.disclaimer"),
    )
    row_types: ClassVar[ColumnTypes] = {**ABOUT_CASE, **columns_of(Finding)}
    case: str
    as_of: IsoDay
    guideline: Guideline

    def __new__(
        cls,
        findings: Iterable[Finding] = (),
        *,
        case: str = "",
        as_of: str = "",
        guideline: Guideline = _UNKNOWN,
    ) -> Findings:
        """Return the findings as a tuple."""
        found = super().__new__(cls, findings)
        found.case, found.as_of, found.guideline = case, as_of, guideline
        return found

    def __repr__(self) -> str:
        counts = counts_in_words(Counter(finding.severity for finding in self))
        return f"<Findings on {self.case!r} as of {self.as_of}: {counts}>"

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings as a plain tuple."""
        return tuple(self)

    @property
    def conforms(self) -> bool:
        """Whether no finding is a violation."""
        return conforms(self)

    def of(self, severities: Container[str]) -> Findings:
        """Return only the findings of some severities."""
        chosen = (
            replace(each, parts=tuple(part for part in each.parts if part.severity in severities))
            for each in self
            if each.severity in severities
        )
        return Findings(chosen, case=self.case, as_of=self.as_of, guideline=self.guideline)

    def to_rows(self) -> list[JSON]:
        """Return one row per finding."""
        about = {"case": self.case, "asOf": self.as_of}
        return [about | finding.to_dict() for finding in self]
