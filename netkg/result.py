"""What every answer offers: JSON, rows for a table, and a view of itself in notebooks.

Answers are frozen dataclasses that know nothing of how they are drawn. The
front door of the package names the module that draws them
(:func:`draw_with`), so that no package imports one above it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from netkg.errors import MissingPackage

if TYPE_CHECKING:
    import pandas

__all__ = ["JSON", "Drawer", "Result", "draw_with"]

JSON = dict[str, Any]


class Drawer(Protocol):
    """What draws any answer for a notebook."""

    def html(self, result: Any) -> str:
        """Return an answer as one HTML element."""

    def markdown(self, result: Any) -> str:
        """Return an answer as Markdown."""


class Result:
    """Base class of all answers."""

    __slots__ = ()

    def to_dict(self) -> JSON:
        """Return the answer in its documented JSON form, ready for ``json.dumps``."""
        raise NotImplementedError

    def to_rows(self) -> list[JSON]:
        """Return the answer as rows that share their keys; here one row, its JSON form."""
        return [self.to_dict()]

    def row_keys(self) -> list[str] | None:
        """Return the keys of the rows where they are known without any row, else None."""
        return None

    def to_dataframe(self) -> pandas.DataFrame:
        """Return the rows as a pandas DataFrame.

        Raises:
            MissingPackage: if pandas is not installed.
        """
        try:
            import pandas
        except ImportError as error:
            if error.name != "pandas":
                raise
            raise MissingPackage("pandas", "dataframe", "to_dataframe()") from None
        return pandas.DataFrame(self.to_rows(), columns=self.row_keys())

    def _repr_html_(self) -> str | None:
        return _drawer().html(self) if _drawer is not None else None

    def _repr_markdown_(self) -> str | None:
        return _drawer().markdown(self) if _drawer is not None else None


_drawer: Callable[[], Drawer] | None = None


def draw_with(drawer: Callable[[], Drawer]) -> None:
    """Name what draws answers in notebooks; it is called when the first one is shown."""
    global _drawer
    _drawer = drawer
