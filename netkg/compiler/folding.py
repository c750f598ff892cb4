"""Folding: what the ontology alone decides is evaluated once, and becomes tables.

What remains asks of the case alone, by properties that are known: a variable in the place of a
property is replaced by each property that the ontology gives for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from netkg.compiler import algebra as al
from netkg.compiler import runtime
from netkg.compiler.generated import functions
from netkg.compiler.python import Writer
from netkg.compiler.scoping import scope
from netkg.compiler.sides import Sides, iris_of
from netkg.compiler.vocabulary import TYPE, Vocabulary
from netkg.errors import UnsupportedConstruct

__all__ = ["fold", "possible"]

Names = frozenset[al.Variable]
_TYPE: Final = al.Constant(f"<{TYPE}>")
_ANY: Final = al.Variable("any type")


def fold(rule: al.Construct, vocabulary: Vocabulary) -> al.Construct:
    """Return a rule in which what depends on the ontology alone is evaluated.

    Raises:
        UnsupportedConstruct: with the line, if a pattern belongs neither to the ontology nor
            to the case, or to both.
    """
    folder = _Folder(vocabulary)
    needed = al.variables((rule.facts, rule.derivations)) | rule.given
    where = folder.group(rule.where, Sides(rule.name, vocabulary), needed)
    for fact in rule.facts:
        folder.check(rule.name, fact, where)
    classes = sorted((v.name, tuple(sorted(found))) for v, found in folder.classes.items())
    return replace(rule, where=where, classes=tuple(classes))


class _Folder:
    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self.classes: dict[al.Variable, frozenset[str]] = {}

    def check(self, rule: str, fact: al.Template, where: al.Group) -> None:
        """Refuse a fact that patterns of the ontology would read: they are evaluated before."""
        vocabulary = self._vocabulary
        for property_ in possible(fact.property, where):
            is_of_both = property_ in vocabulary.known.forward
            if property_ == TYPE:
                wrong = possible(fact.object, where) - vocabulary.local
            elif vocabulary.of(property_) and not (is_of_both and fact.subject not in self.classes):
                continue
            else:
                wrong = frozenset({property_})
            for name in sorted(wrong):
                what = f"<{name}> in CONSTRUCT, which is not local to a case,"
                raise UnsupportedConstruct.in_query(what, rule)

    def group(self, group: al.Group, around: Sides, needed: Names) -> al.Group:
        """Return a group of tables and of patterns of the case."""
        sides = around.inside()
        parts = [each for part in group.parts for each in self._expanded(part, sides)]
        sides.decide(parts)
        parts = self._tabulated(parts, sides, needed)
        if not _is_empty(al.Group(tuple(parts))) and sides.decide_by_tables(parts):
            sides.decide(parts)
            parts = self._tabulated(parts, sides, needed)
        if _is_empty(al.Group(tuple(parts))):
            # Nothing is asked of the case: the other patterns may belong to neither side.
            return al.Group((al.Table((), ()),))
        if unrolled := self._unrolled(parts, sides, needed):
            return unrolled
        for variable, classes in sides.records.items():
            self.classes[variable] = self.classes.get(variable, frozenset()) | classes
        inner, folded = sides.inside(scope(group)), []
        for place, part in enumerate(parts):
            others = al.variables((*parts[:place], *parts[place + 1 :]))
            folded.append(self._part(part, inner, needed | others))
        return al.Group(tuple(each for each in folded if each != al.Group(())))

    def _part(self, part: al.Pattern, sides: Sides, needed: Names) -> al.Pattern:
        match part:
            case al.Triple():
                return self._of_case(part, sides)
            case al.Table():
                return part
            case al.Select(columns, inner):
                inner = self.group(inner, sides, frozenset(columns))
                if part.distinct and len(inner.parts) == 1 and isinstance(inner.parts[0], al.Table):
                    return inner.parts[0]
                return replace(part, part=inner)
            case al.Aggregate(keys, picks, inner, having):
                # To count, every solution is needed.
                own = frozenset(keys).union(al.variables(having), (pick.of for pick in picks))
                if any(pick.kind == "COUNT" for pick in picks):
                    own |= al.variables(inner)
                return replace(part, part=self.group(inner, sides, own))
            case al.Union(branches):
                found = [self.group(each, sides, needed) for each in branches]
                return al.Union(tuple(each for each in found if not _is_empty(each)))

        def folded(node: Any) -> Any:
            return self.group(node, sides, needed) if isinstance(node, al.Group) else None

        changed: al.Pattern = al.mapped(part, folded)
        return changed

    def _expanded(self, part: al.Pattern, sides: Sides) -> Iterable[al.Pattern]:
        """Return the parts of a group of joins, or the triples of a path over the case."""
        ordered = al.Filter | al.Optional | al.Bind | al.Without
        if isinstance(part, al.Group) and not any(isinstance(p, ordered) for p in part.parts):
            return [each for inner in part.parts for each in self._expanded(inner, sides)]
        if not isinstance(part, al.Triple) or not isinstance(part.predicate, al.Path):
            return [part]
        path, subject, object_ = part.predicate, part.subject, part.object
        named = [each for each in al.walk(path) if isinstance(each, al.Constant)]
        if not any(self._vocabulary.of(each.text[1:-1]) for each in named):
            return [part]
        one = [al.Group((replace(part, predicate=each),)) for each in path.parts]
        if path.kind == "zero-or-one" and isinstance(subject, al.Variable):
            # The record itself, whatever its type.
            itself = replace(part, subject=object_, predicate=_TYPE, object=_ANY)
            one.append(al.Group((itself, al.Bind(subject, object_))))
        elif path.kind != "alternative":
            sides.refuse(f"a path of the kind {path.kind} over the case", part.line)
        return [al.Union(tuple(one))]

    def _of_case(self, triple: al.Triple, sides: Sides) -> al.Match | al.Link:
        subject, predicate, object_ = triple.subject, triple.predicate, triple.object
        if isinstance(predicate, al.Variable):
            sides.refuse(f"?{predicate.name} as a property", triple.line, "one that a table gives")
        assert isinstance(predicate, al.Constant)
        property_ = predicate.text[1:-1]
        of, to = self._vocabulary.of(property_), self._vocabulary.to(property_)
        if isinstance(subject, al.Variable):
            of = sides.records.get(subject, of)
        many = property_ == TYPE or self._vocabulary.is_many(property_)
        if not to:
            return al.Match(subject, property_, object_, of, many)
        if isinstance(object_, al.Variable):
            to = sides.records.get(object_, to)
        return al.Link(subject, property_, object_, of, many, to)

    # -- tables ------------------------------------------------------------------------
    def _tabulated(self, parts: list[al.Pattern], sides: Sides, needed: Names) -> list[al.Pattern]:
        """Return the parts with those of the ontology as tables, one for what is connected."""
        own = [part for part in parts if sides.is_of_ontology(part)]
        # What is asked must be of the ontology too, and not only what is known to be a value.
        ground = _scope(part for part in own if isinstance(part, al.Triple | al.Table))
        others = {part: _scope(p for p in parts if p is not part) | sides.outer for part in own}
        own = [part for part in own if al.variables(part) & others[part] <= ground]
        if not any(isinstance(part, al.Triple) for part in own):
            return parts
        self._check_paths(own, parts, sides)
        rest = [part for part in parts if part not in own]
        tables = []
        while own:
            connected, names = [own.pop(0)], Names()
            while names != (names := al.variables(tuple(connected))):
                connected += [part for part in own if names & al.variables(part)]
                own = [part for part in own if part not in connected]
            # Filters and what is optional come after what they are about.
            connected.sort(key=lambda part: not isinstance(part, al.Triple | al.Table))
            wanted = needed | al.variables(tuple(rest))
            tables.append(self._evaluated(al.Group(tuple(connected)), wanted))
        return [*tables, *rest]

    def _check_paths(
        self, own: Iterable[al.Pattern], parts: Iterable[al.Pattern], sides: Sides
    ) -> None:
        """Refuse a path over the ontology of no length, if its end is a record or a literal."""
        literals = {
            part.object
            for part in parts
            if isinstance(part, al.Triple)
            and isinstance(part.predicate, al.Constant)
            and self._vocabulary.is_of_literals(part.predicate.text[1:-1])
        }
        for part in own:
            paths = (each for each in al.walk(part) if isinstance(each, al.Path))
            if isinstance(part, al.Triple) and any(p.kind.startswith("zero") for p in paths):
                ends = {part.subject, part.object}
                if ends & (literals | sides.records.keys()):
                    sides.refuse("a path of no length from a record or literal", part.line)

    def _evaluated(self, group: al.Group, wanted: Names) -> al.Table:
        """Return the solutions of a group over the ontology, sorted."""

        def looked_up(node: Any) -> Any:
            if isinstance(node, al.Triple):
                assert not isinstance(node.predicate, al.Variable)
                property_ = self._vocabulary.relation(node.predicate)
                return al.Match(node.subject, property_, node.object, frozenset(), True)
            return None

        columns = sorted(scope(group) & wanted, key=lambda each: each.name)
        writer = Writer()
        code = writer.solutions(al.mapped(group, looked_up), columns)
        solutions = functions(code, vars(runtime), writer.tables)["solutions"]
        rows = set(solutions(self._vocabulary.known))
        return al.Table(tuple(columns), tuple(sorted(rows, key=lambda r: [str(e) for e in r])))

    # -- variable properties -----------------------------------------------------------
    def _unrolled(self, parts: list[al.Pattern], sides: Sides, needed: Names) -> al.Group | None:
        """Return a branch for each property that a variable stands for; None without such."""
        predicates = [
            each.predicate for each in al.walk(tuple(parts)) if isinstance(each, al.Triple)
        ]
        for variable in predicates:
            tables = (part for part in parts if isinstance(part, al.Table))
            table = next((each for each in tables if variable in each.columns), None)
            if not isinstance(variable, al.Variable) or table is None:
                continue
            place, branches = table.columns.index(variable), []
            for value in sorted({text for row in table.rows if (text := row[place])}):
                rows = tuple(row for row in table.rows if row[place] == value)
                own = [_with_property(p, variable, value) for p in parts if p is not table]
                branch = al.Group((replace(table, rows=rows), *own))
                branches.append(self.group(branch, sides, needed))
            return al.Group((al.Union(tuple(branches)),))
        return None


def possible(term: al.Term, where: al.Group) -> frozenset[str]:
    """Return the IRIs that a term of a template can be."""
    if isinstance(term, al.Constant):
        return frozenset({term.text[1:-1]})
    return iris_of(term, al.walk(where))


def _scope(parts: Iterable[al.Pattern]) -> Names:
    return scope(al.Group(tuple(parts)))


def _with_property(part: al.Pattern, variable: al.Variable, property_: str) -> al.Pattern:
    """Return a pattern with a property in the place of a variable, as a predicate."""

    def changed(node: Any) -> Any:
        if isinstance(node, al.Triple) and node.predicate == variable:
            return replace(node, predicate=al.Constant(property_))
        return None

    found: al.Pattern = al.mapped(part, changed)
    return found


def _is_empty(group: al.Group) -> bool:
    """Return whether a group has no solution, whatever the case."""
    return any(
        (isinstance(part, al.Table) and not part.rows)
        or (isinstance(part, al.Union) and not part.branches)
        for part in group.parts
    )
