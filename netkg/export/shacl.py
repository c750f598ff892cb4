"""Write cases and shapes so that any SHACL engine finds in them what netkg finds.

netkg validates a graph of three parts: the triples of the cases, the types that it derives from
them for an evaluation date, and the types of the coded values. The data contain that graph; the
shapes need nothing else. Findings without a shape (about the form of the input, and about a
plan) are not in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import SH, XSD

from netkg.case.days import Day, as_day
from netkg.case.model import Case
from netkg.errors import InputError
from netkg.namespaces import NETS, PREFIXES
from netkg.ontology.conversion import as_written, triple_to_rdflib
from netkg.ontology.writing import turtle_body, turtle_head
from netkg.plan.engine import Engine
from netkg.result import escape_turtle

__all__ = ["ShaclData", "shacl_shapes"]

# The node that declares prefixes which the queries of shapes use without a declaration.
_PREFIXES: Final = URIRef(NETS + "prefixes")
_PREFIX: Final = re.compile(r"\b([A-Za-z][\w-]*):")
_DECLARED: Final = re.compile(r"\bprefix\s+([\w-]+):", re.IGNORECASE)


class ShaclData:
    """The graph in which an engine looks for what is wrong with cases, as parts of one Turtle text.

    To iterate over it reads the cases, with one batch at a time in memory. After that, ``refused``
    lists the cases that are not in it, because they share a node with another case, and
    ``structural`` is the number of findings about the form of the input, which no engine can
    see in the graph.
    """

    def __init__(self, engine: Engine, cases: Iterable[Case], *, as_of: Day) -> None:
        self._engine = engine
        self._cases = cases
        self._as_of = as_day(as_of)
        self.refused: list[InputError] = []
        self.structural = 0

    def __iter__(self) -> Iterator[str]:
        document = self._engine.catalogue.document
        notes = (f"Evaluation date: {self._as_of}", document.edition, document.disclaimer)
        yield turtle_head(notes)
        yield turtle_body(self._engine.validator.vocabulary)
        for case, types in self._engine.conditions(self._distinct(), as_of=self._as_of):
            self.structural += len(case.findings)
            # A graph has no order, whatever the input had.
            yield turtle_body(sorted({*case.triples, *types}, key=str))

    def _distinct(self) -> Iterator[Case]:
        """Yield the cases that share no node with one before them: a graph would merge them."""
        seen: set[str] = set()
        for case in self._cases:
            if seen.isdisjoint(case.nodes):
                seen |= case.nodes
                yield case
            else:
                self.refused.append(
                    InputError(
                        "the case shares its id or a record with an earlier case",
                        source=case.source,
                        line=case.line,
                        expected="cases with different ids, so that their graphs are distinct",
                    )
                )


def shacl_shapes(engine: Engine) -> str:
    """Return the shapes of cases as one Turtle text, the same whatever the cases are."""
    graph = Graph()
    for prefix, iri in PREFIXES.items():
        graph.bind(prefix, iri)
    for triple in engine.validator.triples:
        subject, predicate, object_ = triple_to_rdflib(triple)
        graph.add((subject, predicate, as_written(object_)))
    _declare_prefixes(graph)
    return escape_turtle(graph.serialize(format="turtle"))


def _declare_prefixes(shapes: Graph) -> None:
    """Declare in the shapes the prefixes that rdflib knows without a declaration.

    A query of a shape may use them, since netkg evaluates it with rdflib; SHACL has none.
    """
    known = {prefix: str(iri) for prefix, iri in Graph().namespaces()}
    used: set[str] = set()
    for property_ in (SH.select, SH.ask):
        for node, text in sorted(shapes.subject_objects(property_)):
            own = set(_DECLARED.findall(str(text)))
            for header in shapes.objects(node, SH.prefixes):
                for declared in shapes.objects(header, SH.declare):
                    own.add(str(shapes.value(declared, SH.prefix)))
            if found := known.keys() & set(_PREFIX.findall(str(text))) - own:
                shapes.add((node, SH.prefixes, _PREFIXES))
                used |= found
    for prefix in sorted(used):
        declaration = BNode()
        shapes.add((_PREFIXES, SH.declare, declaration))
        shapes.add((declaration, SH.prefix, Literal(prefix)))
        namespace = Literal(known[prefix], datatype=XSD.anyURI)
        shapes.add((declaration, SH.namespace, namespace))
