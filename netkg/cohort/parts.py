"""Cut inputs into parts that processes derive one by one, the same in every run.

A part is a number of lines of NDJSON, or of rows of Parquet. What is compressed has no place to
begin reading in its middle, so its lines are put into a file for each part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from glob import glob
from pathlib import Path
from typing import Final, Literal

import pyarrow.parquet as pq

from netkg.case.sources import lines
from netkg.cohort.graphs import cut_quads
from netkg.errors import InputError
from netkg.ontology.text_files import unreadable

__all__ = ["KINDS", "Part", "Source", "find_sources", "parts"]

# How many cases a part has, and how many bytes of text at most.
CASES: Final = 50_000
BYTES: Final = 96 << 20
BLOCK: Final = 8 << 20
Kind = Literal["ndjson", "parquet", "nquads", "trig"]
# The kinds of files by their endings; all but Parquet can be compressed.
KINDS: Final[Mapping[str, Kind]] = {
    **dict.fromkeys(("ndjson", "jsonl"), "ndjson"),
    **dict.fromkeys(("parquet", "pq"), "parquet"),
    **dict.fromkeys(("nq", "nquads"), "nquads"),
    "trig": "trig",
}
_ENDINGS: Final = re.compile(rf"\.({'|'.join(KINDS)})(\.gz)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """A file of cases."""

    path: Path
    kind: Kind
    is_compressed: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Some cases of a source: the bytes from ``start`` to ``stop``, or rows of some row groups.

    ``first`` is the number of the first line, or row, from 1. ``groups`` are row groups, in which
    ``skip`` rows come before. ``count`` is the number of lines or rows. ``path`` is read, and
    ``source`` is what people know it as. ``share`` is about how much of its file it is.
    """

    number: int
    source: str
    kind: Kind
    path: str
    first: int
    count: int
    start: int = 0
    stop: int = 0
    groups: tuple[int, ...] = ()
    skip: int = 0
    share: float = 0.0


def find_sources(inputs: Iterable[str], result: Path | None = None) -> list[Source]:
    """Return the files that inputs name: files, folders with all files below them, or patterns.

    What is in the folder of the ``result``, or hidden, is left out of folders and patterns.

    Raises:
        InputError: if one names no file of cases.
    """
    found: dict[Path, Source] = {}
    own = result.resolve() if result else None
    for each in inputs:
        if not each:
            raise InputError("an input without a name", expected="a file, a folder or a pattern")
        names = [each] if Path(each).exists() else sorted(glob(each, recursive=True))  # noqa: PTH207
        paths = [
            below
            for name in names
            for below in (sorted(Path(name).rglob("*")) if Path(name).is_dir() else [Path(name)])
        ]
        # Of a folder, only what looks like cases is read; a file that is named is read.
        chosen = [
            path
            for path in paths
            if _ENDINGS.search(path.name)
            and path.is_file()
            and (str(path) == each or not _is_left_out(path, own))
        ]
        if len(paths) == 1 and paths[0].is_file() and not chosen:
            raise InputError(
                "is not a file of cases",
                source=each,
                expected=f"a name that ends in .{', .'.join(KINDS)}, or in one of these and .gz",
            )
        if not chosen:
            problem = "has no files of cases" if names else "does not exist"
            raise InputError(
                problem, source=each, expected="files of NDJSON, Parquet, N-Quads or TriG"
            )
        for path in chosen:
            ending = _ENDINGS.search(path.name)
            assert ending is not None
            found[path] = Source(path, KINDS[ending[1].lower()], bool(ending[2]))
    return list(found.values())


def _is_left_out(path: Path, result: Path | None) -> bool:
    """Return whether a file is hidden, or in the folder of the result."""
    is_hidden = any(each[0] in "._" for each in path.parts if each not in (".", "..", "/"))
    return is_hidden or (result is not None and result in path.resolve().parents)


def parts(
    sources: Sequence[Source], folder: Path, done: Iterable[int] = (), size: int = CASES
) -> Iterator[Part]:
    """Yield the parts of some sources; the lines of compressed ones are put into ``folder``.

    Those that are ``done`` are yielded without their lines.
    """
    number, finished = 0, frozenset(done)
    for source in sources:
        if source.kind == "parquet":
            found = _of_rows(source, size)
        elif source.kind == "nquads":
            found = _of_graphs(source, folder, number, finished)
        elif source.kind == "trig":
            name = str(source.path)
            found = iter([Part(0, name, "trig", name, 1, 1, share=1.0)])
        elif source.is_compressed:
            found = _of_stream(source, folder, number, finished, size)
        else:
            found = _of_lines(source, size)
        for part in found:
            number += 1
            yield replace(part, number=number)


def _of_rows(source: Source, size: int) -> Iterator[Part]:
    """Yield the parts of a file of Parquet, by row groups; a large group is cut."""
    name = str(source.path)
    try:
        with pq.ParquetFile(source.path) as file:
            counts = [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)]
    except (OSError, ValueError) as error:
        raise unreadable(error, name) from None
    first, groups, rows, every = 1, list[int](), 0, sum(counts)

    def part(count: int, skip: int = 0) -> Part:
        share = count / every
        return Part(
            0, name, "parquet", name, first, count, groups=tuple(groups), skip=skip, share=share
        )

    for group, count in enumerate(counts):
        if groups and rows + count > size:
            yield part(rows)
            first, groups, rows = first + rows, [], 0
        groups.append(group)
        rows += count
        if rows > size:
            for skip in range(0, rows, size):
                taken = min(size, rows - skip)
                yield part(taken, skip)
                first += taken
            groups, rows = [], 0
    if groups and rows:
        yield part(rows)


def _of_lines(source: Source, size: int) -> Iterator[Part]:
    """Yield the parts of a file of lines, by the places of the ends of lines."""
    name = str(source.path)
    first, start, at, count = 1, 0, 0, 0
    length = source.path.stat().st_size
    try:
        with source.path.open("rb") as file:
            last = b""
            while block := file.read(BLOCK):
                last = block[-1:]
                ends = block.count(b"\n")
                place = -1
                while count + ends >= size or (at + len(block) - start > BYTES and ends):
                    # The part ends in this block.
                    wanted = max(1, min(size - count, ends))
                    for _ in range(wanted):
                        place = block.index(b"\n", place + 1)
                    stop, taken = at + place + 1, count + wanted
                    share = (stop - start) / length
                    yield Part(0, name, "ndjson", name, first, taken, start, stop, share=share)
                    first, start, count, ends = first + taken, stop, 0, ends - wanted
                count += ends
                at += len(block)
            if at > start:
                count += last != b"\n"
                share = (at - start) / length
                yield Part(0, name, "ndjson", name, first, count, start, at, share=share)
    except (OSError, ValueError) as error:
        raise unreadable(error, name) from None


def _of_graphs(source: Source, folder: Path, number: int, done: frozenset[int]) -> Iterator[Part]:
    """Yield the parts of a file of N-Quads, with their lines in files of their own."""
    name = str(source.path)
    for held, first in cut_quads(source.path):
        number += 1
        path = folder / f"lines-{number:05}.nq"
        if number not in done:
            path.write_bytes(b"".join(held))
        yield Part(0, name, "nquads", str(path), first, len(held))


def _of_stream(
    source: Source, folder: Path, number: int, done: frozenset[int], size: int
) -> Iterator[Part]:
    """Yield the parts of a compressed file, with their lines in files of their own."""
    name, first, held, length = str(source.path), 1, list[bytes](), 0

    def part() -> Part:
        nonlocal number, first, held, length
        number += 1
        path = folder / f"lines-{number:05}.ndjson"
        if number not in done:
            path.write_bytes(b"".join(held))
        found = Part(0, name, "ndjson", str(path), first, len(held), 0, length)
        first, held, length = first + len(held), [], 0
        return found

    for line in lines(source.path, name):
        if isinstance(line, InputError):
            if held:
                yield part()
            raise line
        data = line if isinstance(line, bytes) else line.encode()
        held.append(data)
        length += len(data)
        if len(held) >= size or length > BYTES:
            yield part()
    if held:
        yield part()
