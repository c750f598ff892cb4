"""The program: rules, plan queries and shapes, compiled and loaded, to run over a case."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import CodeType
from typing import Any

import pyoxigraph as ox

from netkg.case.finding import ShapeResult
from netkg.compiler import runtime, shape_functions
from netkg.compiler.algebra import Construct, Variable
from netkg.compiler.cache import Cache, key_of
from netkg.compiler.folding import fold
from netkg.compiler.python import Writer
from netkg.compiler.scoping import check_scopes
from netkg.compiler.shape_functions import write_shapes
from netkg.compiler.shapes import Shape, read_shapes
from netkg.compiler.sparql import read_construct
from netkg.compiler.vocabulary import Vocabulary
from netkg.ontology.files import Folders, read_queries
from netkg.ontology.schema import Schema
from netkg.reasoning.facts import Facts
from netkg.validation.validator import Validator

__all__ = ["Program", "Sources"]

_LOG = logging.getLogger(__name__)
# The folders of queries that are part of a program.
FOLDERS = ("rules", "plan")


class Sources:
    """What a program is compiled from; ``more`` are triples that complete the ontology."""

    def __init__(
        self,
        folders: Folders,
        schema: Schema,
        validator: Validator,
        more: Iterable[ox.Triple] = (),
    ) -> None:
        self._folders = folders
        self._schema = schema
        self._validator = validator
        self._more = list(more)

    def rules(self) -> Iterator[Construct]:
        """Yield the rules and plan queries in the algebra, with the ontology folded in.

        Raises:
            UnsupportedConstruct: for what is not implemented, with its file and line.
        """
        vocabulary = Vocabulary(self._schema, self._more)
        for folder in FOLDERS:
            for name, text in read_queries(self._folders.queries / folder):
                rule = read_construct(f"{folder}/{name}", text)
                check_scopes(rule.name, rule.where, frozenset(map(Variable, rule.parameters)))
                yield fold(rule, vocabulary)

    def shapes(self) -> tuple[Shape, ...]:
        """Return the shapes of cases.

        Raises:
            UnsupportedConstruct: for what is not implemented, with its file and line.
        """
        validator = self._validator
        return read_shapes(validator.triples, validator.vocabulary, validator.folder)

    @property
    def key(self) -> str:
        """The hash of the sources and of the compiler."""
        files = [*self._folders.ontology.rglob("*.ttl"), *self._validator.folder.rglob("*.ttl")]
        for folder in FOLDERS:
            files += (self._folders.queries / folder).glob("*.rq")
        return key_of(files)


def function_name(query: str) -> str:
    """Return the name of the function of a query, such as ``rules_26_receptor_status``."""
    return "".join(char if char.isalnum() else "_" for char in query)


def written(rules: Iterable[Construct]) -> tuple[str, Mapping[str, Any], list[str]]:
    """Return rules as Python, the tables that it looks things up in, and the names of the rules."""
    writer, names, parts = Writer(), list[str](), list[str]()
    for rule in rules:
        names.append(rule.name)
        parts.append(writer.rule(function_name(rule.name), rule))
    return "\n\n".join(parts), writer.tables, names


class Program:
    """The functions of all queries, in their order, and that of the shapes."""

    def __init__(self, code: CodeType, tables: Mapping[str, Any], names: Iterable[str]) -> None:
        space: dict[str, Any] = {**vars(runtime), **shape_functions.NAMES, **tables}
        exec(code, space)
        self._shapes: Callable[[Facts], list[ShapeResult]] = space["shapes"]
        self._functions: dict[str, list[tuple[str, Callable[..., None]]]] = {}
        for query in names:
            folder, _, name = query.partition("/")
            function = space[function_name(query)]
            self._functions.setdefault(folder, []).append((name, function))

    @classmethod
    def load(cls, sources: Sources) -> Program:
        """Return the program of some sources, from the cache if it is there.

        Raises:
            UnsupportedConstruct: for what is not implemented, with its file and line.
        """
        cache, key = Cache(), sources.key
        found = cache.read(key)
        _LOG.info("the program is %s", "compiled" if found is None else "from the cache")
        if found is None:
            text, tables, names = written(sources.rules())
            text += f"\n\n{write_shapes(sources.shapes())}"
            found = (compile(text, "<netkg program>", "exec"), tables, names)
            cache.write(key, found)
        return cls(*found)

    def rules(self, facts: Facts) -> None:
        """Derive what the rules derive from the facts of a case."""
        for _, function in self._functions["rules"]:
            function(facts)

    def plan(self, facts: Facts, start: str, stop: str = "~", **bound: int) -> None:
        """Run the plan queries with names from ``start`` up to, but not including, ``stop``."""
        values = {f"v_{name}": runtime.term(value) for name, value in bound.items()}
        for name, function in self._functions["plan"]:
            if start <= name < stop:
                function(facts, **values)

    def shapes(self, graph: Facts) -> list[ShapeResult]:
        """Return the results of the shapes on what a case asserts and the types it has."""
        return self._shapes(graph)
