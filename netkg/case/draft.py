"""A case under construction, while a reader goes through its input.

Both readers, :mod:`netkg.case.from_json` and :mod:`netkg.case.from_rdf`, fill a
:class:`Draft`, which assigns the nodes (each record has its own) and collects
triples and structural findings. Lists keep their order; that of keys means nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

import pyoxigraph as ox

from netkg.case.finding import Finding, Severity
from netkg.case.identifiers import MINTED, UNNAMED, is_iri
from netkg.case.literals import compact
from netkg.case.model import OF_TYPE, Case
from netkg.case.records import in_order
from netkg.case.values import json_value
from netkg.limits import Limits, beyond, limits
from netkg.namespaces import local_name
from netkg.ontology.schema import TYPE, Schema, netkg
from netkg.suggestions import did_you_mean, meant, same

__all__ = ["EVENT", "KEYWORDS", "Draft", "RECORDS", "keys_of"]

# JSON-LD 1.1 ignores any other name that begins with @.
KEYWORDS: Final = frozenset(
    {
        *("@base", "@container", "@context", "@direction", "@graph", "@id", "@import", "@included"),
        *("@index", "@json", "@language", "@list", "@nest", "@none", "@prefix", "@propagate"),
        *("@protected", "@reverse", "@set", "@type", "@value", "@version", "@vocab"),
    }
)

RECORDS: Final = {"tumors": "Tumor", "metastases": "Metastasis"}
EVENT: Final = "ClinicalEvent"
_MEASUREMENT: Final = netkg("Measurement")


def keys_of(schema: Schema, record: str) -> list[str]:
    """Return the sorted keys of a record in the case format."""
    extra = {EVENT: ["type"], "Measurement": []}.get(record, ["id"])
    return sorted([*extra, *schema.fields[record]])


@dataclass(slots=True)
class Draft:
    """One case, while it is read; reading ends at the first limit that the case exceeds."""

    schema: Schema
    source: str
    line: int | None
    node: ox.NamedNode = UNNAMED
    id: str = ""
    triples: dict[ox.Triple, None] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    lists: dict[str, list[ox.NamedNode]] = field(
        default_factory=lambda: {"tumors": [], "metastases": []}
    )
    records: dict[str, None] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    places: dict[tuple[str, ...], str] = field(default_factory=dict)
    _taken: dict[str, int] = field(default_factory=dict)
    _by_id: dict[str, ox.NamedNode] = field(default_factory=dict)
    _hints: dict[tuple[str, str], str] = field(default_factory=dict)
    _limits: Limits = field(default_factory=limits)
    _counts: dict[str, int] = field(default_factory=lambda: {"events": 0, "measurements": 0})

    def count(self, name: str, kind: str, number: int) -> None:
        """Check a number of records of a kind against the limit with this name.

        Raises:
            InputError: if there are too many.
        """
        if number > getattr(self._limits, name):
            raise beyond(name, f"has too many {kind}", source=self.source, line=self.line)

    def check_text(self, text: str) -> None:
        """Check the length of a value, an id or a key.

        Raises:
            InputError: if it is too long.
        """
        if len(text) > self._limits.text:
            raise beyond(
                "text",
                "contains a text that is too long",
                source=self.source,
                line=self.line,
                found=f"{len(text):,} characters: {compact(text)}",
            )

    def add(self, subject: ox.NamedNode, key: str, value: ox.NamedNode | ox.Literal) -> None:
        """Add the triple of a key."""
        if isinstance(value, ox.Literal):
            self.check_text(value.value)
        self.triples[ox.Triple(subject, netkg(key), value)] = None

    def add_type(self, subject: ox.NamedNode, name: str) -> None:
        """Add the triple that types a record."""
        self.triples[ox.Triple(subject, TYPE, netkg(name))] = None

    def claim(self, wanted: str) -> tuple[ox.NamedNode, bool]:
        """Return a node with this IRI and True, or one with a suffix and False if it is in use."""
        iri = wanted
        while iri in self._taken:
            self._taken[wanted] += 1
            iri = f"{wanted}~{self._taken[wanted]}"
        self._taken[iri] = 1
        return ox.NamedNode(iri), iri == wanted

    def claim_below(
        self, parent: ox.NamedNode, kind: str, place: int, own: Any = None
    ) -> ox.NamedNode:
        """Add an event or measurement; return its node: its own IRI, or one below its parent."""
        name = "events" if kind == EVENT else "measurements"
        self._counts[name] += 1
        self.count(name, name, self._counts[name])
        wanted = f"{parent.value}/{'event' if kind == EVENT else 'measurement'}/{place}"
        node, _ = self.claim(own if isinstance(own, str) and is_iri(own) else wanted)
        self.records[node.value] = None
        if kind != EVENT:
            self.add_type(node, kind)
        return node

    def name_case(self, id_: str) -> None:
        """Assign the id of the case (empty: none) and its node."""
        self.check_text(id_)
        self.id = id_
        if id_:
            self.node = ox.NamedNode(id_ if is_iri(id_) else MINTED + quote(id_, safe=""))
        self.claim(self.node.value)
        self.names[self.node.value] = id_
        self.add_type(self.node, "Case")

    def name_record(self, key: str, id_: str, *, id_at: str = "") -> ox.NamedNode:
        """Add the next tumor or metastasis, and report its id if it is in use; return its node.

        ``id_at`` is the place of the id, by default the IRI of the record.
        """
        self.count("tumors", key, len(self.lists[key]) + 1)
        self.check_text(id_)
        kind = RECORDS[key]
        minted = f"{self.node.value}/{kind.lower()}/{quote(id_, safe='')}"
        own = is_iri(id_) and id_ != self.node.value
        node, fresh = self.claim(id_ if own else minted)
        if not fresh or id_ in self._by_id:
            message = (
                f"The id {compact(id_)} is used twice in this case. "
                "Give each tumor and each metastasis a different id."
            )
            expected = "an id that is used once in the case"
            at = id_at or node.value
            self.report(id_, f"{key}.id", compact(id_), expected, message, at=at)
        self._by_id.setdefault(id_, node)
        self.lists[key].append(node)
        self.names[node.value] = id_
        self.add_type(node, kind)
        self.add(self.node, key, node)
        return node

    def resolve(self, target: str) -> ox.NamedNode | None:
        """Return the node of the tumor or metastasis with this id or IRI, or None."""
        if target in self._by_id:
            return self._by_id[target]
        known = target in self.names and target != self.node.value
        return ox.NamedNode(target) if known else None

    def report(
        self,
        focus: str,
        path: str,
        found: str,
        expected: str,
        message: str,
        *,
        at: str,
        severity: Severity = "Violation",
    ) -> None:
        """Add a structural finding; ``at`` is its pointer."""
        finding = Finding(severity, focus, path, found, expected, message, None, at)
        self.findings.append(finding)

    def report_missing_id(self, *, at: str) -> None:
        """Report that the case has no usable id."""
        message = "The case has no id. Add one."
        self.report("", "id", "nothing", "a string or an IRI", message, at=at)

    def report_several(self, focus: str, path: str, values: Iterable[Any], *, at: str) -> None:
        """Report more than one value of a single-valued field."""
        found = compact(list(values))
        message = f"{path} has more than one value (found {found}). Keep the correct one."
        self.report(focus, path, found, "one value", message, at=at)

    def report_form(self, focus: str, path: str, found: str, expected: str, *, at: str) -> None:
        """Report a value of the wrong form."""
        message = f"The value of {path} has the wrong form (found {found}). Write {expected}."
        self.report(focus, path, found, expected, message, at=at)

    def report_type(self, focus: str, record: str, found: str, *, at: str) -> None:
        """Report a type that a record cannot have."""
        self.report_form(focus, self.schema.path(record, "type"), found, record, at=at)

    def report_key(self, focus: str, record: str, key: str, *, at: str, others: int = 0) -> None:
        """Report an unknown key of a record, with the one that was probably meant.

        ``others`` counts the unknown keys of the record that are not reported one by one.
        """
        self.check_text(key)
        known, path = keys_of(self.schema, record), self.schema.path(record, key)
        if (record, key) not in self._hints:
            self._hints[record, key] = self._hint(key, known)
        more = f" and {others:,} other key{'s' if others > 1 else ''}" if others else ""
        message = f"The case format has no key {path}{more}. {self._hints[record, key]}"
        self.report(focus, path, compact(key), ", ".join(known), message, at=at)

    def _hint(self, key: str, known: list[str]) -> str:
        """Return what to do about an unknown key."""
        return did_you_mean(self._close(key, known)) or (
            f"Remove it or use one of {', '.join(known)}."
        )

    def _close(self, key: str, known: list[str]) -> list[str]:
        words = self.schema.words(known)
        fields = [each for record in self.schema.fields.values() for each in record.values()]
        named = same(key, self.schema.words({each.name for each in fields}))
        return (
            same(key, words)
            or sorted(each.path for each in fields if each.name in named)
            or meant(key, words, count=1)
        )

    def report_ignored(self, focus: str, record: str, key: str, *, at: str, count: int = 1) -> None:
        """Report a key that JSON-LD ignores, as a warning if it looks like another key."""
        path = self.schema.path(record, key)
        names = {name for own in self.schema.fields.values() for name in own} | KEYWORDS
        plain = key.removeprefix("@").casefold()
        close = [name for name in sorted(names) if name.removeprefix("@").casefold() == plain]
        places = f" in {count:,} places" if count > 1 else ""
        message = f"JSON-LD ignores the key {key}{places}, so that its value is not used."
        if key in KEYWORDS:
            which = "A value" if count == 1 else f"{count:,} values"
            message = f"{which} of {key} {'is' if count == 1 else 'are'} not a node and not used."
        elif close and close != [key]:
            message += f" {did_you_mean(close)}"
        severity: Severity = "Warning" if close else "Info"
        self.report(focus, path, compact(key), "", message, at=at, severity=severity)

    def _check_pairs(self) -> None:
        """Check how many tumors each event concerns, all in all."""
        tumors, events = self.lists["tumors"], self._counts["events"]
        if len(tumors) * events > self._limits.pairs:
            nodes = frozenset(tumors)
            targets = (t.object for t in self.triples if t.predicate == netkg("target"))
            events -= sum(target in nodes for target in targets)
            kind = "events without a target for this many tumors"
            self.count("pairs", kind, len(tumors) * events)

    def finish(self) -> Case:
        """Return the case.

        Raises:
            InputError: if it exceeds a limit as a whole.
        """
        self._check_pairs()
        return Case(
            id=self.id,
            node=self.node,
            triples=tuple(self.triples),
            names=self.names,
            tumors=tuple(self.lists["tumors"]),
            metastases=tuple(self.lists["metastases"]),
            records=self._bodies(),
            findings=tuple(self.findings),
            source=self.source,
            line=self.line,
            places=self.places,
        )

    def _bodies(self) -> dict[str, Any]:
        """Return the events and measurements as plain objects, however they were written."""
        found: dict[str, dict[str, list[Any]]] = {iri: {} for iri in self.records}
        for triple in self.triples if found else ():
            body = found.get(triple.subject.value)  # type: ignore[union-attr]
            if body is not None and triple.object != _MEASUREMENT:
                property_ = triple.predicate.value
                key = "type" if property_ in OF_TYPE else local_name(property_)
                body.setdefault(key, []).append(json_value(str(triple.object), self.names))
        return {iri: in_order(_single(body)) for iri, body in found.items()}


def _single(body: dict[str, list[Any]]) -> dict[str, Any]:
    return {
        key: values[0] if len(values) == 1 else sorted(values, key=str)
        for key, values in body.items()
    }
