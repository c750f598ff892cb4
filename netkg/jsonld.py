"""Read JSON-LD that is more than a plain case, without ever fetching a context.

Only the built-in context may be named by its IRI; every other context must
stand in the document itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pyoxigraph as ox

from netkg.case import CONTEXT_IRI, DOCUMENT, compact, context
from netkg.errors import InputError
from netkg.schema import Schema

__all__ = ["is_plain", "quads_from_jsonld"]

_PLAIN_KEYWORDS = frozenset({"@id", "@type", "@context"})


def is_plain(tree: Mapping[str, Any]) -> bool:
    """Tell whether an object is read by its keys alone, without a JSON-LD processor.

    That is so if its only keywords are ``@id`` and ``@type``, its keys are
    no IRIs beside them, and ``@context`` is absent or names the built-in one.

    >>> is_plain({"id": "c"}), is_plain({"id": "c", "@graph": []})
    (True, False)
    """
    if tree.get("@context", CONTEXT_IRI) != CONTEXT_IRI:
        return False
    keys: set[str] = set(tree)
    todo: list[Any] = list(tree.values())
    while todo:
        value = todo.pop()
        if isinstance(value, Mapping):
            if "@context" in value:
                return False
            keys.update(value)
            todo.extend(value.values())
        elif isinstance(value, (list, tuple)):
            todo.extend(value)
    keywords = {key for key in keys if key.startswith("@")}
    if not keywords:
        return True
    return keywords <= _PLAIN_KEYWORDS and not any("://" in key for key in keys)


def quads_from_jsonld(
    tree: Any, *, schema: Schema, source: str = "", line: int | None = None
) -> list[ox.Quad]:
    """Expand JSON-LD to quads, under the built-in context where it brings none.

    Raises:
        InputError: if it names a context that would have to be fetched, or is
            no JSON-LD.
    """
    terms = context(schema)
    objects = tree if isinstance(tree, list) else [tree]
    objects = [
        {"@context": CONTEXT_IRI, **item} if isinstance(item, Mapping) else item for item in objects
    ]
    try:
        local = [_local(item, terms) for item in objects]
        text = json.dumps(local, default=_number)
        return list(ox.parse(text.encode(), ox.RdfFormat.JSON_LD, base_iri=DOCUMENT, lenient=True))
    except InputError as error:
        raise InputError(
            error.problem, source=source, line=line, found=error.found, expected=error.expected
        ) from None
    except (SyntaxError, ValueError) as error:
        reason = getattr(error, "msg", "") or str(error)
        raise InputError(
            f"is not JSON-LD: {reason}",
            source=source,
            line=line,
            expected="JSON-LD 1.1 with its context in it",
        ) from None


def _number(value: Any) -> float:
    """Give an exact decimal as the number that JSON can write."""
    if isinstance(value, Decimal) and value.is_finite():
        return float(value)
    raise InputError("holds a number that is too large", found=str(value))


def _local(value: Any, terms: Mapping[str, Any]) -> Any:
    """Copy a document with the built-in context put in the place of its IRI."""
    if isinstance(value, Mapping):
        return {
            key: _local_context(item, terms) if key == "@context" else _local(item, terms)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_local(item, terms) for item in value]
    return value


def _local_context(value: Any, terms: Mapping[str, Any]) -> Any:
    if isinstance(value, str):
        if value == CONTEXT_IRI:
            return terms
        raise _remote(value)
    if isinstance(value, (list, tuple)):
        return [_local_context(item, terms) for item in value]
    if isinstance(value, Mapping):
        if "@import" in value:
            raise _remote(value["@import"])
        return _local(value, terms)
    return value


def _remote(iri: Any) -> InputError:
    return InputError(
        "names a context that would have to be fetched, and nothing is fetched",
        found=compact(iri),
        expected=f"the context itself, or {CONTEXT_IRI}",
    )
