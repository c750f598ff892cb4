"""The questions that undetermined statements depend on, each asked once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from netkg.plan.model import Dependency, Recommendation

__all__ = ["dependencies"]

# A statement and a focus.
Place: TypeAlias = tuple[str, str]


def dependencies(rows: Iterable[Recommendation]) -> tuple[Dependency, ...]:
    """Return what undetermined statements depend on, what decides most treatments first.

    Each missing field occurs once: with the fields that decide the same, or by itself.
    """
    # The alternatives of each undetermined statement at each focus.
    open_: dict[Place, list[frozenset[str]]] = {
        (row.id, focus.focus): [frozenset(paths) for paths in focus.missing]
        for row in rows
        for focus in row.foci
        if focus.missing
    }
    return tuple(_asked(open_, {row.id for row in rows if row.is_treatment}))


def _asked(
    open_: Mapping[Place, Sequence[frozenset[str]]], treatments: set[str]
) -> Iterator[Dependency]:
    every = sorted({path for sets in open_.values() for paths in sets for path in paths})
    left, asked = dict(open_), set[str]()
    while remaining := [path for path in every if path not in asked]:
        decides = _decided(left, asked, remaining)
        # A field that decides nothing more by itself is named after what it decides with others.
        if not any(decides.values()):
            left = dict(open_)
            decides = _decided(left, asked, remaining)
        best = min(
            remaining,
            key=lambda path: (
                not decides[path],
                -sum(id_ in treatments for id_, _ in decides[path]),
                -len(decides[path]),
                path,
            ),
        )
        fields = [path for path in remaining if decides[path] == decides[best]]
        if not decides[best]:
            # These decide only together: the first of them opens what the others complete.
            fields = [best]
        asked.update(fields)
        places = [
            place
            for place, sets in open_.items()
            if any(not paths.isdisjoint(fields) for paths in sets)
        ]
        yield Dependency(
            tuple(fields),
            tuple(dict.fromkeys(focus for _, focus in places)),
            tuple(dict.fromkeys(id_ for id_, _ in places)),
        )
        for place in places:
            if any(asked >= paths for paths in open_[place]):
                left.pop(place, None)


def _decided(
    left: Mapping[Place, Sequence[frozenset[str]]], asked: set[str], remaining: Iterable[str]
) -> dict[str, list[Place]]:
    """Return the places that each remaining field decides, given those already asked for."""
    found: dict[str, list[Place]] = {path: [] for path in remaining}
    for place, sets in left.items():
        rests = (paths - asked for paths in sets)
        for path in frozenset[str]().union(*[rest for rest in rests if len(rest) == 1]):
            found[path].append(place)
    return found
