"""The texts for people in the shapes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

import pyoxigraph as ox

from netkg.case.finding import Severity
from netkg.errors import KnowledgeError
from netkg.namespaces import NETS, XSD, local_name
from netkg.ontology.schema import Schema
from netkg.validation.shapes_index import ShapesIndex, sh

__all__ = ["FIELD", "MESSAGE", "ON_VERDICT", "REMEDY", "Shape", "Shapes"]

FIELD, REMEDY, EXPECTED, FOUND, RESTS_ON, ON_VERDICT = (
    ox.NamedNode(NETS + name)
    for name in ("field", "remedy", "expected", "found", "restsOn", "restsOnVerdict")
)
MESSAGE: Final = sh("message")
# The other words for the values of xsd:boolean.
TRUTH: Final[Mapping[str, tuple[str, ...]]] = {"true": ("yes", "y"), "false": ("no", "n")}
DATATYPES: Final[Mapping[str, str]] = {
    "boolean": "true or false",
    "date": "a valid date, such as 2026-01-31",
    "string": "text",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """The texts of a shape for people, the statement that it rests on, and its severity.

    ``words`` are the names that are valid as a value, with their labels and synonyms.
    ``on_verdict`` says that a result is about the plan, which an invalid case does not have.
    """

    field: str
    message: str
    remedy: str
    expected: str
    found: str | None
    statement: str | None
    severity: Severity
    on_verdict: bool
    words: Mapping[str, tuple[str, ...]]


class Shapes:
    """The shapes of one folder, each read when it is first asked for."""

    def __init__(self, index: ShapesIndex, schema: Schema) -> None:
        self._index = index
        self._schema = schema
        self._read: dict[str, Shape] = {}

    def shape(self, iri: str) -> Shape:
        """Return the texts of a shape.

        Raises:
            KnowledgeError: if it lacks a text that people need.
        """
        if iri in self._read:
            return self._read[iri]
        node = ox.NamedNode(iri)
        texts = {
            property_: values[0].value for property_, values in self._index.values[node].items()
        }
        if not texts.keys() >= {FIELD, MESSAGE, REMEDY}:
            raise KnowledgeError(
                "lacks a field, a message or a remedy",
                term=next((s.value for s in self._index.above(node)), iri),
                expected="all three",
            )
        class_, datatype = texts.get(sh("class")), texts.get(sh("datatype"))
        expected = texts.get(EXPECTED) or self._expected(class_, datatype)
        shape = self._read[iri] = Shape(
            texts[FIELD],
            texts[MESSAGE],
            # A finding lists the values, a page of the reference has them elsewhere.
            texts[REMEDY].replace("one of the allowed values", expected),
            expected,
            texts.get(FOUND),
            local_name(texts.get(RESTS_ON, "")) or None,
            cast(Severity, local_name(texts.get(sh("severity"), "Violation"))),
            texts.get(ON_VERDICT) == "true",
            self._words(class_, datatype, texts[FIELD]),
        )
        return shape

    def _words(
        self, class_: str | None, datatype: str | None, field: str
    ) -> Mapping[str, tuple[str, ...]]:
        if class_:
            return self._schema.words(self._schema.values.get(class_, ()))
        if datatype == XSD + "boolean":
            return TRUTH
        return self._schema.words(self._schema.event_types) if field == "events.type" else {}

    def _expected(self, class_: str | None, datatype: str | None) -> str:
        if class_:
            return "one of " + ", ".join(sorted(self._schema.values[class_]))
        return DATATYPES.get(local_name(datatype or ""), "a value of the case format")
