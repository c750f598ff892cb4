"""Write rules and plan queries as tables of the facts that they add."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from netkg.compiler import algebra as al
from netkg.compiler.folding import possible
from netkg.compiler.sql.expressions import Column, Columns
from netkg.compiler.sql.patterns import Patterns
from netkg.compiler.sql.relations import Relations, Source
from netkg.compiler.sql.terms import NODE, NOTHING, Codes, Kind, rescaled
from netkg.compiler.vocabulary import TYPE, Vocabulary
from netkg.errors import UnsupportedConstruct
from netkg.namespaces import local_name

__all__ = ["Statement", "statement", "write_rule"]

# The name of a step, where it is read.
_STEP: Final = re.compile(r"\bf\d+(?= AS )")


@dataclass(frozen=True, slots=True)
class Statement:
    """A table of a chunk, and the query that fills it."""

    table: str
    sql: str


def statement(table: str, steps: Sequence[tuple[str, str]], query: str) -> Statement:
    """Return the statement for a query that builds on the steps before it.

    Only what is read more than once is worth a table of its own.
    """
    texts = " ".join((*(sql for _, sql in steps), query))
    uses = Counter(_STEP.findall(texts))
    start = ", ".join(
        f"{name} AS {'NOT ' if uses[name] == 1 else ''}MATERIALIZED ({sql})" for name, sql in steps
    )
    return Statement(table, f"{f'WITH {start} ' if start else ''}{query}")


def write_rule(
    rule: al.Construct,
    relations: Relations,
    vocabulary: Vocabulary,
    parameters: Mapping[str, int] = {},
) -> Iterator[Statement]:
    """Yield the tables for what a rule derives: its solutions, and its facts by property.

    The facts of a property with one value for each record stay with the solutions.
    """
    place = rule.name + "".join(f"_{value}" for value in parameters.values())
    given: Columns = {
        al.Variable(name): Column(str(value), Kind("number")) for name, value in parameters.items()
    }
    patterns = Patterns(relations, rule.name)
    wanted = al.variables(rule.facts) - given.keys()
    query = patterns.query(rule.where, wanted, given)
    table = "q_" + "".join(c if c.isalnum() else "_" for c in place)
    yield statement(table, patterns.steps, query.sql)
    facts: dict[str, list[tuple[Source, Kind]]] = {}
    for fact in rule.facts:
        for property_ in sorted(possible(fact.property, rule.where)):
            found = _source(fact, property_, table, query.columns, relations.codes)
            if found:
                facts.setdefault(property_, []).append(found)
    for property_, sources in facts.items():
        yield from _added(property_, sources, relations, vocabulary)


def _source(
    fact: al.Template, property_: str, table: str, columns: Columns, codes: Codes
) -> tuple[Source, Kind] | None:
    """Return the pairs of a fact, and the kind of its objects; None if it has none."""
    terms, tests = [], []
    for term in (fact.subject, fact.object):
        if isinstance(term, al.Constant):
            kind = codes.kind_of(term.text)
            terms.append(Column(f"CAST({codes.constant(term.text, kind)} AS {kind.type})", kind))
        else:
            terms.append(columns[term])
            if not columns[term].sure:
                tests.append(f"{columns[term].sql} IS NOT NULL")
    subject, object_ = terms
    if subject.kind != NODE or object_.kind == NOTHING:
        # A pattern that is never matched gives columns without a kind.
        return None
    if isinstance(fact.property, al.Variable):
        tests.append(f"{columns[fact.property].sql} = {codes.of(f'<{property_}>')}")
    return Source(table, subject.sql, object_.sql, " AND ".join(tests)), object_.kind


def _added(
    property_: str,
    sources: Sequence[tuple[Source, Kind]],
    relations: Relations,
    vocabulary: Vocabulary,
) -> Iterator[Statement]:
    """Add the pairs of a property; yield the table without what is there twice, if it matters."""
    kinds = [kind for _, kind in sources]
    kind = relations.kind(property_, max(kinds, key=lambda each: each.scale))
    if any(each.name != kind.name for each in kinds):
        raise UnsupportedConstruct(f"{local_name(property_)} with values of two kinds")
    scaled = [replace(s, object=rescaled(s.object, own, kind.scale)) for s, own in sources]
    if property_ != TYPE and not vocabulary.is_many(property_):
        relations.add(property_, kind, *scaled)
        return
    name = relations.name(property_)
    yield Statement(name, " UNION ".join(f"SELECT DISTINCT s, o FROM {s.sql}" for s in scaled))
    relations.add(property_, kind, Source(name))
