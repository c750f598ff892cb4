"""The parts of a map as YAML: every scalar is a text, and each part has its line.

YAML would read ``no`` as false and ``1.10`` as 1.1. In a map, a value is what is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, NoReturn

import yaml

from netkg.errors import InputError
from netkg.limits import beyond, limits
from netkg.ontology.text_files import read_text
from netkg.suggestions import closest, did_you_mean, listed
from netkg.tables.map_model import ABSENT, OPEN

__all__ = ["Node", "items_of", "load_map", "numbers_of", "one_of"]

# Where a map quotes the table: the key, and the one above it.
_QUOTES: Final = (("table", "missing"), ("when", "unknown"), ("when", "not"), ("", "ignore"))
# More parts than a map of the widest sheet has.
PARTS: Final = 1_000_000


def load_map(path: Path) -> Node:
    """Return the tree of a map.

    Raises:
        InputError: if it cannot be read, is too large, or has an open place.
    """
    text = read_text(path)
    name = str(path)
    try:
        _check_events(text, name)
        tree = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "not valid YAML"
        raise InputError(
            f"is not valid YAML: {problem}",
            source=name,
            line=mark.line + 1 if mark else None,
            hint="Put texts with a colon, a hash or a brace, or with a sign such as * or & at their"
            " start, within quotation marks.",
        ) from None
    if tree is None:
        raise InputError("is empty", source=name, expected="a map of columns")
    _refuse_open(tree, name)
    return Node(tree, name)


def _check_events(text: str, name: str) -> None:
    """Check that a map is of a reasonable size, before it is built.

    Raises:
        InputError: if it has tags, or is too deep or too large.
    """
    depth = 0
    deepest = limits().depth
    for number, event in enumerate(yaml.parse(text, Loader=yaml.CSafeLoader)):
        line = event.start_mark.line + 1
        if number > PARTS:
            raise InputError(
                "is too large", source=name, line=line, expected=f"at most {PARTS:,} parts"
            )
        if getattr(event, "tag", None):
            raise InputError(
                "has an unquoted text with ! at its start",
                source=name,
                line=line,
                expected="the text in quotation marks; a map has no tags",
            )
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > deepest:
            raise beyond("depth", "is nested too deeply", source=name, line=line)


def _refuse_open(tree: yaml.Node, name: str) -> None:
    """Refuse a map with open places, and name the line of each.

    Raises:
        InputError: if it has one.
    """
    lines: list[int] = []
    todo = [("", "", tree)]
    seen = 0
    while todo:
        above, key, node = todo.pop()
        seen += 1
        if seen > PARTS:
            raise InputError(
                "repeats its parts too often by aliases",
                source=name,
                line=node.start_mark.line + 1,
                expected=f"at most {PARTS:,} parts",
            )
        if (above, key) in _QUOTES:
            continue  # there, a question mark is a text of cells or the name of a column
        if isinstance(node, yaml.MappingNode):
            todo += [(key, str(name.value), each) for name, each in node.value]
        elif isinstance(node, yaml.SequenceNode):
            todo += [(above, key, each) for each in node.value]
        elif node.value == OPEN:
            lines.append(node.start_mark.line + 1)
    if lines:
        places = listed(map(str, sorted(set(lines))))
        raise InputError(
            f"has a question mark in {'line' if len(set(lines)) == 1 else 'lines'} {places}",
            source=name,
            expected="a field or a value in the place of each",
            hint="Write ignore for a column that is not needed, null for a text that says nothing.",
        )


class Node:
    """A part of the map, with its line."""

    def __init__(self, node: yaml.Node, source: str) -> None:
        self._node = node
        self._source = source
        self.line = node.start_mark.line + 1

    def fail(self, problem: str, *, expected: str = "", hint: str = "") -> NoReturn:
        """Raise an error about this part."""
        raise InputError(problem, source=self._source, line=self.line, expected=expected, hint=hint)

    @property
    def is_text(self) -> bool:
        """Whether it is a text."""
        return isinstance(self._node, yaml.ScalarNode)

    @property
    def is_list(self) -> bool:
        """Whether it is a list."""
        return isinstance(self._node, yaml.SequenceNode)

    def text(self) -> str:
        """Return a text; null is an empty one."""
        if not isinstance(self._node, yaml.ScalarNode):
            self.fail("is not a text", expected="one word or a text in quotation marks")
        value = str(self._node.value)
        plain = not self._node.style
        return ABSENT if plain and value in ("", "~", "null") else value

    def number(self) -> int:
        """Return a whole number from 1."""
        text = self.text()
        if not text.isdecimal() or not 0 < int(text) < 1_000_000:
            self.fail(f"{text!r} is not a number", expected="a whole number from 1")
        return int(text)

    def texts(self) -> tuple[str, ...]:
        """Return a list of texts; a single one is a list of one."""
        return tuple(each.text() for each in self.items())

    def items(self) -> list[Node]:
        """Return the items of a list; what is not a list is its only item."""
        if isinstance(self._node, yaml.SequenceNode):
            return [Node(each, self._source) for each in self._node.value]
        return [self]

    def mapping(self, known: Iterable[str] = ()) -> dict[str, Node]:
        """Return the values by their keys; only those that are known, if any are given."""
        if not isinstance(self._node, yaml.MappingNode):
            self.fail(
                "is not a mapping",
                expected="lines of the form 'key: value'"
                + (f" with the keys {listed(known)}" if known else ""),
            )
        names = tuple(known)
        found: dict[str, Node] = {}
        for key_node, value in self._node.value:
            key = Node(key_node, self._source)
            name = key.text()
            if name in found:
                key.fail(f"{name!r} is written twice", hint="Keep one of the two.")
            if names and name not in names:
                hint = did_you_mean(closest(name, names)) or f"The keys are {listed(names)}."
                key.fail(f"{name!r} is not a key here", hint=hint)
            found[name] = Node(value, self._source)
        return found


def items_of(node: Node | None) -> list[Node]:
    """Return the items of a part, none if it is absent."""
    return node.items() if node else []


def one_of(node: Node, known: Iterable[str]) -> Any:
    """Return a text that must be one of those known."""
    names, text = list(known), node.text()
    if text not in names:
        hint = did_you_mean(closest(text, names)) or f"Write {listed(names, 'or')}."
        node.fail(f"{text!r} is not valid here", hint=hint)
    return text


def numbers_of(node: Node) -> list[str]:
    """Return the numbers of groups of columns: a list, or a range such as 1-4."""
    if not node.is_list and (ends := re.fullmatch(r"(\d{1,3})\s*-\s*(\d{1,3})", node.text())):
        return [str(each) for each in range(int(ends[1]), int(ends[2]) + 1)]
    return list(node.texts())
