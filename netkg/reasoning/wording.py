"""Facts, fields and values of a case in the words of the ontology's labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from netkg.case.shown import shown
from netkg.namespaces import local_name
from netkg.reasoning.fact import Fact

__all__ = ["Wording"]

_UNITS: Final = {"Mm": "mm", "Percent": "%"}


class Wording:
    """Words for the terms of an ontology; ``labels`` maps their local names to labels.

    ``derived`` maps fields to the labels of the derived properties that are shown as them.
    """

    def __init__(self, labels: Mapping[str, str], derived: Mapping[str, str] | None = None) -> None:
        self._labels = labels
        self._derived = derived or {}

    def term(self, name: str) -> str:
        """Return the label of the term with this local name, of the last part of a path."""
        name = name.rsplit(".", 1)[-1]
        return self._labels.get(name, name)

    def value(self, field: str, value: Any) -> str:
        """Return a value, with the unit of its field.

        >>> Wording({"G2": "grade 2"}).value("grade", "G2")
        'grade 2'
        >>> Wording({}).value("latestDiameterMm", 14.0), Wording({}).value("fitForSurgery", True)
        ('14 mm', 'yes')
        """
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, str):
            return self._labels.get(value, value)
        unit = next((unit for end, unit in _UNITS.items() if field.endswith(end)), "")
        return f"{shown(value)} {unit}".rstrip()

    def fact(self, fact: Fact, focus: str = "") -> str:
        """Return a fact on one line, with its subject if ``focus`` gives one."""
        if fact.field == "id":
            label = f"{fact.value}"
        elif isinstance(fact.value, Mapping):
            label = self.record(fact.value)
        elif fact.value is None:
            label = f"no {self.term(fact.searched or fact.field)} recorded"
        else:
            # A derived property can have another label than the field it is shown as.
            derived = None if fact.asserted else self._derived.get(fact.field)
            label = f"{derived or self.term(fact.field)}: {self.value(fact.field, fact.value)}"
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
                return self.term(local_name(str(value)))
            case "result" | "outcome" if isinstance(value, str):
                return self.term(value)
            case "diameterMm":
                return self.value(key, value)
            case "value":
                return f"{self.value(key, value)} {unit}".rstrip()
        return str(value)
