"""The questions that undetermined statements depend on, each asked once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from netkg.plan.model import Dependency, Recommendation

__all__ = ["dependencies"]


def dependencies(rows: Iterable[Recommendation]) -> tuple[Dependency, ...]:
    """Return what undetermined statements depend on, what decides most treatments first.

    Each missing field occurs once: with the fields that decide the same, or by itself.
    """
    # The alternatives of each undetermined statement at each focus.
    open_: dict[tuple[str, str], list[frozenset[str]]] = {
        (row.id, focus.focus): [frozenset(paths) for paths in focus.missing]
        for row in rows
        for focus in row.foci
        if focus.missing
    }
    return tuple(_asked(open_, {row.id for row in rows if row.is_treatment}))


def _asked(
    open_: Mapping[tuple[str, str], Sequence[frozenset[str]]], treatments: set[str]
) -> Iterator[Dependency]:
    every = sorted({path for sets in open_.values() for paths in sets for path in paths})
    left, asked = dict(open_), set[str]()
    while remaining := [path for path in every if path not in asked]:
        decides = {path: _decided(left, asked, path) for path in remaining}
        # A field that decides nothing more by itself is named after what it decides with others.
        if not any(decides.values()):
            left = dict(open_)
            decides = {path: _decided(left, asked, path) for path in remaining}
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
    left: Mapping[tuple[str, str], Sequence[frozenset[str]]], asked: set[str], path: str
) -> list[tuple[str, str]]:
    """Return the places that a field decides, given those already asked for."""
    return [place for place, sets in left.items() if any(paths - asked == {path} for paths in sets)]
