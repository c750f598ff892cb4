"""JSON Schemas of every JSON answer, made from the dataclasses that the answers are.

What a class shows as JSON is said once, at its fields (:func:`netkg.result.members`); a
schema adds their types. The generators that exist (pydantic, msgspec, mashumaro) know one
JSON form per class, with one key per field. They would need a second set of classes
for the keys that an answer takes from its parts.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Mapping
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    Union,
    get_args,
    get_origin,
)

from netkg.case.finding import Findings
from netkg.comparison.model import Comparison
from netkg.ontology.guideline import Statement
from netkg.ontology.term_answer import TermAnswer
from netkg.plan.check import Checked
from netkg.plan.model import Plan
from netkg.proof.model import Explanation, Proof
from netkg.proof.recheck import Rechecked
from netkg.query.library import QueryList
from netkg.query.results import ResultsDocument
from netkg.result import ALWAYS, JSON, Keys, members, type_of

__all__ = ["json_schemas"]

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_BASE: Final = "https://w3id.org/netkg/schemas/"
_PLAIN: Final[Mapping[Any, str]] = {
    bool: "boolean",
    float: "number",
    int: "integer",
    str: "string",
    type(None): "null",
}
# The classes of the answers, and whether there may be, or always is, a list of them.
_ANSWERS: Final[Mapping[str, tuple[type, Literal["one", "some", "list"]]]] = {
    "answer": (ResultsDocument, "one"),
    "check": (Checked, "one"),
    "comparison": (Comparison, "some"),
    "explanation": (Explanation, "some"),
    "findings": (Findings, "some"),
    "plan": (Plan, "some"),
    "proof": (Proof, "some"),
    "queries": (QueryList, "one"),
    "recheck": (Rechecked, "some"),
    "recommendations": (Statement, "list"),
    "term": (TermAnswer, "one"),
}


def json_schemas() -> dict[str, JSON]:
    """Return the JSON Schema (draft 2020-12) of each JSON answer, by its name.

    ``netkg derive`` writes a ``plan``; ``validate`` writes ``findings``, ``explain`` an
    ``explanation``, ``whatif`` and ``diff`` a ``comparison``, ``query`` an ``answer``,
    ``query --list`` the ``queries``, ``recommendations`` the ``recommendations``, ``check``
    a ``check``, ``term`` a ``term``. A ``proof`` is a part of an explanation, and a ``recheck``
    what :func:`netkg.recheck` returns.

    >>> json_schemas()["plan"]["$id"]
    'https://w3id.org/netkg/schemas/plan.json'
    """
    return {name: _document(name, *form) for name, form in _ANSWERS.items()}


def _document(name: str, class_: type, form: str) -> JSON:
    definitions: dict[str, JSON] = {}
    one = _schema(class_, definitions)
    several = {"type": "array", "items": one}
    body = {"one": one, "some": {"anyOf": [one, several]}, "list": several}[form]
    head = {"$schema": _DIALECT, "$id": f"{_BASE}{name}.json", "title": f"netkg {name}"}
    return head | body | {"$defs": dict(sorted(definitions.items()))}


def _schema(hint: Any, definitions: dict[str, JSON], keys: Keys = ()) -> JSON:
    """Return the schema of a type; that of a class goes to the definitions, by its name."""
    origin, args = get_origin(hint), get_args(hint)
    if hint in _PLAIN:
        return {"type": _PLAIN[hint]}
    if origin is Annotated:
        return _schema(args[0], definitions) | {"format": args[1]}
    if origin is Literal:
        return {"enum": list(args)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [_schema(each, definitions, keys) for each in args]}
    if origin is tuple and args[-1] is ...:
        return {"type": "array", "items": _schema(args[0], definitions, keys)}
    if origin is tuple:
        items = [_schema(each, definitions) for each in args]
        return {"type": "array", "prefixItems": items, "minItems": len(args), "items": False}
    if origin is Mapping:
        return {"type": "object", "additionalProperties": _schema(args[1], definitions)}
    if hint is Any:
        return {}
    class_ = origin or hint
    if keys:
        return _object(class_, args, definitions, keys)
    name = class_.__name__ + "".join(each.__name__.capitalize() for each in args)
    if name not in definitions:
        definitions[name] = {}  # a class may contain itself
        definitions[name] = _object(class_, args, definitions)
    return {"$ref": f"#/$defs/{name}"}


def _object(
    class_: type, args: tuple[Any, ...], definitions: dict[str, JSON], keys: Keys = ()
) -> JSON:
    variables = dict(zip(getattr(class_, "__parameters__", ()), args, strict=True))
    properties: JSON = {}
    for member in (found := members(class_, keys)):
        hint: Any = type_of(class_, member.path)
        if parameters := getattr(hint, "__parameters__", ()):
            hint = hint[tuple(variables[each] for each in parameters)]
        if member.omit is None and get_args(hint):
            # The key is left out in place of a null.
            present = tuple(each for each in get_args(hint) if each is not type(None))
            hint = Union[present]  # noqa: UP007
        properties[member.key] = _schema(hint, definitions, member.keys)
    return {
        "type": "object",
        "description": _first_sentence(class_),
        "properties": properties,
        "required": [member.key for member in found if member.omit is ALWAYS],
        "additionalProperties": False,
    }


def _first_sentence(class_: type) -> str:
    text = " ".join((inspect.getdoc(class_) or "").split())
    return text.partition(". ")[0].rstrip(".").replace("``", "") + "."
