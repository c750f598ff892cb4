"""The text of nodes, broken into lines that fit.

Widths are those of DejaVu Sans, the widest of the common sans-serif fonts, so
that text fits in the others too.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

__all__ = [
    "BASELINE",
    "BOLD",
    "CAPTION_SIZE",
    "FONT",
    "FONT_SIZE",
    "LINE",
    "SMALL_SIZE",
    "TITLE_SIZE",
    "caption_width",
    "cut",
    "node_lines",
    "node_width",
    "text_width",
    "wrap",
]

FONT: Final = "DejaVu Sans,Verdana,Helvetica,Arial,sans-serif"
FONT_SIZE: Final = 11.5
LINE: Final = 14.0
CAPTION_SIZE: Final = 11.0
TITLE_SIZE: Final = 17.0
# The text of legends and closing lines.
SMALL_SIZE: Final = 11.0
# From the middle of a line of text to its baseline.
BASELINE: Final = 4.2
# How much wider bold text is.
BOLD: Final = 1.13

_MOST: Final = 4
# A caution is a sentence, which has no other place.
_WHOLE: Final = 12
_LONG_WORD: Final = 150.0
_LEAST: Final = 5
_NARROW_ADVANCE: Final = 0.355
_NARROW: Final = frozenset(" !'(),-./:;IJ[]fijlrt|·")
# Marks, a joiner and the colors of skin are drawn together with the letter that they follow.
_JOINER: Final = "\u200d"
_SKINS: Final = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
_WIDE: Final = frozenset("#%+<=>@GMOQWmw~…→←")


# A layout measures the same words at many widths.
@lru_cache(maxsize=10_000)
def text_width(text: str) -> float:
    """Return the approximate width of a line of text, in pixels.

    >>> text_width("ill") < text_width("MMM")
    True
    """
    return sum(map(_advance, text)) * FONT_SIZE


def caption_width(text: str) -> float:
    """Return the approximate width of the caption of an edge, in pixels."""
    return text_width(text) * CAPTION_SIZE / FONT_SIZE


def wrap(text: str, width: float, *, most: int = _MOST) -> tuple[str, ...]:
    """Break a text between words; with too many lines, cut the last one off.

    >>> wrap("peptide receptor radionuclide therapy", 130)
    ('peptide receptor', 'radionuclide therapy')
    """
    # A text of any length is cut to more than fits in the lines, so that the rest costs nothing.
    words = " ".join(text.split())[
        : int(most * (max(width, _LONG_WORD) / (_NARROW_ADVANCE * FONT_SIZE) + 1))
    ]
    lines: list[str] = []
    for word in _words(words, width):
        if lines and text_width(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    if len(lines) > most:
        last = lines[most - 1]
        lines = [*lines[: most - 1], f"{last[: _fitting(last, width - text_width('…'))].rstrip()}…"]
    return tuple(lines) or ("",)


def cut(text: str, width: float) -> str:
    """Return a text on one line, with an ellipsis if it is too wide.

    >>> cut("a title", 200), cut("a title of many words", 60)
    ('a title', 'a title o…')
    """
    if text_width(text[: int(width)]) <= width:
        return text
    return f"{text[: _fitting(text, width - text_width('…'))].rstrip()}…"


def node_lines(data: Mapping[str, Any], width: float) -> tuple[str, ...]:
    """Return the lines of text in a node: its label, its note, and what it lists."""
    width /= _stretch(data)
    lines = [*wrap(data["label"], width, most=_WHOLE if data["kind"] == "caution" else _MOST)]
    if says := data.get("says"):
        if text_width(f"{lines[-1]} · {says}") <= width:
            lines[-1] += f" · {says}"
        else:
            lines += wrap(says, width, most=3)
    for entry in data.get("listed", "").split("\n"):
        if entry:
            first, *rest = wrap(entry, width - 18)
            lines += [f"  {first}", *(f"    {line}" for line in rest)]
    return tuple(lines)


def node_width(data: Mapping[str, Any], width: float) -> float:
    """Return the width of the widest line of a node whose text is broken at a width."""
    return max(map(text_width, node_lines(data, width))) * _stretch(data)


def _stretch(data: Mapping[str, Any]) -> float:
    return BOLD if "treatment" in data else 1.0


def _advance(letter: str) -> float:
    if letter in _NARROW:
        return _NARROW_ADVANCE
    if letter in _WIDE or ord(letter) > 0x2E80:
        return 0.93 if ord(letter) < 0x2E80 else 1.02
    return 0.7 if letter.isupper() else 0.63


def _fitting(text: str, width: float) -> int:
    """Return how many letters from the start fit, without splitting what is drawn as one."""
    used = 0.0
    for count, letter in enumerate(text):
        used += _advance(letter)
        if used * FONT_SIZE > width:
            return _boundary(text, count)
    return len(text)


def _boundary(text: str, count: int) -> int:
    """Return the last place up to ``count`` that is not within a letter with its marks."""
    place = count
    while 0 < place < len(text) and (_joins(text[place]) or text[place - 1] == _JOINER):
        place -= 1
    return place


def _joins(letter: str) -> bool:
    """Return whether a letter is drawn together with the one that it follows."""
    return letter == _JOINER or letter in _SKINS or unicodedata.category(letter).startswith("M")


def _words(text: str, width: float) -> Iterator[str]:
    for word in text.split():
        while text_width(word) > width and "-" in word.strip("-"):
            first, word = word.split("-", 1)
            yield f"{first}-"
        longest = max(width, _LONG_WORD)
        while text_width(word) > longest:
            end = max(_fitting(word[:-1], longest), min(_LEAST - 1, len(word) - 1))
            yield word[:end]
            word = word[end:]
        yield word
