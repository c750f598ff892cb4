"""Answers as text: JSON for people to read, escapes for characters that hide, counts in words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from json.encoder import encode_basestring
from typing import Any, Final

from netkg.result.answers import ALWAYS, Keys, layout_of

__all__ = ["counted", "escape_turtle", "escape_xml", "json_text"]

# Characters that move the cursor, reorder or hide text: all of the Unicode categories Cc, Cf,
# Cs, Zl and Zp, except tabulator and line feed.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000110bd"
    "\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e007f]"
)
# The joiners may be in a prefixed name, which has no escapes; scripts need them.
_JOINERS: Final = "\u200c\u200d"
# How a value is written that has no parts, by its type; json.dumps knows NaN.
_ATOMS: Final[Mapping[type, Callable[[Any], str]]] = {
    bool: lambda value: "true" if value else "false",
    float: json.dumps,
    int: int.__repr__,
    str: encode_basestring,
    type(None): lambda _: "null",
}


# -- JSON ------------------------------------------------------------------------------------
def json_text(value: Any, *, indent: int | None = 2) -> str:
    r"""Return an answer, or any JSON, for people to read: no character hides.

    Other scripts are written as they are, and what hides as the escape that means the same. The
    text is that of :func:`json.dumps`, whose indented form is several times as slow.

    >>> json_text("Zo\u00eb\u202e")
    '"Zoë\\u202e"'
    """
    text = _written(value, (), "\n" if indent else "", " " * (indent or 0))
    if text.isascii() and "\x7f" not in text:
        return text
    return _UNSEEN.sub(lambda found: json.dumps(found[0])[1:-1], text)


def _written(value: Any, keys: Keys, start: str, step: str) -> str:
    """Return a value as JSON; ``start`` begins its last line, ``step`` indents what is within."""
    class_: Any = type(value)
    if write := _ATOMS.get(class_):
        return write(value)
    inner, parts = start + step, []
    if class_ is tuple or class_ is list:
        for item in value:
            write = _ATOMS.get(type(item))
            parts.append(write(item) if write else _written(item, keys, inner, step))
        return _joined("[]", parts, start, inner)
    if layout := layout_of(class_, keys):
        for (key, below, omit), item in zip(layout[0], layout[1](value)):  # noqa: B905 (faster)
            if omit is ALWAYS or item != omit:
                write = _ATOMS.get(type(item))
                text = write(item) if write else _written(item, below, inner, step)
                parts.append(f'"{key}": {text}')
        return _joined("{}", parts, start, inner)
    if isinstance(value, Mapping):
        for key, item in value.items():
            name = encode_basestring(key if isinstance(key, str) else json.dumps(key))
            parts.append(f"{name}: {_written(item, (), inner, step)}")
        return _joined("{}", parts, start, inner)
    if isinstance(value, list | tuple):
        return _written(list(value), keys, start, step)
    return json.dumps(value, ensure_ascii=False)


def _joined(brackets: str, parts: list[str], start: str, inner: str) -> str:
    if not parts:
        return brackets
    between = f",{inner}" if inner else ", "
    return f"{brackets[0]}{inner}{between.join(parts)}{start}{brackets[1]}"


# -- escapes ---------------------------------------------------------------------------------
def escape_turtle(text: str) -> str:
    r"""Return Turtle with escapes for characters that hide, which mean the same.

    >>> escape_turtle('<urn:a> <urn:b> "\u202e" .')
    '<urn:a> <urn:b> "\\u202E" .'
    """

    def escape(found: re.Match[str]) -> str:
        number = ord(found[0])
        return f"\\u{number:04X}" if number < 0x10000 else f"\\U{number:08X}"

    return _UNSEEN.sub(lambda found: found[0] if found[0] in _JOINERS else escape(found), text)


def escape_xml(text: str) -> str:
    r"""Return XML with escapes for characters that hide, or that a parser replaces.

    >>> escape_xml("<a>\u202e</a>")
    '<a>&#x202E;</a>'
    """
    return _UNSEEN.sub(
        lambda found: found[0] if found[0] in _JOINERS else f"&#x{ord(found[0]):X};", text
    )


# -- words -----------------------------------------------------------------------------------
def counted(number: int, noun: str) -> str:
    """Return a number of things, such as ``1 row`` or ``2 rows``."""
    return f"{number:,} {noun}{'s' * (number != 1)}"
