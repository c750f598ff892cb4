"""Check the shapes of cases: each must be able to report what is wrong with a case.

A misspelled term, a path that a case does not have, or a shape that nothing evaluates finds
no fault in any case, and everything seems to conform.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from typing import Final

import pyoxigraph as ox

from netkg.errors import KnowledgeError
from netkg.namespaces import NETS, SH, local_name
from netkg.ontology.check import Vocabulary, closed, suggested
from netkg.ontology.compiler import Compiler
from netkg.ontology.folder import Folder, short
from netkg.ontology.remark import Remark
from netkg.ontology.schema import NIL, TYPE, Schema, netkg
from netkg.suggestions import closest, listed
from netkg.validation.check_queries import check_queries
from netkg.validation.check_texts import OWN, check_texts
from netkg.validation.meta_shapes import check_meta
from netkg.validation.shapes_index import LISTS, REFERENCES, ShapesIndex, Value, sh

__all__ = ["check_shapes"]

SEVERITIES: Final = tuple(sh(name) for name in ("Violation", "Warning", "Info"))
# SHACL rules, functions, targets in SPARQL and JavaScript, and the terms of a report.
NOT_EVALUATED: Final = frozenset(
    SH + name
    for name in (
        *("condition", "construct", "entailment", "expression", "filterShape", "intersection"),
        *("js", "jsFunctionName", "jsLibrary", "jsLibraryURL", "nodes", "object", "predicate"),
        *("returnType", "rule", "shapesGraph", "subject", "suggestedShapesGraph", "target"),
        *("union", "update", "conforms", "detail", "focusNode", "result", "resultMessage"),
        *("resultPath", "resultSeverity", "shapesGraphWellFormed", "sourceConstraint"),
        *("sourceConstraintComponent", "sourceShape", "value"),
    )
)
# The properties of a shape, except its path, whose values are properties of a record.
COMPARED: Final = tuple(
    sh(name)
    for name in (
        *("equals", "disjoint", "lessThan", "lessThanOrEquals"),
        *("targetObjectsOf", "targetSubjectsOf", "ignoredProperties"),
    )
)


def check_shapes(found: Folder, schema: Schema, *, of_cases: bool = True) -> Iterator[Remark]:
    """Yield a remark for each fault of the shapes of a folder, and each that is switched off.

    Without ``of_cases`` they are shapes of the ontology itself.
    """
    if found.doubtful:
        return  # what the other files refer to may be in these
    index = ShapesIndex(found.triples)
    checks = _Checks(found, schema, index)
    yield from checks.files()
    yield from checks.terms()
    yield from checks.references()
    yield from checks.severities_and_patterns()
    yield from check_queries(found, index)
    if of_cases:
        yield from check_texts(found, schema, index)
        yield from checks.targets()
        yield from checks.paths()
        yield from check_meta(found)


class _Checks:
    """The checks of one folder of shapes."""

    def __init__(self, found: Folder, schema: Schema, index: ShapesIndex) -> None:
        self.found, self.schema, self.index = found, schema, index
        self.vocabulary = Vocabulary(schema)
        self.compiler = Compiler(schema)
        self.fields = {name for fields in schema.fields.values() for name in fields}

    # -- what is in the files ----------------------------------------------------------
    def files(self) -> Iterator[Remark]:
        """Yield a remark for a file without a shape, and for a shape in two files."""
        found, index = self.found, self.index
        names = {found.place(triple.subject, triple)[0] for triple in found.triples}
        with_shapes = {found.place(shape)[0] for shape in index.shapes}
        for name in sorted(names - with_shapes):
            yield Remark(
                name,
                "contains no shape",
                expected="a node with the type sh:NodeShape or sh:PropertyShape",
            )
        for subject in index.values:
            file, _ = found.place(subject)
            if subject not in index.connected and file in with_shapes:
                yield found.remark(
                    "no shape uses this",
                    subject,
                    expected="a shape that leads to it, or a type such as sh:NodeShape",
                )
        for shape in index.shapes:
            first, *others = found.files.get(shape, [""])
            if others and len(found.typed.get(shape, ())) < 2:
                yield found.remark(
                    f"a shape of {first} is changed in {listed(others)}",
                    shape,
                    expected="one description of each shape",
                )

    def terms(self) -> Iterator[Remark]:
        """Yield a remark for each term that does not exist, or that has no effect."""
        parameters = {
            value
            for component in self.index.values
            for parameter in self.index.objects(component, sh("parameter"))
            for value in self.index.objects(parameter, sh("path"))
        }
        for triple in self.found.triples:
            predicate = triple.predicate
            for term in (predicate, triple.object):
                own = term in parameters or term in self.index.values
                fault = None if own else self.vocabulary.fault(term)  # type: ignore[arg-type]
                if fault is not None:
                    yield self.found.remark(fault[0], triple.subject, triple, expected=fault[1])
                    break
            else:
                if predicate not in parameters:
                    yield from self._effect(triple)

    def _effect(self, triple: ox.Triple) -> Iterator[Remark]:
        iri = triple.predicate.value
        if iri in NOT_EVALUATED:
            yield self.found.remark(
                f"netkg does not evaluate {short(triple.predicate)}",
                triple.subject,
                triple,
                expected="a constraint of SHACL Core, or sh:sparql",
            )
        elif iri.startswith(NETS):
            if triple.predicate not in OWN:
                yield self.found.remark(
                    f"{short(triple.predicate)} does not exist",
                    triple.subject,
                    triple,
                    expected=suggested(iri, (each.value for each in OWN))
                    or "a property that netkg reads of a shape",
                )
        elif closed(iri) is None:
            yield self.found.remark(
                f"nothing reads {short(triple.predicate)}",
                triple.subject,
                triple,
                expected="a term of SHACL, or the parameter of a constraint component",
            )

    # -- how shapes are connected ------------------------------------------------------
    def references(self) -> Iterator[Remark]:
        """Yield a remark for a shape that is absent, not evaluated, recursive or switched off."""
        found, index = self.found, self.index
        evaluated = set(index.evaluated)
        for shape in index.shapes:
            for triple in self.index.triples(shape, *REFERENCES):
                if triple.object not in index.values:
                    yield self._absent(shape, triple)
            for triple in self.index.triples(shape, *LISTS):
                for member in index.members(triple.object):  # type: ignore[arg-type]
                    if member not in index.values:
                        yield self._absent(shape, triple)
            if shape not in evaluated:
                yield found.remark(
                    "the shape is never evaluated",
                    shape,
                    expected="a target such as sh:targetClass, or a shape that refers to it",
                )
            if index.is_deactivated(shape):
                triple = next(index.triples(shape, sh("deactivated")))
                yield found.remark("the shape is switched off", shape, triple, refused=False)
            elif not index.is_constraint(shape) and not any(index.objects(shape, sh("property"))):
                yield found.remark(
                    "the shape has no constraint, so that it finds nothing",
                    shape,
                    expected="a constraint such as sh:minCount or sh:class",
                )
        try:
            graph = {shape: set(index.references(shape)) for shape in index.shapes}
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            cycle = error.args[1]
            names = " → ".join(found.name(shape) or "a shape" for shape in reversed(cycle))
            yield found.remark(
                f"the shape refers to itself ({names})", cycle[0], expected="shapes without a cycle"
            )

    def _absent(self, shape: Value, triple: ox.Triple) -> Remark:
        return self.found.remark(
            f"refers to {short(triple.object)}, which is not in the folder",
            shape,
            triple,
            expected="a shape of the folder",
        )

    # -- what is evaluated -------------------------------------------------------------
    def severities_and_patterns(self) -> Iterator[Remark]:
        """Yield a remark for each severity and regular expression that is not valid."""
        for shape in self.index.shapes:
            for triple in self.index.triples(shape, sh("severity")):
                if triple.object not in SEVERITIES:
                    known = listed(map(short, SEVERITIES), "or")
                    problem = f"{short(triple.object)} is not a severity that netkg knows"
                    yield self.found.remark(problem, shape, triple, expected=known)
            for triple in self.index.triples(shape, sh("pattern")):
                try:
                    re.compile(_text(triple))
                except re.error as error:
                    problem = f"{_text(triple)!r} is not a valid regular expression: {error}"
                    yield self.found.remark(problem, shape, triple, expected="a valid one")

    def targets(self) -> Iterator[Remark]:
        """Yield a remark for each target class that no record of a case can have."""
        for shape in self.index.targeted:
            for triple in self.index.triples(shape, sh("targetClass")):
                class_ = triple.object
                if self.vocabulary.fault(class_) is None and not self._scope(class_):  # type: ignore[arg-type]
                    yield self.found.remark(
                        f"{short(class_)} is not a class of records, so that the shape finds"
                        " nothing",
                        shape,
                        triple,
                        expected=f"{listed(self.schema.fields, 'or')}, or a subclass of one of"
                        " these",
                    )
            for triple in self.index.triples(shape, sh("targetNode")):
                yield self.found.remark(
                    f"{short(triple.object)} is not in a case", shape, triple, expected="a class"
                )

    def _scope(self, class_: Value) -> str:
        """Return the record class that a class is below, empty without one."""
        if not isinstance(class_, ox.NamedNode):
            return ""
        try:
            self.compiler.compile(class_)
            return self.compiler.scope(class_)
        except KnowledgeError:
            return ""

    def paths(self) -> Iterator[Remark]:
        """Yield a remark for each property of a path that the records do not have."""
        known = {*self.fields, "unknownType"}
        for shape in self.index.evaluated:
            for triple in self.index.triples(shape, sh("path"), *COMPARED):
                for part in self._parts(triple.object):  # type: ignore[arg-type]
                    name = local_name(part.value)
                    if part == TYPE or (part == netkg(name) and name in known):
                        continue
                    if self.vocabulary.fault(part) is None:
                        close = listed((f"netkg:{n}" for n in closest(name, known)), "or")
                        yield self.found.remark(
                            f"a record of a case does not have {short(part)}",
                            shape,
                            triple,
                            expected=close or "a key of the case format",
                        )
        yield from self._paths_of_other_records()

    def _paths_of_other_records(self) -> Iterator[Remark]:
        for shape, top in self.index.reporting.items():
            paths = [t for t in self.index.triples(shape, sh("path")) if t.object != TYPE]
            classes = [] if top is None else self.index.objects(top, sh("targetClass"))
            scopes = {self._scope(class_) for class_ in classes}
            if not scopes or "" in scopes or not paths:
                continue
            name = local_name(_text(paths[0]))
            records = [r for r, fields in self.schema.fields.items() if name in fields]
            if records and not scopes & set(records):
                yield self.found.remark(
                    f"{short(paths[0].object)} is a key of {listed(records, 'or')}, not of"
                    f" {listed(sorted(scopes), 'or')}",
                    shape,
                    paths[0],
                    expected="a key of the record that the shape targets",
                )

    def _parts(self, path: Value) -> Iterator[ox.NamedNode]:
        """Yield the properties of a path."""
        todo, seen = [path], set[Value]()
        while todo:
            part = todo.pop()
            if isinstance(part, ox.NamedNode) and part != NIL:
                yield part
            elif part not in seen:
                seen.add(part)
                todo.extend(
                    o for values in self.index.values.get(part, {}).values() for o in values
                )


def _text(triple: ox.Triple) -> str:
    return triple.object.value  # type: ignore[union-attr]
