"""Define proofs: the tree from a verdict down to what the case asserts.

A proof is plain data. It is complete in the sense that every operand of every
expression is told with its own verdict, and every value of every property
read, so that each step can be checked by itself, by other means than those
that made it (:mod:`netkg.proof.check`).

Steps that judge a class expression at a record (``verdict`` is true, false or
unknown; strong Kleene logic joins those of the operands):

* ``class``: a named class, with the axioms that make a record belong to it;
* ``intersectionOf``, ``unionOf``: their operands, in the order of the ontology;
* ``some``: records to which a property leads, one step each, and that there is no other;
* ``value``: a property and the values it may have, with the ``intervals`` that give
  such a category; below it all values it has;
* ``instance``: that the record is of a class, as the case has it.

Steps that state facts:

* ``asserted``: a value that stands in the case;
* ``derived``: a value that rules gave, with their names and the intervals in
  which a number was found to lie;
* ``record``: an event, a measurement or another record, whole;
* ``absent``: that there is no value; ``searchedFor`` says which one was looked
  for, ``records`` among which records, ``openFields`` which fields would settle it;
* ``complete``: that a property has these values, or these records, and no other.

Each step names its ``source``: the statement, the section and the citations
of the term in question where the ontology gives one, else those of the step above.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as field_
from typing import Any, Final, Literal

from netkg.ontology.document import Guideline
from netkg.plan.model import Focus, Plan, Recommendation
from netkg.reasoning.verdicts import Verdict
from netkg.result import JSON, Result

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


_ROW_KEYS: Final = (
    *("case", "statement", "focus", "depth", "kind", "subject", "name", "label", "verdict"),
    *("expression", "value", "source"),
)


@dataclass(frozen=True, slots=True)
class Source(Result):
    """Locate what a step rests on: statement, path of the section, citations."""

    statement: str
    section: str
    citations: tuple[str, ...]

    def to_dict(self) -> JSON:
        """Give the source in its JSON form."""
        return {
            "statement": self.statement,
            "section": self.section,
            "citations": list(self.citations),
        }


@dataclass(frozen=True, slots=True)
class RuleUsed(Result):
    """Name a rule of ``queries/rules`` and say what it does."""

    name: str
    summary: str

    def to_dict(self) -> JSON:
        """Give the rule in its JSON form."""
        return {"name": self.name, "summary": self.summary}


@dataclass(frozen=True, slots=True)
class IntervalUsed(Result):
    """Tell an interval of the ontology; a bound of None is none, ``unit`` is UCUM."""

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

    def to_dict(self) -> JSON:
        """Give the interval in its JSON form."""
        return {
            "name": self.name,
            "label": self.label,
            "property": self.property,
            "lower": self.lower,
            "lowerClosed": self.lower_closed,
            "upper": self.upper,
            "upperClosed": self.upper_closed,
            "unit": self.unit,
            "category": self.category,
            "source": self.source.to_dict() if self.source else None,
        }


@dataclass(frozen=True, slots=True)
class ProofStep(Result):
    """Hold one step (see the module's description for what each kind carries).

    ``subject`` is the id of the record and ``node`` its IRI; ``name`` the local
    name of the class or the property, and ``label`` its label; ``term`` is the
    value in N-Triples form.
    """

    kind: Kind
    subject: str
    node: str
    source: Source
    name: str = ""
    label: str = ""
    verdict: Truth | None = None
    expression: str = ""
    axioms: tuple[str, ...] = ()
    value: Any = None
    rules: tuple[RuleUsed, ...] = ()
    intervals: tuple[IntervalUsed, ...] = ()
    searched_for: str = ""
    records: tuple[str, ...] = ()
    open_fields: tuple[str, ...] = ()
    premises: tuple[ProofStep, ...] = ()
    term: str = field_(default="", compare=False, repr=False)

    def to_dict(self) -> JSON:
        """Give the step and all below it in JSON form, without what its kind does not carry."""
        body: JSON = {"kind": self.kind, "subject": self.subject, "node": self.node}
        for key, value in (
            ("name", self.name),
            ("label", self.label),
            ("verdict", self.verdict),
            ("expression", self.expression),
            ("axioms", list(self.axioms)),
            ("rules", [rule.to_dict() for rule in self.rules]),
            ("intervals", [interval.to_dict() for interval in self.intervals]),
            ("searchedFor", self.searched_for),
            ("records", list(self.records)),
            ("openFields", list(self.open_fields)),
        ):
            if value:
                body[key] = value
        if self.kind in ("asserted", "derived", "record"):
            body["value"] = self.value
        body["source"] = self.source.to_dict()
        body["from"] = [premise.to_dict() for premise in self.premises]
        return body

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
    """Prove the verdict of one statement at one focus, as of a day."""

    case: str
    as_of: str
    guideline: Guideline
    statement: str
    label: str
    section: str
    modality: str
    citations: tuple[str, ...]
    focus: str
    verdict: Verdict
    step: ProofStep

    def to_dict(self) -> JSON:
        """Give the proof in the JSON form that :mod:`netkg.proof.check` reads."""
        return {
            "case": self.case,
            "asOf": self.as_of,
            "guideline": self.guideline.to_dict(),
            "statement": self.statement,
            "label": self.label,
            "section": self.section,
            "modality": self.modality,
            "citations": list(self.citations),
            "focus": self.focus,
            "verdict": self.verdict,
            "proof": self.step.to_dict(),
        }

    def to_rows(self) -> list[JSON]:
        """Return one row per step, each before its premises; ``depth`` is 0 at the top."""
        return [
            {
                "case": self.case,
                "statement": self.statement,
                "focus": self.focus,
                "depth": depth,
                "kind": step.kind,
                "subject": step.subject,
                "name": step.name,
                "label": step.label,
                "verdict": step.verdict,
                "expression": step.expression,
                "value": step.value,
                "source": step.source.statement,
            }
            for depth, step in self.step.walk_levels()
        ]


@dataclass(frozen=True, slots=True)
class FocusExplained(Result):
    """Explain the verdict at one focus: its state in the plan, and the proof of the verdict."""

    focus: Focus
    proof: Proof

    def to_dict(self) -> JSON:
        """Give the explanation of the focus in JSON form."""
        return {
            "focus": self.focus.focus,
            "verdict": self.focus.verdict,
            "status": self.focus.status,
            "supersededBy": list(self.focus.superseded_by),
            "challengedBy": list(self.focus.challenged_by),
            "missing": [list(paths) for paths in self.focus.missing],
            "proof": self.proof.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Explanation(Result):
    """Explain one statement on one case.

    ``statement`` is None, and ``foci`` empty, where the case violates the
    shapes: no verdict is given then, and the findings of ``plan`` say why.
    ``words`` say what a pattern, a class or a value is searched for as.
    """

    plan: Plan
    statement: Recommendation | None
    foci: tuple[FocusExplained, ...]
    words: Mapping[str, str] = field_(default_factory=dict, compare=False, repr=False)

    def to_dict(self) -> JSON:
        """Give the explanation in JSON form; each ``proof`` is what a checker reads."""
        body: JSON = {
            "case": self.plan.case,
            "asOf": self.plan.as_of,
            "guideline": self.plan.guideline.to_dict(),
            "conforms": self.plan.conforms,
            "findings": [finding.to_dict() for finding in self.plan.findings],
        }
        row = self.statement
        if row is not None:
            body["statement"] = {
                "id": row.id,
                "kind": row.kind,
                "label": row.label,
                "definition": row.definition,
                "section": row.section,
                "modality": row.modality,
                "citations": list(row.citations),
                "caveats": list(row.caveats),
                "readingNotes": list(row.reading_notes),
            }
        body["foci"] = [focus.to_dict() for focus in self.foci]
        body["disclaimer"] = self.plan.disclaimer
        return body

    def to_rows(self) -> list[JSON]:
        """Return the steps of all proofs, one row each (see :meth:`Proof.to_rows`)."""
        return [row for explained in self.foci for row in explained.proof.to_rows()]

    def row_keys(self) -> list[str]:
        """Return the keys of a row, which an explanation without foci has, too."""
        return [*_ROW_KEYS]
