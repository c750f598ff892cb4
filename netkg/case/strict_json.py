"""Strict JSON: the standard, without what Python adds to it.

Numbers keep their digits. A repeated key in one object is an error, and so is
very deep nesting.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from netkg.case.json_faults import BLANKS, json_fault
from netkg.case.literals import compact, numeral
from netkg.errors import InputError
from netkg.limits import beyond, limits

__all__ = ["check_tree", "is_ndjson", "parse_json", "plain_numbers"]

_SCALARS: Final = (bool, int, float, Decimal)


def parse_json(
    text: str,
    *,
    source: str = "",
    line: int | None = None,
    expected: str = "a JSON object with the keys of a case",
) -> Any:
    """Parse JSON strictly, with decimals kept exact.

    Raises:
        InputError: if it is not JSON, repeats a key in one object, contains NaN,
            Infinity or half a surrogate pair, or is nested too deeply.
    """

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            ((key, _),) = Counter(key for key, _ in pairs).most_common(1)
            raise InputError(
                f"not valid JSON: an object has the key {compact(key)} twice",
                source=source,
                line=line,
                field=compact(key)[1:-1],
                expected="each key once",
            )
        return found

    def constant(name: str) -> Any:
        raise InputError(
            f"not valid JSON: {name} is not allowed",
            source=source,
            line=line,
            expected="finite numbers",
        )

    try:
        tree = json.loads(
            text,
            object_pairs_hook=unique,
            parse_constant=constant,
            parse_float=numeral,
            parse_int=lambda digits: int(digits) if len(digits) < 16 else numeral(digits),
        )
    except json.JSONDecodeError as error:
        problem, hint = json_fault(text, error, is_line=line is not None)
        raise InputError(
            f"not valid JSON: {problem} at column {error.colno}",
            source=source,
            line=error.lineno if line is None else line,
            expected="" if hint else expected,
            hint=hint,
        ) from None
    except RecursionError:
        raise beyond("depth", "nested too deeply", source=source, line=line) from None
    check_tree(tree, source=source, line=line)
    return tree


def is_ndjson(text: str) -> bool:
    """Return whether a text that is not one JSON value looks like one case per line.

    It does if its first line is a complete object, or most lines are.
    """
    found = []
    for line in text.split("\n"):
        if not line.strip(BLANKS):
            continue
        try:
            found.append(isinstance(parse_json(line), dict))
        except InputError:
            found.append(False)
    return found[:1] == [True] or sum(found) * 2 > len(found)


def check_tree(tree: Any, *, source: str = "", line: int | None = None) -> None:
    """Check that a tree contains only what JSON can contain.

    Raises:
        InputError: if it is nested too deeply (or in itself), or contains half a
            surrogate pair, a key that is not a string or a value foreign to JSON.
    """
    level: list[Any] = [tree]
    for _ in range(limits().depth):
        below: list[Any] = []
        for value in level:
            if isinstance(value, str):
                if not value.isascii():
                    _check_text(value, source, line)
            elif value is None or isinstance(value, _SCALARS):
                continue
            elif isinstance(value, Mapping):
                below.extend(value)
                below.extend(value.values())
                if not all(isinstance(key, str) for key in value):
                    raise _foreign("a key that is not a string", source, line)
            elif isinstance(value, (list, tuple)):
                below.extend(value)
            else:
                raise _foreign(f"a value of the type {type(value).__name__}", source, line)
        if not below:
            return
        level = below
    raise beyond("depth", "nested too deeply", source=source, line=line)


def _foreign(what: str, source: str, line: int | None) -> InputError:
    expected = "only objects, lists, strings, numbers, booleans and null"
    return InputError(f"contains {what}", source=source, line=line, expected=expected)


def _check_text(text: str, source: str, line: int | None) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InputError(
            "contains half a surrogate pair, which is not a character",
            source=source,
            line=line,
            found=ascii(text)[:80],
            expected="Unicode text",
        ) from None


def plain_numbers(value: Any) -> Any:
    """Return a copy of a tree with every Decimal as a float."""
    if isinstance(value, Mapping):
        return {key: plain_numbers(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_numbers(item) for item in value]
    return float(value) if isinstance(value, Decimal) else value
