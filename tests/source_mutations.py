"""Random changes of a copy of the sources: ontology, shapes, rules and plan queries.

A mutation is one small change of one kind (:data:`KINDS`). All changes of a kind are listed in
an order that a seed decides, so that a mutation is known by its kind and its number. Its name
says what it changes.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import pyoxigraph as ox
from query_mutations import edits
from turtle_mutations import TurtleMutations

from netkg.namespaces import local_name
from netkg.ontology.files import Folders, default_folders, parse_turtle, read_queries

__all__ = ["KINDS", "Mutation", "Sources"]

# The kinds, with the number of mutations of each that are tried.
KINDS: Final = {
    "threshold": 60,
    "pattern": 60,
    "operator": 120,
    "supersession": 40,
    "months": 40,
    "openness": 80,
    "severity": 40,
    "class": 60,
}
SEED: Final = "sources"


@dataclass(frozen=True, slots=True)
class Mutation:
    """One change: triples removed and added, or the text of one query."""

    kind: str
    name: str
    gone: frozenset[ox.Triple] = frozenset()
    new: tuple[ox.Triple, ...] = ()
    query: str = ""
    text: str = ""

    def __str__(self) -> str:
        return f"{self.kind}: {self.name}"


class Sources:
    """The sources of the package, and copies of them with changes."""

    def __init__(self, folders: Folders | None = None) -> None:
        own = folders or default_folders()
        self.ontology = list(parse_turtle(own.ontology))
        self.shapes = list(parse_turtle(own.shapes / "case"))
        self.queries = {
            f"{folder}/{name}": text
            for folder in ("rules", "plan")
            for name, text in read_queries(own.queries / folder)
        }
        self._listed: dict[str, list[Mutation]] = {}

    def write(self, folder: Path, mutation: Mutation | None = None) -> Folders:
        """Write a copy with a change into a folder."""
        change = mutation or Mutation("", "")
        folders = Folders(folder / "ontology", folder / "shapes", folder / "queries")
        for triples, target in (
            (self.ontology, folders.ontology / "all.ttl"),
            (self.shapes, folders.shapes / "case" / "all.ttl"),
        ):
            target.parent.mkdir(parents=True, exist_ok=True)
            kept = [triple for triple in triples if triple not in change.gone]
            into = "ontology" if triples is self.ontology else "shapes"
            new = [t for t in change.new if self._belongs(t, into)]
            ox.serialize([*kept, *new], str(target), format=ox.RdfFormat.N_TRIPLES)
        for name, text in self.queries.items():
            target = folders.queries / f"{name}.rq"
            target.parent.mkdir(parents=True, exist_ok=True)
            changed = change.text if name == change.query else text
            target.write_text(changed, encoding="utf-8")
        return folders

    def _belongs(self, triple: ox.Triple, into: str) -> bool:
        return (triple.subject in self._shape_subjects) == (into == "shapes")

    @cached_property
    def _shape_subjects(self) -> frozenset[object]:
        return frozenset(triple.subject for triple in self.shapes)

    # -- mutations -----------------------------------------------------------------------
    def mutation(self, kind: str, number: int) -> Mutation:
        """Return the mutation of a kind with this number."""
        found = self._of(kind)
        return found[number % len(found)]

    def mutations(self, kind: str, count: int | None = None) -> Iterator[Mutation]:
        """Yield the first mutations of a kind, by default as many as are tried."""
        yield from self._of(kind)[: KINDS[kind] if count is None else count]

    def words(self, mutation: Mutation) -> set[str]:
        """Return the local names of the terms that a mutation has to do with."""
        if mutation.query:
            changed = set(mutation.text.splitlines()) ^ set(
                self.queries[mutation.query].splitlines()
            )
            return {name for line in changed for name in re.findall(r"netkg:([\w-]+)", line)}
        triples = [*mutation.gone, *mutation.new]
        subjects = {triple.subject for triple in triples}
        # What else is said of a pattern or an interval says which cases it is about.
        triples += [triple for triple in self.ontology if triple.subject in subjects]
        terms = [term for triple in triples for term in (triple.subject, triple.object)]
        names = {local_name(term.value) for term in terms if isinstance(term, ox.NamedNode)}
        return names | set(re.findall(r"[\w-]+", mutation.name))

    def _of(self, kind: str) -> list[Mutation]:
        """Return all mutations of a kind, listed when they are first asked for."""
        if kind not in self._listed:
            found = self._operators() if kind == "operator" else self._changes(kind)
            self._listed[kind] = list(found)
        return self._listed[kind]

    def _changes(self, kind: str) -> Iterator[Mutation]:
        turtle = TurtleMutations(self.ontology, self.shapes)
        found = {change.name: change for change in turtle.changes(kind)}
        for name in in_turn({name: change.group for name, change in found.items()}, kind):
            yield Mutation(kind, name, found[name].gone, found[name].new)

    def _operators(self) -> Iterator[Mutation]:
        found = {
            f"{query}: {what}": (query, text)
            for query, original in self.queries.items()
            for what, text in edits(original)
        }
        for name in in_turn({name: query for name, (query, _) in found.items()}, "operator"):
            query, text = found[name]
            yield Mutation("operator", name, query=query, text=text)


def in_turn(groups: Mapping[str, str], kind: str) -> Iterator[str]:
    """Yield names at random, one of each group before another one of the same group.

    ``groups`` are the groups of the names, whose order means nothing.
    """
    rng = random.Random(f"{SEED} {kind}")
    waiting: dict[str, list[str]] = {}
    for name in sorted(groups):
        waiting.setdefault(groups[name], []).append(name)
    for names in waiting.values():
        rng.shuffle(names)
    while waiting:
        for group in rng.sample(sorted(waiting), len(waiting)):
            yield waiting[group].pop()
            if not waiting[group]:
                del waiting[group]
