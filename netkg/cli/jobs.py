"""Share the cases of a command among several processes, and keep their order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from netkg.case.reading import Piece, empty, pieces, read_piece
from netkg.cli.arguments import Inputs, Reader
from netkg.errors import InputError
from netkg.limits import Limits, limited, limits
from netkg.worker.parent import end_with_parent

if TYPE_CHECKING:
    from netkg.case.model import Case
    from netkg.plan.engine import Engine

__all__ = ["shared"]

Answer: TypeAlias = tuple[bool, str]
Answers: TypeAlias = "Callable[[Engine, Iterable[Case]], Iterable[Answer]]"

# Enough cases that sending them costs little, and few enough that all processes end together.
SIZE: Final = 16
# How many pieces of the input wait for each process, so that a stream is not read ahead.
WAITING: Final = 4


class _Worker:
    """What a process has loaded."""

    inputs: Inputs | None = None


def shared(inputs: Inputs, reader: Reader, jobs: int, answers: Answers) -> Iterator[Answer]:
    """Yield the answers to the cases of a reader, in their order, from several processes.

    ``answers`` is a function of a module, or a partial one, which other processes can import.
    If a process is killed, such as for lack of memory, the reader rejects the rest.
    """
    # A process that is copied from this one has the engine already.
    _Worker.inputs = inputs
    answered = 0
    own = replace(inputs)
    with ProcessPoolExecutor(jobs, initializer=_start, initargs=(own, limits())) as pool:
        waiting: deque[Future[list[Answer | str]]] = deque()
        remaining = pieces(reader.stream, SIZE)
        try:
            while True:
                while len(waiting) < jobs * WAITING and (piece := next(remaining, None)):
                    waiting.append(pool.submit(_answered, piece, answers))
                if not waiting:
                    break
                for each in waiting.popleft().result():
                    answered += 1
                    if isinstance(each, str):
                        reader.reject(each)
                    else:
                        yield each
        except BrokenProcessPool:
            reader.reject(
                "a process was killed, perhaps because the machine lacks memory."
                f" The answers to all cases after the first {answered} are missing."
                " Choose fewer processes with --jobs."
            )
            return
        finally:
            pool.shutdown(cancel_futures=True)
    if not answered and reader.stream.lines is not None:
        reader.reject(empty(reader.stream.source))


def _start(inputs: Inputs, allowed: Limits) -> None:
    end_with_parent()
    if _Worker.inputs is None:
        _Worker.inputs = inputs
    # For as long as the process lives.
    limited(**asdict(allowed)).__enter__()


def _answered(piece: Piece, answers: Answers) -> list[Answer | str]:
    """Return the answers to a piece of the input, with a sentence for what cannot be read."""
    assert _Worker.inputs is not None
    engine = _Worker.inputs.engine
    found: list[Answer | str] = []
    for item in read_piece(piece, engine.schema):
        if isinstance(item, InputError):
            found.append(str(item))
        else:
            found += answers(engine, [item])
    return found
