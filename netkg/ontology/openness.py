"""The open fields: those whose absence means unknown, not false.

Openness is data: an annotation on a field says whether its absence means
unknown or false, and determinations say which fields a derived property
depends on. A property that depends on no open field is closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from netkg.errors import KnowledgeError
from netkg.namespaces import NETKG, local_name
from netkg.ontology.schema import Field, Schema, netkg

__all__ = ["Determination", "Openness"]


@dataclass(frozen=True, slots=True)
class Determination:
    """One way in which a field, once filled in, determines a property.

    ``field`` is the local name of the field; ``when`` the value that it must
    have, or None for any; ``gives`` the values that the property then has,
    or None if it has the value of the field itself; ``counts_as_absent`` says
    that a recorded field which leaves the property unknown may be filled in
    again; ``ruled_out_by`` are the IRIs of properties that make the
    determination pointless once the record has one of them.
    """

    field: str
    path: str
    when: str | None
    gives: frozenset[str] | None
    choices: frozenset[str]
    single: bool
    counts_as_absent: bool
    ruled_out_by: tuple[str, ...] = ()


class Openness:
    """The openness of fields and the determinations of derived properties.

    Raises:
        KnowledgeError: when read, if a determination is incomplete.
    """

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    @cached_property
    def fields_by_name(self) -> Mapping[str, Field]:
        """The fields of all records by their local names."""
        return {
            field.name: field for record in self.schema.fields.values() for field in record.values()
        }

    def field(self, node: ox.NamedNode | ox.BlankNode | ox.Literal, term: ox.NamedNode) -> Field:
        """Return the field that a term of the ontology refers to.

        Raises:
            KnowledgeError: if it is not a field, with the term.
        """
        name = local_name(node.value)
        if name not in self.fields_by_name:
            raise KnowledgeError(
                f"refers to {name}, which is not a key of the case format",
                term=local_name(term.value),
                expected="a property with fieldOf",
            )
        return self.fields_by_name[name]

    @cached_property
    def determinations(self) -> Mapping[str, tuple[Determination, ...]]:
        """The ways in which open fields determine a property, by its IRI.

        A property without any is closed: what is not recorded is false.
        """
        found: dict[str, list[Determination]] = {}
        for field in self.fields_by_name.values():
            if field.open:
                found[NETKG + field.name] = [self._determination(field, None, None, absent=False)]
        for node in self.schema.instances(netkg("Determination")):
            property_ = self.schema.one(node, netkg("determines"))
            source = self.schema.one(node, netkg("fromField"))
            if property_ is None or source is None:
                raise KnowledgeError(
                    "the determination is incomplete",
                    term=str(node),
                    expected="determines and fromField",
                )
            field = self.field(source, node)
            if field.open:
                found.setdefault(property_.value, []).extend(self._ways(node, field))
        return {property_: tuple(ways) for property_, ways in found.items()}

    def _ways(self, node: ox.NamedNode, field: Field) -> Iterator[Determination]:
        """Yield the ways of one determination: one, or one for each value of the field."""
        schema = self.schema
        gives = frozenset(map(str, schema.objects(node, netkg("givesValue"))))
        same = schema.text(node, netkg("givesSameValue")) == "true"
        through = schema.one(node, netkg("givesThrough"))
        if [same, bool(gives), through is not None].count(True) != 1:
            raise KnowledgeError(
                "the determination gives no value, or several kinds of value",
                term=str(node),
                expected="givesSameValue, givesValue or givesThrough",
            )
        when = schema.one(node, netkg("fieldValue"))
        absent = schema.text(node, netkg("countsAsAbsent")) == "true"
        ruled_out_by = tuple(sorted(by.value for by in schema.objects(node, netkg("ruledOutBy"))))
        outcomes: Iterable[tuple[str | None, frozenset[str] | None]]
        if isinstance(through, ox.NamedNode):
            values = schema.instances(ox.NamedNode(field.range))
            outcomes = (
                (str(value), given)
                for value in values
                if (given := frozenset(map(str, schema.objects(value, through))))
            )
        else:
            outcomes = [(str(when) if when else None, gives or None)]
        for value, outcome in outcomes:
            yield self._determination(
                field, outcome, value, absent=absent, ruled_out_by=ruled_out_by
            )

    def _determination(
        self,
        field: Field,
        gives: frozenset[str] | None,
        when: str | None,
        *,
        absent: bool,
        ruled_out_by: tuple[str, ...] = (),
    ) -> Determination:
        if field.range.endswith("#boolean"):
            choices = {f'"{truth}"^^<{field.range}>' for truth in ("true", "false")}
        else:
            choices = {f"<{NETKG}{name}>" for name in self.schema.values.get(field.range, ())}
        return Determination(
            field.name,
            field.path,
            when,
            gives,
            frozenset(choices),
            field.single,
            absent,
            ruled_out_by,
        )

    @cached_property
    def shown_as(self) -> Mapping[str, str]:
        """The field that a derived property passes on, and is shown as, by its IRI."""
        return {
            property_: way.field
            for property_, ways in self.determinations.items()
            for way in reversed(ways)
            if way.gives is None
        }

    @cached_property
    def derived_labels(self) -> Mapping[str, str]:
        """The labels of the derived properties that are shown as another field, by this field."""
        return {
            field: self.schema.label(ox.NamedNode(property_))
            for property_, field in self.shown_as.items()
            if local_name(property_) != field
        }

    @cached_property
    def leaves_open(self) -> Mapping[str, frozenset[str]]:
        """The values that a value does not rule out, by value."""
        found: dict[str, set[str]] = {}
        for quad in self.schema.store.quads_for_pattern(None, netkg("leavesOpen"), None):
            found.setdefault(str(quad.subject), set()).add(str(quad.object))
        return {value: frozenset(others) for value, others in found.items()}
