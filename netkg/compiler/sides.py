"""Decide of each pattern whether it asks of the case or of the ontology.

Properties decide, by the classes that the ontology says they are for; where both are possible,
such as for ``rdf:type``, what else is asked of the variable decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NoReturn

from netkg.compiler import algebra as al
from netkg.compiler.scoping import scope
from netkg.compiler.vocabulary import TYPE, Vocabulary
from netkg.errors import UnsupportedConstruct

__all__ = ["Sides", "iris_of"]

Classes = frozenset[str]


class Sides:
    """Which variables are records, with their possible classes, and which are of the ontology.

    ``outer`` are the variables of the patterns around.
    """

    def __init__(
        self,
        name: str,
        vocabulary: Vocabulary,
        records: Mapping[al.Variable, Classes] | None = None,
        terms: Iterable[al.Variable] = (),
        outer: Iterable[al.Variable] = (),
    ) -> None:
        self._name = name
        self._vocabulary = vocabulary
        self.records = dict(records or {})
        self.terms = set(terms)
        self.outer = frozenset(outer)

    def inside(self, outer: Iterable[al.Variable] = ()) -> Sides:
        """Return what is known, for a pattern inside; ``outer`` are more variables around it."""
        names = self.outer.union(outer)
        return Sides(self._name, self._vocabulary, self.records, self.terms, names)

    def refuse(self, what: str, line: int, expected: str = "") -> NoReturn:
        """Refuse a construct.

        Raises:
            UnsupportedConstruct: always.
        """
        raise UnsupportedConstruct.in_query(what, self._name, line, expected=expected)

    def narrow(self, term: al.Term, classes: Classes) -> None:
        """Note that a term is a record of one of some classes."""
        if isinstance(term, al.Variable) and classes:
            self.records[term] = self.records.get(term, classes) & classes or classes

    # -- triples -----------------------------------------------------------------------
    def decide(self, parts: Iterable[al.Pattern]) -> None:
        """Note of all variables whether they are records or of the ontology."""
        parts = list(parts)
        for part in parts:
            if isinstance(part, al.Select | al.Aggregate):
                own = Sides(self._name, self._vocabulary)
                own.decide(part.part.parts)
                for variable in scope(part) & own.records.keys():
                    self.narrow(variable, own.records[variable])
        triples = [part for part in parts if isinstance(part, al.Triple)]
        for _ in triples:  # each round decides at least one, or nothing more
            for triple in triples:
                self._decide(triple)

    def _decide(self, triple: al.Triple) -> None:
        subject, predicate, object_ = triple.subject, triple.predicate, triple.object
        side = self.of(triple)
        if side == "ontology":
            self.terms.update(each for each in (subject, object_) if isinstance(each, al.Variable))
        elif side == "case" and isinstance(predicate, al.Constant):
            property_ = predicate.text[1:-1]
            to = self._vocabulary.to(property_)
            self.narrow(subject, self._vocabulary.of(property_))
            self.narrow(object_, to)
            if property_ == TYPE and isinstance(object_, al.Constant):
                self.narrow(subject, frozenset({object_.text[1:-1]}))
            if not to and isinstance(object_, al.Variable):
                self.terms.add(object_)

    def of(self, triple: al.Triple) -> str:
        """Return ``case`` or ``ontology``, empty as long as it is not known.

        Raises:
            UnsupportedConstruct: if the property is for nothing.
        """
        predicate, vocabulary = triple.predicate, self._vocabulary
        if isinstance(predicate, al.Variable):
            return ""
        if isinstance(predicate, al.Path):
            return "ontology"
        property_ = predicate.text[1:-1]
        if property_ != TYPE:
            of_case, of_ontology = vocabulary.of(property_), property_ in vocabulary.known.forward
            # A property that is declared may have lost its last value.
            is_declared = f"<{property_}>" in vocabulary.known.forward[TYPE]
            if not (of_case or of_ontology or is_declared):
                self.refuse(
                    f"the property {predicate.text}, which is for nothing,",
                    triple.line,
                    "schema:domainIncludes with a class that is local to a case",
                )
            if not (of_case and of_ontology):
                return "case" if of_case else "ontology"
        elif isinstance(triple.object, al.Constant) and isinstance(triple.subject, al.Variable):
            return "case" if triple.object.text[1:-1] in vocabulary.local else "ontology"
        if isinstance(triple.subject, al.Constant):
            return "ontology"
        if triple.subject in self.records:
            return "case"
        return "ontology" if triple.subject in self.terms else ""

    def decide_by_tables(self, parts: list[al.Pattern]) -> bool:
        """Decide what is left by the classes that tables give; return whether anything was."""
        decided = False
        for triple in [part for part in parts if isinstance(part, al.Triple)]:
            if isinstance(triple.predicate, al.Variable) or self.of(triple):
                continue
            values = iris_of(triple.object, parts)
            local = values & self._vocabulary.local
            # What has no member in the ontology asks nothing of it.
            members = self._vocabulary.known.backward.get(TYPE, {})
            if not values or (local and any(f"<{each}>" in members for each in values - local)):
                self.refuse("a pattern of the ontology and of the case at once", triple.line)
            if local:
                self.narrow(triple.subject, local)
            elif isinstance(triple.subject, al.Variable):
                self.terms.add(triple.subject)
            decided = True
        return decided

    # -- other patterns ----------------------------------------------------------------
    def is_of_ontology(self, part: al.Pattern) -> bool:
        """Return whether a part of a group may be evaluated over the ontology."""
        match part:
            case al.Triple():
                return self.of(part) == "ontology"
            case al.Table(columns):
                return bool(self.terms & set(columns))
            case al.Filter():
                names, own = al.variables(part), self.inside()
                triples = [each for each in al.walk(part) if isinstance(each, al.Triple)]
                own.decide(triples)
                is_asked = all(own.of(each) == "ontology" for each in triples)
                return bool(names) and names <= own.terms and is_asked
            case al.Optional(inner):
                names = al.variables(inner)
                is_asked = all(
                    isinstance(each, al.Triple) and self.of(each) == "ontology"
                    for each in inner.parts
                )
                return is_asked and bool(names & self.terms) and not names & self.records.keys()
        return False


def iris_of(term: al.Term | al.Path, parts: Iterable[object]) -> frozenset[str]:
    """Return the IRIs that the tables among some parts of a query give for a variable."""
    return frozenset(
        text[1:-1]
        for part in parts
        if isinstance(part, al.Table) and term in part.columns
        for row in part.rows
        if (text := row[part.columns.index(term)])
    )
