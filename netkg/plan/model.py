"""The plan of a case: recommendations, their foci and actions, the questions to ask next.

Every class here is a frozen dataclass. The keys of its JSON form are the names of its
fields in camel case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as field_
from typing import Any, ClassVar, Literal, TypeAlias

from netkg.case.finding import Finding
from netkg.ontology.document import Guideline
from netkg.ontology.guideline import Group, Level
from netkg.reasoning.fact import Fact
from netkg.reasoning.verdicts import Verdict
from netkg.result import JSON, IsoDay, Keys, Result

__all__ = ["Action", "Focus", "MissingSets", "Plan", "Question", "Recommendation", "Status"]

Status = Literal[
    "overdue",
    "due",
    "option",
    "planned",
    "scheduled",
    "tried",
    "declined",
    "done",
    "superseded",
    "closed",
]
# Alternatives, each a set of paths of fields whose values together would decide a verdict.
MissingSets: TypeAlias = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Action(Result):
    """One action of an applicable step, and whether it is done or due (dates are ISO days).

    ``records`` are the events that count for it, as recorded in the case.
    """

    type: str
    group: Group
    done: bool
    planned: bool
    last: IsoDay | None
    due_from: IsoDay | None
    due_by: IsoDay | None
    records: tuple[Any, ...] = field_(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Focus(Result):
    """The verdict of a statement at one tumor, or at the case."""

    focus: str
    verdict: Verdict
    status: Status | None
    superseded_by: tuple[str, ...]
    challenged_by: tuple[str, ...]
    actions: tuple[Action, ...]
    because: tuple[Fact, ...]
    missing: MissingSets


@dataclass(frozen=True, slots=True)
class Recommendation(Result):
    """The verdict and the status of one statement over all its foci.

    ``section`` is the path of the section in the document, ``label`` and
    ``definition`` say in our own words what the statement says, ``caveats`` are
    warnings to its reader, and ``reading_notes`` name what is interpretation and not
    in the text of the document.
    """

    id: str
    kind: str
    level: Level
    label: str
    definition: str
    section: str
    modality: str
    citations: tuple[str, ...]
    verdict: Verdict
    status: Status | None
    missing: MissingSets
    foci: tuple[Focus, ...]
    caveats: tuple[str, ...] = ()
    reading_notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question(Result):
    """A field that alone decides undetermined statements, with the ids of these."""

    field: str
    decides: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan(Result):
    """The answer to a case: findings and, if it conforms, its management plan.

    ``labels`` maps the ids of gaps, event types and sections to their
    labels, ``descriptions`` the ids of gaps to a sentence, both for the text forms;
    ``concepts`` maps the names of verdicts, statuses and review statuses to their
    IRIs, for the RDF.
    """

    row_names: ClassVar[Keys] = (
        *("case", "asOf", "id", "kind", "level", "label", "section", "modality", "citations"),
        *("focus", "verdict", "status", "supersededBy", "challengedBy", "dueFrom", "dueBy"),
        "missing",
    )
    case: str
    as_of: IsoDay
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

    def to_rows(self) -> list[JSON]:
        """Return one row per statement and focus, in the order of the guideline.

        ``dueFrom`` and ``dueBy`` are those of the action that is due first.
        """
        rows = []
        for row in self.recommendations:
            statement = row.to_dict()
            for focus in row.foci:
                body = {"case": self.case, "asOf": self.as_of, "dueFrom": None, "dueBy": None}
                dated = [action for action in focus.actions if action.due_by is not None]
                for action in sorted(dated, key=lambda action: action.due_by or "")[:1]:
                    body |= action.to_dict()
                body |= statement | focus.to_dict()
                rows.append({name: body[name] for name in self.row_names})
        return rows
