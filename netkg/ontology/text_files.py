"""The text of a file of any kind, without a byte order mark."""

from __future__ import annotations

import re
from pathlib import Path
from typing import IO, AnyStr, Final

from netkg.errors import InputError
from netkg.limits import beyond, limits

__all__ = ["decode", "read_bytes", "read_text", "read_within", "unreadable", "without_place"]

# The error of the parser has the place of its own, which its message repeats.
_PLACE: Final = re.compile(r"^Parser error at line \d+ (between columns \d+ and \d+|column \d+): ")


def unreadable(error: Exception, name: str) -> InputError:
    """Return the error for a file or stream that cannot be read."""
    reason = getattr(error, "strerror", None) or str(error)
    return InputError(f"cannot be read: {reason}", source=name, expected="a readable file")


def read_bytes(path: str | Path) -> bytes:
    """Return the content of a file.

    Raises:
        InputError: if it cannot be read, or is too large.
    """
    try:
        with Path(path).open("rb") as file:
            return read_within(file, str(path))
    except (OSError, ValueError) as error:
        raise unreadable(error, str(path)) from None


def read_within(stream: IO[AnyStr], name: str) -> AnyStr:
    """Return the content of a stream, within the limit on its size.

    Raises:
        InputError: if it is too large.
    """
    most = limits().size << 20
    found = stream.read(most + 1)
    if len(found) > most:
        raise beyond("size", "is too large", source=name)
    return found


def without_place(message: str) -> str:
    """Return the message of a parser without the place, which its error has in addition.

    >>> without_place("Parser error at line 3 column 7: no dot")
    'no dot'
    """
    return _PLACE.sub("", message)


def decode(data: bytes | str, source: str, line: int | None = None) -> str:
    r"""Return data as text, without a byte order mark.

    >>> decode(b"\xef\xbb\xbfwords", "own.rq")
    'words'

    Raises:
        InputError: if it is not UTF-8, with the line.
    """
    if isinstance(data, str):
        return data.removeprefix("\ufeff")
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = line or data.count(b"\n", 0, error.start) + 1
        raise InputError("not UTF-8", source=source, line=line, expected="UTF-8 text") from None


def read_text(path: str | Path) -> str:
    """Return the text of a file, without a byte order mark.

    Raises:
        InputError: if it cannot be read, or is not UTF-8, with the line.
    """
    return decode(read_bytes(path), str(path))
