"""The view of the data model: the records of a case, their fields, and sets of values.

Records, fields and values are those of the ontology; how many values a field has, and in
which range, is from the shapes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import networkx as nx
import pyoxigraph as ox

from netkg.case.shown import shown
from netkg.graph.layout.text import cut
from netkg.graph.views.elements import EVENT_KINDS, GraphBuilder
from netkg.namespaces import NETKG, local_name
from netkg.ontology.labels import noun
from netkg.ontology.ranges import range_bounds
from netkg.ontology.schema import DEFINITION, RANGE, SUBCLASS, Field, netkg
from netkg.reasoning.wording import Wording
from netkg.suggestions import listed
from netkg.validation.constraints import Constraint, field_constraints

if TYPE_CHECKING:
    from netkg.plan.engine import Engine

__all__ = ["BELOW", "DERIVED", "FIELD", "VALUE", "ModelView"]

# The kinds of edges between a node and those that a folded view shows inside it.
FIELD: Final = "has field"
DERIVED: Final = "has derived property"
VALUE: Final = "is one of"
BELOW: Final = "is a kind of"

_SCHEMA: Final = "https://schema.org/"
_DOMAIN: Final = ox.NamedNode(f"{_SCHEMA}domainIncludes")
_RANGES: Final = ox.NamedNode(f"{_SCHEMA}rangeIncludes")
_CAPTION: Final = 200.0


class ModelView:
    """Builder of the whole graph of the data model."""

    def __init__(self, engine: Engine) -> None:
        self._schema = engine.schema
        self._words = Wording(engine.labels)
        self._constraints = field_constraints(engine.schema, engine.validator.triples)
        self._columns = self._record_columns()
        self._builder = GraphBuilder(
            view="model",
            title="Data model of a case",
            columns=(),
            document=engine.catalogue.document,
        )

    def graph(self) -> nx.MultiDiGraph:
        """Return the graph."""
        for name, fields in self._schema.fields.items():
            keys = ", ".join(sorted(fields))
            self._term(name, self._label(name), "record", self._columns[name], jsonKeys=keys)
        # A range is another way to record a number, and would make four fields of each.
        bounds = {name for each in range_bounds(self._schema).values() for name, _ in each}
        for record, fields in self._schema.fields.items():
            for field in sorted(fields.values(), key=lambda each: self._order(each.name)):
                if field.name not in bounds:
                    self._field(record, field)
        self._derived()
        self._kinds_of_events()
        return self._builder.graph

    def _term(self, name: str, label: str, kind: str, column: int, **more: Any) -> str:
        """Add the node of a term of the ontology."""
        iri = more.pop("iri", NETKG + name)
        definition = self._schema.text(ox.NamedNode(iri), DEFINITION)
        id_ = more.pop("id", name)
        return self._builder.node(id_, label, kind, column, iri=iri, definition=definition, **more)

    def _label(self, name: str) -> str:
        """Return the label of a record or of a set of values, without the word for either."""
        return noun(self._words.term(name))

    def _order(self, name: str) -> tuple[str, str]:
        return self._words.term(name).casefold(), name

    # -- columns -----------------------------------------------------------------------
    def _record_columns(self) -> dict[str, int]:
        """Return the column of each record, to the right of those that refer to it."""
        links = nx.DiGraph()
        links.add_nodes_from(self._schema.fields)
        for record, fields in self._schema.fields.items():
            links.add_edges_from((record, to) for f in fields.values() for to in self._targets(f))
        # Records that refer to each other share a column.
        parts = nx.condensation(links)
        return {
            record: column
            for column, layer in enumerate(nx.topological_generations(parts))
            for part in layer
            for record in parts.nodes[part]["members"]
        }

    def _targets(self, field: Field) -> list[str]:
        """Return the records that a field can lead to, none for a field of values."""
        records = self._schema.fields
        range_ = ox.NamedNode(field.range)
        if local_name(field.range) in records and field.range.startswith(NETKG):
            return [local_name(field.range)]
        named = {local_name(t.value) for t in self._schema.objects(netkg(field.name), _RANGES)}
        below = {name for name in records if range_ in self._schema.superclasses(netkg(name))}
        return sorted(named & below or below)

    # -- fields ------------------------------------------------------------------------
    def _field(self, record: str, field: Field) -> None:
        constraint = self._constraints[record, field.name]
        label = self._words.term(field.name)
        about: dict[str, Any] = {
            "label": label,
            "jsonKey": field.name,
            "path": field.path,
            "iri": NETKG + field.name,
            "definition": self._schema.definition(field.name),
            "cardinality": constraint.cardinality,
            "minCount": constraint.least,
            **({} if constraint.most is None else {"maxCount": constraint.most}),
            "absence": "not known" if field.open else "not there",
        }
        caption = f"{cut(label, _CAPTION)} {constraint.cardinality}"
        if targets := self._targets(field):
            contained = netkg(targets[0]).value == field.range
            kind = "contains record" if contained else "refers to"
            for target in targets:
                self._edge(record, target, kind, caption=caption, **about)
        elif field.range in self._schema.values:
            set_ = self._value_set(field.range, self._columns[record] + 1)
            self._edge(record, set_, "takes a value of", caption=caption, **about)
        else:
            self._simple(record, field, constraint, about)

    def _edge(self, source: str, target: str, kind: str, **about: Any) -> None:
        """Add the edge of a field; a second one of the same kind is named by its field."""
        if self._builder.graph.has_edge(source, target, kind):
            kind = f"{kind} ({about['label']})"
        self._builder.edge(source, target, kind, **about)

    def _simple(
        self, record: str, field: Field, constraint: Constraint, about: dict[str, Any]
    ) -> None:
        """Add the node of a field with a datatype."""
        says = f"{local_name(field.range)}[{constraint.cardinality}]"
        if limits := self._limits(field, constraint):
            says += f", {limits}"
        units = {
            self._schema.text(interval, netkg("unitOfBounds"))
            for interval in self._schema.subjects(netkg("ofProperty"), netkg(field.name))
        }
        datatypes = constraint.datatypes or (local_name(field.range),)
        id_ = self._builder.node(
            f"{record}.{field.name}",
            kind="field",
            column=self._columns[record] + 1,
            **about,
            says=says,
            datatype=listed(datatypes, "or"),
            limits=limits,
            unit=", ".join(sorted(units)),
        )
        self._builder.edge(record, id_, FIELD)

    def _limits(self, field: Field, constraint: Constraint) -> str:
        """Return the range of a number in words, with the unit of the field."""
        lower, upper = constraint.lower, constraint.upper
        below = "up to" if upper and upper.included else "below"
        above = "from" if lower and lower.included else "above"
        if lower and upper and lower.included and upper.included:
            return f"{shown(lower.value)} to {self._words.value(field.name, upper.value)}"
        ends = [
            f"{word} {self._words.value(field.name, end.value)}"
            for word, end in ((above, lower), (below, upper))
            if end
        ]
        return " and ".join(ends)

    def _value_set(self, range_: str, column: int) -> str:
        name, schema = local_name(range_), self._schema
        values = schema.values[range_]
        id_ = self._term(
            name, self._label(name), "value set", column, iri=range_, numberOfValues=len(values)
        )
        # A set of several records is to the right of all of them.
        data = self._builder.graph.nodes[id_]
        data["column"] = max(data["column"], column)
        for value in sorted(values, key=self._order):
            shared = sum(value in others for others in schema.values.values()) > 1
            node = self._term(
                value,
                self._words.term(value),
                "value",
                0,
                id=f"{value} of {name}" if shared else value,
                ofSet=self._label(name),
            )
            self._builder.graph.nodes[node]["column"] = data["column"] + 1
            self._builder.edge(node, id_, VALUE)
        return id_

    # -- derived properties, and kinds of events ---------------------------------------
    def _derived(self) -> None:
        """Add the properties that rules derive, at each record that can have them."""
        schema = self._schema
        for property_ in schema.instances(netkg("DerivedProperty")):
            name = local_name(property_.value)
            of = sorted(local_name(each.value) for each in schema.objects(property_, _DOMAIN))
            for record in [each for each in of if each in schema.fields]:
                range_ = schema.text(property_, RANGE)
                id_ = self._term(
                    name,
                    self._words.term(name),
                    "derived property",
                    self._columns[record] + 1,
                    id=f"{record}.{name}",
                    says=self._label(local_name(range_)) if range_ else "",
                    jsonKey=name,
                )
                self._builder.edge(record, id_, DERIVED)

    def _kinds_of_events(self) -> None:
        """Add the classes below each record whose names are the type of such a record."""
        for record in self._schema.fields:
            kinds = nx.DiGraph(self._below(netkg(record)))
            for depth, layer in enumerate(nx.topological_generations(kinds)):
                for name in sorted(layer, key=self._order) if depth else ():
                    above = {local_name(c.value) for c in self._schema.superclasses(netkg(name))}
                    kind = next((k for top, k in EVENT_KINDS.items() if top in above), "event")
                    column = self._columns[record] + depth
                    self._term(name, self._words.term(name), kind, column, jsonKey="type")
            for above, below in kinds.edges():
                self._builder.edge(below, above, BELOW)
            if record in kinds:
                for place, name in enumerate(nx.dfs_preorder_nodes(kinds, record)):
                    if name != record:
                        self._builder.graph.nodes[name]["order"] = place

    def _below(self, class_: ox.NamedNode) -> Iterator[tuple[str, str]]:
        """Yield each type of events below a class, together with the class right above it."""
        todo, seen = [class_], {class_}
        while todo:
            above = todo.pop(0)
            names = {
                local_name(node.value)
                for node in self._schema.subjects(SUBCLASS, above)
                if isinstance(node, ox.NamedNode)
            }
            for name in sorted(names & self._schema.event_types, key=self._order):
                yield local_name(above.value), name
                if netkg(name) not in seen:
                    seen.add(netkg(name))
                    todo.append(netkg(name))
