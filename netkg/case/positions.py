"""Find the line of a value in the text of a JSON file.

JSON parsers of Python keep no positions. A value is found again by its JSON pointer
(RFC 6901): the decoder of the standard library skips what comes ahead of it. This costs
about as much as parsing that part again, and only where there is something to report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from json import JSONDecoder
from typing import Any, Final

__all__ = ["JsonText", "escaped"]

_SPACE: Final = re.compile(r"[ \t\n\r]*")
# Numbers stay text: they may have more digits than Python converts.
_DECODER: Final = JSONDecoder(parse_int=str, parse_float=str)


def escaped(key: str) -> str:
    """Return a key as one step of a JSON pointer.

    >>> escaped("ki67/percent")
    'ki67~1percent'
    """
    return key.replace("~", "~0").replace("/", "~1")


@dataclass(frozen=True)
class JsonText:
    """The text of a JSON file that was parsed without an error."""

    text: str

    def line(self, pointer: str) -> int:
        r"""Return the line, from 1, at which the value of a JSON pointer begins.

        >>> JsonText('{"id": "c",\n "tumors": [\n {"grade": "G2"}]}').line("/tumors/0/grade")
        3
        """
        steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
        start, line, top = 0, 1, _space(self.text, 0)
        if steps and self.text[top] == "[":
            start, line = self._items[int(steps.pop(0))]
            top = start
        at = top
        for step in steps:
            at = next(value for key, value in self._members(at) if key == step)
        return line + self.text.count("\n", start, at)

    @cached_property
    def _items(self) -> list[tuple[int, int]]:
        """The start and the line of each item of the list that the file is."""
        found, line, last = [], 1, 0
        for _, at in self._members(_space(self.text, 0)):
            line += self.text.count("\n", last, at)
            last = at
            found.append((at, line))
        return found

    def _members(self, at: int) -> Iterator[tuple[str, int]]:
        """Yield each key or index of an object or list with the start of its value."""
        text, is_object, place = self.text, self.text[at] == "{", 0
        at = _space(text, at + 1)
        while text[at] not in "]}":
            key: Any = str(place)
            if is_object:
                key, at = _DECODER.raw_decode(text, at)
                at = _space(text, _space(text, at) + 1)  # after the colon
            yield key, at
            at = _space(text, _DECODER.raw_decode(text, at)[1])
            if text[at] == ",":
                at = _space(text, at + 1)
            place += 1


def _space(text: str, at: int) -> int:
    """Return where the next token begins."""
    found = _SPACE.match(text, at)
    assert found
    return found.end()
