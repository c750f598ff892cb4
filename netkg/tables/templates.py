"""The cells that one line of a map is about, with the texts that other files have for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from netkg.errors import InputError
from netkg.suggestions import closest, did_you_mean, listed
from netkg.tables.map_file import NAMED
from netkg.tables.map_model import Lookup
from netkg.tables.open_tables import LookupTables
from netkg.tables.rows import Row, Table, cell_text, position

__all__ = ["Cells", "Found"]

# After the name of a column in braces: the cell may be blank.
OPTIONAL: Final = "?"
_UNKNOWN: Final = "is not in the file that its texts are looked up in"


@dataclass(frozen=True, slots=True)
class Found:
    """What the cells of a row have, after look-ups.

    ``shown`` is what a message repeats, ``column`` the column that it names, and ``fault`` why
    there is not a value.
    """

    value: Any
    shown: Any
    column: str
    fault: str = ""


class Cells:
    """The cells that one line of the map is about: one column, or a template of several.

    A template is text with names of columns in braces; it is blank if one of its cells is. With a
    question mark, as in ``{year}-{month?}``, the cell may be blank, and then the text before it is
    left out, too. ``via`` are the look-ups of the texts, in their order: each is about one column
    of the template, or about the whole text. ``missing`` are texts, in lower case, that say
    nothing if they cannot be looked up.
    """

    def __init__(
        self,
        text: str,
        table: Table,
        source: str,
        line: int | None = None,
        *,
        via: Sequence[Lookup] = (),
        missing: frozenset[str] = frozenset(),
        tables: LookupTables | None = None,
    ) -> None:
        # A column may have a name with braces.
        own = text[1:-1] if text.startswith("{") and text[1:-1] in table.columns else text
        is_template = bool(NAMED.search(own)) and own not in table.columns
        self._parts = NAMED.split(text) if is_template else ["", own, ""]
        self._is_plain = self._parts[::2] == ["", ""]
        names = self._parts[1::2]
        # A column may have a name that ends in a question mark.
        known = {each.casefold() for each in table.columns}
        self._optional = [
            is_template
            and name.endswith(OPTIONAL)
            and " ".join(name.split()).casefold() not in known
            for name in names
        ]
        names = [
            name.removesuffix(OPTIONAL) if optional else name
            for name, optional in zip(names, self._optional, strict=True)
        ]
        self._at = [position(table, name, source, line) for name in names]
        self.headers = tuple(table.columns[at] for at in self._at)
        self._missing = missing
        tables = tables or LookupTables()
        self._via = [
            (self._column(each, table, source), tables.read(each, table, source)) for each in via
        ]

    def _column(self, lookup: Lookup, table: Table, source: str) -> int:
        """Return the position of the column that a look-up is about, -1 for the whole text."""
        if not lookup.column:
            return -1
        at = position(table, lookup.column, source, lookup.line)
        if at not in self._at:
            raise InputError(
                f"looks up column {lookup.column!r}, which this line does not name",
                source=source,
                line=lookup.line,
                hint=did_you_mean(closest(lookup.column, self.headers))
                or f"It names {listed(self.headers)}.",
            )
        return at

    @property
    def name(self) -> str:
        """The name of the first column that must not be blank, or of the first one."""
        named = zip(self.headers, self._optional, strict=True)
        return next((name for name, optional in named if not optional), self.headers[0])

    def fault(self, row: Row) -> str:
        """Return why a cell cannot be read, empty if all can."""
        return next((row.faults[at] for at in self._at if at in row.faults), "")

    def read(self, row: Row) -> Found:
        """Return the value of the only cell or the text of the template, after all look-ups."""
        if row.faults:
            for at, name in zip(self._at, self.headers, strict=True):
                if at in row.faults:
                    return Found(None, row.cells[at], name, row.faults[at])
        if self._is_plain and not self._via and not self._optional[0]:
            value = row.cells[self._at[0]]
            return Found(value, value, self.name)
        texts = [cell_text(row.cells[at]) for at in self._at]
        texts = [
            "" if optional and self._says_nothing(text) and not self._is_looked_up(at) else text
            for text, optional, at in zip(texts, self._optional, self._at, strict=True)
        ]
        for at, lookup in self._via:
            if at < 0:
                continue
            for own, place in enumerate(self._at):
                if place == at and texts[own]:
                    text = self._looked_up(texts[own], lookup)
                    if text is None:
                        return Found(None, texts[own], self.headers[own], _UNKNOWN)
                    texts[own] = text
        value = self._joined(texts)
        shown = row.cells[self._at[0]] if self._is_plain else value
        for at, lookup in self._via:
            if at < 0 and value:
                text = self._looked_up(value, lookup)
                if text is None:
                    return Found(None, shown, self.name, _UNKNOWN)
                value = text
        return Found(value, shown, self.name)

    def text(self, row: Row) -> str:
        """Return the value as text, empty if it is blank or cannot be looked up."""
        return cell_text(self.read(row).value)

    def _joined(self, texts: list[str]) -> str | None:
        needed = zip(texts, self._optional, strict=True)
        if not any(texts) or not all(text or optional for text, optional in needed):
            return None
        pairs = zip(self._parts[::2], texts, strict=False)
        found = "".join(before + text for before, text in pairs if text)
        return cell_text(found + self._parts[-1])

    def _looked_up(self, text: str, lookup: Mapping[str, str]) -> str | None:
        """Return what another file has for a text, None if the text is not there."""
        return lookup.get(text, "" if self._says_nothing(text) else None)

    def _says_nothing(self, text: str) -> bool:
        return text.casefold() in self._missing

    def _is_looked_up(self, at: int) -> bool:
        return any(each == at for each, _ in self._via)
