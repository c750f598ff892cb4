"""What the sources of an engine are compiled to, by name, for people to read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from netkg.compiler.algebra import Construct
from netkg.compiler.build import rules_of, written
from netkg.errors import KnowledgeError
from netkg.namespaces import local_name
from netkg.ontology.guideline import Statement
from netkg.ontology.schema import SUBCLASS, netkg
from netkg.plan.engine import Engine
from netkg.render.algebra import criterion_lines, rule_lines

__all__ = ["Compiled"]


class Compiled:
    """The rules, plan queries and criteria of an engine.

    Raises:
        UnsupportedConstruct: for what is not implemented, with its file and line.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        #: The rules and plan queries, by name.
        self.rules = {rule.name: rule for rule in rules_of(engine.sources)}
        self._statements = {each.id: each for each in engine.statements()}

    @property
    def summary(self) -> str:
        """How much was compiled, and the names that can be shown."""
        rules = sum(name.startswith("rules/") for name in self.rules)
        populations = [each.id for each in self._statements.values() if each.level]
        lines = [
            f"Compiled {rules} rules, {len(self.rules) - rules} plan queries, the shapes and"
            f" the populations of {len(populations)} statements. Show one with --show NAME,"
            " which is the id of a statement, the name of a class, or one of these:",
            "",
            *(f"{rule.name.partition('-')[0]}  {rule.summary}" for rule in self.rules.values()),
        ]
        return "\n".join(lines)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What can be shown: statements, rules and plan queries, and classes with a definition."""
        store = self._engine.schema.store
        defined = {
            local_name(quad.object.value)  # type: ignore[union-attr]
            for quad in store.quads_for_pattern(None, SUBCLASS, None)
        }
        return (*self._statements, *self.rules, *sorted(defined))

    def full_name(self, name: str) -> str:
        """Return a name; for the number of a rule, such as ``rules/26``, the name of the rule."""
        found = [rule for rule in self.rules if rule.startswith(f"{name.strip()}-")]
        return found[0] if len(found) == 1 else name.strip()

    def shown(self, name: str, *, python: bool = False) -> str:
        """Return what has this name, and with ``python`` the function of a rule or plan query.

        Raises:
            KnowledgeError: if nothing has this name.
        """
        if rule := self.rules.get(name):
            return "\n".join([*rule_lines(rule), *(_function(rule) if python else ())])
        if statement := self._statements.get(name):
            return "\n".join(self._statement(statement))
        if name not in self.names:
            raise KnowledgeError("there is nothing with this name", term=name)
        return "\n".join(criterion_lines(self._engine.compiler.compile(netkg(name))))

    def _statement(self, statement: Statement) -> Iterator[str]:
        """Yield the lines of a statement: its actions, and its population."""
        yield f"{statement.id}: {statement.label}"
        if statement.actions:
            word = " or " if statement.group == "any" else " and "
            yield f"asks for {word.join(statement.actions)}"
        if statement.months:
            yield f"every {statement.months[0]} to {statement.months[1]} months"
        if statement.population is None:
            yield "has no population of its own, so nothing is compiled for it"
        else:
            yield f"for each {statement.level} in"
            yield from (f"    {line}" for line in criterion_lines(statement.population))
        schema = self._engine.schema
        for word, nodes in (
            ("supersedes", schema.objects(statement.node, netkg("supersedes"))),
            ("is superseded by", schema.subjects(netkg("supersedes"), statement.node)),
        ):
            if names := sorted(local_name(node.value) for node in nodes):
                yield f"{word} {', '.join(names)}"


def _function(rule: Construct) -> Iterator[str]:
    text, tables, _ = written([rule])
    yield ""
    yield text.rstrip()
    for name, table in tables.items():
        yield f"{name} = {table!r}"
