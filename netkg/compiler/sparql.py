"""Read CONSTRUCT queries into the algebra.

The grammar is that of https://www.w3.org/TR/sparql11-query/#sparqlGrammar, as far as rules need
it. (The parser of rdflib has no lines, takes a second for the queries of netkg, and loses the
filters of an ``EXISTS``.)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from netkg.compiler import algebra as al
from netkg.compiler.sparql_expressions import ExpressionReader
from netkg.namespaces import RDF
from netkg.ontology.query_header import read_header
from netkg.ontology.tokens import line_and_column

__all__ = ["read_construct"]

REPETITIONS: Final = {"*": "zero-or-more", "+": "one-or-more", "?": "zero-or-one"}
ABOUT: Final = tuple(f"<{RDF}{name}>" for name in ("subject", "predicate", "object"))


def read_construct(name: str, text: str) -> al.Construct:
    """Return the rule in a query; ``name`` is its file without the ending, in a folder.

    Raises:
        UnsupportedConstruct: if it is not a CONSTRUCT query, or contains what is not
            implemented, with the line.
    """
    return _Reader(name, text).query()


class _Reader(ExpressionReader):
    # -- queries -----------------------------------------------------------------------
    def query(self) -> al.Construct:
        while self._accept("PREFIX"):
            prefix = self._take().text
            self._prefixes[prefix.removesuffix(":")] = self._take().text[1:-1]
        if self._word != "CONSTRUCT":
            self._refuse("a query of another form", expected="a CONSTRUCT query")
        self._take()
        self._expect("{")
        template = list(self._triples(blank=True))
        self._expect("}")
        self._accept("WHERE")
        where = self._group()
        if self._next.kind != "end":
            self._refuse(f"{self._next.text!r} after the pattern")
        header = read_header(self._text, place=self._name)
        return self._construct(
            template, where, header.summary, tuple(param.name for param in header.parameters)
        )

    def _construct(
        self, template: list[al.Triple], where: al.Group, summary: str, parameters: tuple[str, ...]
    ) -> al.Construct:
        """Divide a template into the facts and what it says of how they were derived."""
        fresh = {
            part.variable
            for part in where.parts
            if isinstance(part, al.Bind) and part.expression == al.Call("BNODE", ())
        }
        nodes: dict[al.Term, list[tuple[str, al.Term]]] = {}
        facts = []
        for triple in template:
            predicate = triple.predicate
            assert not isinstance(predicate, al.Path)
            subject = triple.subject
            if subject in fresh or (isinstance(subject, al.Variable) and subject.name[:1] == "."):
                if isinstance(predicate, al.Variable):
                    self._refuse("a variable as the predicate of a derivation")
                nodes.setdefault(subject, []).append((predicate.text, triple.object))
            else:
                facts.append(al.Template(subject, predicate, triple.object))
        derivations = []
        for said in nodes.values():
            about = [object_ for key in ABOUT for property_, object_ in said if property_ == key]
            if len(about) != len(ABOUT):
                self._refuse(
                    "a derivation without its fact", expected="a subject, a predicate, an object"
                )
            premises = tuple((p[1:-1], o) for p, o in said if p not in ABOUT)
            subject, property_, value = about
            derivations.append(al.Derivation(subject, property_, value, premises))
        parts = tuple(
            p for p in where.parts if not (isinstance(p, al.Bind) and p.variable in fresh)
        )
        return al.Construct(
            self._name, summary, tuple(facts), tuple(derivations), al.Group(parts), parameters
        )

    # -- patterns ----------------------------------------------------------------------
    def _group(self) -> al.Group:
        self._expect("{")
        if self._word == "SELECT":
            parts: list[al.Pattern] = [self._subquery()]
            self._expect("}")
            return al.Group(tuple(parts))
        parts = []
        while not self._accept("}"):
            parts += self._element()
            self._accept(".")
        # A filter applies to the whole group, wherever it is written.
        filters = [part for part in parts if isinstance(part, al.Filter)]
        return al.Group((*(p for p in parts if not isinstance(p, al.Filter)), *filters))

    def _element(self) -> Iterator[al.Pattern]:
        word = self._word
        if word == "{":
            branches = [self._group()]
            while self._accept("UNION"):
                branches.append(self._group())
            yield al.Union(tuple(branches)) if len(branches) > 1 else branches[0]
        elif self._accept("OPTIONAL"):
            yield al.Optional(self._group())
        elif self._accept("MINUS"):
            yield al.Without(self._group())
        elif self._accept("FILTER"):
            yield al.Filter(self._primary())
        elif self._accept("BIND"):
            self._expect("(")
            expression = self._expression()
            self._expect("AS")
            yield al.Bind(self._variable(), expression)
            self._expect(")")
        elif self._accept("VALUES"):
            yield self._values()
        elif word and word not in ("[", "(", "-", "+"):
            self._refuse(self._next.text)
        else:
            yield from self._triples(blank=False)

    def _values(self) -> al.Table:
        columns = [self._variable()] if self._next.kind == "variable" else []
        single = bool(columns)
        if not single:
            self._expect("(")
            while not self._accept(")"):
                columns.append(self._variable())
        self._expect("{")
        rows = []
        while not self._accept("}"):
            if not single:
                self._expect("(")
            row = [None if self._accept("UNDEF") else self._constant().text for _ in columns]
            if not single:
                self._expect(")")
            rows.append(tuple(row))
        return al.Table(tuple(columns), tuple(rows))

    def _subquery(self) -> al.Pattern:
        self._take()
        distinct = bool(self._accept("DISTINCT"))
        shown = set(self._shown())
        # What is not selected is hidden, so it gets names of its own.
        outer, number = self._renamed[-1] if self._renamed else {}, next(self._numbers)
        every = {token.text[1:] for token in self._tokens if token.kind == "variable"}
        self._renamed.append(
            {name: f"{outer.get(name, name)}.{number}" for name in every - shown}
            | {name: outer[name] for name in shown & outer.keys()}
        )
        self._picks.append([])
        plain, named = list[al.Variable](), dict[al.Variable, al.Variable]()
        while self._word not in ("WHERE", "{"):
            if self._next.kind == "variable":
                plain.append(self._variable())
                continue
            self._expect("(")
            expression = self._expression()
            if expression not in [pick.variable for pick in self._picks[-1]]:
                self._refuse("an expression in SELECT", expected="MAX, MIN or COUNT of a variable")
            self._expect("AS")
            named[expression] = self._variable()
            self._expect(")")
        self._accept("WHERE")
        part, keys, having = self._group(), list[al.Variable](), None
        if self._accept("GROUP"):
            self._expect("BY")
            while self._next.kind == "variable":
                keys.append(self._variable())
        if self._accept("HAVING"):
            having = self._primary()
            if al.variables(having) & frozenset(named.values()):
                self._refuse("a name of SELECT in HAVING", expected="the aggregate itself")
        if self._word != "}":
            self._refuse(f"{self._next.text} in a subquery")
        picks = [
            al.Pick(each.kind, each.of, named.get(each.variable, each.variable))
            for each in self._picks.pop()
        ]
        self._renamed.pop()
        if picks and not keys:
            self._refuse("an aggregate without GROUP BY")
        if keys:
            return al.Aggregate(tuple(keys), tuple(picks), part, having)
        return al.Select(tuple(plain), part, distinct)

    def _shown(self) -> Iterator[str]:
        """Yield the names of the variables that the subquery at this place selects."""
        depth = 0
        for place in range(self._at, len(self._tokens)):
            kind, text, _ = self._tokens[place]
            depth += {"(": 1, ")": -1}.get(text, 0)
            if text == "{" or text.upper() == "WHERE":
                return
            if kind == "variable" and (not depth or self._tokens[place - 1].text.upper() == "AS"):
                yield text[1:]

    def _triples(self, *, blank: bool) -> Iterator[al.Triple]:
        """Yield the triples at this place; in a template, ``[]`` is a node of its own."""
        while self._word in ("", "[") and self._next.kind != "end":
            if self._accept("["):
                self._expect("]")
                subject: al.Term = al.Variable(f".{next(self._numbers)}")
                if not blank:
                    self._refuse("a blank node")
            else:
                subject = self._term()
            yield from self._properties(subject)
            if not self._accept("."):
                return

    def _properties(self, subject: al.Term) -> Iterator[al.Triple]:
        while True:
            line, _ = line_and_column(self._text, self._next.at)
            verb = self._variable() if self._next.kind == "variable" else self._path()
            while True:
                yield from self._steps(subject, verb, self._term(), line)
                if not self._accept(","):
                    break
            if not self._accept(";") or self._word in (".", "}", "]"):
                return

    def _steps(
        self, subject: al.Term, verb: al.Term | al.Path, object_: al.Term, line: int
    ) -> Iterator[al.Triple]:
        """Yield a triple; a sequence is a triple for each of its parts."""
        if isinstance(verb, al.Path) and verb.kind == "sequence":
            for part in verb.parts[:-1]:
                between = al.Variable(f"between.{next(self._numbers)}")
                yield al.Triple(subject, part, between, line)
                subject = between
            verb = verb.parts[-1]
        yield al.Triple(subject, verb, object_, line)

    # -- paths -------------------------------------------------------------------------
    def _path(self) -> al.Path | al.Constant:
        parts = [self._sequence()]
        while self._accept("|"):
            parts.append(self._sequence())
        return parts[0] if len(parts) == 1 else al.Path("alternative", tuple(parts))

    def _sequence(self) -> al.Path | al.Constant:
        parts = [self._step()]
        while self._accept("/"):
            parts.append(self._step())
        return parts[0] if len(parts) == 1 else al.Path("sequence", tuple(parts))

    def _step(self) -> al.Path | al.Constant:
        if self._word in ("^", "!"):
            self._refuse(f"{self._word} in a path")
        part: al.Path | al.Constant
        if self._accept("("):
            part = self._path()
            self._expect(")")
        elif self._next.text == "a":
            self._take()
            part = al.Constant(f"<{RDF}type>")
        else:
            part = self._constant()
        if sign := self._accept(*REPETITIONS):
            return al.Path(REPETITIONS[sign], (part,))  # type: ignore[arg-type]
        return part
