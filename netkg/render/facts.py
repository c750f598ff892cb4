"""Facts of a case in words: as they are written in it, or by the labels of the ontology."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import pyoxigraph as ox

from netkg.namespaces import local_name
from netkg.ontology.schema import DEFINITION, Schema, netkg
from netkg.reasoning.fact import Fact
from netkg.render.values import shown

__all__ = ["LabelWording", "because"]

_UNITS: Final = {"Mm": "mm", "Percent": "%"}


class LabelWording:
    """Words for fields and values as the ontology labels them."""

    def __init__(self, schema: Schema, shown_as: Mapping[str, str] | None = None) -> None:
        """Name terms of a schema; ``shown_as`` maps derived properties to fields of facts."""
        self._schema = schema
        self._derived = {
            field: iri for iri, field in (shown_as or {}).items() if local_name(iri) != field
        }

    def field(self, name: str) -> str:
        """Return the label of a field, or of the last part of a path.

        >>> LabelWording(Schema.load()).field("tumors.ki67Percent")
        'Ki-67 index'
        """
        return self._schema.label(netkg(name.rsplit(".", 1)[-1]))

    def definition(self, name: str) -> str:
        """Return the definition of a field, an event type or a value."""
        return self._schema.text(netkg(name.rsplit(".", 1)[-1]), DEFINITION)

    def type(self, name: str) -> str:
        """Return the label of an event type, or of the term with this local name."""
        try:
            return self._schema.label(netkg(name))
        except ValueError:
            return name

    def value(self, field: str, value: Any, term: str = "") -> str:
        """Return a value, with the unit of its field.

        >>> LabelWording(Schema.load()).value("latestDiameterMm", 14)
        '14 mm'
        """
        if isinstance(value, bool):
            return "yes" if value else "no"
        if term.startswith("<"):
            return self._schema.label(ox.NamedNode(term[1:-1])) if "#" in term else str(value)
        unit = next((unit for end, unit in _UNITS.items() if field.endswith(end)), "")
        return f"{shown(value)} {unit}".rstrip()

    def fact(self, fact: Fact, focus: str = "") -> str:
        """Return a fact on one line, with its subject if ``focus`` gives one."""
        if fact.field == "id":
            label = f"{fact.value}"
        elif isinstance(fact.value, Mapping):
            label = self.record(fact.value)
        elif fact.value is None:
            absent = self.type(fact.searched) if fact.searched else self.field(fact.field)
            label = f"no {absent} recorded"
        else:
            # A derived property can have another label than the field it is shown as.
            derived = None if fact.asserted else self._derived.get(fact.field)
            name = self._schema.label(ox.NamedNode(derived)) if derived else self.field(fact.field)
            label = f"{name}: {self.value(fact.field, fact.value, fact.term)}"
        return f"{label} ({focus})" if focus else label

    def record(self, body: Mapping[str, Any]) -> str:
        """Return an event or a measurement on one line: its day, what it is, its result."""
        parts = [
            self._part(key, body[key], body.get("unit", ""))
            for key in ("type", "label", "status", "diameterMm", "result", "outcome", "value")
            if body.get(key) is not None
        ]
        words = ", ".join(parts)
        return f"{body['date']}: {words}" if body.get("date") is not None else words

    def _part(self, key: str, value: Any, unit: str) -> str:
        match key:
            case "type":
                return self.type(local_name(str(value)))
            case "result" | "outcome" if isinstance(value, str) and value.isalnum():
                return self.type(value)
            case "diameterMm":
                return self.value(key, value)
            case "value":
                return f"{self.value(key, value)} {unit}".rstrip()
        return str(value)


def because(
    facts: Iterable[Fact], *, here: Sequence[str], labels: Mapping[str, str] | None = None
) -> str:
    """Return the facts for a verdict on one line, each fact once.

    Facts of the subjects in ``here`` are not preceded by a name; ``labels`` name what
    was searched for but not found.

    >>> ki67 = Fact("t1", "ki67Percent", 5.0, True)
    >>> because([Fact("t1", "grade", "G2", False, (ki67,))], here=("c", "t1"))
    'grade G2 ← ki67Percent 5'
    >>> because([Fact("c", "events", None, False, (), "tissue biopsy")], here=("c",))
    'no tissue biopsy recorded'
    >>> because([Fact("c", "id", "c", True)], here=("c",))
    'it concerns every case'
    """
    # That there is a case or a tumor is shown only if there is no other fact.
    others = [fact for fact in facts if fact.field != "id"]
    if not others:
        return f"it concerns every {'case' if here[0] == here[-1] else 'tumor'}"
    seen: set[tuple[str, str, str]] = set()
    return "; ".join(text for fact in others if (text := _fact(fact, here, labels or {}, seen)))


def _fact(
    fact: Fact, here: Sequence[str], labels: Mapping[str, str], seen: set[tuple[str, str, str]]
) -> str:
    """Return a fact and, after arrows, what it was derived from; nothing if it was seen before.

    >>> absent = Fact("t1", "events", None, False, (), "MRIScan")
    >>> _fact(Fact("t1", "seen", "No", False, (absent,)), ("t1",), {"MRIScan": "MRI scan"}, set())
    'no MRI scan recorded'
    """
    key = (fact.subject, fact.field, fact.searched or shown(fact.value))
    if key in seen:
        return ""
    seen.add(key)
    sources = _plain_sources(fact)
    if len(sources) == 1 and sources[0].value is None:
        return _fact(sources[0], here, labels, seen)
    subject = "" if fact.subject in here else fact.subject
    if fact.value is None:
        name = fact.searched or fact.field
        text = f"{f'{subject}: ' if subject else ''}no {labels.get(name, name)} recorded"
    else:
        text = f"{subject} {fact.field} {shown(fact.value)}".lstrip()
    parts = [part for source in sources if (part := _fact(source, here, labels, seen))]
    if len(parts) > 1:
        parts = [f"({part})" if "←" in part else part for part in parts]
    return " ← ".join(filter(None, (text, ", ".join(parts))))


def _plain_sources(fact: Fact) -> tuple[Fact, ...]:
    """Return what a fact was derived from, without steps that only pass its value on."""
    sources = fact.derived_from
    while len(sources) == 1 and sources[0].derived_from and sources[0].value == fact.value:
        sources = sources[0].derived_from
    return sources
