"""Name the shapes that report results, so that a result can say which shape it is from."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, count
from typing import Any, Final

import pyoxigraph as ox

from netkg.namespaces import NETS, SH, local_name

__all__ = ["with_names"]

PROPERTY: Final = ox.NamedNode(SH + "property")
PATH: Final = ox.NamedNode(SH + "path")
TARGETS: Final = frozenset(
    ox.NamedNode(SH + name)
    for name in ("targetClass", "targetNode", "targetObjectsOf", "targetSubjectsOf")
)


def with_names(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Return the triples of shapes, in which each shape that reports results has an IRI.

    A blank property shape is named as those of netkg are, after the shape that it is in and its
    path; a blank shape with a target is named after the target.
    """
    found = list(triples)
    names = _names(found)
    if not names:
        return found
    return [
        ox.Triple(names.get(t.subject, t.subject), t.predicate, names.get(t.object, t.object))
        for t in found
    ]


def _names(triples: list[ox.Triple]) -> dict[Any, Any]:
    """Return the names of the blank nodes that report results."""
    inner = [t for t in triples if t.predicate == PROPERTY and _is_blank(t.object)]
    targets = {t.subject: t.object for t in triples if t.predicate in TARGETS}
    paths = {t.subject: t.object for t in triples if t.predicate == PATH}
    taken: set[Any] = {t.subject for t in triples}
    names: dict[Any, Any] = {}

    def name(node: Any, wanted: str) -> None:
        numbered = (f"{wanted}-{number}" for number in count(2))
        names[node] = next(
            iri for each in chain([wanted], numbered) if (iri := ox.NamedNode(each)) not in taken
        )
        taken.add(names[node])

    for shape, target in targets.items():
        if _is_blank(shape):
            name(shape, NETS + local_name(str(getattr(target, "value", ""))))
    todo = [t for t in inner if t.subject in names or not _is_blank(t.subject)]
    for triple in todo:  # which grows
        node: Any = triple.object
        path = paths.get(node)
        if node not in names:
            parent = names.get(triple.subject, triple.subject).value
            last = local_name(path.value) if isinstance(path, ox.NamedNode) else "path"
            name(node, f"{parent}-{last}")
            todo += [t for t in inner if t.subject == node]
    return names


def _is_blank(term: object) -> bool:
    return isinstance(term, ox.BlankNode)
