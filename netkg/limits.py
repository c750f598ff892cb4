"""The limits within which netkg reads and answers, so that no input can exhaust the machine.

Each limit has a default and can be changed for a while, from Python with :func:`limited`,
from the command line with ``--limit NAME=VALUE``. Input beyond a limit is refused with a
sentence that names the limit.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final

from netkg.errors import InputError

__all__ = ["Limits", "beyond", "limited", "limits"]

_LONGEST: Final = 3_000_000


def _limit(default: int, about: str) -> Any:
    return field(default=default, metadata={"about": about})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits, each a positive whole number; the timeout may have a fraction, or be infinite.

    >>> Limits().depth
    100
    """

    timeout: float = _limit(10, "seconds for a query, or to parse a file of RDF")
    memory: int = _limit(1024, "MiB of memory for a query, or to parse a file of RDF")
    rows: int = _limit(1_000_000, "rows of the answer to a query, or triples of a file of RDF")
    size: int = _limit(128, "MiB of a file after decompression, or of a line of NDJSON")
    workbook: int = _limit(1024, "MiB of a workbook after decompression")
    depth: int = _limit(100, "levels of nesting")
    chain: int = _limit(1_000, "operands of one kind in a row in a query")
    text: int = _limit(100_000, "characters of a value")
    events: int = _limit(20_000, "events of a case")
    tumors: int = _limit(1_000, "tumors of a case, and metastases")
    measurements: int = _limit(20_000, "measurements of a case")
    pairs: int = _limit(200_000, "pairs of a tumor and an event that does not target a tumor")

    def __post_init__(self) -> None:
        for limit in fields(self):
            value = getattr(self, limit.name)
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            is_whole = is_number and math.isfinite(value) and value == int(value)
            if not (is_number and value > 0 and (is_whole or limit.name == "timeout")):
                what = "a positive number" if limit.name == "timeout" else "a positive whole number"
                raise InputError(
                    f"the limit {limit.name} is not valid", found=str(value), expected=what
                )
            # More than a month is as good as no limit of time.
            value = min(value, _LONGEST) if limit.name == "timeout" else value
            object.__setattr__(self, limit.name, int(value) if value == int(value) else value)


_DEFAULT: Final = Limits()
_CURRENT: ContextVar[Limits] = ContextVar("netkg_limits", default=_DEFAULT)
NAMES: Final = tuple(limit.name for limit in fields(Limits))


def limits() -> Limits:
    """Return the limits in force.

    A function that yields what it reads asks for them when it begins.
    """
    return _CURRENT.get()


@contextmanager
def limited(**changed: float) -> Iterator[Limits]:
    """Change some limits within a ``with`` block.

    >>> with limited(timeout=60) as found:
    ...     found.timeout, limits().timeout
    (60, 60)

    Raises:
        InputError: if a limit is unknown, or not a positive number.
    """
    for name in changed:
        if name not in NAMES:
            raise InputError(f"unknown limit {name!r}", expected=f"one of {', '.join(NAMES)}")
    before = _CURRENT.set(replace(_CURRENT.get(), **changed))  # type: ignore[arg-type]
    try:
        yield _CURRENT.get()
    finally:
        _CURRENT.reset(before)


def beyond(
    name: str, what: str, *, source: str = "", line: int | None = None, found: str = ""
) -> InputError:
    """Return the error for input beyond a limit; ``what`` says which part of it.

    >>> str(beyond("depth", "nests triples too deeply"))
    'nests triples too deeply. Expected at most 100 levels of nesting (the limit depth).'
    """
    limit = next(each for each in fields(Limits) if each.name == name)
    value = getattr(limits(), name)
    return InputError(
        what,
        source=source,
        line=line,
        found=found,
        expected=f"at most {value:,} {limit.metadata['about']} (the limit {name})",
    )
