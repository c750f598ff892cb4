"""Put the constraints of a shape into words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from netkg.docs.knowledge import Knowledge
from netkg.docs.pages import Page, code, escape
from netkg.namespaces import SH, local_name
from netkg.ontology.schema import DEFINITION, Node
from netkg.suggestions import listed

__all__ = ["constraints", "sh", "target"]


def sh(name: str) -> ox.NamedNode:
    """Give the term of SHACL with this local name."""
    return ox.NamedNode(SH + name)


# Told elsewhere on the row, or no constraint.
_TOLD: Final = {SH + name for name in ("message", "name", "severity", "path", "ignoredProperties")}
_WORDS: Final = {
    "class": "a value of {}",
    "datatype": "a value of the datatype {}",
    "equals": "the same as {}",
    "hasValue": "{} among its values",
    "languageIn": "in the language {}",
    "lessThan": "less than {}",
    "lessThanOrEquals": "at most {}",
    "maxCount": "at most {} values",
    "maxExclusive": "below {}",
    "maxInclusive": "at most {}",
    "maxLength": "at most {} characters",
    "minCount": "at least {} values",
    "minExclusive": "above {}",
    "minInclusive": "at least {}",
    "minLength": "at least {} characters",
    "nodeKind": "of the kind {}",
    "pattern": "text like {}",
}
_JOINED: Final = {
    "and": "all of: ",
    "or": "at least one of: ",
    "xone": "exactly one of: ",
}
_PATHS: Final = {
    "alternativePath": "{}",
    "inversePath": "what has it as {}",
    "oneOrMorePath": "{} at any distance",
    "zeroOrMorePath": "itself or {} at any distance",
    "zeroOrOnePath": "itself or {}",
}


def target(knowledge: Knowledge, page: Page, node: ox.NamedNode) -> str:
    """Tell which nodes a shape looks at, and along which path."""
    shapes = knowledge.shapes
    found = []
    for name, words in (
        ("targetClass", "each {}"),
        ("targetObjectsOf", "each of {}"),
        ("targetSubjectsOf", "whatever has {}"),
        ("targetNode", "{}"),
    ):
        values = sorted(shapes.objects(node, sh(name)), key=str)
        shown = [_term(knowledge, page, value) for value in values]
        found += [words.format(listed(shown, "or"))] if shown else []
    path = shapes.one(node, sh("path"))
    along = [_path(knowledge, page, path)] if path is not None else []
    return " of ".join([*along, "; ".join(found)])


def constraints(knowledge: Knowledge, page: Page, node: Node) -> Iterator[str]:
    """Yield each constraint of a shape in words."""
    found = []
    for quad in knowledge.shapes.store.quads_for_pattern(node, None, None):
        predicate, value = quad.predicate.value, quad.object
        name = local_name(predicate)
        if predicate.startswith(SH) and predicate not in _TOLD and not name.startswith("target"):
            assert not isinstance(value, ox.Triple)
            found.append((name, _constraint(knowledge, page, name, value)))
    # By the words: blank nodes have no order of their own.
    yield from (words for _, words in sorted(found))


def _constraint(
    knowledge: Knowledge, page: Page, name: str, value: ox.NamedNode | ox.BlankNode | ox.Literal
) -> str:
    match name:
        case "closed":
            return "no other keys" if value.value == "true" else "any key"
        case "not":
            return _negated(knowledge, page, value)
        case "in":
            items = knowledge.shapes.items(value)
            return f"one of {listed([_term(knowledge, page, item) for item in items], 'and')}"
        case "and" | "or" | "xone":
            parts = [_inner(knowledge, page, item) for item in knowledge.shapes.items(value)]
            return _JOINED[name] + "; ".join(parts)
        case "node" | "property" if isinstance(value, ox.BlankNode):
            return _inner(knowledge, page, value)
        case "languageIn":
            items = knowledge.shapes.items(value)
            return _WORDS[name].format(listed([escape(item.value) for item in items], "or"))
        case "maxCount" | "minCount" if value.value == "1":
            return f"at {name[:3].replace('max', 'most').replace('min', 'least')} one value"
        case "maxCount" if value.value == "0":
            return "no value"
    shown = _term(knowledge, page, value)
    return _WORDS.get(name, code(f"sh:{name}") + " {}").format(shown)


def _inner(
    knowledge: Knowledge, page: Page, value: ox.NamedNode | ox.BlankNode | ox.Literal
) -> str:
    """Tell a shape within a shape, with its path before it."""
    if not isinstance(value, ox.BlankNode):
        return _term(knowledge, page, value)
    told = ", ".join(constraints(knowledge, page, value))
    path = knowledge.shapes.one(value, sh("path"))
    return f"{_path(knowledge, page, path)}: {told}" if path is not None else told


def _negated(
    knowledge: Knowledge, page: Page, value: ox.NamedNode | ox.BlankNode | ox.Literal
) -> str:
    """Tell what must not be, by the definition of the class where the ontology has one."""
    assert not isinstance(value, ox.Literal)
    class_ = knowledge.shapes.one(value, sh("class"))
    if isinstance(class_, ox.NamedNode):
        definition = knowledge.schema.text(class_, DEFINITION)
        if definition:
            return f"there must be no {_term(knowledge, page, class_)}: {escape(definition)}"
    return f"not: {_inner(knowledge, page, value)}"


def _path(knowledge: Knowledge, page: Page, path: ox.NamedNode | ox.BlankNode | ox.Literal) -> str:
    if not isinstance(path, ox.BlankNode):
        return _term(knowledge, page, path)
    for name, words in _PATHS.items():
        inner = knowledge.shapes.one(path, sh(name))
        if inner is not None:
            parts = knowledge.shapes.items(inner) if name == "alternativePath" else [inner]
            shown = [_path(knowledge, page, part) for part in parts]
            return words.format(listed(shown, "or"))
    steps = knowledge.shapes.items(path)
    return ", then ".join(_path(knowledge, page, step) for step in steps)


def _term(knowledge: Knowledge, page: Page, term: ox.NamedNode | ox.BlankNode | ox.Literal) -> str:
    if isinstance(term, ox.NamedNode):
        if knowledge.place(term) is not None:
            return knowledge.link(page, term)
        name = knowledge.short(term)
        return code(name.removeprefix("sh:"))
    if isinstance(term, ox.Literal):
        return code(term.value)
    return "; ".join(constraints(knowledge, page, term))
