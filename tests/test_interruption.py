"""Check that an interruption, a full disk or a closed pipe leaves no half file and no traceback."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Run, Write

from netkg.errors import InputError
from netkg.render import file as files
from netkg.render.file import check_output, write_file

ROOT = Path(__file__).resolve().parent.parent
CASE = str(ROOT / "examples" / "small-pancreatic-net.json")
COHORT = str(ROOT / "examples" / "cohort.ndjson")
DAY = ("--as-of", "2026-03-31")
COMMANDS = {
    "derive": ("derive", COHORT, *DAY),
    "derive-json": ("derive", COHORT, *DAY, "--format", "json"),
    "derive-turtle": ("derive", COHORT, *DAY, "--format", "turtle"),
    "validate": ("validate", COHORT, *DAY),
    "validate-shacl": ("validate", COHORT, CASE, *DAY, "--format", "shacl"),
    "explain": ("explain", CASE, "TX-06", *DAY),
    "whatif": ("whatif", CASE, "--set", "fitForSurgery=false", *DAY),
    "diff": ("diff", CASE, "--as-of", "2025-06-30", *DAY),
    "query": ("query", "cq22", COHORT, *DAY),
    "query-csv": ("query", "cq11", "--format", "csv"),
    "graph": ("graph", CASE, *DAY, "--format", "html"),
    "recommendations": ("recommendations",),
    "graph-out": ("graph", "--out", "{}/guideline.html"),
    "docs-out": ("docs", "--out", "{}/pages"),
}
# Of each way to end, so many points for each command; without the batch, one for one command.
POINTS = 2
QUICK = "graph-out"
unix = pytest.mark.skipif(os.name == "nt", reason="signals and limits of Unix")
linux = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")


# -- one file ------------------------------------------------------------------------------
def test_a_file_is_replaced_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "out.svg"
    write_file(path, "a\n")
    path.chmod(0o640)
    write_file(path, b"b\n")
    assert path.read_bytes() == b"b\n"
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_leads_to_the_new_content(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    target, link = tmp_path / "deep" / "out.svg", tmp_path / "link.svg"
    link.symlink_to(target)
    for words in ("a", "b"):
        write_file(link, words)
        assert link.is_symlink()
        assert target.read_text(encoding="utf-8") == words


@pytest.mark.parametrize("step", ["fsync", "copymode", "write"])
def test_a_file_stays_as_it_was_if_writing_fails(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out.svg"
    write_file(path, "before")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    if step == "fsync":
        monkeypatch.setattr(os, "fsync", fail)
    elif step == "copymode":
        monkeypatch.setattr(files.shutil, "copymode", fail)
    else:
        monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(InputError, match=r"out\.svg: cannot be written: No space left"):
        write_file(path, "after")
    assert path.read_text(encoding="utf-8") == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_signal_waits_until_the_file_is_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, fsync = tmp_path / "out.svg", os.fsync

    def interrupted(number: int) -> None:
        signal.raise_signal(signal.SIGINT)
        fsync(number)

    monkeypatch.setattr(os, "fsync", interrupted)
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt):
        write_file(path, "whole")
    assert path.read_text(encoding="utf-8") == "whole"
    assert list(tmp_path.iterdir()) == [path]
    assert signal.getsignal(signal.SIGTERM) == before


@unix
def test_a_device_or_a_pipe_is_written_to(tmp_path: Path) -> None:
    write_file(Path(os.devnull), "gone")
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    reader = subprocess.Popen(["cat", str(fifo)], stdout=subprocess.PIPE)
    write_file(fifo, "through")
    assert reader.communicate()[0] == b"through"
    assert fifo.is_fifo()


def test_an_input_is_not_replaced(tmp_path: Path) -> None:
    case, link, other = (tmp_path / name for name in ("case.json", "link.json", "hard.json"))
    case.write_text("{}", encoding="utf-8")
    link.symlink_to(case)
    os.link(case, other)
    with case.open("rb") as stream:
        for path in (case, link, other):
            for given in (case, tmp_path, link, stream.fileno()):
                with pytest.raises(InputError, match=r"is one of the inputs"):
                    check_output(path, [tmp_path / "no", given])
    check_output(tmp_path / "new.json", [case, tmp_path])


def test_an_output_that_cannot_be_is_named(run: Run, write: Write, tmp_path: Path) -> None:
    for name, words in (
        (str(tmp_path), "is a folder"),
        (str(tmp_path / "no" / "x.dot"), "its folder does not exist"),
        (str(tmp_path / f"{'x' * 300}.dot"), "File name too long"),
    ):
        status, out, err = run("graph", "--format", "dot", "--out", name)
        assert (status, out) == (2, "")
        assert err.startswith(f"netkg: {name}: ")
        assert words in err
    case = write({"id": "c", "tumors": [{}]}, "case.json")
    status, _, err = run("graph", case, *DAY, "--format", "json", "--out", case)
    assert status == 2
    assert err == (
        f"netkg: {case}: is one of the inputs and is not replaced. Expected the name of another"
        " file.\n"
    )


# -- the program ---------------------------------------------------------------------------
def start(name: str, folder: Path, **options: object) -> subprocess.Popen[bytes]:
    """Start a command in the background."""
    argv = [sys.executable, "-m", "netkg", *(word.format(folder) for word in COMMANDS[name])]
    return subprocess.Popen(argv, cwd=ROOT, stderr=subprocess.PIPE, **options)  # type: ignore[call-overload,no-any-return]


def ready(process: subprocess.Popen[bytes]) -> None:
    """Wait until Python itself has started, which an interrupt ends with a traceback."""
    status, is_python = Path(f"/proc/{process.pid}/status"), False
    while process.poll() is None:
        caught = next(
            (line for line in status.read_text().splitlines() if line.startswith("SigCgt")), "0 0"
        )
        handled = bool(int(caught.split()[1], 16) & 1 << signal.SIGINT - 1)
        if is_python and not handled:
            return
        is_python |= handled


def is_whole(folder: Path) -> bool:
    """Return whether a folder contains complete files only."""
    found = [path for path in folder.rglob("*") if path.is_file()]
    pages = [path for path in found if path.suffix == ".md"]
    drawn = [path for path in found if path.suffix == ".html"]
    return len(found) == len(pages) + len(drawn) and all(
        path.read_bytes().endswith(end)
        for group, end in ((pages, b"\n"), (drawn, b"</html>\n"))
        for path in group
    )


def points(name: str) -> Iterator[float]:
    """Yield random numbers from 0 to 1, the same ones at each run."""
    chooser = random.Random(name)
    yield from (chooser.random() for _ in range(1 if name == QUICK else POINTS))


def check_signal(name: str, number: signal.Signals, part: float, folder: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        started = time.monotonic()
        process = start(name, folder, stdout=subprocess.DEVNULL)
        ready(process)
        time.sleep(part * 1.5 * max(1.0, time.monotonic() - started))
        process.send_signal(number)
        _, err = process.communicate()
        # A process that a signal ends has its negative number; a shell shows 128 + number.
        assert process.returncode in (-number, 128 + number, 0, 1), (name, part, err)
        assert b"Traceback" not in err
        assert process.returncode in (0, 1) or err.count(b"\n") <= 1
        assert is_whole(folder)


def check_pipe(name: str, part: float, folder: Path) -> None:
    process = start(name, folder, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(int(part * 5000))
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait() in (141, 0, 1), (name, part, err)
    assert b"Traceback" not in err
    assert is_whole(folder)


def check_full_disk(name: str, part: float, folder: Path) -> None:
    import resource  # not there on Windows

    size = int(part * 20_000)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    target = folder.parent / "standard-output"
    with target.open("wb") as out:
        process = start(name, folder, stdout=out, preexec_fn=limit)
        _, err = process.communicate()
    assert process.returncode in ((2,) if err.count(b"File too large") else (0, 1)), err
    assert b"Traceback" not in err
    named = b"standard output: " if not name.endswith("-out") else str(folder).encode()
    assert process.returncode != 2 or named in err
    assert is_whole(folder)


each_command = pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[] if name == QUICK else pytest.mark.batch) for name in COMMANDS],
)
each_signal = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])


@unix
@linux
@each_signal
@each_command
def test_a_signal_ends_a_command(name: str, number: signal.Signals, tmp_path: Path) -> None:
    for part in points(name):
        check_signal(name, number, part, tmp_path)


@unix
@pytest.mark.batch  # test_cli has one that is quick
@each_command
def test_a_closed_pipe_ends_a_command(name: str, tmp_path: Path) -> None:
    for part in points(name):
        check_pipe(name, part, tmp_path)


@unix
@each_command
def test_a_full_disk_is_reported_by_the_name_of_the_file(name: str, tmp_path: Path) -> None:
    for number, part in enumerate(points(name)):
        folder = tmp_path / str(number) / "out"
        folder.mkdir(parents=True)
        check_full_disk(name, part, folder)
