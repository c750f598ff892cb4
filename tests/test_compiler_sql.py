"""Check that what is written as SQL gives what the compiled program gives in Python.

Arithmetic and logic are compared on random expressions, queries on those of the compiler's own
test, which have every construct.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

import duckdb
import pytest
from sql_tables import SqlTables, by_value
from test_compiler_queries import CASES, PREFIXES, QUERIES, facts_of

from netkg.case.from_json import case_from_object
from netkg.compiler import algebra as al
from netkg.compiler import runtime
from netkg.compiler.folding import fold
from netkg.compiler.generated import functions
from netkg.compiler.python import Writer
from netkg.compiler.sparql import read_construct
from netkg.compiler.sql.expressions import Column, SqlExpressions
from netkg.compiler.sql.terms import Codes, Kind
from netkg.compiler.vocabulary import Vocabulary
from netkg.errors import UnsupportedConstruct
from netkg.plan.engine import Engine

Number: TypeAlias = int | Decimal | None
Row: TypeAlias = Mapping[al.Variable, Number]

SEEDS, EXPRESSIONS, ROWS = 8, 60, 40
# The columns: two with decimals, two with whole numbers.
WIDE, WHOLE = Kind("number", 6), Kind("number")
COLUMNS = {
    al.Variable(name): kind for name, kind in zip("abcd", (WIDE, WIDE, WHOLE, WHOLE), strict=True)
}


# -- random numbers and expressions ------------------------------------------------------------
def drawn_number(draw: random.Random, kind: Kind) -> Number:
    """Return a number, at times zero or none."""
    if draw.random() < 0.12:
        return None
    if draw.random() < 0.15:
        return 0 if kind == WHOLE else Decimal(0)
    if kind == WHOLE:
        return draw.choice((draw.randint(-5, 5), draw.randint(-800_000, 800_000)))
    size = draw.choice((10, 1000, 10**6))
    return Decimal(draw.randint(-size, size) * 10 ** draw.randint(0, 6)).scaleb(-6)


def constant(draw: random.Random) -> al.Constant:
    value = drawn_number(draw, draw.choice((WIDE, WHOLE)))
    return al.Constant(runtime.term(1 if value is None else value) or "")


class Drawn:
    """Random expressions of numbers, and conditions on them."""

    def __init__(self, draw: random.Random) -> None:
        self._draw = draw

    def leaf(self) -> al.Expression:
        return constant(self._draw) if self._draw.random() < 0.2 else self._draw.choice([*COLUMNS])

    def sum(self) -> al.Expression:
        """Return a sum, or less, which has at most six decimals."""
        if self._draw.random() < 0.5:
            return self.leaf()
        return al.Arithmetic(self._draw.choice("+-"), self.leaf(), self.leaf())

    def number(self, depth: int = 2) -> al.Expression:
        draw = self._draw
        match draw.randrange(9) if depth else 0:
            case 0 | 1:
                return self.sum()
            case 2:
                return al.Arithmetic("*", self.sum(), self.sum())
            case 3 | 4:
                return al.Arithmetic("/", self.sum(), self.sum())
            case 5:
                return al.Call("FLOOR", (self.number(depth - 1),))
            case 6:
                return al.Call("IF", (self.test(depth - 1), self.leaf(), self.number(depth - 1)))
            case 7:
                return al.Call("COALESCE", (self.number(depth - 1), self.leaf()))
            case _:
                parts = self.number(depth - 1), self.number(depth - 1)
                return al.Arithmetic(draw.choice("+-"), *parts)

    def test(self, depth: int = 2) -> al.Expression:
        draw = self._draw
        match draw.randrange(6) if depth else 0:
            case 0 | 1 | 2:
                operator = draw.choice(("=", "!=", "<", ">", "<=", ">="))
                return al.Comparison(operator, self.number(depth and depth - 1), self.leaf())
            case 3:
                return al.Not(self.test(depth - 1))
            case 4:
                return al.Call("BOUND", (draw.choice([*COLUMNS]),))
            case _:
                parts = tuple(self.test(depth - 1) for _ in range(draw.choice((2, 2, 3))))
                return al.Junction(draw.choice(("and", "or")), parts)


# -- what the runtime gives ----------------------------------------------------------------------
def value(expression: al.Expression, row: Row) -> Any:
    """Return the value of an expression of numbers; None for an error."""
    match expression:
        case al.Variable():
            return row[expression]
        case al.Constant(text):
            return runtime.number(text)
        case al.Arithmetic(operator, left, right):
            return runtime.compute(operator, value(left, row), value(right, row))
        case al.Call("FLOOR", (part,)):
            return runtime.rounded("FLOOR", value(part, row))
        case al.Call("IF", (test, yes, no)):
            found = truth(test, row)
            return None if found is None else value(yes if found else no, row)
        case al.Call("COALESCE", parts):
            return next((v for part in parts if (v := value(part, row)) is not None), None)
    raise AssertionError(expression)


def truth(expression: al.Expression, row: Row) -> bool | None:
    """Return whether a condition is true; None for an error."""
    match expression:
        case al.Comparison(operator, left, right):
            one, other = (runtime.term(value(part, row)) for part in (left, right))
            match operator:
                case "=":
                    return runtime.equal(one, other)
                case "!=":
                    found = runtime.equal(one, other)
                    return None if found is None else not found
                case "<" | "<=":
                    return runtime.is_less(one, other, or_equal=operator == "<=")
                case _:
                    return runtime.is_less(other, one, or_equal=operator == ">=")
        case al.Not(part):
            found = truth(part, row)
            return None if found is None else not found
        case al.Call("BOUND", (al.Variable() as variable,)):
            return row[variable] is not None
        case al.Junction(operator, parts):
            every = [truth(part, row) for part in parts]
            decisive = operator == "or"
            return decisive if decisive in every else None if None in every else not decisive
    raise AssertionError(expression)


# -- arithmetic ------------------------------------------------------------------------------
def stored(number: Number, kind: Kind) -> int | None:
    return None if number is None else int(number * 10**kind.scale)


@pytest.fixture
def rows(request: pytest.FixtureRequest) -> list[Row]:
    draw = random.Random(f"rows {request.node.name}")
    return [{name: drawn_number(draw, kind) for name, kind in COLUMNS.items()} for _ in range(ROWS)]


@pytest.fixture
def database(rows: list[Row]) -> duckdb.DuckDBPyConnection:
    """Return a database with the rows as the table ``t``."""
    found = duckdb.connect()
    heads = ", ".join(f"{each.name} {kind.type}" for each, kind in COLUMNS.items())
    found.execute(f"CREATE TABLE t (n INTEGER, {heads})")
    for place, row in enumerate(rows):
        numbers = [stored(row[name], kind) for name, kind in COLUMNS.items()]
        found.execute("INSERT INTO t VALUES (?, ?, ?, ?, ?)", [place, *numbers])
    return found


def writer() -> SqlExpressions:
    columns = {each: Column(f"t.{each.name}", kind, sure=False) for each, kind in COLUMNS.items()}
    return SqlExpressions(columns, {}, Codes(), "tests/expression")


def of_rows(database: duckdb.DuckDBPyConnection, sql: str) -> list[Any]:
    return [found for (found,) in database.execute(f"SELECT {sql} FROM t ORDER BY n").fetchall()]


def exact(number: Any) -> Fraction | None:
    return None if number is None else Fraction(number)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_numbers_are_those_of_the_runtime(
    seed: int, rows: list[Row], database: duckdb.DuckDBPyConnection
) -> None:
    drawn, compared, written = Drawn(random.Random(seed)), 0, 0
    for _ in range(EXPRESSIONS):
        expression = drawn.number()
        try:
            column = writer().value(expression)
        except UnsupportedConstruct:
            continue
        assert column is not None
        written += 1
        scale = 10**column.kind.scale
        found = [v if v is None else Fraction(v, scale) for v in of_rows(database, column.sql)]
        wanted = [exact(value(expression, row)) for row in rows]
        assert found == wanted, (expression, column.sql)
        assert not (column.sure and None in wanted), expression
        compared += sum(each is not None for each in wanted)
    # A product of quotients has more decimals than a column, which is refused.
    assert written > EXPRESSIONS * 0.8
    assert compared > written * ROWS / 3


@pytest.mark.parametrize("seed", range(SEEDS))
def test_conditions_are_those_of_the_runtime(
    seed: int, rows: list[Row], database: duckdb.DuckDBPyConnection
) -> None:
    drawn, seen = Drawn(random.Random(f"test {seed}")), set[bool | None]()
    for _ in range(EXPRESSIONS):
        expression = drawn.test()
        try:
            sql = writer().test(expression)
        except UnsupportedConstruct:
            continue
        wanted = [truth(expression, row) for row in rows]
        assert of_rows(database, sql) == wanted, (expression, sql)
        seen.update(wanted)
        # A condition as a value is a code, or NULL.
        column = writer().value(expression)
        assert column is not None
        assert [v is None for v in of_rows(database, column.sql)] == [v is None for v in wanted]
    assert seen == {True, False, None}


@pytest.mark.parametrize(
    ("left", "operator", "right"),
    [
        *(("1", "/", "3"), ("-1", "/", "3"), ("2", "/", "-0.000003"), ("0", "/", "5")),
        *(("5", "/", "0"), ("5.5", "/", "0.0"), ("-7", "/", "7"), ("0.1", "+", "0.2")),
        *(("0.000001", "*", "0.000001"), ("-0.5", "*", "0.5"), ("999999.999999", "*", "1000000")),
        *(("-0.000001", "-", "-0.000001"), ("365.25", "/", "7")),
    ],
)
def test_sums_products_and_quotients_are_exact(left: str, operator: Any, right: str) -> None:
    expressions = [al.Constant(runtime.term(Decimal(each)) or "") for each in (left, right)]
    for shown in (lambda each: each, lambda each: al.Call("FLOOR", (each,))):
        expression = shown(al.Arithmetic(operator, *expressions))
        column = writer().value(expression)
        assert column is not None
        ((found,),) = duckdb.execute(f"SELECT {column.sql}").fetchall()
        wanted = exact(value(expression, {}))
        assert (None if found is None else Fraction(found, 10**column.kind.scale)) == wanted


# -- queries ---------------------------------------------------------------------------------
# What is not written in SQL: CEIL, and values of two kinds.
REFUSED = frozenset(
    {
        *("numbers and texts", "optional with a filter"),
        *("premises of a fact without a value", "rounding"),
    }
)
MORE = {
    "rounding down": (
        "?m netkg:inForceAt ?x",
        "?m netkg:diameterMm ?d . BIND(FLOOR(?d * 10 + 0.5) / 10 - FLOOR(-0.5 - ?d) AS ?x)",
    ),
    "a value and itself": (
        "?m netkg:inForceAt ?m",
        "?t netkg:measurements ?m . ?m netkg:diameterMm ?d . FILTER(?d - 1 = ?d - 1 && ?t = ?t)",
    ),
    "one choice twice": (
        "?t netkg:inForceAt ?g",
        "?c netkg:tumors ?t . OPTIONAL { ?t netkg:grade ?g_ } BIND(COALESCE(?g_, ?g_) AS ?g)",
    ),
}


@pytest.fixture(scope="module")
def vocabulary(engine: Engine) -> Vocabulary:
    return Vocabulary(engine.schema)


def rule_of(name: str, vocabulary: Vocabulary) -> al.Construct:
    template, where = {**QUERIES, **MORE}[name]
    text = f"#+ summary: A test.\n{PREFIXES}CONSTRUCT {{ {template} }} WHERE {{ {where} }}"
    return fold(read_construct("tests/query", text), vocabulary)


@pytest.mark.parametrize("name", [name for name in (*QUERIES, *MORE) if name not in REFUSED])
def test_a_query_in_sql_derives_what_it_derives_in_python(
    name: str, engine: Engine, vocabulary: Vocabulary
) -> None:
    rule = rule_of(name, vocabulary)
    tables, python = SqlTables(engine.schema, vocabulary), Writer()
    tables.write(rule)
    query = functions(python.rule("query", rule), vars(runtime), python.tables)["query"]
    cases = [case_from_object(tree, schema=engine.schema) for tree in CASES]
    tables.load([(case, facts_of(case)) for case in cases])
    wanted = set()
    for case in cases:
        facts = facts_of(case)
        before = len(facts.log)
        query(facts)
        wanted |= {(s, p, by_value(o)) for s, p, o in facts.log[before:]}
    assert wanted
    assert tables.facts() == wanted


def test_what_is_not_written_in_sql_is_known(engine: Engine, vocabulary: Vocabulary) -> None:
    refused = set()
    for name in QUERIES:
        try:
            SqlTables(engine.schema, vocabulary).write(rule_of(name, vocabulary))
        except UnsupportedConstruct:
            refused.add(name)
    assert refused == REFUSED
