"""Start the processes of :mod:`netkg.worker.child`, and stop them at their limits.

A process that has answered waits for the next request, since a start takes longer than
most queries. One that took too long is killed; one that ended by itself, for example since
the native code in it crashed, becomes an error with a sentence.
"""

from __future__ import annotations

import atexit
import contextlib
import io
import json
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Lock, Thread, Timer
from typing import IO, TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from netkg.errors import InputError
from netkg.limits import beyond, limits

if TYPE_CHECKING:
    import subprocess

__all__ = ["Failed", "Process", "gunzip", "process"]

# Each folder is a place to import from: the first for the child, the second for what it needs.
_FOLDERS: Final = (str(Path(__file__).parents[1]), str(Path(ox.__file__).parents[1]))
_START: Final = "import sys; sys.path += sys.argv[1:3]; from worker import child; child."
_MOST_IDLE: Final = 2
_LOCK: Final = Lock()
_IDLE: Final[list[Process]] = []


class Failed(Exception):
    """A request that the child answered with an error: its class, message and line."""

    def __init__(self, kind: str, message: str, line: int | None) -> None:
        self.kind = kind
        self.message = message
        self.line = line
        super().__init__(message)


def _start(call: str, *arguments: str) -> subprocess.Popen[bytes]:
    # Plain JSON needs no process, and does not pay for this import.
    import subprocess

    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _START + call, *_FOLDERS, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=os.sep,
        start_new_session=True,  # the keyboard interrupts the caller alone
    )


def _pipes(child: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
    """Return standard input, output and error of a child."""
    assert child.stdin
    assert child.stdout
    assert child.stderr
    return child.stdin, child.stdout, child.stderr


def _end(child: subprocess.Popen[bytes]) -> None:
    """Kill a child and close what leads to it."""
    child.kill()
    child.wait()
    for pipe in _pipes(child):
        with contextlib.suppress(OSError):
            pipe.close()


class Process:
    """One child; ``sent`` is what the caller knows that it contains."""

    def __init__(self) -> None:
        self.sent: dict[str, object] = {}
        self._child = _start("run()")
        self._expired = False

    @property
    def is_usable(self) -> bool:
        """Whether it waits for a request."""
        return not self._expired and self._child.poll() is None

    def end(self) -> None:
        """End it, if it has not ended."""
        _end(self._child)

    def forget(self) -> None:
        """Leave the child to the process that started it and was copied by this one."""
        self._child.returncode = 0
        for pipe in _pipes(self._child):
            with contextlib.suppress(OSError):
                pipe.close()

    def ask(self, task: str, payload: bytes = b"", *, source: str = "", **request: Any) -> Any:
        """Return the answer to a request, within the limits in force.

        Raises:
            Failed: if the answer is an error.
            InputError: if the child was stopped at a limit, or ended; it names ``source``.
        """
        allowed = limits()
        request |= {
            "task": task,
            "size": len(payload),
            "timeout": allowed.timeout,
            "memory": allowed.memory,
            "rows": allowed.rows,
            "depth": allowed.depth,
        }
        timer = Timer(allowed.timeout, self._expire)
        timer.daemon = True
        timer.start()
        try:
            answer = self._exchange(json.dumps(request).encode() + b"\n" + payload)
        except (OSError, ValueError):
            raise self._ended(source) from None
        finally:
            timer.cancel()
        if "error" in answer:
            raise _failure(answer, source)
        return answer["result"]

    def _exchange(self, message: bytes) -> Any:
        requests, answers, _ = _pipes(self._child)
        requests.write(message)
        requests.flush()
        size = int(answers.readline())
        text = answers.read(size)
        if len(text) < size:
            raise EOFError
        return json.loads(text)

    def _expire(self) -> None:
        self._expired = True
        self._child.kill()

    def _ended(self, source: str) -> InputError:
        """Return the error for a child that ended instead of giving an answer."""
        code = self._child.wait()
        words = _pipes(self._child)[2].read(1 << 16)
        if self._expired or code == -getattr(signal, "SIGXCPU", 0):
            return beyond("timeout", "takes too long", source=source)
        if b"memory allocation" in words or b"MemoryError" in words:
            return beyond("memory", "needs too much memory", source=source)
        if code == -getattr(signal, "SIGKILL", 0):
            return InputError(
                "the process that parsed it was killed, perhaps since the machine lacks memory",
                source=source,
                expected="another try",
            )
        reason = signal.Signals(-code).name if code < 0 else f"status {code}"
        return InputError(
            f"ended the process that parsed it ({reason})",
            source=source,
            expected="a text that is shorter, or less deeply nested",
        )


def _failure(answer: Any, source: str) -> Exception:
    match answer["error"]:
        case "TooMany":
            return beyond("rows", "has too many results", source=source)
        case "MemoryError":
            return beyond("memory", "needs too much memory", source=source)
        case "RecursionError":
            return beyond("depth", "is nested too deeply", source=source)
        case kind:
            return Failed(kind, answer["message"], answer["line"])


@contextlib.contextmanager
def process() -> Iterator[Process]:
    """Lend a process that is idle, or a new one; it is kept if it can be used again."""
    with _LOCK:
        found = _IDLE.pop() if _IDLE else None
    if found is not None and not found.is_usable:
        found.end()
        found = None
    found = found or Process()
    try:
        yield found
    except Failed:
        raise
    except BaseException:
        # What it still sends would be taken for the next answer.
        found.end()
        raise
    finally:
        with _LOCK:
            keep = found.is_usable and len(_IDLE) < _MOST_IDLE
            if keep:
                _IDLE.append(found)
        if not keep:
            found.end()


def _end_idle() -> None:
    while _IDLE:
        _IDLE.pop().end()


def _forget_idle() -> None:
    """Leave the processes to the parent, in a child that it forked."""
    for each in _IDLE:
        each.forget()
    _IDLE.clear()


atexit.register(_end_idle)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_idle)


class _Gunzip(io.RawIOBase):
    """What a stream unpacks to, as it is unpacked by a child."""

    def __init__(self, packed: IO[Any], source: str) -> None:
        self._child = _start(f"run_gunzip({limits().memory})")
        self._source = source
        self._feeder = Thread(target=self._feed, args=(packed,), daemon=True)
        self._feeder.start()

    def _feed(self, packed: IO[Any]) -> None:
        into, _, _ = _pipes(self._child)
        with contextlib.suppress(OSError, ValueError), into:
            shutil.copyfileobj(packed, into)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        _, out, errors = _pipes(self._child)
        count: int = out.readinto(buffer)  # type: ignore[attr-defined]
        if not count and (code := self._child.wait()):
            reason = errors.read().decode(errors="replace") if code == 3 else f"status {code}"
            raise InputError(
                f"not valid gzip: {reason}", source=self._source, expected="a complete .gz file"
            )
        return count

    def close(self) -> None:
        if not self.closed:
            _end(self._child)
            self._feeder.join()
        super().close()


def gunzip(packed: IO[Any], *, source: str = "") -> io.BufferedReader:
    """Return what a stream unpacks to, as a stream; it must be closed.

    Raises:
        InputError: on reading, if the stream is not valid gzip.
    """
    return io.BufferedReader(_Gunzip(packed, source), 1 << 18)
