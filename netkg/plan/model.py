"""Define what netkg answers: findings, facts, steps and plans, all frozen.

Every class here is plain data with the field names of the JSON output (in
snake case) and no behaviour beyond turning itself into that JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as field_
from importlib import import_module
from typing import Any, Literal

__all__ = [
    "Action",
    "Fact",
    "Finding",
    "Focus",
    "Guideline",
    "Plan",
    "Question",
    "Recommendation",
    "Severity",
    "Verdict",
]

Severity = Literal["Violation", "Warning", "Info"]
Verdict = Literal["applicable", "not-applicable", "undetermined"]
JSON = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
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


@dataclass(frozen=True, slots=True)
class Fact:
    """Tell one fact behind a verdict, and the facts that it was derived from.

    An asserted fact stands in the case as written. A fact that is neither
    asserted nor derived (``value`` None) is an absence: the record was
    searched for it and does not hold it; ``searched`` says for what.
    ``node`` and ``term`` tell the record and the value as RDF.
    """

    subject: str
    field: str
    value: Any
    asserted: bool
    derived_from: tuple[Fact, ...] = ()
    searched: str | None = None
    node: str = field_(default="", compare=False, repr=False)
    term: str = field_(default="", compare=False, repr=False)

    def to_dict(self) -> JSON:
        """Give the fact in its documented JSON form (``from`` for ``derived_from``)."""
        body: JSON = {
            "subject": self.subject,
            "field": self.field,
            "value": self.value,
            "asserted": self.asserted,
            "from": [fact.to_dict() for fact in self.derived_from],
        }
        if self.searched is not None:
            body["searched"] = self.searched
        return body


@dataclass(frozen=True, slots=True)
class Action:
    """Tell how far one action of an applicable step has come (dates are ISO days).

    ``records`` are the events behind it, as they were written, in their order.
    """

    type: str
    group: Literal["any", "all"]
    done: bool
    planned: bool
    last: str | None
    due_from: str | None
    due_by: str | None
    records: tuple[Any, ...] = field_(default=(), compare=False, repr=False)

    def to_dict(self) -> JSON:
        """Give the action in its documented JSON form."""
        return {
            "type": self.type,
            "group": self.group,
            "done": self.done,
            "planned": self.planned,
            "last": self.last,
            "dueFrom": self.due_from,
            "dueBy": self.due_by,
        }


@dataclass(frozen=True, slots=True)
class Focus:
    """Tell the verdict of a statement at one tumour, or at the case."""

    focus: str
    verdict: Verdict
    status: str | None
    superseded_by: tuple[str, ...]
    challenged_by: tuple[str, ...]
    actions: tuple[Action, ...]
    because: tuple[Fact, ...]
    missing: tuple[tuple[str, ...], ...]

    def to_dict(self) -> JSON:
        """Give the focus in its documented JSON form."""
        return {
            "focus": self.focus,
            "verdict": self.verdict,
            "status": self.status,
            "supersededBy": list(self.superseded_by),
            "challengedBy": list(self.challenged_by),
            "actions": [action.to_dict() for action in self.actions],
            "because": [fact.to_dict() for fact in self.because],
            "missing": [list(paths) for paths in self.missing],
        }


@dataclass(frozen=True, slots=True)
class Recommendation:
    """Tell the verdict and the status of one statement over all its foci.

    ``section`` is the path of the section in the document, ``label`` and
    ``definition`` are our own words for what the statement says, ``caveats``
    what its reader must know, and ``reading_notes`` what in it is not the
    document's but a reading of it.
    """

    id: str
    kind: str
    level: str
    label: str
    definition: str
    section: str
    modality: str
    citations: tuple[str, ...]
    verdict: Verdict
    status: str | None
    missing: tuple[tuple[str, ...], ...]
    foci: tuple[Focus, ...]
    caveats: tuple[str, ...] = ()
    reading_notes: tuple[str, ...] = ()

    def to_dict(self) -> JSON:
        """Give the statement in its documented JSON form."""
        return {
            "id": self.id,
            "kind": self.kind,
            "level": self.level,
            "label": self.label,
            "definition": self.definition,
            "section": self.section,
            "modality": self.modality,
            "citations": list(self.citations),
            "verdict": self.verdict,
            "status": self.status,
            "missing": [list(paths) for paths in self.missing],
            "foci": [focus.to_dict() for focus in self.foci],
            "caveats": list(self.caveats),
            "readingNotes": list(self.reading_notes),
        }


@dataclass(frozen=True, slots=True)
class Question:
    """Name a field that alone decides undetermined statements, with their ids."""

    field: str
    decides: tuple[str, ...]

    def to_dict(self) -> JSON:
        """Give the question in its documented JSON form."""
        return {"field": self.field, "decides": list(self.decides)}


@dataclass(frozen=True, slots=True)
class Guideline:
    """Name the document behind a plan, its version and its state of review."""

    iri: str
    version: str
    review_status: str
    label: str = ""

    def to_dict(self) -> JSON:
        """Give the document in its documented JSON form."""
        return {"iri": self.iri, "version": self.version, "reviewStatus": self.review_status}

    def colophon(self, disclaimer: str) -> str:
        """Give what stands below every answer: version, state of review and disclaimer."""
        return f"Guideline {self.label}, version {self.version}, {self.review_status}. {disclaimer}"


@dataclass(frozen=True, slots=True)
class Plan:
    """Answer a case: findings, and where it conforms its whole management plan.

    ``labels`` maps the ids of gaps, event types and sections to their
    labels, ``descriptions`` the ids of gaps to a sentence, both for readers
    of the text forms.
    """

    case: str
    as_of: str
    guideline: Guideline
    conforms: bool
    findings: tuple[Finding, ...]
    recommendations: tuple[Recommendation, ...]
    gaps: tuple[str, ...]
    next_questions: tuple[Question, ...]
    disclaimer: str
    labels: Mapping[str, str] = field_(default_factory=dict, compare=False, repr=False)
    descriptions: Mapping[str, str] = field_(default_factory=dict, compare=False, repr=False)

    def _repr_html_(self) -> str:
        return import_module("netkg.render").html(self)  # type: ignore[no-any-return]

    def _repr_markdown_(self) -> str:
        return import_module("netkg.render").markdown(self)  # type: ignore[no-any-return]

    def to_dict(self) -> JSON:
        """Give the plan in its documented JSON form, ready for ``json.dumps``."""
        return {
            "case": self.case,
            "asOf": self.as_of,
            "guideline": self.guideline.to_dict(),
            "conforms": self.conforms,
            "findings": [finding.to_dict() for finding in self.findings],
            "recommendations": [row.to_dict() for row in self.recommendations],
            "gaps": list(self.gaps),
            "nextQuestions": [question.to_dict() for question in self.next_questions],
            "disclaimer": self.disclaimer,
        }
