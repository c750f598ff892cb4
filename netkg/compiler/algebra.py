"""The algebra of the compiler: what rules, plan queries, shapes and criteria become.

It is small, typed and local to one case. Every reader (:mod:`~netkg.compiler.sparql`,
:mod:`~netkg.compiler.shapes`) produces it, folding (:mod:`~netkg.compiler.folding`) replaces
what the ontology alone decides by tables, and a back end (:mod:`~netkg.compiler.python`)
writes it as a program. Constants are RDF terms in N-Triples form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, Literal, TypeAlias

__all__ = [
    *("Aggregate", "Arithmetic", "Bind", "Call", "Comparison", "Constant", "Construct"),
    "Derivation",
    *("Exists", "Expression", "Filter", "Group", "In", "Junction", "Link", "Match", "Not"),
    *("Optional", "Path", "Pattern", "Pick", "Select", "Table", "Template", "Term", "Triple"),
    *("Union", "Variable", "Without", "children", "mapped", "variables", "walk"),
]


# -- terms --------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a query; one that a subquery hides has a name of its own."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """An RDF term in N-Triples form."""

    text: str


Term: TypeAlias = Variable | Constant


@dataclass(frozen=True, slots=True)
class Path:
    """A property path other than a single property or a sequence, which is read as triples."""

    kind: Literal["alternative", "zero-or-more", "one-or-more", "zero-or-one", "sequence"]
    parts: tuple[Path | Constant, ...]


# -- patterns -----------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Triple:
    """A triple pattern as it is read; folding makes it a match, a link or part of a table."""

    subject: Term
    predicate: Term | Path
    object: Term
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Match:
    """A property of a record has a value.

    ``of`` are the classes of records that have the property, ``many`` says whether a record
    may have several values.
    """

    subject: Term
    property: str
    object: Term
    of: frozenset[str]
    many: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A property of a record leads to another record, of one of the classes ``to``."""

    subject: Term
    property: str
    object: Term
    of: frozenset[str]
    many: bool
    to: frozenset[str]


@dataclass(frozen=True, slots=True)
class Table:
    """What the ontology says, as rows of terms; None is a variable without a value."""

    columns: tuple[Variable, ...]
    rows: tuple[tuple[str | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """Keeps the solutions for which an expression is true."""

    expression: Expression


@dataclass(frozen=True, slots=True)
class Bind:
    """Gives a variable the value of an expression; no value, if the expression has an error."""

    variable: Variable
    expression: Expression


@dataclass(frozen=True, slots=True)
class Group:
    """The join of its parts, in order; filters apply to the whole."""

    parts: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Optional:
    """Adds to a solution what matches, if anything does."""

    part: Group


@dataclass(frozen=True, slots=True)
class Union:
    """The solutions of every branch."""

    branches: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """Removes the solutions that agree with one of another pattern (``MINUS``)."""

    part: Group


@dataclass(frozen=True, slots=True)
class Pick:
    """The greatest, the least or the number of the values of a variable."""

    kind: Literal["MAX", "MIN", "COUNT"]
    of: Variable
    variable: Variable


@dataclass(frozen=True, slots=True)
class Aggregate:
    """The picks of each group of solutions with the same keys (the operator *greatest*)."""

    keys: tuple[Variable, ...]
    picks: tuple[Pick, ...]
    part: Group
    having: Expression | None = None


@dataclass(frozen=True, slots=True)
class Select:
    """The solutions for some variables; the others are hidden."""

    variables: tuple[Variable, ...]
    part: Group
    distinct: bool


Pattern: TypeAlias = (
    Triple
    | Match
    | Link
    | Table
    | Filter
    | Bind
    | Group
    | Optional
    | Union
    | Without
    | Aggregate
    | Select
)
# The functions that give a text.
TEXTS = ("STR", "LCASE", "UCASE", "REPLACE")


# -- expressions --------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Comparison:
    """Compares two values; texts and IRIs for equality, numbers and days also for order."""

    operator: Literal["=", "!=", "<", ">", "<=", ">="]
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Computes with two numbers."""

    operator: Literal["+", "-", "*", "/"]
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Junction:
    """All parts (``and``) or at least one part (``or``), in the logic of SPARQL."""

    operator: Literal["and", "or"]
    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary of a truth value."""

    part: Expression


@dataclass(frozen=True, slots=True)
class In:
    """Whether a value is one of several."""

    value: Expression
    choices: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function of SPARQL, by its name in capitals."""

    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Exists:
    """Whether a pattern has a solution, given the values that variables already have."""

    part: Group


Expression: TypeAlias = (
    Variable | Constant | Comparison | Arithmetic | Junction | Not | In | Call | Exists
)


# -- rules --------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Template:
    """A fact that a rule derives; it is left out if a variable has no value."""

    subject: Term
    property: Term
    object: Term


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a fact was derived: the fact, and its premises as pairs of a property and a term."""

    subject: Term
    property: Term
    object: Term
    premises: tuple[tuple[str, Term], ...]


@dataclass(frozen=True, slots=True)
class Construct:
    """A rule or a plan query: the facts that follow from each solution of a pattern."""

    name: str
    summary: str
    facts: tuple[Template, ...]
    derivations: tuple[Derivation, ...]
    where: Group
    parameters: tuple[str, ...] = ()
    classes: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def given(self) -> frozenset[Variable]:
        """The parameters, which have a value before the pattern is evaluated."""
        return frozenset(map(Variable, self.parameters))


# -- walking ------------------------------------------------------------------------------
def children(node: object) -> Iterator[Any]:
    """Yield the parts of a node of the algebra; terms have none, and of a table its columns."""
    if isinstance(node, tuple):
        yield from node
    elif isinstance(node, Table):
        yield node.columns
    elif is_dataclass(node) and not isinstance(node, Variable | Constant):
        for each in fields(node):
            yield getattr(node, each.name)


def walk(node: object, *, until: type | tuple[type, ...] = ()) -> Iterator[Any]:
    """Yield a node and all that it consists of, but not what nodes of some types consist of."""
    yield node
    if not isinstance(node, until):
        for child in children(node):
            yield from walk(child, until=until)


def variables(node: object) -> frozenset[Variable]:
    """Return the variables that occur in a pattern or an expression."""
    return frozenset(each for each in walk(node) if isinstance(each, Variable))


def mapped(node: Any, change: Callable[[Any], Any]) -> Any:
    """Return a node in which every part for which ``change`` gives another is replaced by it."""
    found = change(node)
    if found is not None:
        return found
    if isinstance(node, tuple):
        return tuple(mapped(each, change) for each in node)
    if is_dataclass(node) and not isinstance(node, Variable | Constant | Table | type):
        changed = {each.name: mapped(getattr(node, each.name), change) for each in fields(node)}
        return replace(node, **changed)
    return node
