"""Proofs: trees from a verdict down to what the case asserts.

A proof is plain data. It is complete: it shows every operand of every expression
with its own verdict, and every value of every property that was read, so that an
independent checker can verify each step by itself (:mod:`netkg.proof.check`).

Steps that evaluate a class expression at a record (``verdict`` is true, false or
unknown; strong Kleene logic combines those of the operands):

* ``class``: a named class, with the axioms that make a record belong to it;
* ``intersectionOf``, ``unionOf``: their operands, in the order of the ontology;
* ``some``: the records that a property leads to, one step each, and that there is no other;
* ``value``: a property and the values it may have, with the ``intervals`` that give
  such a category; its premises are all the values that it has;
* ``instance``: that the record is of a class, as recorded in the case.

Steps that state facts:

* ``asserted``: a value that is recorded in the case;
* ``derived``: a value that rules gave, with their names and the intervals in
  which a number is;
* ``record``: an event, a measurement or another record, whole;
* ``absent``: that there is no value; ``searchedFor`` says which one was looked
  for, ``records`` among which records, ``openFields`` which fields would decide it;
* ``complete``: that a property has these values, or these records, and no other.

Each step names its ``source``: the statement, the section and the citations
of the term in question where the ontology gives one, else those of the step above.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as field_
from typing import Any, ClassVar, Final, Literal

from netkg.ontology.document import Guideline
from netkg.plan.model import Focus, Plan, Recommendation
from netkg.reasoning.verdicts import Verdict
from netkg.result import JSON, ColumnTypes, IsoDay, Keys, Result, json_form

__all__ = [
    "Explanation",
    "FocusExplained",
    "IntervalUsed",
    "Kind",
    "Proof",
    "ProofStep",
    "RuleUsed",
    "Source",
    "Truth",
]

Kind = Literal[
    "class",
    "intersectionOf",
    "unionOf",
    "some",
    "value",
    "instance",
    "asserted",
    "derived",
    "record",
    "absent",
    "complete",
]
Truth = Literal["true", "false", "unknown"]


_ROW_TYPES: Final[ColumnTypes] = {
    "case": str,
    "asOf": IsoDay,
    "statement": str,
    "focus": str,
    "depth": int,
    **dict.fromkeys(("kind", "subject", "name", "label", "verdict", "expression"), str),
    "value": Any,
    "source": str,
}


@dataclass(frozen=True, slots=True)
class Source(Result):
    """What a step rests on: statement, path of the section, citations."""

    statement: str
    section: str
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleUsed(Result):
    """A rule of ``queries/rules``, and what it does."""

    name: str
    summary: str


@dataclass(frozen=True, slots=True)
class IntervalUsed(Result):
    """An interval of the ontology, with its bounds if it has them; the unit is UCUM."""

    name: str
    label: str
    property: str
    lower: float | int | None
    lower_closed: bool
    upper: float | int | None
    upper_closed: bool
    unit: str
    category: str
    source: Source | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofStep(Result):
    """One step of a proof.

    The description of the module lists the fields of each kind. ``subject`` is the id
    of the record and ``node`` its IRI; ``name`` is the local name of the class or the
    property, and ``label`` its label; ``term`` is the value in N-Triples form.
    """

    kind: Kind
    subject: str
    node: str
    name: str = field_(metadata=json_form(omit=""), default="")
    label: str = field_(metadata=json_form(omit=""), default="")
    verdict: Truth | None = field_(metadata=json_form(omit=None), default=None)
    expression: str = field_(metadata=json_form(omit=""), default="")
    axioms: tuple[str, ...] = field_(metadata=json_form(omit=()), default=())
    rules: tuple[RuleUsed, ...] = field_(metadata=json_form(omit=()), default=())
    intervals: tuple[IntervalUsed, ...] = field_(metadata=json_form(omit=()), default=())
    searched_for: str = field_(metadata=json_form(omit=""), default="")
    records: tuple[str, ...] = field_(metadata=json_form(omit=()), default=())
    open_fields: tuple[str, ...] = field_(metadata=json_form(omit=()), default=())
    value: Any = field_(metadata=json_form(omit=None), default=None)
    source: Source
    premises: tuple[ProofStep, ...] = field_(metadata=json_form(key="from"), default=())
    term: str = field_(default="", compare=False, repr=False)

    def __repr__(self) -> str:
        what = f"{self.subject!r}: {self.expression or self.name}"
        return f"<ProofStep {self.kind} at {what}{f', {self.verdict}' if self.verdict else ''}>"

    def walk(self) -> Iterator[ProofStep]:
        """Yield this step and all below it, each before its premises."""
        return (step for _, step in self.walk_levels())

    def walk_levels(self, depth: int = 0) -> Iterator[tuple[int, ProofStep]]:
        """Yield this step and all below it, each with its depth and before its premises."""
        yield depth, self
        for premise in self.premises:
            yield from premise.walk_levels(depth + 1)


@dataclass(frozen=True, slots=True)
class Proof(Result):
    """The proof of the verdict of one statement at one focus, as of a day.

    Its JSON form is what :mod:`netkg.proof.check` reads.
    """

    row_types: ClassVar[ColumnTypes] = _ROW_TYPES
    case: str
    as_of: IsoDay
    guideline: Guideline
    statement: str
    label: str
    section: str
    modality: str
    citations: tuple[str, ...]
    focus: str
    verdict: Verdict
    step: ProofStep = field_(metadata=json_form(key="proof"))

    def __repr__(self) -> str:
        return f"<Proof of {self.statement} at {self.focus!r}: {self.verdict}>"

    def to_rows(self) -> list[JSON]:
        """Return one row per step, each before its premises; ``depth`` is 0 at the top."""
        names = tuple(self.row_types)
        about = (self.case, self.as_of, self.statement, self.focus)
        rows = []
        for depth, step in self.step.walk_levels():
            own = (getattr(step, name) for name in names[5:-1])
            values = (*about, depth, *own, step.source.statement)
            rows.append(dict(zip(names, values, strict=True)))
        return rows


@dataclass(frozen=True, slots=True)
class FocusExplained(Result):
    """The explanation at one focus: its state in the plan, in words, and proved.

    ``sentence`` gives the verdict in words, with the facts or events that it rests on.
    """

    json_keys: ClassVar[Keys] = (
        *("focus.focus", "focus.verdict", "focus.status", "focus.superseded_by"),
        *("focus.challenged_by", "focus.missing", "sentence", "proof"),
    )
    focus: Focus
    sentence: str
    proof: Proof


@dataclass(frozen=True, slots=True)
class Explanation(Result):
    """The explanation of one statement on one case; each ``proof`` is what a checker reads.

    ``statement`` is None, and ``foci`` empty, if the case violates the shapes: then
    there is no verdict, and the findings of ``plan`` say why. ``words`` are labels of
    the patterns, classes and values that records are searched for.
    """

    json_keys: ClassVar[Keys] = (
        *("plan.case", "plan.as_of", "plan.guideline", "plan.conforms", "plan.findings"),
        *("statement", "foci", "plan.disclaimer"),
    )
    row_types: ClassVar[ColumnTypes] = _ROW_TYPES
    plan: Plan
    statement: Recommendation | None = field_(
        metadata=json_form(
            keys=(
                *("id", "kind", "label", "definition", "section", "modality", "citations"),
                *("caveats", "reading_notes"),
            ),
            omit=None,
        )
    )
    foci: tuple[FocusExplained, ...]
    words: Mapping[str, str] = field_(default_factory=dict, compare=False, repr=False)

    def __repr__(self) -> str:
        foci = ", ".join(f"{each.focus.focus!r} {each.focus.verdict}" for each in self.foci)
        what = f"{self.statement.id}: {foci}" if self.statement else "an invalid case"
        return f"<Explanation of {what}>"

    def to_rows(self) -> list[JSON]:
        """Return the steps of all proofs, one row each (see :meth:`Proof.to_rows`)."""
        return [row for explained in self.foci for row in explained.proof.to_rows()]
