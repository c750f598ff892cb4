"""Define what a comparison of two plans says: what appeared, disappeared, changed, and why.

The plans may be of one case at two times, of one case with and without a
change, or of two cases. Nothing is looked up: all that is said is in the
plans. Every class here is plain data that turns itself into JSON:

``before``, ``after``
    the two sides: ``case``, ``asOf``, ``conforms``, ``guideline``, and
    ``setAside`` (what of the case happened only later: ``subject``,
    ``field``, ``value``).
``guideline``, ``disclaimer``
    as in a plan.
``comparable``
    false if a side does not conform; then only findings are compared.
``notice``
    a sentence on what could not be done, else empty.
``changes``
    what differs in the cases, or was changed: ``kind`` (``set``, ``unset``,
    ``add``, ``remove``), ``subject``, ``field``, ``before``, ``after``.
``tumours``
    ``same`` (pairs of ids that are taken for one tumour), ``onlyBefore``,
    ``onlyAfter``.
``appeared``, ``disappeared``, ``changed``
    the statements that apply only after, that applied only before, and that
    differ otherwise, one row a focus: the keys of the statement, ``before``
    and ``after`` (the focus as in a plan, or null), ``what`` (the keys of it
    that differ) and ``why``: the facts of each side on which the other side
    does not rest (``before``, ``after``; trees as in ``because``), the
    ``statements`` that set it aside or threaten to on one side only
    (``id``, and of either side ``verdict``, ``status`` and ``supersededBy``),
    ``day`` (true if a window lies otherwise for no reason but the day), and
    ``recordsBefore``, ``recordsAfter``: the events that count for its actions
    on that side only.
``unchanged``, ``onOtherFacts``
    how many verdicts are the same, and which of these rest on other facts.
``findings``, ``gaps``
    ``appeared``, ``disappeared``, ``unchanged``.
``nextQuestions``
    the fields of which it changed what they decide: ``field``, ``before``,
    ``after`` (ids of statements).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as field_
from typing import Any, Final, Generic, Literal, TypeVar

from netkg.case.finding import Finding
from netkg.ontology.document import Guideline
from netkg.plan.model import Focus, Recommendation
from netkg.reasoning.fact import Fact
from netkg.result import JSON, Result

__all__ = [
    "Change",
    "Comparison",
    "Difference",
    "Item",
    "SupersedingStatement",
    "QuestionChange",
    "Side",
    "Split",
    "Why",
]

Item = TypeVar("Item")


_ROW_KEYS: Final = (
    "difference",
    "id",
    "label",
    "section",
    "focusBefore",
    "focusAfter",
    "verdictBefore",
    "verdictAfter",
    "statusBefore",
    "statusAfter",
    "what",
)


@dataclass(frozen=True, slots=True)
class Change(Result):
    """Tell one difference between two cases; a value of None is none."""

    kind: Literal["set", "unset", "add", "remove"]
    subject: str
    field: str
    before: Any
    after: Any

    def to_dict(self) -> JSON:
        """Give the change in its documented JSON form."""
        return {
            "kind": self.kind,
            "subject": self.subject,
            "field": self.field,
            "before": self.before,
            "after": self.after,
        }


@dataclass(frozen=True, slots=True)
class Side(Result):
    """Name one of the two plans, and what of its case was set aside as later."""

    case: str
    as_of: str
    conforms: bool
    guideline: Guideline
    set_aside: tuple[Change, ...] = ()

    def to_dict(self) -> JSON:
        """Give the side in its documented JSON form."""
        return {
            "case": self.case,
            "asOf": self.as_of,
            "conforms": self.conforms,
            "guideline": self.guideline.to_dict(),
            "setAside": [
                {"subject": item.subject, "field": item.field, "value": item.before}
                for item in self.set_aside
            ],
        }


@dataclass(frozen=True, slots=True)
class SupersedingStatement(Result):
    """Tell how a statement stood, and stands, that sets another aside on one side only."""

    id: str
    before: Focus | None
    after: Focus | None

    def to_dict(self) -> JSON:
        """Give it in its documented JSON form."""
        keys = ("verdict", "status", "supersededBy")
        sides: JSON = {}
        for name, focus in (("before", self.before), ("after", self.after)):
            row = focus.to_dict() if focus else None
            sides[name] = {key: row[key] for key in keys} if row else None
        return {"id": self.id, **sides}


@dataclass(frozen=True, slots=True)
class Why(Result):
    """Tell what is behind a difference (see the module's description)."""

    before: tuple[Fact, ...] = ()
    after: tuple[Fact, ...] = ()
    statements: tuple[SupersedingStatement, ...] = ()
    day: bool = False
    records_before: tuple[Any, ...] = ()
    records_after: tuple[Any, ...] = ()

    def to_dict(self) -> JSON:
        """Give the reasons in their documented JSON form."""
        return {
            "before": [fact.to_dict() for fact in self.before],
            "after": [fact.to_dict() for fact in self.after],
            "statements": [other.to_dict() for other in self.statements],
            "day": self.day,
            "recordsBefore": list(self.records_before),
            "recordsAfter": list(self.records_after),
        }


@dataclass(frozen=True, slots=True)
class Difference(Result):
    """Tell how one statement differs at one focus; a focus of None is none."""

    statement: Recommendation
    before: Focus | None
    after: Focus | None
    what: tuple[str, ...]
    why: Why

    def to_dict(self) -> JSON:
        """Give the difference in its documented JSON form."""
        row = self.statement.to_dict()
        keys = ("id", "kind", "level", "label", "definition", "section", "modality", "citations")
        return {
            **{key: row[key] for key in (*keys, "caveats")},
            "before": self.before.to_dict() if self.before else None,
            "after": self.after.to_dict() if self.after else None,
            "what": list(self.what),
            "why": self.why.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Split(Result, Generic[Item]):
    """Part what two plans list: only after, only before, on both sides."""

    appeared: tuple[Item, ...] = ()
    disappeared: tuple[Item, ...] = ()
    unchanged: tuple[Item, ...] = ()

    def to_dict(self) -> JSON:
        """Give the three lists in their documented JSON form."""
        return {
            name: [item.to_dict() if isinstance(item, Finding) else item for item in items]
            for name, items in (
                ("appeared", self.appeared),
                ("disappeared", self.disappeared),
                ("unchanged", self.unchanged),
            )
        }


@dataclass(frozen=True, slots=True)
class QuestionChange(Result):
    """Tell which statements a field alone decided, and which it decides now."""

    field: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    def to_dict(self) -> JSON:
        """Give the question in its documented JSON form."""
        return {"field": self.field, "before": list(self.before), "after": list(self.after)}


@dataclass(frozen=True, slots=True)
class Comparison(Result):
    """Tell all that differs between two plans (see the module's description).

    ``labels`` and ``descriptions`` are those of the plans, for the text forms.
    """

    before: Side
    after: Side
    comparable: bool
    same: tuple[tuple[str, str], ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    appeared: tuple[Difference, ...]
    disappeared: tuple[Difference, ...]
    changed: tuple[Difference, ...]
    unchanged: int
    on_other_facts: tuple[tuple[str, str], ...]
    findings: Split[Finding]
    gaps: Split[str]
    questions: tuple[QuestionChange, ...]
    disclaimer: str
    changes: tuple[Change, ...] = ()
    notice: str = ""
    labels: Mapping[str, str] = field_(default_factory=dict, compare=False, repr=False)
    descriptions: Mapping[str, str] = field_(default_factory=dict, compare=False, repr=False)

    @property
    def conforms(self) -> bool:
        """Say whether both cases conform."""
        return self.before.conforms and self.after.conforms

    def to_dict(self) -> JSON:
        """Give the comparison in its documented JSON form, ready for ``json.dumps``."""
        return {
            "before": self.before.to_dict(),
            "after": self.after.to_dict(),
            "guideline": self.after.guideline.to_dict(),
            "comparable": self.comparable,
            "notice": self.notice,
            "changes": [change.to_dict() for change in self.changes],
            "tumours": {
                "same": [list(names) for names in self.same],
                "onlyBefore": list(self.only_before),
                "onlyAfter": list(self.only_after),
            },
            "appeared": [row.to_dict() for row in self.appeared],
            "disappeared": [row.to_dict() for row in self.disappeared],
            "changed": [row.to_dict() for row in self.changed],
            "unchanged": self.unchanged,
            "onOtherFacts": [{"id": id_, "focus": focus} for id_, focus in self.on_other_facts],
            "findings": self.findings.to_dict(),
            "gaps": self.gaps.to_dict(),
            "nextQuestions": [question.to_dict() for question in self.questions],
            "disclaimer": self.disclaimer,
        }

    def to_rows(self) -> list[JSON]:
        """Return one row per statement and focus that differs: appeared, disappeared, changed."""
        kinds = {
            "appeared": self.appeared,
            "disappeared": self.disappeared,
            "changed": self.changed,
        }
        return [
            {
                "difference": kind,
                "id": row.statement.id,
                "label": row.statement.label,
                "section": row.statement.section,
                "focusBefore": row.before.focus if row.before else None,
                "focusAfter": row.after.focus if row.after else None,
                "verdictBefore": row.before.verdict if row.before else None,
                "verdictAfter": row.after.verdict if row.after else None,
                "statusBefore": row.before.status if row.before else None,
                "statusAfter": row.after.status if row.after else None,
                "what": list(row.what),
            }
            for kind, rows in kinds.items()
            for row in rows
        ]

    def row_keys(self) -> list[str]:
        """Return the keys of a row."""
        return [*_ROW_KEYS]
