"""Write shapes as one Python function over the facts of a case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netkg.case.finding import SEVERAL
from netkg.compiler.shapes import BOUNDS, Constraint, Shape
from netkg.namespaces import RDF, SH

__all__ = ["write_shapes"]


def write_shapes(shapes: Iterable[Shape]) -> str:
    """Return the source of a function ``shapes(facts)`` that returns the results on a case.

    ``facts`` are the graph that shapes are about: what a case asserts, and the derived types of
    its records, but not what rules derived. It calls :mod:`netkg.compiler.shape_values`.
    """
    return "\n".join([*_Writer().program(shapes), ""])


class _Writer:
    """Writer of one function for each shape, and for those that it refers to."""

    def __init__(self) -> None:
        self._names: dict[Shape, str] = {}
        self._functions: list[str] = []

    def program(self, shapes: Iterable[Shape]) -> Iterator[str]:
        groups: dict[tuple[tuple[str, str], ...], list[str]] = {}
        for shape in shapes:
            groups.setdefault(shape.targets, []).append(f"found += {self._function(shape)}(f)")
        yield "def shapes(facts):"
        yield "    forward, backward = facts.forward, facts.backward"
        yield from self._functions
        yield "    found = []"
        for targets, calls in groups.items():
            nodes = [_nodes(kind, term) for kind, term in targets]
            yield f"    for f in {_distinct(nodes)}:"
            yield from (f"        {call}" for call in calls)
        yield "    return found"

    def _function(self, shape: Shape) -> str:
        """Return the name of the function that returns the results of a shape on a node."""
        if shape not in self._names:
            lines = [*self._statements(shape)]
            name = self._names[shape] = f"s{len(self._names)}"
            self._functions.append(f"    def {name}(f):  # {shape.iri!r}")
            self._functions += (f"        {line}" for line in lines)
        return self._names[shape]

    def _statements(self, shape: Shape) -> Iterator[str]:
        path = shape.path[0] if len(shape.path) == 1 else SEVERAL if shape.path else None
        values = [f"forward.get({each!r}, NOTHING).get(f, ())" for each in shape.path]
        yield f"found, values = [], {_distinct(values) if values else '(f,)'}"

        def add(name: str, value: str, path: str = repr(path)) -> str:
            component = f"{SH}{name[0].upper()}{name[1:]}ConstraintComponent"
            return f"found.append(Result(f[1:-1], {shape.iri!r}, {component!r}, {path}, {value}))"

        for each in shape.constraints:
            name, terms = each.name, each.terms
            match name:
                case "minCount" | "maxCount":
                    sign = "<" if name == "minCount" else ">"
                    yield f"if len(values) {sign} {terms[0]}: {add(name, 'None')}"
                case "hasValue":
                    yield f"if {terms[0]!r} not in values: {add(name, 'None')}"
                case "property":
                    yield f"for v in values: found += {self._function(each.shapes[0])}(v)"
                case "closed":
                    yield "for v in values:"
                    yield "    for p, nodes in forward.items():"
                    yield f"        if v in nodes and p not in {_set(terms)}:"
                    yield f"            for o in nodes[v]: {add(name, 'o', 'p')}"
                case _:
                    yield "for v in values:"
                    yield f"    if not ({self._test(each)}): {add(name, 'v')}"
        yield "return found"

    def _test(self, constraint: Constraint) -> str:
        """Return the expression for whether a value is right."""
        name, terms = constraint.name, constraint.terms
        conforms = [f"(not {self._function(shape)}(v))" for shape in constraint.shapes]
        match name:
            case "datatype":
                return f"datatype(v) == {terms[0]!r}"
            case "class":
                known = f"v in {_set(terms[1:])} or " if terms[1:] else ""
                return f"{known}{terms[0]!r} in forward.get({RDF + 'type'!r}, NOTHING).get(v, ())"
            case "minLength" | "maxLength":
                sign = ">=" if name == "minLength" else "<="
                return f"v[0] != '_' and len(text(v)) {sign} {terms[0]}"
            case "pattern":
                return f"v[0] != '_' and matches({terms[0]!r}, {terms[1]!r}, text(v))"
            case "nodeKind":
                return f"v[0] in {terms[0]!r}"
            case "in":
                return f"v in {_set(terms)}"
            case "not":
                return f"not {conforms[0]}"
            case "xone":
                return f"{' + '.join(conforms)} == 1"
            case "or":
                return " or ".join(conforms)
            case "and" | "node":
                return " and ".join(conforms)
        return f"order(v, {terms[0]!r}) in {BOUNDS[name]}"


def _nodes(kind: str, term: str) -> str:
    """Return the expression for the nodes that a target names."""
    match kind:
        case "targetNode":
            return f"({term!r},)"
        case "targetClass":
            return f"backward.get({RDF + 'type'!r}, NOTHING).get({term!r}, ())"
    return f"{'back' if kind == 'targetObjectsOf' else 'for'}ward.get({term[1:-1]!r}, ())"


def _distinct(parts: list[str]) -> str:
    """Return the expression for what is in any of some collections, each once."""
    return parts[0] if len(parts) == 1 else f"dict.fromkeys([*{', *'.join(parts)}])"


def _set(terms: Iterable[str]) -> str:
    return f"{{{', '.join(map(repr, terms))}}}" if terms else "()"
