"""Put facts, events and fields of a case into short labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pyoxigraph as ox

from netkg.namespaces import local_name
from netkg.ontology.schema import DEFINITION, Schema, netkg
from netkg.reasoning.fact import Fact

__all__ = ["Words"]

_UNITS: Final = {"Mm": "mm", "Percent": "%"}


class Words:
    """Name the terms of a case as the ontology labels them."""

    def __init__(self, schema: Schema, shown_as: Mapping[str, str] | None = None) -> None:
        """Name terms of a schema; ``shown_as`` maps derived properties to fields (facts)."""
        self._schema = schema
        self._derived = {
            field: iri for iri, field in (shown_as or {}).items() if local_name(iri) != field
        }

    def field(self, name: str) -> str:
        """Name a field, or the last part of a path.

        >>> Words(Schema.load()).field("tumors.ki67Percent")
        'Ki-67 index'
        """
        return self._schema.label(netkg(name.rsplit(".", 1)[-1]))

    def definition(self, name: str) -> str:
        """Give the definition of a field, an event type or a value."""
        return self._schema.text(netkg(name.rsplit(".", 1)[-1]), DEFINITION)

    def type(self, name: str) -> str:
        """Name an event type, or the term with this local name."""
        try:
            return self._schema.label(netkg(name))
        except ValueError:
            return name

    def value(self, field: str, value: Any, term: str = "") -> str:
        """Say a value, with the unit in which the field is told.

        >>> Words(Schema.load()).value("latestDiameterMm", 14)
        '14 mm'
        """
        if isinstance(value, bool):
            return "yes" if value else "no"
        if term.startswith("<"):
            return self._schema.label(ox.NamedNode(term[1:-1])) if "#" in term else str(value)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        unit = next((unit for end, unit in _UNITS.items() if field.endswith(end)), "")
        return f"{value} {unit}".rstrip()

    def fact(self, fact: Fact, focus: str = "") -> str:
        """Say a fact in one line, with its subject where ``focus`` gives one."""
        label = self._fact(fact)
        return f"{label} ({focus})" if focus else label

    def _fact(self, fact: Fact) -> str:
        if fact.field == "id":
            return f"{fact.value}"
        if isinstance(fact.value, Mapping):
            return self.record(fact.value)
        if fact.value is None:
            if fact.searched:
                return f"no {self.type(fact.searched)} recorded"
            return f"{self.field(fact.field)}: not recorded"
        name = self.field(fact.field)
        if not fact.asserted and fact.field in self._derived:
            name = self._schema.label(ox.NamedNode(self._derived[fact.field]))
        return f"{name}: {self.value(fact.field, fact.value, fact.term)}"

    def record(self, body: Mapping[str, Any]) -> str:
        """Say an event or a measurement: its day, what it is, and what it gave."""
        day, what = body.get("date"), body.get("type")
        parts = [self.type(local_name(str(what)))] if what is not None else []
        if isinstance(label := body.get("label"), str):
            parts.append(label)
        if "status" in body:
            parts.append(str(body["status"]))
        if "diameterMm" in body:
            parts.append(self.value("diameterMm", body["diameterMm"]))
        parts += [self._outcome(body[key]) for key in ("result", "outcome") if key in body]
        if "value" in body:
            unit = body.get("unit", "")
            parts.append(f"{self.value('value', body['value'])} {unit}".rstrip())
        said = ", ".join(parts)
        return f"{day}: {said}" if day is not None else said

    def _outcome(self, name: Any) -> str:
        return self.type(name) if isinstance(name, str) and name.isalnum() else str(name)
