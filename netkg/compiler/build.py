"""Build a program from its sources: read, check, fold and write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from netkg.compiler.algebra import Construct, Variable
from netkg.compiler.criteria import source_of
from netkg.compiler.folding import fold
from netkg.compiler.python import Writer
from netkg.compiler.scoping import check_scopes
from netkg.compiler.shape_functions import write_shapes
from netkg.compiler.shapes import Shape, read_shapes
from netkg.compiler.sources import FOLDERS, Built, Sources, function_name
from netkg.compiler.sparql import read_construct
from netkg.compiler.vocabulary import Vocabulary
from netkg.ontology.files import read_queries

__all__ = ["build", "rules_of", "shapes_of", "written"]


def rules_of(sources: Sources) -> Iterator[Construct]:
    """Yield the rules and plan queries in the algebra, with the ontology folded in.

    Raises:
        UnsupportedConstruct: for what is not implemented, with its file and line.
    """
    vocabulary = Vocabulary(sources.schema, sources.more)
    for folder in FOLDERS:
        for name, text in read_queries(sources.folders.queries / folder):
            rule = read_construct(f"{folder}/{name}", text)
            check_scopes(rule.name, rule.where, frozenset(map(Variable, rule.parameters)))
            yield fold(rule, vocabulary)


def shapes_of(sources: Sources) -> tuple[Shape, ...]:
    """Return the shapes of cases.

    Raises:
        UnsupportedConstruct: for what is not implemented, with its file and line.
    """
    validator = sources.validator
    return read_shapes(validator.triples, validator.vocabulary, validator.folder)


def written(rules: Iterable[Construct]) -> tuple[str, Mapping[str, Any], list[str]]:
    """Return rules as Python, the tables that it looks things up in, and the names of the rules."""
    writer, names, parts = Writer(), list[str](), list[str]()
    for rule in rules:
        names.append(rule.name)
        parts.append(writer.rule(function_name(rule.name), rule))
    return "\n\n".join(parts), writer.tables, names


def build(sources: Sources) -> Built:
    """Return the code of a program, its tables and the names of its queries.

    Raises:
        UnsupportedConstruct: for what is not implemented, with its file and line.
    """
    text, tables, names = written(rules_of(sources))
    text += f"\n\n{write_shapes(shapes_of(sources))}"
    text += f"\n\n{source_of(sources.criteria, sources.compiler.openness.leaves_open)}"
    return compile(text, "<netkg program>", "exec"), tables, names
