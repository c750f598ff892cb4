"""Define a plan: recommendations, their foci and actions, the questions to ask next.

Every class here is plain data, frozen, with the field names of the JSON output in
snake case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as field_
from typing import Any, Final, Literal

from netkg.case.finding import Finding
from netkg.ontology.document import Guideline
from netkg.reasoning.fact import Fact
from netkg.reasoning.verdicts import Verdict
from netkg.result import JSON, Result

__all__ = ["Action", "Focus", "Plan", "Question", "Recommendation"]


_ROW_KEYS: Final = (
    "case",
    "asOf",
    "id",
    "kind",
    "level",
    "label",
    "section",
    "modality",
    "citations",
    "focus",
    "verdict",
    "status",
    "supersededBy",
    "challengedBy",
    "dueFrom",
    "dueBy",
    "missing",
)


@dataclass(frozen=True, slots=True)
class Action(Result):
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
class Focus(Result):
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
class Recommendation(Result):
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
class Question(Result):
    """Name a field that alone decides undetermined statements, with their ids."""

    field: str
    decides: tuple[str, ...]

    def to_dict(self) -> JSON:
        """Give the question in its documented JSON form."""
        return {"field": self.field, "decides": list(self.decides)}


@dataclass(frozen=True, slots=True)
class Plan(Result):
    """Answer a case: findings, and where it conforms its whole management plan.

    ``labels`` maps the ids of gaps, event types and sections to their
    labels, ``descriptions`` the ids of gaps to a sentence, both for readers
    of the text forms; ``concepts`` maps the names of verdicts, statuses and
    states of review to their IRIs, for the RDF.
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
    concepts: Mapping[str, str] = field_(default_factory=dict, compare=False, repr=False)

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

    def to_rows(self) -> list[JSON]:
        """Return one row per statement and focus, in the order of the guideline.

        ``dueFrom`` and ``dueBy`` are those of the action that is due first.
        """
        return [
            {
                "case": self.case,
                "asOf": self.as_of,
                "id": row.id,
                "kind": row.kind,
                "level": row.level,
                "label": row.label,
                "section": row.section,
                "modality": row.modality,
                "citations": list(row.citations),
                "focus": focus.focus,
                "verdict": focus.verdict,
                "status": focus.status,
                "supersededBy": list(focus.superseded_by),
                "challengedBy": list(focus.challenged_by),
                **_window(focus.actions),
                "missing": [list(paths) for paths in focus.missing],
            }
            for row in self.recommendations
            for focus in row.foci
        ]

    def row_keys(self) -> list[str]:
        """Return the keys of a row, which a plan of findings alone has, too."""
        return [*_ROW_KEYS]


def _window(actions: tuple[Action, ...]) -> JSON:
    dated = [action for action in actions if action.due_by is not None]
    first = min(dated, key=lambda action: action.due_by or "", default=None)
    return (
        {"dueFrom": first.due_from, "dueBy": first.due_by}
        if first
        else dict.fromkeys(("dueFrom", "dueBy"))
    )
