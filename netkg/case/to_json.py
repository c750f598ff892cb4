"""A case as the plain JSON object that it would be read from.

This is the inverse of the readers, whatever the format of the input. Nothing is ever
dropped: a case that the case format cannot express is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pyoxigraph as ox

from netkg.case.draft import EVENT, RECORDS
from netkg.case.finding import violations
from netkg.case.from_json import case_from_object
from netkg.case.literals import literal, numeral
from netkg.case.model import Case
from netkg.case.records import in_order
from netkg.case.values import node_name
from netkg.errors import InputError
from netkg.namespaces import XSD, local_name
from netkg.ontology.schema import TYPE, Schema

__all__ = ["FormError", "case_again", "case_object"]

_NUMBERS = (XSD + "decimal", XSD + "double")
TermsBySubject = Mapping[str, Mapping[str, list[Any]]]


class FormError(InputError):
    """A case that cannot be written as a plain object without loss."""


def case_object(case: Case, *, schema: Schema) -> dict[str, Any]:
    """Return the plain object of a case, with its ids, types and digits.

    Reading the object gives the same triples and the same names. A number is
    an int or a float where that is exact, else a Decimal; a tumor or
    metastasis always has its id; an event or measurement has an ``@id`` if
    its node is not the one that it would get by its place.

    Raises:
        FormError: if the form of the case is wrong, or it has a value that a
            plain object cannot contain.
    """
    if wrong := violations(case.findings):
        raise _unfaithful(case, wrong[0].message)
    tree = _ObjectWriter(case, schema).case()
    again = case_from_object(tree, schema=schema, source=case.source, line=case.line)
    lost = sorted(set(case.triples) ^ set(again.triples), key=str)
    if lost or again.findings or dict(again.names) != dict(case.names):
        place = local_name(lost[0].predicate.value) if lost else "id"
        raise _unfaithful(case, f"The case format cannot express a value of {place}.")
    return tree


def case_again(tree: dict[str, Any], case: Case, *, schema: Schema) -> Case:
    """Read the object of a case after a change, with what was remarked on its input."""
    found = case_from_object(tree, schema=schema, source=case.source, line=case.line)
    return replace(found, findings=(*found.findings, *case.findings))


def _unfaithful(case: Case, reason: str) -> FormError:
    return FormError(
        f"cannot be written as a plain case without loss. {reason}",
        source=case.source or case.id,
        line=case.line,
    )


class _ObjectWriter:
    """Writer of the records of one case."""

    def __init__(self, case: Case, schema: Schema) -> None:
        self._case = case
        self._fields = schema.fields
        table: dict[str, dict[str, list[Any]]] = {}
        for triple in case.triples:
            key = "type" if triple.predicate == TYPE else local_name(triple.predicate.value)
            subject = triple.subject.value  # type: ignore[union-attr]
            table.setdefault(subject, {}).setdefault(key, []).append(triple.object)
        self._table: TermsBySubject = table

    def case(self) -> dict[str, Any]:
        """Return the case with all its records."""
        case = self._case
        body: dict[str, Any] = {"id": case.id, **self._scalars(case.node.value, "Case")}
        for key, kind in RECORDS.items():
            nodes = case.tumors if key == "tumors" else case.metastases
            if nodes:
                body[key] = [self._named(node.value, kind) for node in nodes]
        events = list(self._below(case.node.value, EVENT, "events"))
        return body | ({"events": events} if events else {})

    def _named(self, node: str, kind: str) -> dict[str, Any]:
        """Return a tumor or metastasis."""
        body = {"id": self._case.names[node], **self._scalars(node, kind)}
        measurements = list(self._below(node, "Measurement", "measurements"))
        return body | ({"measurements": measurements} if measurements else {})

    def _scalars(self, node: str, record: str) -> dict[str, Any]:
        """Return the fields of a record that have no records below them."""
        known = self._fields[record]
        body: dict[str, Any] = {}
        for key, terms in self._table.get(node, {}).items():
            field = known.get(key)
            if field is None or local_name(field.range) in self._fields:
                continue
            values = [self._value(term) for term in terms]
            body[key] = values[0] if field.single and len(values) == 1 else values
        return in_order(body)

    def _below(self, parent: str, kind: str, key: str) -> Iterator[dict[str, Any]]:
        """Yield events or measurements."""
        step = "event" if kind == EVENT else "measurement"
        for place, node in enumerate(self._table.get(parent, {}).get(key, ()), start=1):
            body = self._scalars(node.value, kind)
            recorded = self._case.records[node.value]
            if "type" in recorded:  # a class, or a text that names none
                body = {"type": recorded["type"]} | body
            own = node.value != f"{parent}/{step}/{place}"
            yield {"@id": node.value} | body if own else body

    def _value(self, term: Any) -> Any:
        """Return one value: a name, the id of a record, or the value of a literal."""
        if isinstance(term, ox.NamedNode):
            return node_name(term.value, self._case.names)
        kind = term.datatype.value
        if kind in _NUMBERS:
            return _number(term.value)
        return term.value == "true" if kind == XSD + "boolean" else term.value


def _number(text: str) -> Any:
    """Return a number as int or float where that is exact, else as a Decimal."""
    if text.lstrip("-").isdigit() and len(text) < 16:
        return int(text)
    number = numeral(text)
    return float(number) if literal(float(number)) == literal(number) else number
