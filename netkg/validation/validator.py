"""Validate cases against the shapes, with a finding for each result.

What evaluates the shapes gives the results of a case; here they become findings, in the words
of the shapes.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import chain
from pathlib import Path

import pyoxigraph as ox

from netkg.case.finding import SEVERITIES, Finding, ShapeResult, conforms
from netkg.case.model import Case
from netkg.case.values import node_name
from netkg.namespaces import NETKG, RDF, SH, XSD, local_name
from netkg.ontology.files import parse_turtle
from netkg.ontology.ranges import range_bounds
from netkg.ontology.schema import TYPE, Schema
from netkg.ontology.terms import Term, term_of
from netkg.suggestions import did_you_mean, listed, meant
from netkg.validation.naming import with_names
from netkg.validation.shapes import FIELD, MESSAGE, ON_VERDICT, REMEDY, Shape, Shapes
from netkg.validation.shapes_index import ShapesIndex, sh

__all__ = ["Validator", "arrange"]

MAX_COUNT = SH + "MaxCountConstraintComponent"
TARGET_CLASS = sh("targetClass")
TEXTS = (XSD + "string", RDF + "langString")


class Validator:
    """Validator of cases against the shapes of a folder.

    ``triples`` are the shapes, with an IRI for each that reports results; ``index`` contains
    them by their subjects.

    Raises:
        KnowledgeError: if a text of a shape is missing.
    """

    def __init__(self, schema: Schema, folder: Path) -> None:
        self._schema = schema
        self.folder = folder
        self.triples = with_names(parse_turtle(folder))
        self.index = ShapesIndex(dict.fromkeys(self.triples))
        self._shapes = Shapes(self.index, schema)
        self._bounds = range_bounds(schema)

    def shape(self, iri: str) -> Shape:
        """Return the texts of a shape for people."""
        return self._shapes.shape(iri)

    def texts(self) -> Iterator[Shape]:
        """Yield the texts of every shape that has them, and a field of its own."""
        for node, values in self.index.values.items():
            if isinstance(node, ox.NamedNode) and values.keys() >= {FIELD, MESSAGE, REMEDY}:
                yield self.shape(node.value)

    @cached_property
    def classes(self) -> tuple[ox.NamedNode, ...]:
        """The classes that shapes target, which must be evaluated before the validation."""
        records = set(self._schema.fields)
        found = {class_ for _, class_ in self._targets if local_name(class_.value) not in records}
        return tuple(sorted(found, key=lambda class_: class_.value))

    @cached_property
    def on_verdict(self) -> frozenset[ox.NamedNode]:
        """The classes that only shapes target whose results rest on a verdict."""
        resting, others = set[ox.NamedNode](), set[ox.NamedNode]()
        for values, class_ in self._targets:
            on_verdict = ox.Literal(True) in values.get(ON_VERDICT, ())
            (resting if on_verdict else others).add(class_)
        return frozenset(resting - others)

    @property
    def _targets(self) -> Iterator[tuple[Mapping[ox.NamedNode, list[Term]], ox.NamedNode]]:
        """The shapes with a target class, each with its values."""
        for values in self.index.values.values():
            for class_ in values.get(TARGET_CLASS, ()):
                if isinstance(class_, ox.NamedNode):
                    yield values, class_

    @cached_property
    def vocabulary(self) -> tuple[ox.Triple, ...]:
        """The types of the coded values, which shapes ask for, sorted."""
        return tuple(
            ox.Triple(value, TYPE, ox.NamedNode(range_))
            for range_ in sorted(self._schema.values)
            for value in sorted(self._schema.instances(ox.NamedNode(range_)), key=str)
        )

    def findings(self, case: Case, results: Collection[ShapeResult]) -> tuple[Finding, ...]:
        """Return the findings of a case, given the results of the shapes.

        The structural findings of the readers are included. There is one finding per focus,
        field and statement, in the order of severity, focus as in the input, field and
        statement. Results that are not about a record of the case are left out.
        """
        found: list[Finding] = []
        # Findings that rest on a verdict, which a case with a violation does not have.
        dependent: list[Finding] = []
        nodes, ids = case.nodes, _ids(case) if results else {}
        for result in sorted(results, key=str):
            if result.focus in nodes:
                shape = self._shapes.shape(result.shape)
                finding = self._finding(shape, case, ids.get(result.focus, case.id), result)
                (dependent if shape.on_verdict else found).append(finding)
        if not (found or dependent or case.findings):
            return ()
        if dependent and conforms([*case.findings, *found]):
            found += dependent
        # Findings of the readers take precedence over those of the shapes on the same field.
        return arrange(case, [*sorted(case.findings, key=_text), *sorted(found, key=_text)])

    # -- words -----------------------------------------------------------------------
    def _finding(self, shape: Shape, case: Case, id_: str, result: ShapeResult) -> Finding:
        focus, path, value = result.focus, result.path, result.value
        field = shape.field
        if not field:
            predicate = path or ""
            name = local_name(predicate) if predicate.startswith(NETKG) else predicate
            field = self._schema.path(_record_kind(case, focus), name)
        term = term_of(value) if value else None
        found = shape.found or self._found(case, focus, field, term)
        expected, message = shape.expected, f"{shape.message} {shape.remedy}"
        if result.component == MAX_COUNT and ", " in found:
            expected = "one value"
            message = f"{field} has more than one value (found {found}). Keep the correct one."
        elif found != "nothing" and path:
            # A property shape rejects the value itself.
            wrong = f"{shape.message.removesuffix('.')} (found {found})."
            message = f"{wrong} {self._meant(shape, case, field, found, term) or shape.remedy}"
        return Finding(
            shape.severity,
            id_,
            field,
            found,
            expected,
            message,
            shape.statement,
            case.pointer(focus, field, term.value if isinstance(term, ox.Literal) else ""),
            result=result,
        )

    def _meant(self, shape: Shape, case: Case, field: str, found: str, value: Term | None) -> str:
        """Return a question that suggests valid values for one that is not."""
        words: Mapping[str, Iterable[str]] = shape.words
        if field == "events.target":
            words = {case.names[node.value]: () for node in (*case.tumors, *case.metastases)}
        return did_you_mean(meant(found if value is None else value.value, words))

    def _found(self, case: Case, focus: str, field: str, value: Term | None) -> str:
        if isinstance(value, ox.Literal) or (value is not None and value.value != focus):
            return (
                json.dumps(value.value) if _is_text(value) else node_name(value.value, case.names)
            )
        name = field.rsplit(".", 1)[-1]
        values = case.values(focus, name)
        if field == "tumors.measurements":
            shown = [json.dumps(case.records[value], default=str) for value in values]
        else:
            shown = [node_name(value, case.names) for value in values]
        if not shown:
            # A number may be recorded as a range.
            shown = [
                f"{sign} {node_name(bound, case.names)}"
                for each, sign in self._bounds.get(name, ())
                for bound in case.values(focus, each)
            ]
            return ", ".join(shown) or "nothing"
        return ", ".join(sorted(shown)) or "nothing"


def arrange(case: Case, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings sorted, one per focus, field and statement: the most severe.

    Its message also names the values at other places for which there is such a finding.
    """
    names = [case.id, *(case.names[node.value] for node in (*case.tumors, *case.metastases))]
    order = {name: place for place, name in enumerate(names)}
    groups: dict[tuple[str, str, str | None], list[Finding]] = {}
    for finding in sorted(findings, key=lambda f: SEVERITIES.index(f.severity)):
        groups.setdefault((finding.focus, finding.field, finding.statement), []).append(finding)
    return tuple(
        sorted(
            map(_joined, groups.values()),
            key=lambda f: (
                SEVERITIES.index(f.severity),
                order.get(f.focus, len(order)),
                f.field,
                f.statement or "",
            ),
        )
    )


def _joined(findings: list[Finding]) -> Finding:
    """Return the first of some findings, with the values at the other places in its message."""
    first = findings[0]
    if len(findings) == 1:
        return first
    first = replace(first, parts=tuple(chain.from_iterable(f.parts or (f,) for f in findings)))
    found = {
        each.pointer: each.found
        for each in findings
        if each.severity == first.severity and each.pointer != first.pointer
    }
    # What is missing has no value to look at.
    values = {value for value in found.values() if not value.startswith("nothing")}
    others = sorted(values - {first.found})
    if count := list(found.values()).count(first.found):
        others.append(f"{count} other place{'s' if count > 1 else ''} like it")
    if not others:
        return first
    return replace(first, message=f"{first.message} Also check {listed(others)}.")


def _text(finding: Finding) -> tuple[str, str, int, str]:
    """Return what findings on one field are sorted by: their text, then their place."""
    return finding.message, finding.found, len(finding.pointer), finding.pointer


def _ids(case: Case) -> dict[str, str]:
    """Return the ids at which records are reported: a measurement at its tumor."""
    ids = {
        measurement: case.names[tumor.value]
        for tumor in case.tumors
        for measurement in case.values(tumor.value, "measurements")
    }
    return ids | {node: name for node, name in case.names.items() if name}


def _is_text(value: Term) -> bool:
    """Return whether a value is a text, with or without a language."""
    return isinstance(value, ox.Literal) and value.datatype.value in TEXTS


def _record_kind(case: Case, node: str) -> str:
    """Return the local name of the record class that a node of a case has."""
    types = {
        triple.object.value  # type: ignore[union-attr]
        for triple in case.about(node)
        if triple.predicate == TYPE
    }
    kinds = ("Case", "Tumor", "Metastasis", "Measurement")
    return next((kind for kind in kinds if NETKG + kind in types), "ClinicalEvent")
