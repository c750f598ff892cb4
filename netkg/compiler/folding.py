"""Folding: what the ontology alone decides is evaluated once, and becomes tables.

What remains asks of the case alone, by properties that are known: a variable in the place of a
property is replaced by each property that the ontology gives for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, NoReturn

from netkg.compiler import runtime
from netkg.compiler.algebra import (
    Aggregate,
    Bind,
    Constant,
    Construct,
    Filter,
    Group,
    Link,
    Match,
    Optional,
    Path,
    Pattern,
    Select,
    Table,
    Term,
    Triple,
    Union,
    Variable,
    Without,
    scope,
    variables,
)
from netkg.compiler.python import Writer
from netkg.compiler.vocabulary import TYPE, Vocabulary
from netkg.errors import UnsupportedConstruct

__all__ = ["fold"]

Names = frozenset[Variable]
Classes = frozenset[str]


def fold(rule: Construct, vocabulary: Vocabulary) -> Construct:
    """Return a rule in which what depends on the ontology alone is evaluated.

    Raises:
        UnsupportedConstruct: with the line, if a pattern belongs neither to the ontology nor
            to the case, or to both.
    """
    folder = _Folder(rule.name, vocabulary)
    needed = frozenset(variables((rule.facts, rule.derivations)))
    needed |= frozenset(map(Variable, rule.parameters))
    where = folder.group(rule.where, _Sides(), needed)
    classes = sorted((v.name, tuple(sorted(found))) for v, found in folder.classes.items())
    return replace(rule, where=where, classes=tuple(classes))


class _Sides:
    """Which variables are records, with their possible classes, and which are of the ontology.

    ``outer`` are the variables of the patterns around.
    """

    def __init__(
        self,
        records: Mapping[Variable, Classes] | None = None,
        terms: Iterable[Variable] = (),
        outer: Iterable[Variable] = (),
    ) -> None:
        self.records = dict(records or {})
        self.terms = set(terms)
        self.outer = frozenset(outer)

    def copy(self) -> _Sides:
        return _Sides(self.records, self.terms, self.outer)

    def narrow(self, term: Term, classes: Classes) -> None:
        """Note that a term is a record of one of some classes."""
        if isinstance(term, Variable) and classes:
            self.records[term] = self.records.get(term, classes) & classes or classes


class _Folder:
    def __init__(self, name: str, vocabulary: Vocabulary) -> None:
        self._name = name
        self._vocabulary = vocabulary
        self._undecided: list[Triple] = []
        self.classes: dict[Variable, Classes] = {}

    def _refuse(self, what: str, line: int, expected: str = "") -> NoReturn:
        place = f"{self._name}.rq, line {line}"
        raise UnsupportedConstruct(f"{what} is not implemented", term=place, expected=expected)

    # -- groups ------------------------------------------------------------------------
    def group(self, group: Group, sides: _Sides, needed: Names) -> Group:
        """Return a group of tables and of patterns of the case."""
        sides = sides.copy()
        parts = [each for part in group.parts for each in self._expanded(part)]
        self._decide(parts, sides)
        parts = self._tabulated(parts, sides, needed)
        if self._decide_by_tables(parts, sides):
            self._decide(parts, sides)
            parts = self._tabulated(parts, sides, needed)
        if unrolled := self._unrolled(parts, sides, needed):
            return unrolled
        self.classes |= sides.records
        inner = _Sides(sides.records, sides.terms, sides.outer | scope(group))
        folded = []
        for place, part in enumerate(parts):
            others = frozenset(variables((*parts[:place], *parts[place + 1 :])))
            folded.append(self._part(part, inner, needed | others))
        return Group(tuple(each for each in folded if each != Group(())))

    def _part(self, part: Pattern, sides: _Sides, needed: Names) -> Pattern:
        match part:
            case Triple():
                return self._of_case(part, sides)
            case Filter() | Bind():
                return self._in_expression(part, sides, needed)
            case Group():
                return self.group(part, sides, needed)
            case Optional(inner) | Without(inner):
                return replace(part, part=self.group(inner, sides, needed))
            case Select(columns, inner):
                return replace(part, part=self.group(inner, sides, frozenset(columns)))
            case Aggregate(keys, picks, inner, having):
                # To count, every solution is needed.
                own = frozenset(keys).union(variables(having), (pick.of for pick in picks))
                if any(pick.kind == "COUNT" for pick in picks):
                    own |= frozenset(variables(inner))
                return replace(part, part=self.group(inner, sides, own))
            case Union(branches):
                found = [self.group(each, sides, needed) for each in branches]
                return Union(tuple(each for each in found if not _is_empty(each)))
        return part

    def _in_expression(self, node: Any, sides: _Sides, needed: Names) -> Any:
        """Return an expression in which the pattern of each EXISTS is folded."""
        if isinstance(node, Group):
            return self.group(node, sides, needed)
        if isinstance(node, tuple):
            return tuple(self._in_expression(each, sides, needed) for each in node)
        if is_dataclass(node) and not isinstance(node, Variable | Constant):
            changed = {
                each.name: self._in_expression(getattr(node, each.name), sides, needed)
                for each in fields(node)
            }
            return replace(node, **changed)  # type: ignore[type-var]
        return node

    def _expanded(self, part: Pattern) -> Iterable[Pattern]:
        """Yield the parts of a group of joins, and the triples of a path over the case."""
        if isinstance(part, Group) and not any(
            isinstance(each, Filter | Optional | Bind | Without) for each in part.parts
        ):
            return [each for inner in part.parts for each in self._expanded(inner)]
        if not isinstance(part, Triple) or not isinstance(part.predicate, Path):
            return [part]
        path = part.predicate
        named = [node for node in _constants(path)]
        if not any(self._vocabulary.of(node.text[1:-1]) for node in named):
            return [part]
        if path.kind == "alternative":
            return [Union(tuple(Group((replace(part, predicate=p),)) for p in path.parts))]
        if path.kind == "zero-or-one":
            one = Group((replace(part, predicate=path.parts[0]),))
            if isinstance(part.subject, Variable) and isinstance(part.object, Variable):
                any_type = Triple(
                    part.object, Constant(f"<{TYPE}>"), Variable("any type"), part.line
                )
                return [Union((one, Group((any_type, Bind(part.subject, part.object)))))]
        self._refuse(f"a path of the kind {path.kind} over the case", part.line)

    # -- sides -------------------------------------------------------------------------
    def _decide(self, parts: Iterable[Pattern], sides: _Sides) -> None:
        """Note of all variables whether they are records or of the ontology."""
        triples = [part for part in parts if isinstance(part, Triple)]
        for inner in (part for part in parts if isinstance(part, Select | Aggregate)):
            own = _Sides()
            self._decide(inner.part.parts, own)
            for variable in scope(inner) & own.records.keys():
                sides.narrow(variable, own.records[variable])
        for _ in triples:  # each round decides at least one, or nothing more
            for triple in triples:
                side = self._side(triple, sides)
                if side == "case" and isinstance(triple.predicate, Constant):
                    property_ = triple.predicate.text[1:-1]
                    to = self._vocabulary.to(property_)
                    sides.narrow(triple.subject, self._vocabulary.of(property_))
                    sides.narrow(triple.object, to)
                    if property_ == TYPE and isinstance(triple.object, Constant):
                        sides.narrow(triple.subject, self._records_of([triple.object.text]))
                    if not to and isinstance(triple.object, Variable):
                        sides.terms.add(triple.object)
                elif side == "ontology":
                    ends = (triple.subject, triple.object)
                    sides.terms.update(each for each in ends if isinstance(each, Variable))

    def _side(self, triple: Triple, sides: _Sides) -> str:
        """Return whether a triple is of the case or of the ontology, empty if it is not known."""
        predicate, known = triple.predicate, self._vocabulary.known.forward
        if isinstance(predicate, Variable):
            return ""
        if isinstance(predicate, Path) or isinstance(triple.subject, Constant):
            return "ontology"
        property_ = predicate.text[1:-1]
        if property_ != TYPE:
            of_case, of_ontology = self._vocabulary.of(property_), property_ in known
            if not of_case and not of_ontology:
                self._refuse(
                    f"the property {predicate.text}, which is for nothing,",
                    triple.line,
                    "schema:domainIncludes with a class that is local to a case",
                )
            if not (of_case and of_ontology):
                return "case" if of_case else "ontology"
        elif isinstance(triple.object, Constant):
            return "case" if triple.object.text[1:-1] in self._vocabulary.local else "ontology"
        if triple.subject in sides.records:
            return "case"
        return "ontology" if triple.subject in sides.terms else ""

    def _decide_by_tables(self, parts: list[Pattern], sides: _Sides) -> bool:
        """Decide what is left by the classes that tables give; return whether anything was."""
        decided = False
        for triple in [part for part in parts if isinstance(part, Triple)]:
            if isinstance(triple.predicate, Variable) or self._side(triple, sides):
                continue
            values = _values(triple.object, parts)
            local = [text for text in values if text[1:-1] in self._vocabulary.local]
            if not values or 0 < len(local) < len(values):
                self._refuse("a pattern of the ontology and of the case at once", triple.line)
            if local:
                sides.narrow(triple.subject, self._records_of(local))
            elif isinstance(triple.subject, Variable):
                sides.terms.add(triple.subject)
            decided = True
        return decided

    def _records_of(self, classes: Iterable[str]) -> Classes:
        """Return the classes, without the brackets of their IRIs."""
        return frozenset(text[1:-1] for text in classes)

    def _of_case(self, triple: Triple, sides: _Sides) -> Match | Link:
        predicate = triple.predicate
        if isinstance(predicate, Variable):
            self._refuse(f"?{predicate.name} as a property", triple.line, "one that a table gives")
        assert isinstance(predicate, Constant)
        property_ = predicate.text[1:-1]
        of = self._vocabulary.of(property_)
        if isinstance(triple.subject, Variable):
            of = sides.records.get(triple.subject, of)
        many = property_ == TYPE or self._vocabulary.is_many(property_)
        if to := self._vocabulary.to(property_):
            if isinstance(triple.object, Variable):
                to = sides.records.get(triple.object, to)
            return Link(triple.subject, property_, triple.object, of, many, to)
        return Match(triple.subject, property_, triple.object, of, many)

    # -- tables ------------------------------------------------------------------------
    def _tabulated(self, parts: list[Pattern], sides: _Sides, needed: Names) -> list[Pattern]:
        """Return the parts with those of the ontology evaluated, one table for what is connected."""
        own = [part for part in parts if self._is_of_ontology(part, sides)]
        # What is asked must be of the ontology too, and not only what is known to be a value.
        ground = scope(Group(tuple(part for part in own if isinstance(part, Triple | Table))))
        every = {part: scope(Group(tuple(o for o in parts if o is not part))) for part in own}
        own = [p for p in own if frozenset(variables(p)) & (every[p] | sides.outer) <= ground]
        if not any(isinstance(part, Triple) for part in own):
            return parts
        rest = [part for part in parts if part not in own]
        tables = []
        while own:
            connected = [own.pop(0)]
            names = frozenset(variables(connected[0]))
            while more := [part for part in own if names & frozenset(variables(part))]:
                own = [part for part in own if part not in more]
                connected += more
                names |= frozenset(variables(tuple(more)))
            wanted = needed | frozenset(variables(tuple(rest)))
            # Filters and what is optional come after what they are about.
            connected.sort(key=lambda part: not isinstance(part, Triple | Table))
            tables.append(self._evaluated(Group(tuple(connected)), wanted))
        return [*tables, *rest]

    def _is_of_ontology(self, part: Pattern, sides: _Sides) -> bool:
        match part:
            case Triple():
                return self._side(part, sides) == "ontology"
            case Table(columns):
                return bool(sides.terms & set(columns))
            case Filter():
                return self._is_about_terms(part, sides)
            case Optional(inner):
                shared = [v for v in variables(part) if v in sides.records]
                return (
                    not shared
                    and all(
                        isinstance(each, Triple) and self._side(each, sides) == "ontology"
                        for each in inner.parts
                    )
                    and any(v in sides.terms for v in variables(inner))
                )
        return False

    def _is_about_terms(self, part: Filter, sides: _Sides) -> bool:
        """Return whether a filter asks of the ontology alone."""
        names = set(variables(part))
        own = sides.copy()
        triples = list(_triples(part.expression))
        self._decide(triples, own)
        return (
            bool(names)
            and names <= own.terms
            and all(self._side(each, own) == "ontology" for each in triples)
        )

    def _evaluated(self, group: Group, wanted: Names) -> Table:
        """Return the solutions of a group over the ontology, sorted."""
        columns = sorted(scope(group) & wanted, key=lambda each: each.name)
        writer = Writer()
        code = writer.solutions(self._with_matches(group), columns)
        space: dict[str, Any] = {**vars(runtime), **writer.tables}
        exec(compile(code, "<folding>", "exec"), space)
        rows = set(space["solutions"](self._vocabulary.known))
        return Table(tuple(columns), tuple(sorted(rows, key=lambda row: [str(e) for e in row])))

    def _with_matches(self, node: Any) -> Any:
        """Return a pattern of the ontology with its triples and paths as look-ups."""
        if isinstance(node, Triple):
            assert not isinstance(node.predicate, Variable)
            property_ = self._vocabulary.relation(node.predicate)
            return Match(node.subject, property_, node.object, frozenset(), True)
        if isinstance(node, tuple):
            return tuple(map(self._with_matches, node))
        if is_dataclass(node) and not isinstance(node, Variable | Constant | Table):
            changed = {
                each.name: self._with_matches(getattr(node, each.name)) for each in fields(node)
            }
            return replace(node, **changed)  # type: ignore[type-var]
        return node

    # -- variable properties -----------------------------------------------------------
    def _unrolled(self, parts: list[Pattern], sides: _Sides, needed: Names) -> Group | None:
        """Return a branch for each property that a variable stands for; None without such."""
        for triple in _triples(tuple(parts)):
            variable = triple.predicate
            table = next((p for p in parts if isinstance(p, Table) and variable in p.columns), None)
            if not isinstance(variable, Variable) or table is None:
                continue
            place = table.columns.index(variable)
            branches = []
            for value in sorted({row[place] for row in table.rows if row[place]}):
                rows = tuple(row for row in table.rows if row[place] == value)
                own: list[Pattern] = [replace(table, rows=rows)]
                own += [
                    _with_property(part, variable, Constant(value))
                    for part in parts
                    if part is not table
                ]
                branches.append(self.group(Group(tuple(own)), sides, needed))
            return Group((Union(tuple(branches)),))
        return None


def _with_property(node: Any, variable: Variable, property_: Constant) -> Any:
    """Return a pattern with a property in the place of a variable, as a predicate."""
    if isinstance(node, Triple):
        return replace(node, predicate=property_) if node.predicate == variable else node
    if isinstance(node, tuple):
        return tuple(_with_property(each, variable, property_) for each in node)
    if is_dataclass(node) and not isinstance(node, Variable | Constant | Table):
        changed = {
            each.name: _with_property(getattr(node, each.name), variable, property_)
            for each in fields(node)
        }
        return replace(node, **changed)  # type: ignore[type-var]
    return node


def _triples(node: Any) -> Iterable[Triple]:
    if isinstance(node, Triple):
        yield node
    elif isinstance(node, tuple):
        for each in node:
            yield from _triples(each)
    elif is_dataclass(node) and not isinstance(node, Variable | Constant | Table):
        for each in fields(node):
            yield from _triples(getattr(node, each.name))


def _constants(path: Path | Constant) -> Iterable[Constant]:
    if isinstance(path, Constant):
        yield path
    else:
        for part in path.parts:
            yield from _constants(part)


def _values(term: Term | Path, parts: Iterable[Pattern]) -> set[str]:
    """Return the values that tables give for a variable."""
    return {
        text
        for part in parts
        if isinstance(part, Table) and term in part.columns
        for row in part.rows
        if (text := row[part.columns.index(term)])  # type: ignore[arg-type]
    }


def _is_empty(group: Group) -> bool:
    """Return whether a group has no solution, whatever the case."""
    return any(
        (isinstance(part, Table) and not part.rows)
        or (isinstance(part, Union) and not part.branches)
        for part in group.parts
    )
