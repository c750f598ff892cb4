"""The text of nodes, broken into lines that fit.

Widths are those of DejaVu Sans, the widest of the common sans-serif fonts, so
that text fits in the others too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

__all__ = ["BOLD", "FONT", "FONT_SIZE", "LINE", "node_lines", "node_width", "text_width", "wrap"]

FONT: Final = "DejaVu Sans,Verdana,Helvetica,Arial,sans-serif"
FONT_SIZE: Final = 11.5
LINE: Final = 14.0
# How much wider bold text is.
BOLD: Final = 1.13

_MOST: Final = 4
_LONG_WORD: Final = 150.0
_NARROW: Final = frozenset(" !'(),-./:;IJ[]fijlrt|·")
_WIDE: Final = frozenset("#%+<=>@GMOQWmw~…→←")


# A layout measures the same words at many widths.
@lru_cache(maxsize=10_000)
def text_width(text: str) -> float:
    """Return the approximate width of a line of text, in pixels.

    >>> text_width("ill") < text_width("MMM")
    True
    """
    return sum(map(_advance, text)) * FONT_SIZE


def wrap(text: str, width: float, *, most: int = _MOST) -> tuple[str, ...]:
    """Break a text between words; with too many lines, cut the last one off.

    >>> wrap("peptide receptor radionuclide therapy", 130)
    ('peptide receptor', 'radionuclide therapy')
    """
    lines: list[str] = []
    for word in _words(text, width):
        if lines and text_width(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    if len(lines) > most:
        last = lines[most - 1]
        while last and text_width(f"{last}…") > width:
            last = last[:-1]
        lines = [*lines[: most - 1], f"{last.rstrip()}…"]
    return tuple(lines) or ("",)


def node_lines(data: Mapping[str, Any], width: float) -> tuple[str, ...]:
    """Return the lines of text in a node: its label, its note, and what it lists."""
    width /= _stretch(data)
    lines = [*wrap(data["label"], width)]
    if says := data.get("says"):
        if text_width(f"{lines[-1]} · {says}") <= width:
            lines[-1] += f" · {says}"
        else:
            lines += wrap(says, width, most=3)
    for entry in data.get("listed", "").split("\n"):
        if entry:
            first, *rest = wrap(entry, width - 18, most=3)
            lines += [f"  {first}", *(f"      {line}" for line in rest)]
    return tuple(lines)


def node_width(data: Mapping[str, Any], width: float) -> float:
    """Return the width of the widest line of a node whose text is broken at a width."""
    return max(map(text_width, node_lines(data, width))) * _stretch(data)


def _stretch(data: Mapping[str, Any]) -> float:
    return BOLD if "treatment" in data else 1.0


def _advance(letter: str) -> float:
    if letter in _NARROW:
        return 0.355
    if letter in _WIDE or ord(letter) > 0x2E80:
        return 0.93 if ord(letter) < 0x2E80 else 1.02
    return 0.7 if letter.isupper() else 0.63


def _words(text: str, width: float) -> Iterator[str]:
    for word in text.split():
        while text_width(word) > width and "-" in word.strip("-"):
            first, word = word.split("-", 1)
            yield f"{first}-"
        while text_width(word) > max(width, _LONG_WORD):
            cut = next(
                n
                for n in range(len(word) - 1, 0, -1)
                if n < 5 or text_width(word[:n]) <= max(width, _LONG_WORD)
            )
            yield word[:cut]
            word = word[cut:]
        yield word
