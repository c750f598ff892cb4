"""The data that queries are run over: ontology, cases, inferred facts and plans.

Each has a named graph of its own, and no triple is in two of them: a query sees
their union by default and, with ``GRAPH``, each part by itself. Only what a query needs
is built: a question about the ontology reads no case and loads no shapes. The data are
sent to the process that runs the query (:mod:`netkg.worker`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from netkg.case.days import Day
from netkg.case.finding import Finding, violations
from netkg.case.model import Case
from netkg.errors import InputError
from netkg.namespaces import PREFIXES
from netkg.ontology.document import Guideline, read_document
from netkg.ontology.mappings import core_triples
from netkg.ontology.schema import Schema, netkg
from netkg.plan.triples import plan_triples
from netkg.worker.client import Base

if TYPE_CHECKING:
    from netkg.plan.engine import Engine

__all__ = ["GRAPHS", "GRAPH_BASE", "KNOWN_PREFIXES", "Dataset", "Violation"]

GRAPH_BASE: Final = "https://w3id.org/netkg/graph/"
# What a query need not declare.
KNOWN_PREFIXES: Final[Mapping[str, str]] = {**PREFIXES, "graph": GRAPH_BASE}
GRAPHS: Final[Mapping[str, str]] = {
    "schema": "the ontology, including the guideline and the mappings to standard terminologies",
    "case": "what the cases assert",
    "inferred": "what rules and criteria derive from the cases",
    "plan": "the plans: steps, statuses, dates, proofs, findings and gaps",
}


@dataclass(frozen=True, slots=True)
class Violation:
    """A case that violates the shapes, and therefore has no plan, with its violations."""

    case: str
    findings: tuple[Finding, ...]
    place: str

    @property
    def sentence(self) -> str:
        """The sentence that reports it by its place, without anything of the case."""
        count = len(self.findings)
        return (
            f"{self.place}: a case violates the shapes ({count} violation"
            f"{'s' if count > 1 else ''}). Run netkg validate for the details."
        )


class Dataset:
    """The named graphs that queries are run over.

    ``store`` contains all graphs except that of the ontology, which is the ``schema`` and its
    ``mappings`` to standard terminologies (those of the core). Of the cases it has only the
    triples with the ``predicates`` that its queries ask for, if these are known.

    >>> dataset = Dataset(Schema.load())
    >>> {quad.graph_name.value for quad in dataset}
    {'https://w3id.org/netkg/graph/schema'}
    >>> len(dataset) == len(dataset.schema.store) + len(dataset.mappings)
    True
    """

    def __init__(self, schema: Schema, *, predicates: Collection[str] | None = None) -> None:
        self.schema = schema
        self.mappings = core_triples(schema.folder) if schema.folder is not None else ()
        self._predicates = predicates
        self.store = ox.Store()
        self.cases: dict[str, Case] = {}
        self.violations: list[Violation] = []
        self.as_of: date | None = None
        self._places: dict[str, Case] = {}

    @classmethod
    def of_ontology(
        cls, folder: Path | None = None, *, predicates: Collection[str] | None = None
    ) -> Dataset:
        """Load the ontology of a folder, by default that of the package.

        Raises:
            KnowledgeError: if it cannot be read, or the folder of a caller has a fault.
        """
        if folder is None:
            return cls(Schema.load(), predicates=predicates)
        from netkg.validation.check import refuse_faults

        refuse_faults(ontology=folder)
        return cls(Schema.load(folder), predicates=predicates)

    def __len__(self) -> int:
        return len(self.schema.store) + len(self.mappings) + len(self.store)

    def __iter__(self) -> Iterator[ox.Quad]:
        """Yield every quad, in no order."""
        name = ox.NamedNode(GRAPH_BASE + "schema")
        for triple in self.ontology:
            yield ox.Quad(triple.subject, triple.predicate, triple.object, name)
        yield from self.store

    @property
    def ontology(self) -> Iterator[ox.Triple]:
        """The triples of the graph of the ontology, in no order."""
        for quad in self.schema.store:
            yield quad.triple
        yield from self.mappings

    @property
    def base(self) -> Base:
        """The graph of the ontology, as it is sent."""
        return _base(self.schema, self.mappings)

    def knows(self, iri: str) -> bool:
        """Return whether an IRI is in a triple of the ontology or of a case, kept or not."""
        node = ox.NamedNode(iri)
        places = ((node, None, None), (None, node, None), (None, None, node))
        return any(
            any(store.quads_for_pattern(subject, predicate, object_, None))
            for store in (self.schema.store, self.store)
            for subject, predicate, object_ in places
        ) or any(
            node in triple
            for triples in (self.mappings, *(case.triples for case in self.cases.values()))
            for triple in triples
        )

    def _add(self, graph: str, triples: Iterable[ox.Triple]) -> None:
        # The union of the graphs would repeat a triple for each graph that contains it.
        name = ox.NamedNode(GRAPH_BASE + graph)
        wanted = self._predicates
        for t in triples:
            if wanted is not None and t.predicate.value not in wanted:
                continue
            known = any(
                any(store.quads_for_pattern(t.subject, t.predicate, t.object, None))
                for store in (self.store, self.schema.store)
            )
            if not known:
                self.store.add(ox.Quad(t.subject, t.predicate, t.object, name))

    # -- cases -------------------------------------------------------------------------
    def add(self, case: Case, *, engine: Engine | None = None, as_of: Day | None = None) -> None:
        """Add one case (see :meth:`add_all`).

        Raises:
            InputError: also if a case with one of its nodes was added already.
        """
        self.add_all([case], engine=engine, as_of=as_of)

    def add_all(
        self,
        cases: Iterable[Case],
        *,
        engine: Engine | None = None,
        as_of: Day | None = None,
        refused: Callable[[InputError], None] | None = None,
    ) -> None:
        """Add cases as asserted; with an engine also what is inferred from them, and their plans.

        The plan of a case that violates the shapes is its findings. ``refused`` is called with
        the error for a case that has a node of another one; without it, the error is raised.

        Raises:
            InputError: if an engine is given without a day.
        """
        if engine is not None and as_of is None:
            raise InputError("a plan needs an evaluation date", expected="a date as as_of")
        claimed = self._claimed(cases, refused)
        if engine is None or as_of is None:
            for case in claimed:
                self._note(case, case.findings)
            return
        for examined in engine.examine_all(claimed, as_of=as_of):
            self._add("inferred", examined.inferred)
            self._add("plan", plan_triples(examined.plan, examined.case))
            self._note(examined.case, examined.plan.findings)

    def _note(self, case: Case, findings: Iterable[Finding]) -> None:
        if found := violations(findings):
            self.violations.append(Violation(case.id, found, _place(case)))

    def _claimed(
        self, cases: Iterable[Case], refused: Callable[[InputError], None] | None
    ) -> Iterator[Case]:
        for case in cases:
            try:
                self._claim(case)
            except InputError as error:
                if refused is None:
                    raise
                refused(error)  # the others are answered
            else:
                self._add("case", case.triples)
                yield case

    def _claim(self, case: Case) -> None:
        for node in sorted(case.nodes):
            other = self._places.get(node)
            if other is not None and not case.id:
                raise InputError(
                    "this case and another one have no id",
                    source=case.source,
                    line=case.line,
                    expected="an id, so that the graphs of the cases are distinct",
                )
            if other is not None:
                raise InputError(
                    f"the case {case.id!r} shares {_shared(node, case)} with the case {other.id!r}"
                    f" of {_place(other)}",
                    source=case.source,
                    line=case.line,
                    expected="cases with different ids, so that their graphs are distinct",
                )
        self._places.update(dict.fromkeys(case.nodes, case))
        self.cases[case.id] = case

    # -- the document --------------------------------------------------------------------
    @property
    def document(self) -> Guideline | None:
        """The guideline; None if the ontology has none, or more than one.

        Raises:
            KnowledgeError: if it has no review status.
        """
        one = len(self.schema.instances(netkg("GuidelineDocument"))) == 1
        return read_document(self.schema) if one else None


@lru_cache(maxsize=2)
def _base(schema: Schema, mappings: tuple[ox.Triple, ...]) -> Base:
    text = schema.store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
    more = ox.serialize(mappings, format=ox.RdfFormat.N_TRIPLES)
    return Base(GRAPH_BASE + "schema", (text or b"") + (more or b""))


def _place(case: Case) -> str:
    line = f", line {case.line}" if case.line is not None else ""
    return (case.source or "the same input") + line


def _shared(node: str, case: Case) -> str:
    if node == getattr(case.node, "value", ""):
        return "its id"
    return f"the record {case.names.get(node, node)!r}"
