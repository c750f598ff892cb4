"""Rows with typed columns as a pandas DataFrame, which is optional."""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Final,
    Literal,
    TypeAlias,
    Union,
    get_args,
    get_origin,
)

from netkg.errors import MissingPackage

if TYPE_CHECKING:
    import pandas

__all__ = ["DataFrame", "data_frame"]

DataFrame: TypeAlias = "pandas.DataFrame"

_DTYPES: Final[Mapping[Any, str]] = {
    bool: "boolean",
    float: "Float64",
    int: "Int64",
    str: "string",
}
_DAYS: Final = "datetime64[s]"


def data_frame(
    rows: Iterable[Mapping[str, Any]], columns: Mapping[str, Any], *, name: str
) -> DataFrame:
    """Return rows as a data frame; ``columns`` maps names to types as in annotations.

    A list becomes a tuple, and what is missing NA. A column with a value that does not fit
    its type, such as an integer of more than 64 bits, has the values as they are. ``name``
    is the function to name if pandas is missing.

    Raises:
        MissingPackage: if pandas is not installed.
    """
    try:
        import pandas
    except ImportError as error:
        if error.name != "pandas":
            raise
        raise MissingPackage("pandas", "dataframe", name) from None
    rows = list(rows)
    made = {}
    for column, type_ in columns.items():
        cells = [_cell(row.get(column), pandas.NA) for row in rows]
        try:
            made[column] = pandas.Series(cells, dtype=_dtype(type_))
        except (OverflowError, TypeError, ValueError):
            made[column] = pandas.Series(cells, dtype=object)
    return pandas.DataFrame(made)


def _dtype(type_: Any) -> str:
    """Return the dtype of a column; numbers of several types are floats."""
    origin, args = get_origin(type_), get_args(type_)
    if origin in (Union, types.UnionType):
        names = {_dtype(each) for each in args if each is not type(None)}
        return min(names) if len(names) == 1 or names == {"Float64", "Int64"} else "object"
    if origin is Literal:
        return _dtype(type(args[0]))
    if origin is Annotated:
        return _DAYS if args[1:] == ("date",) else _dtype(args[0])
    return _DTYPES.get(type_, "object")


def _cell(value: Any, missing: Any) -> Any:
    if value is None:
        return missing
    if isinstance(value, list | tuple):
        return tuple(_cell(each, missing) for each in value)
    return float(value) if isinstance(value, Decimal) else value
