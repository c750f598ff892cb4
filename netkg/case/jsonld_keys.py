"""The keys of a JSON-LD document whose values no triple contains.

A JSON-LD processor drops them without a word: names that look like keywords, terms that a
context maps to null, and values that are not properties of anything.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from typing import Any, Final

from netkg.case.draft import KEYWORDS

__all__ = ["ignored_keys"]

_LIKE_KEYWORD: Final = re.compile("@[A-Za-z]+")


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
