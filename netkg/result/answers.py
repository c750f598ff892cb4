"""What every answer offers: JSON, rows for a table, and a view of itself in notebooks.

Answers are frozen dataclasses. Their JSON form follows from their fields (:func:`as_json`),
and the JSON Schemas of the package follow from the same fields and their types
(:mod:`netkg.json_schema`), as do the types of the columns of a table. Answers do not know
how they are drawn: the package's ``__init__`` names the module that draws them
(:func:`draw_with`), so that no package imports one above it.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache, reduce
from operator import attrgetter
from typing import (
    Annotated,
    Any,
    ClassVar,
    Final,
    NamedTuple,
    TypeAlias,
    get_args,
    get_origin,
    get_type_hints,
)

from netkg.errors import InputError
from netkg.result.frames import DataFrame, data_frame

__all__ = [
    "ABOUT_CASE",
    "ALWAYS",
    "ATOMS",
    "JSON",
    "ColumnTypes",
    "IsoDay",
    "Keys",
    "Member",
    "Result",
    "as_json",
    "columns_of",
    "draw_with",
    "json_form",
    "layout_of",
    "members",
    "to_dataframe",
    "type_of",
]

JSON = dict[str, Any]
Keys: TypeAlias = tuple[str, ...]
# A day as text; the annotation is its format in JSON Schema.
IsoDay = Annotated[str, "date"]
# The types of the columns of a table, by their names; as in the annotations of fields.
ColumnTypes: TypeAlias = Mapping[str, Any]
# The columns that say which case a row is about.
ABOUT_CASE: Final[ColumnTypes] = {"case": str, "asOf": IsoDay}
# The types whose values are JSON as they are, most values of an answer.
ATOMS: Final = frozenset({bool, float, int, str, type(None)})
Layout: TypeAlias = tuple[tuple[tuple[str, Keys, object], ...], Callable[[Any], tuple[Any, ...]]]
# A key that is never left out.
ALWAYS: Final = object()


class Result:
    """Base class of all answers.

    ``json_keys`` names the attributes that the JSON form consists of, where these are
    not the fields that take part in comparisons, in their order. A dotted name takes an
    attribute of an attribute: ``plan.case`` becomes the key ``case``. ``row_types``
    names the keys of the rows with their types, where a row is not the JSON form.
    """

    __slots__ = ()
    json_keys: ClassVar[Keys] = ()
    row_types: ClassVar[ColumnTypes] = {}

    def to_dict(self) -> JSON:
        """Return the answer in its documented JSON form, ready for ``json.dumps``."""
        body: JSON = as_json(self)
        return body

    def to_rows(self) -> list[JSON]:
        """Return the answer as rows that share their keys; here one row, its JSON form."""
        return [self.to_dict()]

    def column_types(self) -> ColumnTypes:
        """Return the names of the columns of the rows, with their types."""
        return columns_of(type(self))

    def to_dataframe(self) -> DataFrame:
        """Return the rows as a pandas DataFrame (see :func:`netkg.to_dataframe`).

        Raises:
            MissingPackage: if pandas is not installed.
        """
        return to_dataframe(self)

    def _repr_html_(self) -> str | None:
        return _page(self).html() if _page is not None else None

    def _repr_markdown_(self) -> str | None:
        return _page(self).markdown() if _page is not None else None


# -- JSON ------------------------------------------------------------------------------------
class Member(NamedTuple):
    """One key of a JSON object, and the attribute that it is read from.

    ``keys`` are those of the value that are shown, if not all are; the key is left out
    if the value equals ``omit``.
    """

    path: str
    key: str
    keys: Keys
    omit: object


def json_form(*, key: str = "", keys: Keys = (), omit: object = ALWAYS) -> dict[str, object]:
    """Return the metadata of a field that has a JSON form of its own (see :class:`Member`)."""
    return {"key": key, "keys": keys, "omit": omit}


@cache
def members(class_: type[Any], keys: Keys = ()) -> tuple[Member, ...]:
    """Return the keys of the JSON form of a class, all of them or those for some attributes."""
    known = {each.name: each for each in fields(class_)} if is_dataclass(class_) else {}
    own: Keys = getattr(class_, "json_keys", ()) or getattr(class_, "_fields", ())
    found = []
    for path in keys or own or tuple(name for name, each in known.items() if each.compare):
        form = known[path].metadata if path in known else {}
        first, *others = path.rpartition(".")[2].split("_")
        key = form.get("key") or first + "".join(map(str.capitalize, others))
        omit = form.get("omit", ALWAYS)
        found.append(Member(path, key, form.get("keys", ()), omit))
    return tuple(found)


@cache
def layout_of(class_: Any, keys: Keys = ()) -> Layout | None:
    """Return the keys of the JSON form of a class, and what reads their values all at once.

    The result is None for a class that has no members.
    """
    if not issubclass(class_, Result) and not hasattr(class_, "_fields"):
        return None
    found = members(class_, keys)
    # Only for two names or more, attrgetter returns a tuple; what is added is not read.
    read = attrgetter(*(member.path for member in found), "__class__", "__class__")
    return tuple((each.key, each.keys, each.omit) for each in found), read


def columns_of(class_: Any) -> ColumnTypes:
    """Return the columns of the rows of a class: those that it names, else its JSON form."""
    return class_.row_types or {each.key: type_of(class_, each.path) for each in members(class_)}


def type_of(class_: Any, path: str) -> Any:
    """Return the type of a field or a property of a class, or of one of its attributes."""
    return reduce(_hint, path.split("."), class_)


def _hint(class_: Any, name: str) -> Any:
    named = next((each for each in get_args(class_) if isinstance(each, type)), class_)
    found = inspect.getattr_static(named, name, None)
    if isinstance(found, property):
        return get_type_hints(found.fget, include_extras=True)["return"]
    return get_type_hints(named, include_extras=True)[name]


def as_json(value: Any, keys: Keys = ()) -> Any:
    """Return an answer, or a value within one, in its JSON form.

    The keys of the JSON are the names of the fields in camel case, in the same order.

    >>> from dataclasses import dataclass, field
    >>> @dataclass(frozen=True)
    ... class Window(Result):
    ...     due_from: str
    ...     due_by: str | None = field(metadata=json_form(omit=None), default=None)
    >>> as_json((Window("2026-01-15"), Window("2026-01-15", "2026-07-15")))
    [{'dueFrom': '2026-01-15'}, {'dueFrom': '2026-01-15', 'dueBy': '2026-07-15'}]
    """
    class_: Any = type(value)
    if class_ in ATOMS:
        return value
    # These are most, and a class takes longer to compare than to look at.
    if class_ is tuple or class_ is list:
        return [as_json(item, keys) for item in value]
    if layout := layout_of(class_, keys):
        body = {}
        for (key, below, omit), item in zip(layout[0], layout[1](value)):  # noqa: B905 (faster)
            if omit is ALWAYS or item != omit:
                body[key] = item if type(item) in ATOMS else as_json(item, below)
        return body
    if isinstance(value, Mapping):
        return {key: as_json(item) for key, item in value.items()}
    return [as_json(item, keys) for item in value] if isinstance(value, list | tuple) else value


# -- data frames -----------------------------------------------------------------------------
def to_dataframe(results: Result | Iterable[Result], *, part: str = "") -> DataFrame:
    """Return the rows of one result, or of several of one class, as a pandas DataFrame.

    The columns and their types follow from the class: text is ``string``, yes and no are
    ``boolean``, numbers are ``Int64`` or ``Float64``, days are ``datetime64``, a list is a
    tuple, and what is missing is NA (NaT for a day). ``part`` names an attribute with results
    of its own, such as the ``orders`` or the ``findings`` of plans; then the rows are theirs,
    with the columns ``case`` and ``asOf`` first.

    The plan of an invalid case has no rows; a warning says how many of several plans have none.

    >>> import netkg
    >>> plans = [netkg.derive({"id": id, "tumors": [{}]}, as_of="2026-03-31") for id in "ab"]
    >>> sorted(set(netkg.to_dataframe(plans)["case"]))
    ['a', 'b']

    Raises:
        InputError: if the results are of several classes, or have no such part.
        MissingPackage: if pandas is not installed.
    """
    class_, without = None, 0
    types: dict[str, Any] = {}
    rows: list[JSON] = []
    for result in [results] if isinstance(results, Result) else results:
        class_ = class_ or type(result)
        if type(result) is not class_ or not isinstance(result, Result):
            names = " and ".join(dict.fromkeys((class_.__name__, type(result).__name__)))
            message = f"no data frame can be made of {names}"
            raise InputError(message, expected="results of one class, such as plans")
        own = _types_of_part(class_, part) if part else result.column_types()
        for name, type_ in own.items():
            types[name] = type_ if types.get(name, type_) == type_ else Any
        found = _rows_of_part(result, part) if part else result.to_rows()
        without += not (found or part or getattr(result, "conforms", True))
        rows += found
    if without and not isinstance(results, Result):
        warnings.warn(
            f"Results without rows: {without}, since a case is invalid. "
            "The findings say why: use part='findings'.",
            stacklevel=2,
        )
    return data_frame(rows, types, name="to_dataframe()")


def _types_of_part(class_: Any, part: str) -> ColumnTypes:
    if part not in (parts := _parts(class_)):
        message = f"{class_.__name__} has no part {part!r} with rows"
        hint = "" if parts else "Leave out part: the rows are its own."
        raise InputError(message, expected=", ".join(parts), hint=hint)
    return {**(ABOUT_CASE if hasattr(class_, "as_of") else {}), **columns_of(parts[part])}


def _rows_of_part(result: Any, part: str) -> list[JSON]:
    about = {"case": result.case, "asOf": result.as_of} if hasattr(result, "as_of") else {}
    return [about | row for each in getattr(result, part) for row in each.to_rows()]


@cache
def _parts(class_: type[Any]) -> Mapping[str, type[Result]]:
    """Return the attributes of a class that are lists of results, with the class of these."""
    hints = get_type_hints(class_).items()
    lists = {name: get_args(hint)[0] for name, hint in hints if get_origin(hint) is tuple}
    return {
        name: each
        for name, each in lists.items()
        if isinstance(each, type) and issubclass(each, Result)
    }


# -- notebooks -------------------------------------------------------------------------------
_page: Callable[[Any], Any] | None = None


def draw_with(page: Callable[[Any], Any]) -> None:
    """Set the function that returns the page of an answer, for notebooks."""
    global _page
    _page = page
