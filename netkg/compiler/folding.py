"""Folding: what the ontology alone decides is evaluated once, and becomes tables.

What remains asks of the case alone, by properties that are known: a variable in the place of a
property is replaced by each property that the ontology gives for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, NoReturn

from netkg.compiler import algebra as al
from netkg.compiler import runtime
from netkg.compiler.python import Writer
from netkg.compiler.vocabulary import TYPE, Vocabulary
from netkg.errors import UnsupportedConstruct

__all__ = ["fold"]

Names = frozenset[al.Variable]
_TYPE = al.Constant(f"<{TYPE}>")
_ANY = al.Variable("any type")
Classes = frozenset[str]


def fold(rule: al.Construct, vocabulary: Vocabulary) -> al.Construct:
    """Return a rule in which what depends on the ontology alone is evaluated.

    Raises:
        UnsupportedConstruct: with the line, if a pattern belongs neither to the ontology nor
            to the case, or to both.
    """
    folder = _Folder(rule.name, vocabulary)
    needed = frozenset(al.variables((rule.facts, rule.derivations)))
    needed |= frozenset(map(al.Variable, rule.parameters))
    where = folder.group(rule.where, _Sides(), needed)
    classes = sorted((v.name, tuple(sorted(found))) for v, found in folder.classes.items())
    return replace(rule, where=where, classes=tuple(classes))


class _Sides:
    """Which al.variables are records, with their possible classes, and which are of the ontology.

    ``outer`` are the al.variables of the patterns around.
    """

    def __init__(
        self,
        records: Mapping[al.Variable, Classes] | None = None,
        terms: Iterable[al.Variable] = (),
        outer: Iterable[al.Variable] = (),
    ) -> None:
        self.records = dict(records or {})
        self.terms = set(terms)
        self.outer = frozenset(outer)

    def copy(self) -> _Sides:
        return _Sides(self.records, self.terms, self.outer)

    def narrow(self, term: al.Term, classes: Classes) -> None:
        """Note that a term is a record of one of some classes."""
        if isinstance(term, al.Variable) and classes:
            self.records[term] = self.records.get(term, classes) & classes or classes


class _Folder:
    def __init__(self, name: str, vocabulary: Vocabulary) -> None:
        self._name = name
        self._vocabulary = vocabulary
        self._undecided: list[al.Triple] = []
        self.classes: dict[al.Variable, Classes] = {}

    def _refuse(self, what: str, line: int, expected: str = "") -> NoReturn:
        place = f"{self._name}.rq, line {line}"
        raise UnsupportedConstruct(f"{what} is not implemented", term=place, expected=expected)

    # -- groups ------------------------------------------------------------------------
    def group(self, group: al.Group, sides: _Sides, needed: Names) -> al.Group:
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
        for variable, classes in sides.records.items():
            self.classes[variable] = self.classes.get(variable, frozenset()) | classes
        inner = _Sides(sides.records, sides.terms, sides.outer | al.scope(group))
        folded = []
        for place, part in enumerate(parts):
            others = frozenset(al.variables((*parts[:place], *parts[place + 1 :])))
            folded.append(self._part(part, inner, needed | others))
        return al.Group(tuple(each for each in folded if each != al.Group(())))

    def _part(self, part: al.Pattern, sides: _Sides, needed: Names) -> al.Pattern:
        match part:
            case al.Triple():
                return self._of_case(part, sides)
            case al.Filter() | al.Bind():
                changed: al.Pattern = self._in_expression(part, sides, needed)
                return changed
            case al.Group():
                return self.group(part, sides, needed)
            case al.Optional(inner) | al.Without(inner):
                return replace(part, part=self.group(inner, sides, needed))
            case al.Select(columns, inner):
                return replace(part, part=self.group(inner, sides, frozenset(columns)))
            case al.Aggregate(keys, picks, inner, having):
                # To count, every solution is needed.
                own = frozenset(keys).union(al.variables(having), (pick.of for pick in picks))
                if any(pick.kind == "COUNT" for pick in picks):
                    own |= frozenset(al.variables(inner))
                return replace(part, part=self.group(inner, sides, own))
            case al.Union(branches):
                found = [self.group(each, sides, needed) for each in branches]
                return al.Union(tuple(each for each in found if not _is_empty(each)))
        return part

    def _in_expression(self, node: Any, sides: _Sides, needed: Names) -> Any:
        """Return an expression in which the pattern of each EXISTS is folded."""
        if isinstance(node, al.Group):
            return self.group(node, sides, needed)
        if isinstance(node, tuple):
            return tuple(self._in_expression(each, sides, needed) for each in node)
        if is_dataclass(node) and not isinstance(node, al.Variable | al.Constant):
            changed = {
                each.name: self._in_expression(getattr(node, each.name), sides, needed)
                for each in fields(node)
            }
            return replace(node, **changed)  # type: ignore[type-var]
        return node

    def _expanded(self, part: al.Pattern) -> Iterable[al.Pattern]:
        """Yield the parts of a group of joins, and the triples of a path over the case."""
        if isinstance(part, al.Group) and not any(
            isinstance(each, al.Filter | al.Optional | al.Bind | al.Without) for each in part.parts
        ):
            return [each for inner in part.parts for each in self._expanded(inner)]
        if not isinstance(part, al.Triple) or not isinstance(part.predicate, al.Path):
            return [part]
        path = part.predicate
        if not any(self._vocabulary.of(node.text[1:-1]) for node in _constants(path)):
            return [part]
        subject, object_ = part.subject, part.object
        one = [al.Group((replace(part, predicate=each),)) for each in path.parts]
        if path.kind == "zero-or-one" and isinstance(subject, al.Variable):
            # The record itself, whatever its type.
            itself = replace(part, subject=object_, predicate=_TYPE, object=_ANY)
            one.append(al.Group((itself, al.Bind(subject, object_))))
        elif path.kind != "alternative":
            self._refuse(f"a path of the kind {path.kind} over the case", part.line)
        return [al.Union(tuple(one))]

    # -- sides -------------------------------------------------------------------------
    def _decide(self, parts: Iterable[al.Pattern], sides: _Sides) -> None:
        """Note of all al.variables whether they are records or of the ontology."""
        triples = [part for part in parts if isinstance(part, al.Triple)]
        for inner in (part for part in parts if isinstance(part, al.Select | al.Aggregate)):
            own = _Sides()
            self._decide(inner.part.parts, own)
            for variable in al.scope(inner) & own.records.keys():
                sides.narrow(variable, own.records[variable])
        for _ in triples:  # each round decides at least one, or nothing more
            for triple in triples:
                side = self._side(triple, sides)
                if side == "case" and isinstance(triple.predicate, al.Constant):
                    property_ = triple.predicate.text[1:-1]
                    to = self._vocabulary.to(property_)
                    sides.narrow(triple.subject, self._vocabulary.of(property_))
                    sides.narrow(triple.object, to)
                    if property_ == TYPE and isinstance(triple.object, al.Constant):
                        sides.narrow(triple.subject, self._records_of([triple.object.text]))
                    if not to and isinstance(triple.object, al.Variable):
                        sides.terms.add(triple.object)
                elif side == "ontology":
                    ends = (triple.subject, triple.object)
                    sides.terms.update(each for each in ends if isinstance(each, al.Variable))

    def _side(self, triple: al.Triple, sides: _Sides) -> str:
        """Return whether a triple is of the case or of the ontology, empty if it is not known."""
        predicate, known = triple.predicate, self._vocabulary.known.forward
        if isinstance(predicate, al.Variable):
            return ""
        if isinstance(predicate, al.Path) or isinstance(triple.subject, al.Constant):
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
        elif isinstance(triple.object, al.Constant):
            return "case" if triple.object.text[1:-1] in self._vocabulary.local else "ontology"
        if triple.subject in sides.records:
            return "case"
        return "ontology" if triple.subject in sides.terms else ""

    def _decide_by_tables(self, parts: list[al.Pattern], sides: _Sides) -> bool:
        """Decide what is left by the classes that tables give; return whether anything was."""
        decided = False
        for triple in [part for part in parts if isinstance(part, al.Triple)]:
            if isinstance(triple.predicate, al.Variable) or self._side(triple, sides):
                continue
            values = _values(triple.object, parts)
            local = [text for text in values if text[1:-1] in self._vocabulary.local]
            if not values or 0 < len(local) < len(values):
                self._refuse("a pattern of the ontology and of the case at once", triple.line)
            if local:
                sides.narrow(triple.subject, self._records_of(local))
            elif isinstance(triple.subject, al.Variable):
                sides.terms.add(triple.subject)
            decided = True
        return decided

    def _records_of(self, classes: Iterable[str]) -> Classes:
        """Return the classes, without the brackets of their IRIs."""
        return frozenset(text[1:-1] for text in classes)

    def _of_case(self, triple: al.Triple, sides: _Sides) -> al.Match | al.Link:
        predicate = triple.predicate
        if isinstance(predicate, al.Variable):
            self._refuse(f"?{predicate.name} as a property", triple.line, "one that a table gives")
        assert isinstance(predicate, al.Constant)
        property_ = predicate.text[1:-1]
        of = self._vocabulary.of(property_)
        if isinstance(triple.subject, al.Variable):
            of = sides.records.get(triple.subject, of)
        many = property_ == TYPE or self._vocabulary.is_many(property_)
        if to := self._vocabulary.to(property_):
            if isinstance(triple.object, al.Variable):
                to = sides.records.get(triple.object, to)
            return al.Link(triple.subject, property_, triple.object, of, many, to)
        return al.Match(triple.subject, property_, triple.object, of, many)

    # -- tables ------------------------------------------------------------------------
    def _tabulated(self, parts: list[al.Pattern], sides: _Sides, needed: Names) -> list[al.Pattern]:
        """Return the parts with those of the ontology as tables, one for what is connected."""
        own = [part for part in parts if self._is_of_ontology(part, sides)]
        # What is asked must be of the ontology too, and not only what is known to be a value.
        ground = _scope(part for part in own if isinstance(part, al.Triple | al.Table))
        others = {part: _scope(p for p in parts if p is not part) | sides.outer for part in own}
        own = [part for part in own if frozenset(al.variables(part)) & others[part] <= ground]
        if not any(isinstance(part, al.Triple) for part in own):
            return parts
        rest = [part for part in parts if part not in own]
        tables = []
        while own:
            connected = [own.pop(0)]
            names = frozenset(al.variables(connected[0]))
            while more := [part for part in own if names & frozenset(al.variables(part))]:
                own = [part for part in own if part not in more]
                connected += more
                names |= frozenset(al.variables(tuple(more)))
            wanted = needed | frozenset(al.variables(tuple(rest)))
            # Filters and what is optional come after what they are about.
            connected.sort(key=lambda part: not isinstance(part, al.Triple | al.Table))
            tables.append(self._evaluated(al.Group(tuple(connected)), wanted))
        return [*tables, *rest]

    def _is_of_ontology(self, part: al.Pattern, sides: _Sides) -> bool:
        match part:
            case al.Triple():
                return self._side(part, sides) == "ontology"
            case al.Table(columns):
                return bool(sides.terms & set(columns))
            case al.Filter():
                return self._is_about_terms(part, sides)
            case al.Optional(inner):
                shared = [v for v in al.variables(part) if v in sides.records]
                return (
                    not shared
                    and all(
                        isinstance(each, al.Triple) and self._side(each, sides) == "ontology"
                        for each in inner.parts
                    )
                    and any(v in sides.terms for v in al.variables(inner))
                )
        return False

    def _is_about_terms(self, part: al.Filter, sides: _Sides) -> bool:
        """Return whether a filter asks of the ontology alone."""
        names = set(al.variables(part))
        own = sides.copy()
        triples = list(_triples(part.expression))
        self._decide(triples, own)
        return (
            bool(names)
            and names <= own.terms
            and all(self._side(each, own) == "ontology" for each in triples)
        )

    def _evaluated(self, group: al.Group, wanted: Names) -> al.Table:
        """Return the solutions of a group over the ontology, sorted."""
        columns = sorted(al.scope(group) & wanted, key=lambda each: each.name)
        writer = Writer()
        code = writer.solutions(self._with_matches(group), columns)
        space: dict[str, Any] = {**vars(runtime), **writer.tables}
        exec(compile(code, "<folding>", "exec"), space)
        rows = set(space["solutions"](self._vocabulary.known))
        return al.Table(tuple(columns), tuple(sorted(rows, key=lambda row: [str(e) for e in row])))

    def _with_matches(self, node: Any) -> Any:
        """Return a pattern of the ontology with its triples and paths as look-ups."""
        if isinstance(node, al.Triple):
            assert not isinstance(node.predicate, al.Variable)
            property_ = self._vocabulary.relation(node.predicate)
            return al.Match(node.subject, property_, node.object, frozenset(), True)
        if isinstance(node, tuple):
            return tuple(map(self._with_matches, node))
        if is_dataclass(node) and not isinstance(node, al.Variable | al.Constant | al.Table):
            changed = {
                each.name: self._with_matches(getattr(node, each.name)) for each in fields(node)
            }
            return replace(node, **changed)  # type: ignore[type-var]
        return node

    # -- variable properties -----------------------------------------------------------
    def _unrolled(self, parts: list[al.Pattern], sides: _Sides, needed: Names) -> al.Group | None:
        """Return a branch for each property that a variable stands for; None without such."""
        for triple in _triples(tuple(parts)):
            variable = triple.predicate
            tables = (part for part in parts if isinstance(part, al.Table))
            table = next((each for each in tables if variable in each.columns), None)
            if not isinstance(variable, al.Variable) or table is None:
                continue
            place = table.columns.index(variable)
            branches = []
            for value in sorted({text for row in table.rows if (text := row[place])}):
                rows = tuple(row for row in table.rows if row[place] == value)
                own: list[al.Pattern] = [replace(table, rows=rows)]
                own += [
                    _with_property(part, variable, al.Constant(value))
                    for part in parts
                    if part is not table
                ]
                branches.append(self.group(al.Group(tuple(own)), sides, needed))
            return al.Group((al.Union(tuple(branches)),))
        return None


def _scope(parts: Iterable[al.Pattern]) -> Names:
    return al.scope(al.Group(tuple(parts)))


def _with_property(node: Any, variable: al.Variable, property_: al.Constant) -> Any:
    """Return a pattern with a property in the place of a variable, as a predicate."""
    if isinstance(node, al.Triple):
        return replace(node, predicate=property_) if node.predicate == variable else node
    if isinstance(node, tuple):
        return tuple(_with_property(each, variable, property_) for each in node)
    if is_dataclass(node) and not isinstance(node, al.Variable | al.Constant | al.Table):
        changed = {
            each.name: _with_property(getattr(node, each.name), variable, property_)
            for each in fields(node)
        }
        return replace(node, **changed)  # type: ignore[type-var]
    return node


def _triples(node: Any) -> Iterable[al.Triple]:
    if isinstance(node, al.Triple):
        yield node
    elif isinstance(node, tuple):
        for each in node:
            yield from _triples(each)
    elif is_dataclass(node) and not isinstance(node, al.Variable | al.Constant | al.Table):
        for each in fields(node):
            yield from _triples(getattr(node, each.name))


def _constants(path: al.Path | al.Constant) -> Iterable[al.Constant]:
    if isinstance(path, al.Constant):
        yield path
    else:
        for part in path.parts:
            yield from _constants(part)


def _values(term: al.Term | al.Path, parts: Iterable[al.Pattern]) -> set[str]:
    """Return the values that tables give for a variable."""
    return {
        text
        for part in parts
        if isinstance(part, al.Table) and term in part.columns
        for row in part.rows
        if (text := row[part.columns.index(term)])
    }


def _is_empty(group: al.Group) -> bool:
    """Return whether a group has no solution, whatever the case."""
    return any(
        (isinstance(part, al.Table) and not part.rows)
        or (isinstance(part, al.Union) and not part.branches)
        for part in group.parts
    )
