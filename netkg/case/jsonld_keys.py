"""The keys of a JSON document: those that make it JSON-LD, and those that JSON-LD ignores.

A JSON-LD processor drops some values without a word: of names that look like keywords, of
terms that a context maps to null, and what is not a property of anything.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from typing import Any, Final

from netkg.case.context import CONTEXT_IRI
from netkg.case.draft import KEYWORDS

__all__ = ["ignored_keys", "is_foreign", "is_plain"]

_LIKE_KEYWORD: Final = re.compile("@[A-Za-z]+")
_PLAIN_KEYWORDS: Final = frozenset({"@id", "@type", "@context"})


def is_plain(tree: Mapping[str, Any]) -> bool:
    """Return whether an object is read by its keys, without a JSON-LD processor.

    It is if ``@context`` is absent or the built-in one, by name or as the
    only item of a list, and if ``@id`` and ``@type`` are the only keywords,
    without keys that are IRIs.

    >>> is_plain({"id": "c"}), is_plain({"id": "c", "@graph": []})
    (True, False)
    """
    if tree.get("@context", CONTEXT_IRI) not in (CONTEXT_IRI, [CONTEXT_IRI]):
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
    keywords = keys & KEYWORDS
    has_iri = any("://" in key for key in keys)
    return not keywords or (keywords <= _PLAIN_KEYWORDS and not has_iri)


def is_foreign(tree: Any) -> bool:
    """Return whether an item of a list is JSON-LD: not plain, or a node with id and type only.

    >>> is_foreign({"@id": "https://example.org/t", "@type": ["https://example.org/T"]})
    True
    """
    if not isinstance(tree, Mapping):
        return False
    return not is_plain(tree) or ("@id" in tree and set(tree) <= {"@id", "@type"})


def ignored_keys(document: Any) -> Counter[str]:
    """Return the keys that JSON-LD ignores, with how often.

    >>> ignored_keys({"id": "c", "@comment": "x", "events": [{"@Type": "CTScan"}]})
    Counter({'@comment': 1, '@Type': 1})
    """
    nulls = {name for terms in _contexts(document) for name, to in terms.items() if _is_null(to)}
    found: Counter[str] = Counter()
    todo = deque([document])
    while todo:
        value = todo.popleft()
        if isinstance(value, list):
            todo.extendleft(reversed(value))
            continue
        if not isinstance(value, Mapping):
            continue
        for key, item in value.items():
            ignored = key in nulls or (_LIKE_KEYWORD.fullmatch(key) and key not in KEYWORDS)
            if key == "@context" or item is None:
                continue
            if ignored:
                found[key] += 1
                continue
            if key == "@graph":
                found[key] += sum(not _is_node(each) for each in _listed(item))
            todo.append(item)
    return +found


def _contexts(document: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the definitions of terms in all contexts of a document, at any depth."""
    todo = [(document, False)]
    while todo:
        value, in_context = todo.pop()
        if isinstance(value, list):
            todo += [(each, in_context) for each in value]
        elif isinstance(value, Mapping):
            if in_context:
                yield value
            todo += [
                (each, key == "@context")
                for key, each in value.items()
                if in_context or key == "@context" or isinstance(each, (list, Mapping))
            ]


def _is_null(definition: Any) -> bool:
    return definition is None or (
        isinstance(definition, Mapping) and definition.get("@id", "") is None
    )


def _is_node(value: Any) -> bool:
    return isinstance(value, Mapping) and not {"@value", "@list"} & value.keys()


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
