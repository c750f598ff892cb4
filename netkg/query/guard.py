"""Refuse a query that could reach other data than its data set, before it is run.

The engine would follow ``SERVICE`` to any host, and has no option against it. So every
query is first read token by token, and refused if ``SERVICE``, ``FROM`` or an update
can occur in it. A parser is not enough: what counts is how the engine reads the text. It
needs no blank between tokens, and reads ``SERVICE:x { … }`` as a call where others see a
name. So this module follows every way to divide a text into tokens (``<`` may
open an IRI or be an operator, and all that follows may depend on it), and refuses a text
that cannot be divided at all. Words in strings, comments, IRIs and variables are allowed.
"""

from __future__ import annotations

import re
from typing import Final

from netkg.errors import InputError

__all__ = ["check"]

_BASE: Final = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_CHARS: Final = _BASE + "_0-9\u00b7\u0300-\u036f\u203f-\u2040-"
_ESCAPE: Final = r"\\u(?![dD][89a-fA-F])[0-9A-Fa-f]{4}|\\U00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4}"
_ECHAR: Final = rf"\\[tbnrf\"'\\]|{_ESCAPE}"
_LOCAL: Final = rf"[{_CHARS}:]|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?#@%]"

_BLANK: Final = re.compile(r"(?:[ \t\r\n]+|#[^\r\n]*)+")
_STRING: Final = re.compile(
    rf'"""(?:"{{0,2}}(?:[^"\\]|{_ECHAR}))*"""|'
    rf"'''(?:'{{0,2}}(?:[^'\\]|{_ECHAR}))*'''|"
    rf'"(?:[^"\\\r\n]|{_ECHAR})*"|'
    rf"'(?:[^'\\\r\n]|{_ECHAR})*'"
)
_IRI: Final = re.compile(rf"<(?:[^<>\"{{}}|^`\\\x00-\x20]|{_ESCAPE})*>")
# No operand after the operator < begins like this, hence it opens an IRI.
_ABSOLUTE: Final = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://")
_NAME: Final = re.compile(
    rf"((?:[{_BASE}](?:[{_CHARS}.]*[{_CHARS}])?)?):(?:(?:{_LOCAL}|\.+(?={_LOCAL}))*)"
)
_WORD: Final = re.compile(r"[A-Za-z_]+")
_OTHER: Final = re.compile(
    rf"[?$][{_BASE}_0-9\u00b7\u0300-\u036f\u203f-\u2040]*|_:[{_CHARS}.]*[{_CHARS}]|"
    r"@[A-Za-z]+(?:-[A-Za-z0-9-]+)*|[0-9]+|[\[\]{}().,;*/|^+!=<>&-]"
)

_UPDATES: Final = {"ADD", "CLEAR", "COPY", "CREATE", "DELETE", "DROP", "INSERT", "LOAD", "MOVE"} | {
    "USING",
    "WITH",
}
_OTHERWISE: Final = "a query without it: SELECT, ASK, CONSTRUCT or DESCRIBE"


_DEEPEST: Final = 200
_OPENING: Final = frozenset("{([")
_CLOSING: Final = frozenset("})]")
_NEGATED: Final = re.compile(r"(?:!\s*){200}")


def check(text: str, *, source: str = "") -> bool:
    """Refuse a text that may do more than query, and return whether it can sort its results.

    >>> check("DESCRIBE <urn:x> # and no SERVICE")
    False

    Raises:
        InputError: if the text updates, calls a service, chooses its own data set, or
            cannot be divided into tokens.
    """
    sorts = False
    todo, seen, furthest, ends = [(0, 0)], {(0, 0)}, 0, False
    while todo:
        start, depth = todo.pop()
        blank = _BLANK.match(text, start)
        at = blank.end() if blank else start
        furthest = max(furthest, at)
        ends |= at == len(text)
        if (word := _WORD.match(text, at)) and not _NAME.match(text, at):
            _check_word(word[0].upper(), text, at, source)
            # The order of a part is not that of the whole.
            sorts |= depth == 0 and "ORDER" in word[0].upper()
        elif name := _NAME.match(text, at):
            _check_name(name, text, depth, source)
        mark = text[at : at + 1]
        deeper = depth + (mark in _OPENING) - (mark in _CLOSING)
        if deeper > _DEEPEST or (mark == "!" and _NEGATED.match(text, at)):
            # The engine's parser is recursive, and would end the whole process.
            raise _refusal("is nested too deeply", text, at, source, f"at most {_DEEPEST} levels")
        for end in _ends(text, at):
            if (end, deeper) not in seen:
                seen.add((end, deeper))
                todo.append((end, deeper))
    if not ends:
        raise _refusal("cannot be read as SPARQL", text, furthest, source, "SPARQL 1.1")
    return sorts


def _ends(text: str, at: int) -> set[int]:
    """Return the places where the token that begins here may end."""
    if match := _STRING.match(text, at):
        return {match.end()}
    found = set()
    if match := _IRI.match(text, at):
        found.add(match.end())
        if _ABSOLUTE.match(text, at):
            return found
    if match := _NAME.match(text, at) or _WORD.match(text, at) or _OTHER.match(text, at):
        found.add(match.end())
    return found


def _check_word(word: str, text: str, at: int, source: str) -> None:
    # The engine needs no blank after a word: trueSERVICE is two words.
    if "SERVICE" in word:
        raise _refusal("SERVICE would query another server", text, at, source)
    if "FROM" in word:
        raise _refusal(
            "FROM would choose other data", text, at, source, "GRAPH, to query one named graph"
        )
    if word in _UPDATES:
        raise _refusal(f"{word} is an update, which is not allowed", text, at, source)


def _check_name(name: re.Match[str], text: str, depth: int, source: str) -> None:
    prefix = name[1].upper()
    blank = _BLANK.match(text, name.end())
    following = text[blank.end() if blank else name.end() :][:1]
    if ("SERVICE" in prefix and following == "{") or (
        "FROM" in prefix and depth == 0 and following != "<"
    ):
        raise _refusal(
            f"{name[0]} can be read as a keyword and as a name",
            text,
            name.start(),
            source,
            "another prefix for this namespace",
        )


def _refusal(
    problem: str, text: str, at: int, source: str, expected: str = _OTHERWISE
) -> InputError:
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    return InputError(f"{problem} (column {column})", source=source, line=line, expected=expected)
