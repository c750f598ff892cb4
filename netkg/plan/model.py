"""The plan of a case: recommendations, their foci and actions, the questions to ask next.

Every class here is a frozen dataclass. The keys of its JSON form are the names of its
fields in camel case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as field_
from typing import Any, ClassVar, TypeAlias

from netkg.case.finding import Finding
from netkg.ontology.document import Guideline
from netkg.ontology.guideline import Group, Level
from netkg.plan.status import Status
from netkg.reasoning.fact import Fact
from netkg.reasoning.verdicts import Verdict
from netkg.result import ABOUT_CASE, JSON, ColumnTypes, IsoDay, Keys, Result, counted

__all__ = [
    "Action",
    "Dependency",
    "Focus",
    "MissingSets",
    "NearMiss",
    "Order",
    "Plan",
    "Question",
    "Recommendation",
    "RecordedEvent",
    "Request",
    "Summary",
    "SummaryPart",
    "by_record",
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

    row_types: ClassVar[ColumnTypes] = {
        **dict.fromkeys(("focus", "verdict", "status"), str),
        **{"supersededBy": Keys, "challengedBy": Keys},
        **{"dueFrom": IsoDay, "dueBy": IsoDay, "missing": MissingSets},
    }
    focus: str
    verdict: Verdict
    status: Status | None
    superseded_by: tuple[str, ...]
    challenged_by: tuple[str, ...]
    actions: tuple[Action, ...]
    because: tuple[Fact, ...]
    missing: MissingSets
    # The kind of the statement, and the labels of the plan, for those who read it alone.
    kind: str = field_(default="", compare=False, repr=False)
    labels: Mapping[str, str] = field_(default_factory=dict, compare=False, repr=False)

    def __repr__(self) -> str:
        return f"<Focus {self.focus!r}: {_state(self)}>"

    def to_rows(self) -> list[JSON]:
        """Return one row; ``dueFrom`` and ``dueBy`` are those of the action that is due first."""
        dated = [action for action in self.actions if action.due_by is not None]
        first = min(dated, key=lambda action: action.due_by or "", default=None)
        window = {"dueFrom": first and first.due_from, "dueBy": first and first.due_by}
        body = self.to_dict() | window
        return [{name: body[name] for name in self.row_types}]


@dataclass(frozen=True, slots=True)
class Recommendation(Result):
    """The verdict and the status of one statement over all its foci.

    ``section`` is the path of the section in the document, ``label`` and
    ``definition`` say in our own words what the statement says, ``caveats`` are
    warnings to its reader, and ``reading_notes`` name what is interpretation and not
    in the text of the document. ``labels`` are those of the plan.
    """

    row_types: ClassVar[ColumnTypes] = {
        **dict.fromkeys(("id", "kind", "level", "label", "section", "modality"), str),
        "citations": Keys,
        **Focus.row_types,
    }
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
    # Whether it asks for treatment; the events that count for it are then treatment.
    is_treatment: bool = field_(default=False, compare=False, repr=False)
    # What evidence statements report on it, in words.
    evidence: tuple[str, ...] = field_(default=(), compare=False, repr=False)
    labels: Mapping[str, str] = field_(default_factory=dict, compare=False, repr=False)

    def __repr__(self) -> str:
        return f"<Recommendation {self.id} {self.label!r}: {_state(self)}>"

    def to_rows(self) -> list[JSON]:
        """Return one row per focus."""
        statement = self.to_dict()
        rows = (statement | row for focus in self.foci for row in focus.to_rows())
        return [{name: row[name] for name in self.row_types} for row in rows]


def _state(of: Focus | Recommendation) -> str:
    return ", ".join(filter(None, (of.verdict, of.status)))


@dataclass(frozen=True, slots=True)
class Question(Result):
    """A field that alone decides undetermined statements, with the ids of these."""

    field: str
    decides: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SummaryPart(Result):
    """One value of the case or of a tumor in its summary, in words.

    ``field`` is the local name of the property; ``words`` are the value and, for a
    derived one, ``basis`` is what it rests on, else empty.
    """

    focus: str
    field: str
    value: Any
    words: str
    basis: str


@dataclass(frozen=True, slots=True)
class Summary(Result):
    """The case on one line, and the parts of the line."""

    line: str
    parts: tuple[SummaryPart, ...]


@dataclass(frozen=True, slots=True)
class RecordedEvent(Result):
    """An event on record.

    ``label`` is the label of its type, ``remark`` the text that was recorded with it;
    ``statements`` are the applicable statements for which it counts. ``kinds`` are its
    type and the classes above it; ``has_failed`` says that its outcome is a failure.
    """

    type: str
    label: str
    remark: str | None
    status: str
    date: IsoDay | None
    target: str | None
    result: str | None
    outcome: str | None
    statements: tuple[str, ...]
    kinds: frozenset[str] = field_(default=frozenset(), compare=False, repr=False)
    has_failed: bool = field_(default=False, compare=False, repr=False)

    @property
    def name(self) -> str:
        """What was recorded with the event, and the label of its type."""
        return f"{self.remark} ({self.label})" if self.remark else self.label


def by_record(recorded: Iterable[tuple[Any, RecordedEvent]]) -> dict[int, RecordedEvent]:
    """Return the events of :attr:`Plan.recorded` by the ``id()`` of the record of each."""
    return {id(record): event for record, event in recorded}


@dataclass(frozen=True, slots=True)
class Request:
    """That a statement asks for an action at a focus, with the status and window of it.

    ``months`` is the interval of a repeated statement that has its own; ``events`` are those
    on record that count for the action, whatever their status.
    """

    statement: str
    focus: str
    status: Status
    group: Group
    last: IsoDay | None
    due_from: IsoDay | None
    due_by: IsoDay | None
    months: tuple[int, int] | None
    challenged_by: tuple[str, ...]
    events: tuple[RecordedEvent, ...]


@dataclass(frozen=True, slots=True)
class Order(Result):
    """A test or a consultation that is to be done, whichever statements ask for it.

    ``status`` is the most pressing one, ``last`` the latest date on record, and
    ``due_from`` and ``due_by`` are the window that ends first. ``requests`` say what
    each statement asks for at each focus; ``kinds`` are its type and the classes above it.
    """

    type: str
    label: str
    status: Status
    statements: tuple[str, ...]
    foci: tuple[str, ...]
    last: IsoDay | None
    due_from: IsoDay | None
    due_by: IsoDay | None
    requests: tuple[Request, ...] = field_(default=(), compare=False, repr=False)
    kinds: frozenset[str] = field_(default=frozenset(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Dependency(Result):
    """What undetermined statements depend on: any one of ``fields``.

    ``decides`` are all statements that they can decide, alone or with the fields of other
    dependencies; ``foci`` are where.
    """

    fields: tuple[str, ...]
    foci: tuple[str, ...]
    decides: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NearMiss(Result):
    """A treatment statement that does not apply at a focus because one condition fails.

    ``condition`` names this condition if there are several ways to meet it, else it is empty.
    """

    id: str
    label: str
    focus: str
    because: tuple[Fact, ...]
    condition: str = field_(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Plan(Result):
    """The answer to a case: findings and, if it conforms, its management plan.

    ``labels`` maps the names of terms, of gaps and of sections to their labels,
    ``descriptions`` the ids of gaps to a sentence, both for the text forms;
    ``recorded`` are all events on record, each after its record, the same object as in
    ``Action.records``; ``closed`` says that the patient has died;
    ``concepts`` maps the names of verdicts, statuses and review statuses to their
    IRIs, for the RDF.
    """

    row_types: ClassVar[ColumnTypes] = {**ABOUT_CASE, **Recommendation.row_types}
    case: str
    as_of: IsoDay
    guideline: Guideline
    conforms: bool
    findings: tuple[Finding, ...]
    recommendations: tuple[Recommendation, ...]
    gaps: tuple[str, ...]
    next_questions: tuple[Question, ...]
    summary: Summary
    treatments: tuple[RecordedEvent, ...]
    orders: tuple[Order, ...]
    depends_on: tuple[Dependency, ...]
    near_misses: tuple[NearMiss, ...]
    disclaimer: str
    labels: Mapping[str, str] = field_(default_factory=dict, compare=False, repr=False)
    descriptions: Mapping[str, str] = field_(default_factory=dict, compare=False, repr=False)
    concepts: Mapping[str, str] = field_(default_factory=dict, compare=False, repr=False)
    recorded: tuple[tuple[Any, RecordedEvent], ...] = field_(default=(), compare=False, repr=False)
    closed: bool = field_(default=False, compare=False, repr=False)

    def __repr__(self) -> str:
        verdicts = Counter(row.verdict for row in self.recommendations)
        counts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))
        counts = counts or f"invalid, {counted(len(self.findings), 'finding')}"
        return f"<Plan of {self.case!r} as of {self.as_of}: {counts}>"

    @property
    def events(self) -> tuple[RecordedEvent, ...]:
        """All events on record, by date, the undated ones last."""
        return tuple(event for _, event in self.recorded)

    def to_rows(self) -> list[JSON]:
        """Return one row per statement and focus, in the order of the guideline."""
        about = {"case": self.case, "asOf": self.as_of}
        return [about | row for each in self.recommendations for row in each.to_rows()]
