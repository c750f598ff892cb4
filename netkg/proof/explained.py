"""What can be explained: a statement, a gap of the guideline, or a class of cases or tumors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import pyoxigraph as ox

from netkg.errors import InputError, KnowledgeError
from netkg.namespaces import local_name
from netkg.ontology.criteria import Criterion, InstanceOf
from netkg.ontology.guideline import Gap, Level, Statement
from netkg.ontology.schema import SUBCLASS, netkg
from netkg.plan.engine import Engine
from netkg.suggestions import closest, did_you_mean

__all__ = ["DefinedClass", "Explained", "criterion_of", "find_explained", "find_statement"]

_LEVELS: dict[str, Level] = {"Case": "case", "Tumor": "tumor"}


@dataclass(frozen=True, slots=True)
class DefinedClass:
    """A class of cases or tumors that has a definition, such as ``NeuroendocrineTumorG2``."""

    id: str
    level: Level
    label: str
    definition: str
    condition: Criterion


Explained: TypeAlias = Statement | Gap | DefinedClass


def criterion_of(explained: Explained) -> Criterion:
    """Return the criterion that decides.

    Raises:
        KnowledgeError: if a statement has no population, and so no verdict.
    """
    found = explained.population if isinstance(explained, Statement) else explained.condition
    if found is None:
        raise KnowledgeError("has no population and so no proof", term=explained.id)
    return found


def kind_of(explained: Gap | DefinedClass) -> Literal["gap", "class"]:
    """Return what takes the place of the kind of a statement."""
    return "gap" if isinstance(explained, Gap) else "class"


def find_explained(engine: Engine, id_: str) -> Explained:
    """Find a statement that carries a verdict, a gap, or a class by its local name.

    Raises:
        InputError: if there is none, or it carries no verdict.
    """
    gap = next((each for each in engine.catalogue.gaps if each.id == id_), None)
    if gap is not None:
        return gap
    is_statement = any(statement.id == id_ for statement in engine.statements())
    class_ = None if is_statement else _find_class(engine, id_.removeprefix("netkg:"))
    return class_ or find_statement(engine, id_)


def find_statement(engine: Engine, id_: str) -> Statement:
    """Find a statement that carries a verdict.

    Raises:
        InputError: if no statement has this id, or it carries no verdict.
    """
    known = {statement.id: statement for statement in engine.statements()}
    bearing = [statement.id for statement in engine.catalogue.verdict_bearing]
    statement = known.get(id_)
    if statement is None:
        gaps = [gap.id for gap in engine.catalogue.gaps]
        hint = did_you_mean(closest(id_, [*known, *gaps, *_classes(engine)]))
        raise InputError(
            f"No statement has the id {id_}",
            expected="" if hint else f"one of {', '.join(bearing)}",
            hint=hint,
        )
    if statement.population is None:
        raise InputError(
            f"{id_} has no verdict: it is a statement of the kind {statement.kind}",
            expected="a recommendation, an alert, a precondition or a principle",
        )
    return statement


def _classes(engine: Engine) -> list[str]:
    """Return the local names of the classes of cases or tumors."""
    records = {netkg(name) for name in _LEVELS}
    return sorted(
        local_name(quad.subject.value)
        for quad in engine.schema.store.quads_for_pattern(None, SUBCLASS, None)
        if isinstance(quad.subject, ox.NamedNode)
        and not engine.schema.is_record(quad.subject)
        and records & engine.schema.superclasses(quad.subject)
    )


def _find_class(engine: Engine, name: str) -> DefinedClass | None:
    if name not in _classes(engine):
        return None
    schema, compiler, class_ = engine.schema, engine.compiler, netkg(name)
    condition = compiler.compile(class_)
    if isinstance(condition, InstanceOf):
        return None
    return DefinedClass(
        name,
        _LEVELS[compiler.scope(class_)],
        schema.label(class_),
        schema.definition(name),
        condition,
    )
