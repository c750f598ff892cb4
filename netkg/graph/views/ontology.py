"""The view of the ontology: types of tumor and their characteristics, tests, procedures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import networkx as nx
import pyoxigraph as ox

from netkg.graph.views.elements import EVENT_KINDS, GraphBuilder
from netkg.namespaces import SKOS, local_name
from netkg.ontology.conditions import Conditions
from netkg.ontology.labels import noun
from netkg.ontology.schema import DEFINITION, RANGE, SUBCLASS, netkg

if TYPE_CHECKING:
    from netkg.plan.engine import Engine

__all__ = ["hierarchy", "OntologyView"]

HIERARCHY: Final = frozenset({"tumor type", *EVENT_KINDS.values()})


class OntologyView:
    """Builder of the whole graph of the ontology's classes and values."""

    def __init__(self, engine: Engine) -> None:
        self._schema = engine.schema
        self._conditions = Conditions(engine.schema)
        catalogue = engine.catalogue
        self._builder = GraphBuilder(
            view="ontology",
            title="Terms of the ontology",
            columns=(),
            document=catalogue.document,
        )

    def graph(self) -> nx.MultiDiGraph:
        """Return the graph."""
        tumors = self._below(netkg("NeuroendocrineNeoplasm"))
        deepest = max(tumors.values())
        for class_, depth in tumors.items():
            self._class(class_, "tumor type", depth)
        self._values(deepest + 1)
        for class_ in tumors:
            self._characteristics(class_)
        first = deepest + 3
        lowest = first
        for top, kind in EVENT_KINDS.items():
            below = self._below(netkg(top))
            lowest = max(lowest, first + max(below.values()))
            for class_, depth in below.items():
                self._class(class_, kind, first + depth)
        self._hierarchy()
        graph = self._builder.graph
        self._number()
        graph.graph["columns"] = " | ".join(
            [
                "types of tumor",
                *["types below"] * deepest,
                "value",
                "set of values",
                "event",
                *["kinds below"] * (lowest - first),
            ]
        )
        return graph

    def _below(self, top: ox.NamedNode) -> dict[ox.NamedNode, int]:
        """Return the named classes below one, including itself, each with its depth."""
        depths = {top: 0}
        todo = [top]
        while todo:
            class_ = todo.pop(0)
            for child in self._children(class_):
                if depths.get(child, -1) < depths[class_] + 1:
                    depths[child] = depths[class_] + 1
                    todo.append(child)
        return dict(sorted(depths.items(), key=lambda item: (item[1], self._schema.label(item[0]))))

    def _children(self, class_: ox.NamedNode) -> list[ox.NamedNode]:
        found = self._schema.subjects(SUBCLASS, class_)
        return sorted(
            (node for node in found if isinstance(node, ox.NamedNode)), key=self._schema.label
        )

    def _class(self, class_: ox.NamedNode, kind: str, column: int) -> None:
        schema = self._schema
        also = sorted(
            name.value for name in schema.objects(class_, ox.NamedNode(SKOS + "altLabel"))
        )
        words = self._conditions.of(class_)
        self._builder.node(
            local_name(class_.value),
            schema.label(class_),
            kind,
            column,
            iri=class_.value,
            definition=schema.text(class_, DEFINITION),
            alsoCalled="; ".join(also),
            characteristics="" if words == (schema.label(class_),) else "; ".join(words),
        )

    def _hierarchy(self) -> None:
        graph = self._builder.graph
        classes = [id_ for id_, data in graph.nodes(data=True) if data["kind"] in HIERARCHY]
        for id_ in classes:
            for child in self._children(netkg(id_)):
                if local_name(child.value) in graph:
                    self._builder.edge(id_, local_name(child.value), "includes")

    def _number(self) -> None:
        """Order the classes so that those below one class are next to each other."""
        classes = hierarchy(self._builder.graph)
        tops = ["NeuroendocrineNeoplasm", *EVENT_KINDS]
        found = dict.fromkeys(n for top in tops for n in nx.dfs_preorder_nodes(classes, top))
        for place, id_ in enumerate(found):
            self._builder.graph.nodes[id_]["order"] = place

    def _values(self, column: int) -> None:
        schema = self._schema
        for range_, names in schema.values.items():
            if not names:
                continue
            set_ = ox.NamedNode(range_)
            id_ = self._builder.node(
                local_name(range_),
                f"{noun(schema.label(set_))} (set)",
                "value set",
                column + 1,
                iri=range_,
                definition=schema.text(set_, DEFINITION),
            )
            for name in sorted(names):
                value = netkg(name)
                shared = sum(name in others for others in schema.values.values()) > 1
                # A histology, for instance, is a value and a class of tumors.
                shared = shared or name in self._builder.graph
                node = self._builder.node(
                    f"{name} of {id_}" if shared else name,
                    schema.label(value),
                    "value",
                    column,
                    iri=value.value,
                    definition=schema.text(value, DEFINITION),
                    ofSet=noun(schema.label(set_)),
                )
                self._builder.edge(node, id_, "is one of")

    def _characteristics(self, class_: ox.NamedNode) -> None:
        schema = self._schema
        for property_, value in self._conditions.characteristics(class_):
            name = local_name(value.value)
            own = f"{name} of {local_name(schema.text(property_, RANGE))}"
            node = own if own in self._builder.graph else name
            if node in self._builder.graph:
                self._builder.edge(local_name(class_.value), node, schema.label(property_))


def hierarchy(graph: nx.MultiDiGraph) -> nx.DiGraph:
    """Return the classes of a view, with an edge from each to those directly below it."""
    classes = nx.DiGraph()
    classes.add_nodes_from(n for n, data in graph.nodes(data=True) if data["kind"] in HIERARCHY)
    classes.add_edges_from(
        (above, below) for above, below, kind in graph.edges(keys=True) if kind == "includes"
    )
    return classes
