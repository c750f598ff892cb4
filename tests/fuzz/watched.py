"""Try a target in a process of its own, and watch it: crashes, hangs and memory are faults."""

from __future__ import annotations

import contextlib
import faulthandler
import mmap
import multiprocessing
import os
import random
import resource
import signal
import struct
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.sample import Fault, Sample
from tests.fuzz.targets import target

# Position, start of the execution (0 between two), slowest time and its position, peak in KiB,
# executions, ending and length of the sample, which follows.
_HEAD = struct.Struct("<qddqqq24sq")
_LONGEST = 2**26
_MIB = 2**10
# The operating system refuses more to a process, before the machine runs out of memory.
_ADDRESSES = 6 * 2**30


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What is to be tried; ``first`` samples are given, the others are drawn by the seed."""

    target: str
    seed: str
    first: Sequence[Sample] = ()
    start: int = 0
    executions: int | None = None
    seconds: float | None = None
    hang: float = 5
    memory: int = 1024

    def sample(self, position: int) -> Sample:
        if position < len(self.first):
            return self.first[position]
        return target(self.target).draw(self.generator(position))

    def generator(self, position: int) -> random.Random:
        """Return what draws a sample, which depends on nothing but seed and position."""
        return random.Random(f"{self.target} {self.seed} {position - len(self.first)}")

    def positions(self) -> Iterator[int]:
        end = None if self.executions is None else len(self.first) + self.executions
        until = None if self.seconds is None else time.monotonic() + self.seconds
        position = self.start
        while (end is None or position < end) and (
            position < len(self.first) or until is None or time.monotonic() < until
        ):
            yield position
            position += 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run found; ``fault`` is empty if all went well, else it is about ``sample``."""

    executions: int
    seconds: float
    slowest: float
    slowest_at: int
    peak_mib: int
    fault: str = ""
    position: int = -1
    sample: Sample | None = None


class _Board:
    """What the two processes see: a file in memory with the sample that is being tried."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), _HEAD.size + _LONGEST)

    def write(self, *values: float | bytes) -> None:
        self._map[: _HEAD.size] = _HEAD.pack(*values)

    def write_data(self, data: bytes) -> None:
        self._map[_HEAD.size : _HEAD.size + len(data)] = data

    def read(self) -> tuple[int, float, float, int, int, int, str, bytes]:
        *numbers, ending, length = _HEAD.unpack(self._map[: _HEAD.size])
        data = self._map[_HEAD.size : _HEAD.size + length]
        return *numbers, ending.rstrip(b"\0").decode(), data  # type: ignore[return-value]

    def began(self) -> float:
        return _HEAD.unpack(self._map[: _HEAD.size])[1]


def _peak() -> int:
    """Return the peak memory of this process, in KiB."""
    # The figure of getrusage begins with that of the process that started this one.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0])


def _work(run: Run, path: Path, log: Path) -> None:
    # A group of its own, so that the processes that it starts end with it.
    os.setsid()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESSES, _ADDRESSES))
    board, tried = _Board(path), target(run.target)
    with log.open("w", encoding="utf-8") as file:
        # What native code writes when it gives up is part of the report.
        os.dup2(file.fileno(), 2)
        faulthandler.enable(file)
        faulthandler.register(signal.SIGUSR1, file)
        tried.check(tried.draw(random.Random("warm up")))
        if prepare := getattr(tried, "prepare", None):
            prepare()
        done, slowest, slowest_at = 0, 0.0, -1
        for position in run.positions():
            sample = run.sample(position)
            state = (slowest, slowest_at, _peak(), done, sample.ending.encode(), len(sample.data))
            board.write_data(sample.data)
            start = time.monotonic()
            board.write(position, start, *state)
            try:
                tried.check(sample)
                if _peak() > run.memory * _MIB:
                    raise Fault(f"more than {run.memory} MiB of memory")
            except Exception:
                file.write(traceback.format_exc())
                file.flush()
                os._exit(1)
            took = time.monotonic() - start
            done += 1
            if took > slowest:
                slowest, slowest_at = took, position
        board.write(-1, 0.0, slowest, slowest_at, _peak(), done, b"", 0)
    # Without a clean-up, which may wait for processes that were killed.
    os._exit(0)


def watch(run: Run) -> Outcome:
    """Try a target until it ends or has a fault."""
    with tempfile.TemporaryDirectory() as folder:
        path, log = Path(folder, "board"), Path(folder, "log")
        with path.open("wb") as file:
            file.truncate(_HEAD.size + _LONGEST)
        board = _Board(path)
        process = multiprocessing.get_context("spawn").Process(target=_work, args=(run, path, log))
        start = time.monotonic()
        process.start()
        hung = False
        while process.is_alive() and not hung:
            process.join(0.05)
            began = board.began()
            hung = bool(began) and time.monotonic() - began > run.hang
        if hung:
            _signal(os.kill, process.pid, signal.SIGUSR1)
            process.join(0.5)
        _signal(os.killpg, process.pid, signal.SIGKILL)
        process.join()
        seconds = time.monotonic() - start
        position, _, slowest, slowest_at, peak, done, ending, data = board.read()
        figures = (done, seconds, slowest, slowest_at, peak // _MIB)
        if process.exitcode == 0:
            return Outcome(*figures)
        said = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
        fault = f"longer than {run.hang:g} s" if hung else _reason(process.exitcode or 0)
        return Outcome(*figures, f"{fault}\n{said}", position, Sample(ending, data))


def _signal(send: Callable[[int, int], None], process: int | None, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        send(process or 0, number)


def _reason(status: int) -> str:
    return f"ended by {signal.Signals(-status).name}" if status < 0 else "fault"
