"""Write files: each is complete, or stays as it was."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from secrets import token_hex
from types import FrameType
from typing import Any, Final

from netkg.errors import InputError

__all__ = ["check_output", "ended_by_signals", "replaced", "write_file"]

# Names of streams that are open already, even if they lead to a file.
_STREAMS: Final = ("/dev/fd/", "/dev/std", "/proc/")
_SIGNALS: Final = tuple(
    getattr(signal, name) for name in ("SIGHUP", "SIGINT", "SIGTERM") if hasattr(signal, name)
)


def check_output(path: Path, inputs: Iterable[Path | int] = ()) -> None:
    """Check that a file can be written without replacing one of the inputs.

    An input is a file, a folder with all files in it, or the number of an open file. Links
    and names that differ only in case are recognized.

    Raises:
        InputError: if it is an input or a folder, or if its folder does not exist.
    """
    if path.is_dir():
        raise InputError("is a folder", source=str(path), expected="the name of a file")
    if not path.parent.is_dir():
        raise InputError(
            "cannot be written, because its folder does not exist",
            source=str(path),
            expected="a file in an existing folder",
        )
    if not path.is_file():
        return
    own = path.stat()
    for given in inputs:
        below = given.rglob("*") if isinstance(given, Path) and given.is_dir() else ()
        for each in (given, *below):
            with contextlib.suppress(OSError):
                if os.path.samestat(own, os.stat(each)):  # noqa: PTH116 (a number has no method)
                    raise InputError(
                        "is one of the inputs and is not replaced",
                        source=str(path),
                        expected="the name of another file",
                    )


def write_file(path: Path, body: str | bytes) -> None:
    """Write a file as a whole: if that fails or is interrupted, the file stays as it was.

    The mode of an existing file is kept, and a link leads to the new content. A device or
    a pipe is written to directly. Lines end as they do in ``body``.

    Raises:
        InputError: if it cannot be written, with its name.
        BrokenPipeError: if it is a pipe that nobody reads.
    """
    data = body.encode() if isinstance(body, str) else body
    try:
        if str(path).startswith(_STREAMS) or (path.exists() and not path.is_file()):
            path.write_bytes(data)
        else:
            _replace(path.resolve(), data)
    except BrokenPipeError:
        raise
    except (OSError, RuntimeError) as error:  # a loop of links is a RuntimeError until Python 3.13
        raise _unwritable(error, path) from None


@contextlib.contextmanager
def replaced(target: Path) -> Iterator[Path]:
    """Provide an empty file that replaces the target when it is complete.

    If that fails or is interrupted, the target stays as it was.

    Raises:
        InputError: if it cannot be written.
    """
    # A link leads to the new content. Nobody can prepare a link with a name that is random.
    try:
        path = target.resolve()
        part = path.with_name(f".netkg-{token_hex(8)}.part")
        with part.open("xb"):
            pass
    except (OSError, RuntimeError) as error:
        raise _unwritable(error, target) from None
    try:
        yield part
        if path.exists():
            shutil.copymode(path, part)
        part.replace(path)
    except OSError as error:
        raise _unwritable(error, target) from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _unwritable(error: Exception, target: Path) -> InputError:
    reason = getattr(error, "strerror", None) or error
    return InputError(
        f"cannot be written: {reason}",
        source=str(target),
        expected="a file that may be written, with enough space for it",
    )


@contextlib.contextmanager
def ended_by_signals() -> Iterator[None]:
    """End the block as an interrupt does if a signal ends the process, so that it cleans up.

    Raises:
        KeyboardInterrupt: if there is such a signal.
    """

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with _signals_go_to(stop, lambda handler: handler is signal.SIG_DFL):
        yield


def _replace(path: Path, data: bytes) -> None:
    exists = path.exists()
    if exists and not os.access(path, os.W_OK):
        raise PermissionError(0, "the file is read-only")
    # The name is chosen first, so that the file is removed whenever an error occurs.
    part = path.with_name(f".netkg-{token_hex(8)}.part")
    with _uninterrupted():
        try:
            with part.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if exists:
                shutil.copymode(path, part)
            part.replace(path)
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Postpone signals that would end the process to the end of the block."""
    caught: list[int] = []

    def wait(number: int, _: FrameType | None) -> None:
        caught.append(number)

    try:
        with _signals_go_to(wait, lambda handler: handler not in (None, signal.SIG_IGN)):
            yield
    finally:
        for number in caught:
            signal.raise_signal(number)


@contextlib.contextmanager
def _signals_go_to(
    function: Callable[[int, FrameType | None], None], is_changed: Callable[[Any], bool]
) -> Iterator[None]:
    """Handle the signals that would end the process by a function, within the block.

    ``is_changed`` chooses them by their former handlers.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may change what a signal does
        return
    former = {number: signal.getsignal(number) for number in _SIGNALS}
    try:
        for number, handler in former.items():
            if is_changed(handler):
                signal.signal(number, function)
        yield
    finally:
        for number, handler in former.items():
            if handler is not None:
                signal.signal(number, handler)
