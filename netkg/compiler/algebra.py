"""The algebra of the compiler: what rules, plan queries, shapes and criteria become.

It is small, typed and local to one case. Every reader (:mod:`~netkg.compiler.sparql`,
:mod:`~netkg.compiler.shapes`) produces it, folding (:mod:`~netkg.compiler.folding`) replaces
what the ontology alone decides by tables, and a back end (:mod:`~netkg.compiler.python`)
writes it as a program. Constants are RDF terms in N-Triples form.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

__all__ = [
    "Aggregate",
    "Arithmetic",
    "Bind",
    "Call",
    "Comparison",
    "Constant",
    "Construct",
    "Derivation",
    "Exists",
    "Expression",
    "Filter",
    "Group",
    "In",
    "Junction",
    "Link",
    "Match",
    "Not",
    "Optional",
    "Path",
    "Pattern",
    "Pick",
    "Select",
    "Table",
    "Template",
    "Term",
    "Triple",
    "Union",
    "Variable",
    "Without",
    "certain",
    "scope",
    "variables",
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


# -- variables ----------------------------------------------------------------------------
def variables(node: object) -> Iterator[Variable]:
    """Yield the variables that occur anywhere in a pattern or an expression."""
    if isinstance(node, Variable):
        yield node
    elif isinstance(node, tuple):
        for each in node:
            yield from variables(each)
    elif hasattr(node, "__slots__") and not isinstance(node, Constant):
        for name in node.__slots__:
            yield from variables(getattr(node, name))


def scope(pattern: Pattern) -> frozenset[Variable]:
    """Return the variables to which the solutions of a pattern may give a value."""
    match pattern:
        case Triple() | Match() | Link():
            return frozenset(variables(pattern))
        case Table(columns):
            return frozenset(columns)
        case Bind(variable):
            return frozenset({variable})
        case Group(parts) | Union(parts):
            return frozenset[Variable]().union(*map(scope, parts))
        case Optional(part):
            return scope(part)
        case Aggregate(keys, picks):
            return frozenset(keys).union(pick.variable for pick in picks)
        case Select(found):
            return frozenset(found)
    return frozenset()


def certain(pattern: Pattern, known: frozenset[Variable] = frozenset()) -> frozenset[Variable]:
    """Return the variables to which every solution of a pattern gives a value.

    ``known`` are those that have one before.
    """
    match pattern:
        case Table(columns, rows):
            return frozenset(
                each for place, each in enumerate(columns) if all(row[place] for row in rows)
            )
        case Bind(variable, expression):
            return frozenset({variable} if _has_value(expression, known) else ())
        case Group(parts):
            found: frozenset[Variable] = frozenset()
            for part in parts:
                found |= certain(part, known | found)
            return found
        case Union(branches):
            each = [certain(branch, known) for branch in branches]
            return frozenset.intersection(*each) if each else frozenset()
        case Optional() | Without() | Filter():
            return frozenset()
        case Select(found_, part):
            return frozenset(found_) & certain(part)
        case Aggregate(keys, picks, part):
            return (frozenset(keys) & certain(part)) | {pick.variable for pick in picks}
    return scope(pattern)


def _has_value(expression: Expression, known: frozenset[Variable]) -> bool:
    """Return whether an expression has a value whatever the case."""
    match expression:
        case Variable():
            return expression in known
        case Constant() | Exists() | Call("BOUND" | "BNODE"):
            return True
        case Call("IF", (test, *values)):
            is_decided = isinstance(test, Exists | Call) or _compares_terms(test, known)
            return is_decided and all(_has_value(each, known) for each in values)
        case Call("COALESCE", arguments):
            return any(_has_value(each, known) for each in arguments)
        case Call("STR", (part,)):
            return _has_value(part, known)
        case Call("LCASE" | "UCASE" | "REPLACE", (part, *_)):
            # These are errors for what is not a text.
            return isinstance(part, Call) and part.name in TEXTS and _has_value(part, known)
    return False


def _compares_terms(test: Expression, known: frozenset[Variable]) -> bool:
    """Return whether a test compares terms for equality with IRIs, which cannot fail."""
    match test:
        case Comparison("=" | "!=", left, Constant(text)):
            return text.startswith("<") and _has_value(left, known)
        case Junction(_, parts):
            return all(isinstance(p, Call) or _compares_terms(p, known) for p in parts)
        case Call("BOUND"):
            return True
        case Variable():
            return test in known
    return False
