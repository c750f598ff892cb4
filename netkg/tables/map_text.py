"""A map as text: lines of YAML with comments, whatever the texts of a table are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from netkg.render.escape import plain
from netkg.tables.map_model import OPEN

__all__ = ["Entry", "entry_lines", "quoted", "remark"]

_SIMPLE: Final = re.compile(r"[A-Za-z][A-Za-z0-9 _().%+]*")
# Between the parts of a body, not within a text in quotation marks.
_BETWEEN: Final = re.compile(r', (?=[a-z]+: (?:"(?:[^"\\]|\\.)*"|[^",]+)(?:, |$))')
# The longest key of YAML on one line, and the longest text in a comment.
_LONGEST: Final = 900
_SHOWN: Final = 200


@dataclass(slots=True)
class Entry:
    """A line of the map: the key, what it says, its comment, and whether it is open."""

    key: str
    body: str
    comment: str = ""
    values: Sequence[tuple[str, str, str]] = ()


def entry_lines(entries: Iterable[Entry], indent: str) -> list[str]:
    """Return the lines of entries, below a key of the map."""
    lines = []
    for entry in entries:
        comment = f"  # {remark(entry.comment)}" if entry.comment else ""
        key = _key(entry.key, indent)
        if not entry.values:
            is_braced = ": " in entry.body and not entry.body.startswith("{")
            body = f"{{{entry.body}}}" if is_braced else entry.body
            lines.append(f"{indent}{key}: {_mark(body)}{comment}")
            continue
        lines.append(f"{indent}{key}:{comment}")
        lines += [f"{indent}  {part}" for part in _BETWEEN.split(entry.body)]
        lines.append(f"{indent}  values:")
        for text, name, said in entry.values:
            note = f"  # {remark(said)}" if said else ""
            lines.append(f"{indent}    {_key(text, indent + '    ')}: {_mark(name)}{note}")
    return lines


def _mark(text: str) -> str:
    return f'"{OPEN}"' if text == OPEN else text


def _key(text: str, indent: str) -> str:
    """Return a text as a key of YAML; a long one needs a line of its own."""
    key = quoted(text)
    return key if len(key) <= _LONGEST else f"? {key}\n{indent}"


def remark(text: str) -> str:
    """Return a text within a comment: on one line, and not too long."""
    shown = plain(" ".join(text.split()))
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]} [cut]"


def quoted(text: str) -> str:
    """Return a text as YAML, in quotation marks where it needs them."""
    is_plain = _SIMPLE.fullmatch(text) and text.casefold() not in (
        "null",
        "true",
        "false",
        "yes",
        "no",
    )
    if is_plain and not text.endswith(" ") and ": " not in text:
        return text
    return "".join(
        char if char.isprintable() or char == " " else _escaped(char)
        for char in json.dumps(text, ensure_ascii=False)
    )


def _escaped(char: str) -> str:
    """Return a character as an escape of YAML, which would refuse or change it."""
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"
