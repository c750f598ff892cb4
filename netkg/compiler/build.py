"""Build a program from its sources: read, check, fold and write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyoxigraph as ox

from netkg.compiler.algebra import Construct, variables
from netkg.compiler.criteria import source_of
from netkg.compiler.folding import fold
from netkg.compiler.python import Writer
from netkg.compiler.scoping import check_scopes, scope
from netkg.compiler.shape_functions import write_shapes
from netkg.compiler.shapes import Shape, read_shapes
from netkg.compiler.sources import FOLDERS, Built, Sources, function_name
from netkg.compiler.sparql import read_construct
from netkg.compiler.vocabulary import Vocabulary
from netkg.errors import UnsupportedConstruct
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
            _check_syntax(rule.name, text)
            check_scopes(rule.name, rule.where, rule.given)
            _check_template(rule)
            yield fold(rule, vocabulary)


def _check_syntax(name: str, text: str) -> None:
    """Refuse what is not SPARQL, as far as the reader of this package does not see it."""
    try:
        ox.Store().query(text)
    except SyntaxError as error:
        raise UnsupportedConstruct(f"is not SPARQL ({error.msg})", term=f"{name}.rq") from None


def _check_template(rule: Construct) -> None:
    """Refuse a rule that adds nothing, or reads a variable that no pattern binds."""
    given = scope(rule.where) | rule.given
    if unbound := sorted(each.name for each in variables((rule.facts, rule.derivations)) - given):
        what = f"?{unbound[0]} in CONSTRUCT, which no pattern binds,"
        raise UnsupportedConstruct.in_query(what, rule.name)
    if not rule.facts:
        raise UnsupportedConstruct("CONSTRUCT without a fact", term=f"{rule.name}.rq")


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
