"""What a comparison of two plans says: what appeared, disappeared, changed, and why.

The plans may be of one case at two times, of one case with and without a
change, or of two cases. Everything that is said comes from the plans. The JSON
form of a comparison has these keys:

``before``, ``after``
    the two sides: ``case``, ``asOf``, ``conforms``, ``guideline``, and
    ``setAside`` (what happened in the case only later: ``subject``, ``field``,
    ``value``).
``guideline``, ``disclaimer``
    as in a plan.
``comparable``
    false if a side does not conform; then only findings are compared.
``notice``
    a sentence on what could not be done, else empty.
``changes``
    the differences between the cases, or the changes that were made: ``kind``
    (``set``, ``unset``, ``add``, ``remove``), ``subject``, ``field``, ``before``,
    ``after``.
``tumors``
    ``same`` (pairs of ids that are taken for one tumor), ``onlyBefore``,
    ``onlyAfter``.
``treatments``
    the treatments on record (as in a plan): ``appeared``, ``disappeared``,
    ``unchanged``.
``appeared``, ``disappeared``, ``changed``
    the statements that apply only after, those that applied only before, and
    those that differ otherwise, one row per focus: the keys of the statement,
    ``before`` and ``after`` (the focus as in a plan, or null), ``what`` (the keys of
    the focus that differ) and ``why``: the facts of each side on which the other side
    does not rest (``before``, ``after``; trees as in ``because``), the
    ``statements`` that supersede or challenge it on one side only
    (``id``, and of either side ``verdict``, ``status`` and ``supersededBy``),
    ``day`` (true if the evaluation date alone moved a window), and
    ``recordsBefore``, ``recordsAfter``: the events that count for its actions
    on that side only.
``unchanged``, ``onOtherFacts``
    how many verdicts are the same, and which of these rest on other facts.
``findings``, ``gaps``
    ``appeared``, ``disappeared``, ``unchanged``.
``nextQuestions``
    the fields that decide other statements than before: ``field``, ``before``,
    ``after`` (ids of statements).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as field_
from typing import Any, ClassVar, Generic, Literal, NamedTuple, TypeVar

from netkg.case.finding import Finding
from netkg.ontology.document import Guideline
from netkg.plan.model import Focus, Recommendation, RecordedEvent
from netkg.reasoning.fact import Fact
from netkg.result import JSON, ColumnTypes, IsoDay, Keys, Result, json_form

__all__ = [
    "Change",
    "Comparison",
    "Difference",
    "Item",
    "PairedTumors",
    "Place",
    "QuestionChange",
    "Side",
    "Split",
    "SupersedingStatement",
    "Why",
]

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Change(Result):
    """One difference between two cases: the values before and after, if there are any."""

    kind: Literal["set", "unset", "add", "remove"]
    subject: str
    field: str
    before: Any
    after: Any

    @property
    def value(self) -> Any:
        """The value or record that was there before."""
        return self.before


@dataclass(frozen=True, slots=True)
class Side(Result):
    """One of the two plans, and what of its case was set aside as later."""

    case: str
    as_of: IsoDay
    conforms: bool
    guideline: Guideline
    set_aside: tuple[Change, ...] = field_(
        metadata=json_form(keys=("subject", "field", "value")), default=()
    )


@dataclass(frozen=True, slots=True)
class SupersedingStatement(Result):
    """A statement that supersedes or challenges another on one side only, on both sides."""

    id: str
    before: Focus | None = field_(metadata=json_form(keys=("verdict", "status", "superseded_by")))
    after: Focus | None = field_(metadata=json_form(keys=("verdict", "status", "superseded_by")))


@dataclass(frozen=True, slots=True)
class Why(Result):
    """The reasons for a difference."""

    before: tuple[Fact, ...] = ()
    after: tuple[Fact, ...] = ()
    statements: tuple[SupersedingStatement, ...] = ()
    day: bool = False
    records_before: tuple[Any, ...] = ()
    records_after: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference(Result):
    """How one statement differs at one focus; one of the sides may lack the focus."""

    json_keys: ClassVar[Keys] = (
        *("statement.id", "statement.kind", "statement.level", "statement.label"),
        *("statement.definition", "statement.section", "statement.modality"),
        *("statement.citations", "statement.caveats", "before", "after", "what", "why"),
    )
    statement: Recommendation
    before: Focus | None
    after: Focus | None
    what: tuple[str, ...]
    why: Why


@dataclass(frozen=True, slots=True)
class Split(Result, Generic[Item]):
    """What two plans list: only after, only before, on both sides."""

    appeared: tuple[Item, ...] = ()
    disappeared: tuple[Item, ...] = ()
    unchanged: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionChange(Result):
    """The statements that a field alone decided before, and those that it decides after."""

    field: str
    before: tuple[str, ...]
    after: tuple[str, ...]


class Place(NamedTuple):
    """A statement at a focus."""

    id: str
    focus: str


class PairedTumors(NamedTuple):
    """The tumors that are taken for the same, and those of one side only."""

    same: tuple[tuple[str, str], ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison(Result):
    """All that differs between two plans.

    The description of the module lists the keys of its JSON form. ``labels`` and
    ``descriptions`` are those of the plans, for the text forms.
    """

    json_keys: ClassVar[Keys] = (
        *("before", "after", "after.guideline", "comparable", "notice", "changes", "tumors"),
        *("treatments", "appeared", "disappeared", "changed", "unchanged", "on_other_facts"),
        *("findings", "gaps", "questions", "disclaimer"),
    )
    row_types: ClassVar[ColumnTypes] = {
        "caseBefore": str,
        "asOfBefore": IsoDay,
        "caseAfter": str,
        "asOfAfter": IsoDay,
        **dict.fromkeys(("difference", "id", "label", "section"), str),
        **dict.fromkeys(("focusBefore", "focusAfter", "verdictBefore", "verdictAfter"), str),
        **dict.fromkeys(("statusBefore", "statusAfter"), str),
        "what": Keys,
    }
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
    on_other_facts: tuple[Place, ...]
    findings: Split[Finding]
    gaps: Split[str]
    treatments: Split[RecordedEvent]
    questions: tuple[QuestionChange, ...] = field_(metadata=json_form(key="nextQuestions"))
    disclaimer: str
    changes: tuple[Change, ...] = ()
    notice: str = ""
    labels: Mapping[str, str] = field_(default_factory=dict, compare=False, repr=False)
    descriptions: Mapping[str, str] = field_(default_factory=dict, compare=False, repr=False)

    def __repr__(self) -> str:
        sides = (f"{side.case!r} as of {side.as_of}" for side in (self.before, self.after))
        kinds = ("appeared", "disappeared", "changed")
        counts = ", ".join(f"{len(getattr(self, kind))} {kind}" for kind in kinds)
        return f"<Comparison of {' and '.join(sides)}: {counts}>"

    @property
    def conforms(self) -> bool:
        """Whether both cases conform."""
        return self.before.conforms and self.after.conforms

    @property
    def tumors(self) -> PairedTumors:
        """The tumors of both sides."""
        return PairedTumors(self.same, self.only_before, self.only_after)

    def to_rows(self) -> list[JSON]:
        """Return one row per statement and focus that differs: appeared, disappeared, changed."""
        rows = []
        for kind in ("appeared", "disappeared", "changed"):
            for row in getattr(self, kind):
                body = {"difference": kind} | row.to_dict()
                for name, side, focus in (
                    ("Before", self.before, row.before),
                    ("After", self.after, row.after),
                ):
                    body |= {f"case{name}": side.case, f"asOf{name}": side.as_of}
                    for key in ("focus", "verdict", "status"):
                        body[key + name] = getattr(focus, key, None)
                rows.append({name: body[name] for name in self.row_types})
        return rows
