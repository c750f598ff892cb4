"""Walk a proof, and compute at each step what it must be."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from rdflib import RDF, SKOS
from rdflib.term import Node

from netkg.proof.check.ontology import NS, CheckedExpression, OntologyGraph, manchester, name
from netkg.proof.check.record import Record

__all__ = ["Objection", "ProofCheck"]

NOTHING = "nothing"
FALSE, UNKNOWN, TRUE = range(3)
TRUTHS = ("false", "unknown", "true")
VERDICTS = ("not-applicable", "undetermined", "applicable")
SourceJSON = dict[str, Any]
Check = Callable[[Any, str], None]


@dataclass(frozen=True, slots=True)
class Objection:
    """One thing that does not follow: the place in the proof, what it is, what it must be.

    ``place`` is the path to the step, such as ``proof.from[0].from[2]``.
    """

    place: str
    key: str
    found: Any
    expected: Any

    def __str__(self) -> str:
        found, expected = (_brief(value) for value in (self.found, self.expected))
        # Keys and values are those of the written proof, and can be anything.
        key = self.key if self.key.isalnum() else _brief(self.key)
        return f"{self.place}: {key} is {found}, but must be {expected}"


class ProofCheck:
    """Check proofs of verdicts on one case, and collect what does not follow."""

    def __init__(self, knowledge: OntologyGraph, record: Record, as_of: str) -> None:
        self._knowledge = knowledge
        self._record = record
        self._as_of = as_of
        self._verdict = cache(self._evaluate)
        self._found: list[Objection] = []

    def check(self, proof: Any) -> tuple[Objection, ...]:
        """Return the objections to a proof in its JSON form."""
        self._found = []
        self._proof(proof)
        return tuple(self._found)

    # -- comparing ---------------------------------------------------------------------------
    def _object(self, place: str, key: str, found: Any, expected: Any) -> None:
        self._found.append(Objection(place, key, found, expected))

    def _compare(self, given: Mapping[str, Any], expected: Mapping[str, Any], place: str) -> None:
        for key in sorted(given.keys() | expected.keys(), key=str):
            found, wanted = given.get(key, NOTHING), expected.get(key, NOTHING)
            if _text(found) != _text(wanted) or (key in given) != (key in expected):
                self._object(place, str(key), found, wanted)

    def _step(self, step: Any, place: str, expected: dict[str, Any], below: list[Check]) -> None:
        if not isinstance(step, Mapping):
            self._object(place, "step", step, "an object")
            return
        optional = ("axioms", "rules", "intervals", "searchedFor", "records", "openFields")
        kept = {key: value for key, value in expected.items() if value or key not in optional}
        self._compare({key: value for key, value in step.items() if key != "from"}, kept, place)
        premises = step.get("from")
        if not isinstance(premises, list | tuple) or len(premises) != len(below):
            self._object(place, "from", premises, f"a list of {len(below)}")
            return
        for number, (premise, check) in enumerate(zip(premises, below, strict=True)):
            check(premise, f"{place}.from[{number}]")

    # -- the statement -----------------------------------------------------------------------
    def _proof(self, proof: Any) -> None:
        if not isinstance(proof, Mapping):
            self._object("proof", "proof", proof, "an object")
            return
        graph = self._knowledge.graph
        statement = self._knowledge.statement(str(proof.get("statement")))
        if statement is None:
            self._object("proof", "statement", proof.get("statement"), "a statement with a verdict")
            return
        focus = self._focus(proof.get("focus"), graph.value(statement, NS.level) == NS.CaseLevel)
        if focus is None:
            self._object("proof", "focus", proof.get("focus"), "the case or one of its tumors")
            return
        population = graph.value(statement, NS.appliesTo)
        expression = self._knowledge.expression(population)  # type: ignore[arg-type]
        source = self._knowledge.source(statement)
        modality = graph.value(statement, NS.modality)
        expected = {
            "case": self._record.id(self._record.root),
            "asOf": self._as_of,
            "guideline": self._knowledge.document(),
            "statement": source["statement"],
            "label": self._knowledge.label(statement),
            "section": source["section"],
            "modality": str(graph.value(modality, SKOS.notation)),
            "citations": source["citations"],
            "focus": self._record.id(focus),
            "verdict": VERDICTS[self._verdict(expression, focus)],
        }
        self._compare({key: v for key, v in proof.items() if key != "proof"}, expected, "proof")
        self._evaluation(expression, focus, source, proof.get("proof"), "proof.proof")

    def _focus(self, id_: Any, of_case: bool) -> Node | None:
        nodes = [self._record.root] if of_case else self._record.tumors
        return next((node for node in nodes if self._record.id(node) == id_), None)

    # -- evaluations -------------------------------------------------------------------------
    def _evaluation(
        self, expression: CheckedExpression, node: Node, source: SourceJSON, step: Any, place: str
    ) -> None:
        kind, term = expression[:2]
        expected: dict[str, Any] = {"axioms": [], "openFields": []}
        below: list[Check] = []
        if kind == "class":
            source = self._knowledge.own_source(term) or source
            ways = self._knowledge.ways_into(term)
            expected["axioms"] = [f"{manchester(way)} SubClassOf {name(term)}" for way in ways]
            below = [partial(self._evaluation, way, node, source) for way in ways]
        elif kind in ("intersectionOf", "unionOf"):
            below = [partial(self._evaluation, part, node, source) for part in term]
        elif kind == "some":
            others = sorted(self._record.graph.objects(node, term), key=str)
            below = [partial(self._evaluation, expression[2], other, source) for other in others]
            if self._knowledge.leads_to_records(term):
                below.append(partial(self._complete, node, term, source))
        elif kind == "value":
            open_fields: list[str] = []
            if self._verdict(expression, node) == UNKNOWN:
                open_fields = self._open_fields(expression, node)
            expected["intervals"] = self._knowledge.intervals_of(term, expression[2])
            below = self._facts(node, term, source)
            if below:
                expected["openFields"] = open_fields
            else:
                below = [partial(self._absent, node, term, None, source, open_fields)]
        if kind not in ("intersectionOf", "unionOf"):
            expected |= {"name": name(term), "label": self._knowledge.label(term)}
        expected |= {
            "kind": kind,
            "subject": self._record.id(node),
            "node": str(node),
            "source": source,
            "expression": manchester(expression),
            "verdict": TRUTHS[self._verdict(expression, node)],
        }
        self._step(step, place, expected, below)

    def _evaluate(self, expression: CheckedExpression, node: Node) -> int:
        """Evaluate an expression in strong Kleene logic."""
        kind, term = expression[:2]
        if kind == "class":
            return max(self._verdict(way, node) for way in self._knowledge.ways_into(term))
        if kind == "instance":
            return TRUE if (node, RDF.type, term) in self._record.graph else FALSE
        if kind == "intersectionOf":
            return min(self._verdict(part, node) for part in term)
        if kind == "unionOf":
            return max(self._verdict(part, node) for part in term)
        values = set(self._record.graph.objects(node, term))
        if kind == "some":
            return max((self._verdict(expression[2], other) for other in values), default=FALSE)
        if values & expression[2]:
            return TRUE
        says_little = any(self._knowledge.leaves_open(value) & expression[2] for value in values)
        absent = not values and bool(self._open_fields(expression, node))
        return UNKNOWN if says_little or absent else FALSE

    def _open_fields(self, expression: CheckedExpression, node: Node) -> list[str]:
        """Return the paths of the fields that count as absent at a leaf."""
        found = set()
        graph = self._record.graph
        for field, counts_as_absent, ruling in self._knowledge.determinants(expression[1]):
            if any((node, property_, None) in graph for property_ in ruling):
                continue
            values = set(self._record.graph.objects(node, field))
            says_little = any(self._knowledge.leaves_open(v) & expression[2] for v in values)
            if not values or counts_as_absent or says_little:
                found.add(self._knowledge.path(field))
        return sorted(found)

    # -- facts -------------------------------------------------------------------------------
    def _facts(self, node: Node, property_: Node, source: SourceJSON) -> list[Check]:
        return [
            partial(self._fact, node, property_, value, source)
            for value in self._record.values(node, property_)
        ]

    def _stating(
        self, kind: str, node: Node, property_: Node, source: SourceJSON
    ) -> dict[str, Any]:
        return {
            "kind": kind,
            "subject": self._record.id(node),
            "node": str(node),
            "source": source,
            "name": name(property_),
            "label": self._knowledge.label(property_),
        }

    def _fact(
        self, node: Node, property_: Node, value: Node, source: SourceJSON, step: Any, place: str
    ) -> None:
        if self._knowledge.leads_to_records(property_):
            self._whole(value, source, step, place)
            return
        source = self._knowledge.own_source(property_) or source
        fact = (node, property_, value)
        expected = self._stating("asserted", node, property_, source)
        expected["value"] = self._record.shown(value)
        below: list[Check] = []
        if fact not in self._record.asserted:
            known = self._record.derivations.get(fact, {})
            rules = sorted(known.get("rules", ()))
            expected["kind"] = "derived"
            expected["rules"] = [{"name": r, "summary": self._record.summaries[r]} for r in rules]
            intervals = sorted(known.get("byInterval", ()))
            expected["intervals"] = [self._knowledge.interval(each) for each in intervals]
            below = self._premises(node, value, known, source)
        self._step(step, place, expected, below)

    def _premises(
        self, node: Node, value: Node, known: Mapping[str, set[Any]], source: SourceJSON
    ) -> list[Check]:
        below: list[Check] = []
        for property_ in sorted(known.get("premiseProperty", ())):
            below += self._facts(node, property_, source) or [
                partial(self._absent, node, property_, None, source, [])
            ]
        for property_ in sorted(known.get("premiseSame", ())):
            below.append(partial(self._fact, node, property_, value, source))
        for other in sorted(known.get("premise", ())):
            below.append(partial(self._whole, other, source))
        for field, property_ in sorted(known.get("linked", ())):
            for other in sorted(self._record.graph.objects(node, field), key=str):
                below += self._facts(other, property_, source)
            below.append(partial(self._complete, node, field, source))
        for property_, searched in sorted(known.get("absences", ())):
            below.append(partial(self._absent, node, property_, searched, source, []))
        for property_ in sorted(known.get("completePremise", ())):
            below.append(partial(self._complete, node, property_, source))
        return below

    def _whole(self, node: Node, source: SourceJSON, step: Any, place: str) -> None:
        owner, property_ = self._record.place(node, self._knowledge)
        expected = self._stating("record", owner, property_, source)
        self._step(
            step, place, expected | {"node": str(node), "value": self._record.written(node)}, []
        )

    def _absent(
        self,
        node: Node,
        property_: Node,
        searched: Node | None,
        source: SourceJSON,
        open_fields: list[str],
        step: Any,
        place: str,
    ) -> None:
        owner = self._owner(node, property_)
        expected = self._stating("absent", owner, property_, source)
        expected["searchedFor"] = name(searched) if searched is not None else ""
        expected["records"] = self._records(owner, property_)
        expected["openFields"] = open_fields
        self._step(step, place, expected, [])

    def _complete(
        self, node: Node, property_: Node, source: SourceJSON, step: Any, place: str
    ) -> None:
        owner = self._owner(node, property_)
        expected = self._stating("complete", owner, property_, source)
        expected["records"] = self._records(owner, property_)
        below = [] if expected["records"] else self._facts(owner, property_, source)
        self._step(step, place, expected, below)

    def _owner(self, node: Node, property_: Node) -> Node:
        return self._record.root if self._knowledge.home.get(property_) == NS.Case else node

    def _records(self, node: Node, property_: Node) -> list[str]:
        read = self._knowledge.graph.objects(property_, NS.readsRecords)
        fields = [property_] if self._knowledge.leads_to_records(property_) else read
        return sorted(
            {
                str(record)
                for field in fields
                for record in self._record.graph.objects(self._owner(node, field), field)
            }
        )


def _text(value: Any) -> str:
    """Return a value as JSON, which distinguishes true from 1 and 1 from 1.0."""
    try:
        return json.dumps(value, sort_keys=True)
    except (TypeError, ValueError, RecursionError):
        return f"not JSON but {type(value).__name__}"


def _brief(value: Any) -> str:
    text = _text(value)
    return text if len(text) <= 120 else f"{text[:117]}..."
