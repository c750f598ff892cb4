"""What is wrong with a text that is almost JSON, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from json import JSONDecodeError
from typing import Final, NamedTuple

__all__ = ["BLANKS", "JsonFault", "json_fault"]

# White space of JSON: no other character separates values, and lines end at \n alone.
BLANKS: Final = " \t\r\n"
_QUOTES: Final = frozenset("'`\u00b4\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb")
_WORD: Final = re.compile(r"[^\W\d][\w.$-]*")
_PYTHON: Final[Mapping[str, str]] = {"None": "null", "True": "true", "False": "false"}
_NO_NUMBER: Final = frozenset({"nan", "inf", "infinity", "undefined", "na"})
_CONTROLS: Final[Mapping[str, tuple[str, str]]] = {
    "\n": ("a line break", "\\n"),
    "\r": ("a line break", "\\r"),
    "\t": ("a tab", "\\t"),
}
_ONE_PER_LINE: Final = "Write one per line, without commas"


class JsonFault(NamedTuple):
    """What is wrong, and a sentence on what to do, which can be empty."""

    problem: str
    hint: str


def json_fault(text: str, error: JSONDecodeError, *, is_line: bool) -> JsonFault:
    """Return what is wrong with a text that the parser of the standard library refused.

    ``is_line`` says that the text is one line of NDJSON.
    """
    at, rest = error.pos, text[error.pos :].lstrip(BLANKS)
    return (
        _in_text(error.msg, text[at : at + 1])
        or _unfinished(error.msg, rest, is_line=is_line)
        or _extra(error.msg, rest, is_line=is_line)
        or _unknown(error.msg, rest)
        or _misplaced(error.msg, text[:at].rstrip(BLANKS), rest)
        or JsonFault(error.msg[:1].lower() + error.msg[1:], "")
    )


def _unfinished(message: str, rest: str, *, is_line: bool) -> JsonFault | None:
    where = " on one line, or name the file .json" if is_line else ""
    if message.startswith("Unterminated string"):
        return JsonFault("a text without a closing quote", f"Write the whole value{where}.")
    if not rest:
        return JsonFault("the value is not complete", f"Write the whole value{where}.")
    return None


def _extra(message: str, rest: str, *, is_line: bool) -> JsonFault | None:
    """Return what is wrong after a complete value."""
    if message != "Extra data":
        return None
    if rest[0] in "]}":
        return JsonFault("a closing bracket without an opening one", "Remove it.")
    after = rest.lstrip("," + BLANKS)
    per_line = (
        f"{_ONE_PER_LINE}."
        if is_line
        else (
            f"{_ONE_PER_LINE}, in a file with the extension .ndjson, or put the values in one list."
        )
    )
    if rest[0] == "," and not after:
        return JsonFault("a comma after the value", per_line if is_line else "Remove it.")
    return JsonFault("more than one value", per_line) if after[:1] in tuple('{["') else None


def _in_text(message: str, character: str) -> JsonFault | None:
    """Return the fault of a character inside a text."""
    if message.startswith("Invalid control character"):
        what, escape = _CONTROLS.get(character, ("a control character", "\\u and four digits"))
        return JsonFault(f"{what} inside a text", f"Write {escape}.")
    if message.startswith("Invalid \\u"):
        return JsonFault("an escape \\u without four hexadecimal digits", "Write \\u00b5, for µ.")
    if message.startswith("Invalid \\"):
        return JsonFault("a backslash that does not begin an escape", "Write two backslashes.")
    return None


def _unknown(message: str, rest: str) -> JsonFault | None:
    """Return what JSON does not have: comments, other quotes, bare words."""
    if rest.startswith(("//", "/*", "#")):
        return JsonFault("a comment", "Remove it; JSON does not have comments.")
    if rest[0] == "\ufeff":
        return JsonFault("a byte order mark inside the text", "Remove the character U+FEFF.")
    if rest[0] in _QUOTES:
        return JsonFault("quotes of the wrong kind", 'Write keys and texts in double quotes, ".')
    found = _WORD.match(rest)
    if found is None:
        return None
    word = found[0][:40]
    if message.startswith("Expecting property name"):
        return JsonFault(f"the key {word} is without quotes", f'Write "{word}".')
    if word in _PYTHON:
        return JsonFault(f"{word} is a word of Python", f"Write {_PYTHON[word]}.")
    if word.lower() in _NO_NUMBER:
        return JsonFault(f"{word} is not allowed", "Leave out the key, or write null.")
    if message == "Expecting value":
        return JsonFault(f"the text {word} is without quotes", f'Write "{word}".')
    return None


def _misplaced(message: str, before: str, rest: str) -> JsonFault | None:
    """Return the fault of a comma, a colon, a bracket or a digit."""
    number = re.search(r"[0-9]+,$", before)
    if number and rest[0].isdecimal() and message.startswith("Expecting property name"):
        return JsonFault("a number with a decimal comma", "Write a point, as in 2.5.")
    if message.startswith("Illegal trailing comma") or (before.endswith(",") and rest[0] in "]}"):
        return JsonFault("a comma ahead of a closing bracket", "Remove the comma.")
    if before.endswith((",", "[", "{")) and rest[0] == ",":
        return JsonFault("a comma without a value", "Remove the comma.")
    if message.startswith("Expecting ':'"):
        return JsonFault("a key without a colon", 'Write "key": value.')
    if message.startswith("Expecting ','"):
        if rest[0] in tuple('"{['):
            return JsonFault("a missing comma", "Add it.")
        if before[-1:].isdecimal() and rest[0] in "0123456789.":
            return JsonFault("a number that is not written as in JSON", "Write 5 or 0.5.")
        if rest[0] in "]}":
            return JsonFault("a closing bracket of the wrong kind", "Check the brackets.")
    if message == "Expecting value" and rest[0] in "+.":
        return JsonFault("a number that is not written as in JSON", "Write 5 or 0.5.")
    return None
