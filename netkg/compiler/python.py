"""The Python back end: patterns as comprehensions over the index of one case.

A pattern becomes the clauses of a comprehension (``for``, ``if``): a nested loop that takes
whatever is known first. What follows from each solution is added by the function around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain, count
from typing import Any, Final

from netkg.compiler import algebra as al
from netkg.compiler.expressions import Expressions
from netkg.compiler.order import cheapest, cost
from netkg.compiler.scoping import certain, scope
from netkg.namespaces import local_name

__all__ = ["Writer"]

Names = frozenset[al.Variable]
NONE: Final[Names] = frozenset()


class Writer:
    """Writer of the functions of one program; ``tables`` are what they look up."""

    def __init__(self) -> None:
        self.tables: dict[str, Any] = {}
        self._known_tables: dict[Any, str] = {}
        self._names: dict[al.Variable, str] = {}
        self._indexes: dict[str, str] = {}
        self._place = ""

    # -- functions ---------------------------------------------------------------------
    def rule(self, name: str, rule: al.Construct) -> str:
        """Return the function of a rule: it adds what the rule derives to ``facts``."""
        self._names, self._indexes, self._place = {}, {}, rule.name
        start = rule.given
        used = al.variables((rule.facts, rule.derivations))
        columns = sorted(used & scope(rule.where) - start, key=lambda each: each.name)
        found = self._rows(rule.where, columns, start, "\n        ")
        sure = certain(rule.where) | start
        # What the ontology leaves without a solution has no name.
        given = start.union(columns)
        nodes = frozenset(al.Variable(name) for name, _ in rule.classes)
        query = rule.name.rpartition("/")[2]
        body = []
        parts: tuple[al.Template | al.Derivation, ...] = (*rule.facts, *rule.derivations)
        for each in parts:
            said = (each.subject, each.property, each.object)
            if not al.variables(said) <= given:
                continue
            subject, property_, value = map(self._term, said)
            fact = f"{subject}, {_plain(property_)}, {value}"
            call = f"add({fact})"
            if isinstance(each, al.Derivation):
                shown = [(p, t) for p, t in each.premises if al.variables(t) <= given]
                premises = "".join(f"({p!r}, {self._term(term)}), " for p, term in shown)
                call = f"prove({query!r}, {fact}, ({premises}))"
            body.append(self._if_known(said, sure, nodes, call))
        heads = [self._name(variable) for variable in columns]
        parameters = "".join(f", {self._name(al.Variable(p))}" for p in rule.parameters)
        lines = [
            f"def {name}(facts{parameters}):",
            f"    # {' '.join(f'{rule.name}: {rule.summary}'.split())}",
            *(f"    {alias} = {source}" for source, alias in self._indexes.items()),
            "    add, prove = facts.add, facts.prove",
            f"    for {', '.join(heads)}{',' if heads else '_'} in {found}:",
            *(f"        {line}" for line in body or ["pass"]),
        ]
        return "\n".join(lines) + "\n"

    def solutions(self, pattern: al.Group, columns: list[al.Variable]) -> str:
        """Return a function ``solutions`` that lists the rows of a pattern over ``facts``."""
        found = self._rows(pattern, columns, NONE)
        indexes = [f"    {alias} = {source}" for source, alias in self._indexes.items()]
        return "\n".join(["def solutions(facts):", *indexes, f"    return {found}", ""])

    def _if_known(
        self, terms: tuple[al.Term, al.Term, al.Term], sure: Names, nodes: Names, call: str
    ) -> str:
        """Return a call for three terms, if they have values and make a triple of RDF."""
        named = [each for each in terms if isinstance(each, al.Variable)]
        tests = [f"{self._name(each)} is not None" for each in named if each not in sure]
        subject, property_, _ = terms
        if isinstance(subject, al.Variable) and subject not in nodes:
            tests.append(f"{self._name(subject)}[0] != '\"'")
        if isinstance(property_, al.Variable):
            tests.append(f"{self._name(property_)}[0] == '<'")
        return f"if {' and '.join(tests)}: {call}" if tests else call

    # -- names -------------------------------------------------------------------------
    def _name(self, variable: al.Variable) -> str:
        if variable not in self._names:
            self._names[variable] = _free(f"v_{variable.name}", self._names.values())
        return self._names[variable]

    def _term(self, term: al.Term) -> str:
        return repr(term.text) if isinstance(term, al.Constant) else self._name(term)

    def _index(self, direction: str, property_: str) -> str:
        source = f"facts.{direction}.get({property_!r}, EMPTY)"
        if source not in self._indexes:
            alias = f"{direction[0]}_{local_name(property_)}"
            self._indexes[source] = _free(alias, self._indexes.values())
        return self._indexes[source]

    def _table(self, content: Any) -> str:
        # Two sets of the same terms can have another order.
        key = repr(sorted(content, key=str) if isinstance(content, frozenset) else content)
        if key not in self._known_tables:
            name = f"T{len(self._known_tables) + 1}"
            self._known_tables[key], self.tables[name] = name, content
        return self._known_tables[key]

    # -- solutions ---------------------------------------------------------------------
    def _rows(
        self, pattern: al.Group, columns: Iterable[al.Variable], bound: Names, joint: str = " "
    ) -> str:
        """Return a list comprehension of tuples, one for each solution."""
        columns = list(columns)
        clauses, known = self._group(pattern, bound, frozenset(columns))
        values = [self._name(each) if each in known else "None" for each in columns]
        if not clauses or clauses[0].startswith("if"):
            clauses = ["for _ in ONCE", *clauses]
        names = "".join(f"{value}, " for value in values)
        # The rows of a union and of an optional part are a list already.
        if len(clauses) == 1 and names and clauses[0].startswith(f"for {names}in "):
            return clauses[0].removeprefix(f"for {names}in ")
        return f"[({names}){joint}{joint.join(clauses)}]"

    def _exists(self, pattern: al.Group, bound: Names) -> str:
        """Return an expression that is true if a pattern has a solution."""
        clauses, _ = self._group(pattern, bound, NONE)
        first = next((n for n, c in enumerate(clauses) if c.startswith("for")), len(clauses))
        tests = [clause.removeprefix("if ") for clause in clauses[:first]]
        if rest := clauses[first:]:
            tests.append(f"any(True {' '.join(rest)})")
        return f"({' and '.join(tests)})" if tests else "True"

    def _group(self, group: al.Group, bound: Names, needed: Names) -> tuple[list[str], Names]:
        """Return the clauses of a group, and the variables that have a name after it."""
        clauses: list[str] = []
        every, known = scope(group) | bound, bound
        filters = [part for part in group.parts if isinstance(part, al.Filter)]
        parts: list[al.Pattern] = [p for p in group.parts if not isinstance(p, al.Filter)]
        while parts or filters:
            part = cheapest(parts, known) if parts else None
            # A test comes as soon as all is known that it asks for; what looks a row up is cheaper
            # than a test that asks for another pattern.
            is_cheap = part is not None and cost(part, known) < 0.3
            for each in [f for f in filters if al.variables(f) & every <= known]:
                if not (is_cheap and any(isinstance(e, al.Exists) for e in al.walk(each))):
                    filters.remove(each)
                    clauses.append(f"if {self._expressions(known).test(each.expression)}")
            if part is not None:
                parts.remove(part)
                wanted = needed | al.variables((tuple(parts), tuple(filters)))
                clauses += self._part(part, known, wanted)
                known |= scope(part)
        return clauses, known

    def _part(self, part: al.Pattern, known: Names, wanted: Names) -> list[str]:
        match part:
            case al.Match() | al.Link():
                return self._match(part, known, wanted)
            case al.Table():
                return self._look_up(part, known, wanted)
            case al.Group():
                return self._group(part, known, wanted)[0]
            case al.Bind(variable, expression):
                if variable not in wanted:
                    return []
                value = self._expressions(known).value(expression)
                if variable in known:
                    return [f"if {self._name(variable)} == {value}"]
                return [f"for {self._name(variable)} in ({value},)"]
            case al.Without(inner):
                return [f"if not {self._exists(inner, known)}"] if known & scope(inner) else []
            case al.Optional(inner):
                return self._several([inner], known, wanted, otherwise=True)
            case al.Union(branches):
                return self._several(branches, known, wanted)
            case al.Select(columns, inner, distinct):
                return self._select(columns, inner, distinct, known)
            case al.Aggregate():
                return self._aggregate(part, known)
        raise AssertionError(part)

    def _match(self, part: al.Match | al.Link, known: Names, wanted: Names) -> list[str]:
        ends = (part.subject, part.object)
        first, second = map(self._term, ends)
        has_subject, has_object = (isinstance(t, al.Constant) or t in known for t in ends)
        needs_subject, needs_object = (term in wanted for term in ends)
        if has_object and not has_subject:
            index = self._index("backward", part.property)
            get = f"for {first} in {index}.get({second}, EMPTY)"
            return [get if needs_subject else f"if {second} in {index}"]
        if not (has_subject or needs_subject or first == second):
            return [f"for {second} in {self._index('backward', part.property)}"]
        index = self._index("forward", part.property)
        if has_subject and has_object:
            return [f"if {second} in {index}.get({first}, EMPTY)"]
        if has_subject:
            get = f"for {second} in {index}.get({first}, EMPTY)"
            return [get if needs_object else f"if {first} in {index}"]
        if first == second:
            return [f"for {first} in {index}", f"if {first} in {index}[{first}]"]
        if not needs_object:
            return [f"for {first} in {index}"]
        values = f"values_{first}"
        return [f"for {first}, {values} in {index}.items()", f"for {second} in {values}"]

    def _look_up(self, table: al.Table, known: Names, wanted: Names) -> list[str]:
        """Look rows up by the columns that are known, for those that are wanted."""
        places = range(len(table.columns))
        keys = [place for place in places if table.columns[place] in known]
        free = [p for p in places if table.columns[p] not in known and table.columns[p] in wanted]
        found: dict[Any, dict[Any, None]] = {}
        for row in table.rows:
            key, value = (_single([row[p] for p in some]) for some in (keys, free))
            found.setdefault(key, {})[value] = None
        names = [self._name(table.columns[p]) for p in keys]
        key = names[0] if len(names) == 1 else f"({', '.join(names)})"
        heads = ", ".join(self._name(table.columns[p]) for p in free)
        if not keys:
            rows = tuple(found.get((), ()))
            return [f"for {heads} in {self._table(rows)}" if free else f"if {bool(table.rows)}"]
        if not free:
            return [f"if {key} in {self._table(frozenset(found))}"]
        by_key = {key: tuple(values) for key, values in found.items()}
        return [f"for {heads} in {self._table(by_key)}.get({key}, ())"]

    def _several(
        self, branches: Iterable[al.Group], known: Names, wanted: Names, *, otherwise: bool = False
    ) -> list[str]:
        """Return the clause for the solutions of several groups, or of one that may have none."""
        branches = list(branches)
        new = frozenset[al.Variable]().union(*map(scope, branches)) - known
        columns = sorted(new & wanted, key=lambda each: each.name)
        if not columns:
            if otherwise:
                return []
            return [f"if ({' or '.join(self._exists(each, known) for each in branches)})"]
        rows = [self._rows(each, columns, known) for each in branches]
        found = f"[{', '.join(f'*{each}' for each in rows)}]" if len(rows) > 1 else rows[0]
        if otherwise:
            found = f"({found} or (({'None, ' * len(columns)}),))"
        return [f"for {''.join(f'{self._name(each)}, ' for each in columns)} in {found}"]

    def _select(
        self, columns: tuple[al.Variable, ...], inner: al.Group, distinct: bool, known: Names
    ) -> list[str]:
        given = known & frozenset(columns)
        new = sorted(frozenset(columns) - known, key=lambda each: each.name)
        if not new:
            return [f"if {self._exists(inner, given)}"]
        rows = self._rows(inner, new, given)
        found = f"dict.fromkeys({rows})" if distinct else rows
        return [f"for {''.join(f'{self._name(each)}, ' for each in new)} in {found}"]

    def _aggregate(self, part: al.Aggregate, known: Names) -> list[str]:
        keys, picks = part.keys, part.picks
        counts = any(pick.kind == "COUNT" for pick in picks)
        given = known & frozenset(keys)
        of = [pick.of for pick in picks]
        every = al.variables(part.part) if counts else frozenset((*keys, *of))
        clauses, bound = self._group(part.part, given, every)
        if not clauses or clauses[0].startswith("if"):
            clauses = ["for _ in ONCE", *clauses]

        def row(some: Iterable[al.Variable]) -> str:
            names = [self._name(each) if each in bound else "None" for each in some]
            return f"({', '.join(names)}{',' if names else ''})"

        kinds = tuple(pick.kind for pick in picks)
        # A key that is known already is the same in every group, so it may be named again.
        rows = f"[({row(keys)}, {row(of)}) {' '.join(clauses)}]"
        heads = []
        tests = []
        for pick in picks:
            name = self._name(pick.variable)
            if pick.variable in known:
                tests.append(f"if picked_{name} == {name}")
                name = f"picked_{name}"
            heads.append(name)
        targets = [
            f"({''.join(f'{each}, ' for each in some)})" if some else "_"
            for some in ([self._name(key) for key in keys], heads)
        ]
        clause = f"for {targets[0]}, {targets[1]} in groups({rows}, {kinds!r})"
        if part.having is not None:
            after = known | scope(part)
            tests.append(f"if {self._expressions(after).test(part.having)}")
        return [clause, *tests]

    def _expressions(self, known: Names) -> Expressions:
        def name(variable: al.Variable) -> str:
            return self._name(variable) if variable in known else "None"

        return Expressions(name, lambda group: self._exists(group, known), self._place)


def _single(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else tuple(values)


def _free(name: str, taken: Iterable[str]) -> str:
    """Return a name for Python that is not taken yet."""
    plain = re.sub(r"\W", "_", name, flags=re.ASCII)
    others = (f"{plain}_{number}" for number in count(2))
    return next(each for each in chain([plain], others) if each not in taken)


def _plain(property_: str) -> str:
    """Return a predicate without the brackets of an IRI, in Python."""
    return repr(property_[2:-2]) if property_.startswith("'<") else f"{property_}[1:-1]"
