"""The case as it was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import pyoxigraph as ox

from netkg.case.finding import Finding
from netkg.case.positions import JsonText, escaped
from netkg.namespaces import NETKG, RDF
from netkg.result import counted

__all__ = ["OF_TYPE", "Case"]

# The properties whose values the key ``type`` has.
OF_TYPE: Final = frozenset({RDF + "type", NETKG + "unknownType"})


@dataclass(frozen=True, slots=True)
class Case:
    """One case, as read: its node, its triples and the findings on its form.

    ``id`` is as written, empty if it is missing; ``triples`` are
    normalized (decimals, booleans, dates, values as IRIs); ``names`` maps the
    IRI of the case, of a tumor or metastasis to its id; ``records`` maps the
    IRI of an event or measurement to its plain object, the same however it was written
    (one order of keys, no ``@id``); ``tumors`` and ``metastases`` are in order;
    ``line`` is known for NDJSON only.

    ``places`` maps the IRI of a record, as a tuple of one, to its JSON pointer; a value
    that is not at the pointer of its record and its key has an entry of its own, with the
    key and, in a list, its text. It is empty for RDF. ``text`` is the file of JSON, and
    ``item`` the pointer of the case in it.
    """

    id: str
    node: ox.NamedNode | ox.BlankNode
    triples: tuple[ox.Triple, ...]
    names: Mapping[str, str]
    tumors: tuple[ox.NamedNode, ...]
    metastases: tuple[ox.NamedNode, ...]
    records: Mapping[str, Any]
    findings: tuple[Finding, ...]
    source: str
    line: int | None
    places: Mapping[tuple[str, ...], str] = field(default_factory=dict, compare=False, repr=False)
    text: JsonText | None = field(default=None, compare=False, repr=False)
    item: str = field(default="", compare=False, repr=False)
    _by_record: dict[str, list[ox.Triple]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def __repr__(self) -> str:
        counts = ", ".join(
            counted(len(found), noun)
            for found, noun in ((self.tumors, "tumor"), (self.records, "record"))
        )
        return f"<Case {self.id!r}: {counts}>"

    @property
    def nodes(self) -> frozenset[str]:
        """The IRIs of all its records, including those without a triple."""
        return frozenset({self.node.value, *self.names, *self.records})

    def about(self, node: str) -> Sequence[ox.Triple]:
        """Return the triples about a record."""
        # A case with thousands of findings asks for each of its records.
        if not self._by_record:
            for triple in self.triples:
                self._by_record.setdefault(triple.subject.value, []).append(triple)  # type: ignore[union-attr]
        return self._by_record.get(node, ())

    def values(self, node: str, key: str) -> list[str]:
        """Return the values of a key of a record: IRIs and texts of literals."""
        properties = OF_TYPE if key == "type" else {NETKG + key}
        return [
            triple.object.value  # type: ignore[union-attr]
            for triple in self.about(node)
            if triple.predicate.value in properties
        ]

    def pointer(self, node: str, path: str, value: str = "") -> str:
        """Return where the value of a field is in the input, or its record if it is missing.

        This is a JSON pointer, or for RDF the IRI of the record. ``path`` is the path of
        the field; one that leads elsewhere than to the record is followed from the case.
        """
        place = self.places.get((node,))
        if place is None:
            return node
        above = [step for step in place.split("/")[1:] if not step.isdecimal()]
        steps = path.split(".")
        if steps[: len(above)] != above:
            return self.pointer(self.node.value, path, value)
        if len(steps) == len(above):
            return place
        key = steps[len(above)]
        for exact in ((node, key, value), (node, key)):
            if exact in self.places:
                return self.places[exact]
        return f"{place}/{escaped(key)}" if self.values(node, key) else place

    def with_lines(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Return findings with their lines, as far as the case was read from lines."""
        if not self.places or self.text is None:
            return tuple(replace(each, line=self.line) for each in findings)
        return tuple(
            replace(each, line=self.text.line(self.item + each.pointer)) for each in findings
        )
