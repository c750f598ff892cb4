"""The content of files and streams, as bytes or lines within the limits.

What is compressed is unpacked in another process (:mod:`netkg.worker`).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any, Final, TypeAlias, cast

from netkg.errors import InputError
from netkg.limits import beyond, limits
from netkg.ontology.text_files import read_within, unreadable

__all__ = ["Given", "check_file", "content", "lines"]

# What a caller gives: a file by its path, or a stream that is open.
Given: TypeAlias = "Path | IO[bytes] | IO[str]"

_GZIP: Final = b"\x1f\x8b"


def check_file(path: Path, name: str) -> None:
    """Check that a path leads to something that can be read.

    Raises:
        InputError: if it does not exist, or is a folder.
    """
    try:
        if path.is_dir():
            raise InputError("is a folder", source=name, expected="a file")
        path.stat()
    except FileNotFoundError:
        raise InputError(
            "does not exist", source=name, expected="an existing file, or - for standard input"
        ) from None
    except (OSError, ValueError) as error:
        raise unreadable(error, name) from None


def content(given: Given, name: str) -> bytes | str:
    """Return the content of a file or stream, unpacked if it is compressed.

    Raises:
        InputError: if it cannot be read, or is too large.
    """
    try:
        with ExitStack() as opened:
            found = read_within(_unpacked(given, name, opened), name)
    except (OSError, ValueError) as error:
        raise unreadable(error, name) from None
    if isinstance(found, bytes) and found.startswith(_GZIP):
        return content(io.BytesIO(found), name)  # from a stream that did not show its start
    return cast("bytes | str", found)


def lines(given: Given, name: str) -> Iterator[bytes | str | InputError]:
    """Yield the lines of a file or stream, unpacked if it is compressed.

    They end at the character U+000A. The last item is an InputError if the rest
    cannot be read.
    """
    allowed = limits()
    most, blank = allowed.size << 20, 0
    try:
        with ExitStack() as opened:
            stream = _unpacked(given, name, opened)
            number = 0
            while line := stream.readline(most + 1):
                number += 1
                blank = 0 if line.strip() else blank + 1
                if len(line) > most:
                    what = "is too long; it and what follows are not read"
                    raise beyond("size", what, source=name, line=number)
                if blank > allowed.rows:
                    what = "follows too many blank lines; it and what follows are not read"
                    raise beyond("rows", what, source=name, line=number)
                yield line
    except InputError as error:
        yield error
    except (OSError, ValueError) as error:
        yield unreadable(error, name)


def _unpacked(given: Given, name: str, opened: ExitStack) -> IO[Any]:
    """Return the stream that is given, unpacked; ``opened`` closes what was opened here."""
    stream: IO[Any] = given if not isinstance(given, Path) else given.open("rb")
    if isinstance(given, Path):
        opened.enter_context(stream)
    if not (name.endswith(".gz") or _start(stream).startswith(_GZIP)):
        return stream
    # Only what is compressed pays for the import.
    from netkg.worker.process import gunzip

    return opened.enter_context(gunzip(stream, source=name))


def _start(stream: IO[Any]) -> bytes:
    """Return the first bytes of a stream without reading it, as far as it allows that."""
    if hasattr(stream, "peek"):
        return bytes(stream.peek(2)[:2])
    if not hasattr(stream, "getvalue"):
        return b""
    at, found = stream.seek(0, io.SEEK_CUR), stream.read(2)
    stream.seek(at)
    return found if isinstance(found, bytes) else b""
