"""Delete each part of each condition in turn: the mutants, and what notices them.

A mutant is the ontology with one thing less in a guideline document: an
operand of an intersection or a union, a member of ``oneOf`` or of a named
class of values, an axiom that gives a way to belong to a class; or with one
thing widened: ``hasValue`` to any value (a boolean to the other one), a
criterion on linked records to any record. Of the whole ontology, a mutant
lacks one entry (an action rule, a reporting exception, an unnamed treatment,
a determination of a fact by a field) or one value that the rules read, such
as a supersession or the extent that a metastatic site implies. A mutant is
killed when a row of ``tests/statements`` or a plan of ``tests/cases`` no
longer comes out, or when the compiler refuses it.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Final

import pyoxigraph as ox
from statement_table import AS_OF, Row, failures, rows
from test_plan_cases import FOLDERS, compared, expectation, read

from netkg.case.loading import load_case
from netkg.case.model import Case
from netkg.errors import NetkgError
from netkg.namespaces import NETKG, OWL, RDF, RDFS, local_name
from netkg.ontology.files import Folders, default_folders, parse_turtle
from netkg.ontology.schema import Schema, netkg
from netkg.plan.engine import Engine

__all__ = ["EQUIVALENT", "Mutant", "Original", "Trial"]

# Mutants that cannot be distinguished from the original by a case, and why.
EQUIVALENT: Final[dict[str, str]] = {
    "CaseWithHistology: unionOf: ResectedTumor": (
        "DX-01 is accomplished by the resection itself, which has its date as well"
    ),
    "CaseWithSeveralTumors: value: tumorCount SeveralTumors": (
        "no rule gives the count another value"
    ),
    "CaseWithUntargetedOperation: value: untargetedOperationRecord Recorded": (
        "the fact is only derived if such an event is found"
    ),
    "FU-04a-Population: intersectionOf: Case": (
        "a statement of level case is evaluated at the case alone; tumors have the state as well"
    ),
    "FlaggedRecord: axiom: MeasurementAfterAsOf": (
        "the mark keeps a class from being a type of event, and this is a class of measurements"
    ),
    "FunctioningTumorWithOtherProcedure: value: plannedOtherProcedureRecord Recorded": (
        "the fact is only derived if such an event is found"
    ),
    "GAP-NEC-SECOND-LINE-Condition: value: platinumFailureRecord Recorded": (
        "the fact is only derived if such an event is found"
    ),
    "GAP-NEC-SECOND-LINE-Condition: value: platinumRecord Recorded": (
        "the fact is only derived if such an event is found"
    ),
    "GAP-NEC-SECOND-LINE-Condition: value: platinumStopRecord Recorded": (
        "the fact is only derived if such an event is found"
    ),
    "LargeCellNeuroendocrineCarcinoma: impliesGradeGroup: G3": (
        "the differentiation that it implies gives the grade as well,"
        " and other histologies give it where the field is open"
    ),
    "NeuroendocrineCarcinoma: impliesGradeGroup: G3": "as for the large cell carcinoma",
    "PerioperativeOctreotideInInsulinoma: value: perioperativeOctreotideRecord Recorded": (
        "the fact is only derived if such an event is found"
    ),
    "SmallCellNeuroendocrineCarcinoma: impliesGradeGroup: G3": "as for the large cell carcinoma",
    "TX-02-resection: whileIn: ResectedTumor": (
        "a tumor that an event of the rule concerns has been resected by that event"
    ),
    "TX-09: supersedes: TX-06": "TX-09 applies from 20 mm, TX-06 below 20 mm",
    "TX-09: supersedes: TX-07": "TX-09 applies from 20 mm, TX-07 below 20 mm",
    "TumorMeasuredTooClosely: value: measurementSpacing TooClose": (
        "no rule gives the spacing another value"
    ),
    "chromograninAState-from-result-normal: Determination: chromograninAState-from-result-normal": (
        "another result decides each condition that a normal one decides"
    ),
    "gradeInUse-from-ki67Percent-G1: Determination: gradeInUse-from-ki67Percent-G1": (
        "another grade decides each condition that this one decides"
    ),
    "gradeInUse-from-ki67Percent-G1OrG2: Determination: gradeInUse-from-ki67Percent-G1OrG2": (
        "another grade decides each condition that this one decides"
    ),
    "gradeInUse-from-ki67Percent-G2: Determination: gradeInUse-from-ki67Percent-G2": (
        "another grade decides each condition that this one decides"
    ),
    "growthClass-from-measurements-above: Determination: growthClass-from-measurements-above": (
        "slow growth decides each condition that fast growth decides"
    ),
    "sizeClass-from-measurements-above: Determination: sizeClass-from-measurements-above": (
        "another size decides each condition that this one decides"
    ),
    "sizeClass-from-measurements-below: Determination: sizeClass-from-measurements-below": (
        "another size decides each condition that this one decides"
    ),
    "sizeClass-from-measurements-exactly: Determination: sizeClass-from-measurements-exactly": (
        "another size decides each condition that this one decides"
    ),
}

# Classes whose instances are removed as a whole, and properties whose values are removed singly.
ENTRIES: Final = ("ActionRule", "Determination", "ReportingException", "UnnamedTreatment")
VALUES: Final = (
    *("bars", "impliesDifferentiation", "impliesExtent", "impliesGrade", "impliesGradeGroup"),
    *("isContinuing", "ruledOutBy", "silenceIsReported", "standsFor", "statusWhenOpen"),
    *("supersedes", "takesIntervalOf", "takesThePlaceOf", "voidedByOutcome"),
    *("concerningTumorIn", "eventOutcomeIs", "eventOutcomeIsNot", "eventStatusIn"),
    *("exceptEventClass", "unlessExcluded", "whileIn", "withValue", "withoutTarget"),
)

CHUNK: Final = 25
FIRST, REST, NIL = (ox.NamedNode(RDF + name) for name in ("first", "rest", "nil"))
TYPE, SUBCLASS = ox.NamedNode(RDF + "type"), ox.NamedNode(RDFS + "subClassOf")
RANGE = ox.NamedNode(RDFS + "range")
ON, VALUE, SOME = (
    ox.NamedNode(OWL + name) for name in ("onProperty", "hasValue", "someValuesFrom")
)
LISTS = {ox.NamedNode(OWL + name) for name in ("intersectionOf", "unionOf", "oneOf")}
TRUE, FALSE = ox.Literal(True), ox.Literal(False)
ANYTHING: Final = ox.NamedNode(NETKG + "Anything")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of the ontology: the triples removed and the triples added."""

    name: str
    classes: frozenset[str]
    gone: frozenset[ox.Triple]
    new: tuple[ox.Triple, ...] = ()


class Original:
    """The triples of the ontology, and what can be removed from them."""

    def __init__(self, ontology: Path) -> None:
        documents = ontology / "guidelines"
        self.documents = list(parse_turtle(documents))
        with tempfile.TemporaryDirectory() as folder:
            for path in ontology.rglob("*.ttl"):
                if documents not in path.parents:
                    target = Path(folder) / path.relative_to(ontology)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(path.read_bytes())
            self.shared = list(parse_turtle(Path(folder)))
        self.everything = [*self.shared, *self.documents]
        self.schema = Schema(self.everything)
        self.by_subject: dict[object, list[ox.Triple]] = {}
        self.by_object: dict[object, list[ox.Triple]] = {}
        for triple in self.documents:
            self.by_subject.setdefault(triple.subject, []).append(triple)
            self.by_object.setdefault(triple.object, []).append(triple)

    # -- what can be removed ------------------------------------------------------
    def mutants(self) -> Iterator[Mutant]:
        """Yield every mutant, in an order that does not depend on the parser."""
        found = [mutant for triple in self.documents for mutant in self._mutants(triple)]
        found += [mutant for triple in self.everything for mutant in self._removals(triple)]
        numbered: dict[str, int] = {}
        for mutant in sorted(found, key=lambda each: each.name):
            numbered[mutant.name] = number = numbered.get(mutant.name, 0) + 1
            name = mutant.name if number == 1 else f"{mutant.name} #{number}"
            yield Mutant(name, mutant.classes, mutant.gone, mutant.new)

    def _mutants(self, triple: ox.Triple) -> Iterator[Mutant]:
        if triple.predicate in LISTS:
            yield from self._without_members(triple)
        elif triple.predicate == SUBCLASS and self._is_axiom(triple):
            yield self._mutant(
                triple.subject, "axiom", triple.subject, {triple}, owner=triple.object
            )
        elif triple.predicate == VALUE:
            yield self._any_value(triple)
        elif triple.predicate == SOME:
            yield from self._any_filler(triple)

    def _removals(self, triple: ox.Triple) -> Iterator[Mutant]:
        """Yield the ontology without an entry, or without a value that the rules read."""
        if triple.predicate == TYPE and triple.object in map(netkg, ENTRIES):
            gone = {t for t in self.everything if t.subject == triple.subject}
            kind = local_name(triple.object.value)
            yield self._removal(kind, triple, triple.subject, gone)
        elif triple.predicate in map(netkg, VALUES):
            yield self._removal(local_name(triple.predicate.value), triple, triple.object, {triple})

    def _is_axiom(self, triple: ox.Triple) -> bool:
        above = triple.object
        return isinstance(above, ox.NamedNode) and local_name(above.value) not in self.schema.fields

    def _without_members(self, triple: ox.Triple) -> Iterator[Mutant]:
        kind = local_name(triple.predicate.value)
        before, cell = triple, triple.object
        while cell != NIL:
            first, rest = (self._one(cell, term) for term in (FIRST, REST))
            relinked = ox.Triple(before.subject, before.predicate, rest.object)
            gone = {before, first, rest}
            yield self._mutant(triple.subject, kind, first.object, gone, (relinked,))
            before, cell = rest, rest.object

    def _any_value(self, triple: ox.Triple) -> Mutant:
        if isinstance(triple.object, ox.Literal):
            new = ox.Triple(triple.subject, VALUE, FALSE if triple.object == TRUE else TRUE)
        else:
            new = ox.Triple(triple.subject, SOME, ANYTHING)
        return self._mutant(triple.subject, "value", triple.subject, {triple}, (new,))

    def _any_filler(self, triple: ox.Triple) -> Iterator[Mutant]:
        filler = triple.object
        every = self.schema.one(self._one(triple.subject, ON).object, RANGE)
        if every is not None and local_name(every.value) in self.schema.fields:
            if filler != every:
                new = ox.Triple(triple.subject, SOME, every)
                yield self._mutant(triple.subject, "filler", triple.subject, {triple}, (new,))
        elif isinstance(filler, ox.NamedNode):
            for member in self.schema.instances(filler):
                gone = {ox.Triple(member, TYPE, filler)}
                yield self._mutant(triple.subject, f"member of {self.say(filler)}", member, gone)

    def _mutant(
        self,
        place: object,
        kind: str,
        part: object,
        gone: Iterable[ox.Triple],
        new: tuple[ox.Triple, ...] = (),
        owner: object = None,
    ) -> Mutant:
        owners = (
            {local_name(owner.value)} if isinstance(owner, ox.NamedNode) else self.owners(place)
        )
        name = f"{'/'.join(sorted(owners))}: {kind}: {self.say(part)}"
        return Mutant(name, frozenset(owners), frozenset(gone), new)

    def _removal(
        self, kind: str, triple: ox.Triple, part: object, gone: Iterable[ox.Triple]
    ) -> Mutant:
        owner = local_name(triple.subject.value)
        others = {part, *(t.object for t in self.everything if t.subject == triple.subject)}
        named = {local_name(node.value) for node in others if isinstance(node, ox.NamedNode)}
        return Mutant(
            f"{owner}: {kind}: {self.say(part)}", frozenset({owner, *named}), frozenset(gone)
        )

    def _one(self, subject: object, predicate: ox.NamedNode) -> ox.Triple:
        (found,) = (t for t in self.by_subject[subject] if t.predicate == predicate)
        return found

    # -- names --------------------------------------------------------------------
    def owners(self, node: object) -> set[str]:
        """Name the classes that an expression, or a part of one, is below."""
        found: set[str] = set()
        for triple in self.by_object.get(node, ()):
            if isinstance(triple.subject, ox.BlankNode):
                found |= self.owners(triple.subject)
        for triple in self.by_subject.get(node, ()):
            if triple.predicate == SUBCLASS and isinstance(node, ox.BlankNode):
                found.add(local_name(triple.object.value))
        return found

    def say(self, node: object) -> str:
        """Write an expression out."""
        if not isinstance(node, ox.BlankNode):
            return local_name(node.value)
        parts = {t.predicate: t.object for t in self.by_subject[node]}
        if ON in parts:
            return f"{self.say(parts[ON])} {self.say(parts.get(VALUE) or parts[SOME])}"
        (kind,) = LISTS & parts.keys()
        joint = {"intersectionOf": " and ", "unionOf": " or ", "oneOf": ", "}
        members = [self.say(member) for member in self.schema.items(parts[kind])]
        return f"({joint[local_name(kind.value)].join(members)})"

    @cached_property
    def users(self) -> dict[str, set[str]]:
        """Map each named class to the named classes whose conditions use it."""
        found: dict[str, set[str]] = {}
        for triple in self.documents:
            if isinstance(triple.object, ox.NamedNode) and triple.predicate in (FIRST, SOME):
                found.setdefault(local_name(triple.object.value), set()).update(
                    self.owners(triple.subject)
                )
            elif triple.predicate == SUBCLASS and isinstance(triple.subject, ox.NamedNode):
                found.setdefault(local_name(triple.subject.value), set()).add(
                    local_name(triple.object.value)
                )
        return found

    def reach(self, classes: Iterable[str]) -> set[str]:
        """Name the classes that depend on some classes, these included."""
        found: set[str] = set()
        todo = list(classes)
        while todo:
            name = todo.pop()
            if name not in found:
                found.add(name)
                todo.extend(self.users.get(name, ()))
        return found

    @cached_property
    def individuals(self) -> list[ox.NamedNode]:
        """List every named individual: the possible values of any property."""
        return self.schema.instances(ox.NamedNode(OWL + "NamedIndividual"))

    def write(self, mutant: Mutant | None, folder: Path) -> None:
        """Write the ontology as it is, or as a mutant of it, into a folder."""
        triples = self.everything
        if mutant is not None:
            triples = [t for t in triples if t not in mutant.gone] + list(mutant.new)
        if mutant is not None and any(t.object == ANYTHING for t in mutant.new):
            triples += [ox.Triple(node, TYPE, ANYTHING) for node in self.individuals]
        ox.serialize(triples, str(folder / "ontology.ttl"), format=ox.RdfFormat.N_TRIPLES)


class Trial:
    """The test cases, run with engines of mutated ontologies."""

    def __init__(self, original: Original) -> None:
        self.original = original
        self.rows = tuple(rows())
        self.findings = reported_classes()
        self.kills: Counter[str] = Counter()
        self.folder = tempfile.TemporaryDirectory()
        engine = self.engine(None)
        self.cases: dict[str, Case] = {
            row.name: load_case(row.case, schema=engine.schema) for row in self.rows
        }

    def engine(self, mutant: Mutant | None) -> Engine:
        """Load the ontology, or a mutant of it."""
        folder = Path(self.folder.name)
        self.original.write(mutant, folder)
        own = default_folders()
        return Engine(Folders(folder, own.shapes, own.queries))

    def killer(self, mutant: Mutant | None) -> str | None:
        """Name what notices a mutant, or None if it survives."""
        try:
            engine = self.engine(mutant)
            classes = self.original.reach(mutant.classes) if mutant else set()
            ranked = sorted(self.rows, key=lambda row: -self.relevance(row, classes))
            for start in range(0, len(ranked), CHUNK):
                chunk = ranked[start : start + CHUNK]
                plans = engine.derive_all([self.cases[row.name] for row in chunk], as_of=AS_OF)
                for row, plan in zip(chunk, plans, strict=True):
                    if any(failures(row, plan)):
                        self.kills[row.name] += 1
                        return row.name
            for folder in FOLDERS:
                wanted = expectation(folder)
                day = date.fromisoformat(wanted["asOf"])
                if compared(engine.derive(read(folder, engine), as_of=day)) != wanted["answer"]:
                    return f"cases/{folder.name}"
        except NetkgError as error:
            return f"refused: {error}"
        return None

    def relevance(self, row: Row, classes: set[str]) -> int:
        """Count the expectations of a row that can depend on one of some classes.

        Rows that noticed many mutants come ahead of others, and large cases come last.
        """
        ends = ("-Population", "-Condition")
        names = {name.removesuffix(end) for name in classes for end in ends}
        warned = {self.findings[name] for name in classes & self.findings.keys()}
        hits = sum(
            key.partition("@")[0].partition(" ")[0] in names or key.partition("@")[0] in warned
            for key in row.expect
        )
        return 100 * min(hits, 5) + min(self.kills[row.name], 50) - len(row.case["tumors"])


def reported_classes() -> dict[str, str]:
    """Map each class that the shapes report to the key of its finding in ``expect``."""
    found: dict[str, str] = {}
    parts: dict[object, dict[str, str]] = {}
    for triple in parse_turtle(default_folders().shapes):
        name = local_name(triple.predicate.value)
        if name in ("targetClass", "restsOn", "field", "severity"):
            value = triple.object.value
            parts.setdefault(triple.subject, {})[name] = (
                value if isinstance(triple.object, ox.Literal) else local_name(value)
            )
    for part in parts.values():
        if part.keys() >= {"targetClass", "field"}:
            warning = f"{part.get('restsOn')} warns of {part['field']}"
            is_violation = part.get("severity") != "Warning"
            found[part["targetClass"]] = "violations" if is_violation else warning
    return found
