"""The program: rules and plan queries, compiled and loaded, to run over the facts of a case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pyoxigraph as ox

from netkg.compiler import runtime
from netkg.compiler.algebra import Construct, Variable
from netkg.compiler.folding import fold
from netkg.compiler.python import Writer
from netkg.compiler.scoping import check_scopes
from netkg.compiler.sparql import read_construct
from netkg.compiler.vocabulary import Vocabulary
from netkg.ontology.schema import Schema
from netkg.reasoning.facts import Facts

__all__ = ["Program", "compiled"]

Queries = Iterable[tuple[str, str]]


def compiled(
    schema: Schema, more: Iterable[ox.Triple], folders: Mapping[str, Queries]
) -> list[Construct]:
    """Return the queries of some folders in the algebra, with what the ontology decides folded."""
    vocabulary = Vocabulary(schema, more)
    found = []
    for folder, queries in folders.items():
        for name, text in queries:
            rule = read_construct(f"{folder}/{name}", text)
            check_scopes(rule.name, rule.where, frozenset(map(Variable, rule.parameters)))
            found.append(fold(rule, vocabulary))
    return found


def function_name(query: str) -> str:
    """Return the name of the function of a query, such as ``rules_26_receptor_status``."""
    return "".join(char if char.isalnum() else "_" for char in query)


class Program:
    """The functions of all queries, in their order, by the names of the queries."""

    def __init__(self, rules: Iterable[Construct]) -> None:
        writer = Writer()
        rules = list(rules)
        self.source = "\n\n".join(writer.rule(function_name(rule.name), rule) for rule in rules)
        space: dict[str, Any] = {**vars(runtime), **writer.tables}
        exec(compile(self.source, "<netkg program>", "exec"), space)
        self._functions: dict[str, list[tuple[str, Callable[..., None]]]] = {}
        for rule in rules:
            folder, _, name = rule.name.partition("/")
            function = space[function_name(rule.name)]
            self._functions.setdefault(folder, []).append((name, function))

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
