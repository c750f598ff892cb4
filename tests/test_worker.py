"""Tests of the process for parsers and queries: what it cannot do, and how it ends."""

from __future__ import annotations

import gzip
import io
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

import netkg
from netkg.errors import InputError
from netkg.limits import limited
from netkg.query import ask as asking
from netkg.worker import client, confine, process
from netkg.worker.client import Base, parse, query
from netkg.worker.process import Failed, gunzip
from netkg.worker.terms import pack, unpack

ROOT = Path(__file__).resolve().parent.parent
BASE = Base("urn:base", b"".join(b"<urn:s%d> <urn:p> <urn:o%d> .\n" % (n, n) for n in range(300)))
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
DEEP = b"<urn:s> <urn:p> " + b"<<( <urn:s> <urn:p> " * 20_000


def answer(text: str) -> client.Found:
    return query(text, BASE, (), source="the query")


def processes() -> list[process.Process]:
    """Return the processes that wait for a request."""
    return list(process._IDLE)


# -- what it cannot do ----------------------------------------------------------------------
@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as found:
        found.settimeout(0.3)
        yield found


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * {{ SERVICE <{}> {{ ?s ?p ?o }} }}",
        "SELECT * {{ SERVICE SILENT <{}> {{ ?s ?p ?o }} }}",
        'SELECT * {{ BIND(IRI(CONCAT("{}", "?leak")) AS ?u) SERVICE SILENT ?u {{ ?s ?p ?o }} }}',
        "SELECT * FROM <{}> {{ ?s ?p ?o }} LIMIT 3",
        "CONSTRUCT {{ ?s ?p ?o }} {{ SERVICE <{}> {{ ?s ?p ?o }} }}",
        "SELECT * FROM <file:///etc/hostname> {{ ?s ?p ?o }} LIMIT 3 # {}",
    ],
)
def test_a_query_without_the_guard_reaches_neither_network_nor_files(
    text: str, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "check", lambda *_, **__: False)
    host, port = listener.getsockname()
    with suppress(InputError):
        assert socket.gethostname() not in str(netkg.ask(text.format(f"http://{host}:{port}/")))
    with pytest.raises(TimeoutError):
        listener.accept()


PROBES = {
    "a file": "open('/etc/hostname')",
    "a file to write": "open('/tmp/netkg-probe', 'w')",
    "a folder": "import os; os.listdir('/')",
    "a connection": "import socket; socket.create_connection(('127.0.0.1', 80), 1)",
    "a server": "import socket; socket.socket().bind(('127.0.0.1', 0))",
    "a pipe": "import os; os.pipe()",
    "a copy of a descriptor": "import os; os.dup(1)",
    "a program": "import subprocess; subprocess.run(['true'])",
    "more descriptors": "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))",
}

LIMITED = dict.fromkeys(("RLIMIT_CORE", "RLIMIT_FSIZE", "RLIMIT_NOFILE"), (0, 0))


@pytest.mark.parametrize("what", PROBES)
def test_it_cannot_open(what: str) -> None:
    program = (
        "import ctypes, os, resource, runpy, socket, subprocess\n"
        f"confined = runpy.run_path({confine.__file__!r})\n"
        "confined['confine'](); confined['allow'](seconds=5, mebibytes=512)\n"
        f"try:\n    {PROBES[what]}\nexcept (OSError, ValueError) as error:\n    print('refused')\n"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert found.stdout == "refused\n", found.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows the limits of a process")
def test_a_process_has_its_limits() -> None:
    with limited(memory=500, timeout=20):
        answer("ASK {}")
    pid = processes()[-1]._child.pid
    assert {name: resource.prlimit(pid, getattr(resource, name)) for name in LIMITED} == LIMITED
    assert resource.prlimit(pid, resource.RLIMIT_AS)[0] == 500 << 20
    # Fields 14 and 15: what the process has used for the queries before, in ticks.
    ticks = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[11:13]
    used = sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
    assert 40 <= resource.prlimit(pid, resource.RLIMIT_CPU)[0] - used < 60
    assert sorted(each.name for each in Path(f"/proc/{pid}/fd").iterdir()) == ["0", "1", "2"]


# -- how it ends ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("run", "problem"),
    [
        (lambda: answer(ENDLESS), "the limit timeout"),
        (lambda: answer("ASK { ?s ?p " + "(" * 190 + ")" * 190 + " }"), "the limit timeout"),
        (lambda: answer(f"SELECT ({'+'.join('1' * 20_000)} AS ?x) {{}}"), "SIGSEGV"),
        (lambda: answer(f"SELECT * {{ {'OPTIONAL { ?s ?p ?o } ' * 20_000} }}"), "SIG"),
        (lambda: parse(DEEP + b"<urn:o>" + b" )>>" * 20_000 + b" .", "ntriples"), "SIGSEGV"),
        (lambda: parse(b"<urn:s> <urn:p> <urn:o> .\n" * 400, "ntriples"), "the limit rows"),
        (lambda: answer("SELECT * { ?a ?b ?c . ?d ?e ?f }"), "the limit rows"),
        (lambda: answer("CONSTRUCT { ?a ?b ?f } { ?a ?b ?c . ?d ?e ?f }"), "the limit rows"),
    ],
)
def test_what_is_beyond_a_limit_is_refused_and_the_next_is_answered(
    run: Callable[[], Any], problem: str
) -> None:
    seconds = 1 if "timeout" in problem else 60
    with limited(timeout=seconds, rows=350), pytest.raises(InputError, match=problem):
        run()
    assert answer("ASK {}").truth is True


def test_memory_is_limited() -> None:
    rows = b"".join(b"<urn:s%d> <urn:p> <urn:o> .\n" % n for n in range(50_000))
    with limited(memory=30), pytest.raises(InputError, match="the limit memory"):
        parse(rows, "ntriples")
    assert len(parse(rows, "ntriples")) == 50_000


def test_a_process_that_is_killed_becomes_a_sentence_and_is_replaced() -> None:
    """SIGKILL at twenty points of a request."""
    chance, ends = random.Random(7), set[str]()
    for _ in range(20):
        answer("ASK {}")
        (*_, idle) = processes()
        killer = threading.Timer(chance.uniform(0, 0.02), idle._child.kill)
        killer.start()
        try:
            answer(ENDLESS.replace(" ?j ?k ?l . ?m ?n ?o", ""))
        except InputError as error:
            ends.add(str(error).partition(". ")[0])
        killer.join()
    (end,) = ends
    assert "was killed" in end
    assert answer("ASK {}").truth is True


def test_an_interrupt_ends_the_query_and_leaves_no_process() -> None:
    program = (
        "import signal, threading, os, netkg, sys\n"
        "threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
        "netkg.ask(sys.argv[1])\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", program, ENDLESS.replace("<", "")],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert found.returncode == -signal.SIGINT
    assert "KeyboardInterrupt" in found.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_process_that_was_forked_starts_its_own() -> None:
    answer("ASK {}")
    child = os.fork()
    if not child:
        os._exit(0 if not processes() and answer("ASK {}").truth else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert answer("ASK {}").truth is True


def test_threads_have_processes_of_their_own() -> None:
    found: list[Any] = []

    def run(number: int) -> None:
        rows = answer(f"SELECT ?o {{ <urn:s{number}> <urn:p> ?o }}").rows
        found.append((number, [term.value for (term,) in rows]))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [(number, [f"urn:o{number}"]) for number in range(12)]
    assert len(processes()) <= 2


def test_a_process_outlives_the_thread_that_started_it() -> None:
    process._end_idle()
    thread = threading.Thread(target=answer, args=("ASK {}",))
    thread.start()
    thread.join()
    (before,) = processes()
    time.sleep(0.2)
    assert answer("ASK {}").truth is True
    assert processes() == [before]


def test_a_process_ends_with_its_caller() -> None:
    program = (
        "import netkg, os, signal; netkg.ask('ASK {}')\n"
        "from netkg.worker import process\n"
        "print(process._IDLE[0]._child.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, cwd=ROOT)
    left = Path(f"/proc/{int(found.stdout)}/status")
    for _ in range(100):
        if not left.exists() or "State:\tZ" in left.read_text():
            return
        time.sleep(0.05)
    raise AssertionError("it still waits for a request")


def test_a_process_is_used_again() -> None:
    answer("ASK {}")
    before = {id(each) for each in processes()}
    answer("ASK {}")
    assert {id(each) for each in processes()} == before


def test_data_of_one_query_are_not_seen_by_the_next() -> None:
    quad = ox.Quad(*(ox.NamedNode(f"urn:{name}") for name in "spog"))
    texts = [[quad], []]
    found = [query("ASK { <urn:s> <urn:p> <urn:o> }", BASE, data).truth for data in texts]
    assert found == [True, False]


# -- terms ----------------------------------------------------------------------------------
def test_terms_arrive_as_they_were_sent() -> None:
    text = """<urn:s> <urn:p> "a", "b"@en, "c"@ar--rtl, 1.50, "x"^^<urn:t>, "\\u0000\\n", _:b,
        <<( <urn:s> <urn:p> <<( _:b <urn:q> "z" )>> )>> ."""
    sent = list(ox.parse(text.encode(), ox.RdfFormat.TURTLE))
    rows = [(q.subject, q.predicate, q.object, q.graph_name) for q in sent]
    assert [ox.Quad(*row[:3]) for row in unpack(pack(rows), 4)] == sent
    assert parse(text.encode(), "turtle") != []


@pytest.mark.parametrize(
    "text",
    [
        *("q r", "urn:a> <urn:b> <urn:c> .\n<urn:d", "%zz", "\u0000", "", "@abc", "#", "?"),
        *("_::", "_:b c", ":", "//", "a:b c", "http://[x", "\ud7ff", "{", "..", "a/../b c"),
    ],
)
def test_an_iri_that_is_not_valid_stays_one_term(text: str) -> None:
    ((found,),) = unpack({"table": [None, text], "places": [1]}, 1)
    assert isinstance(found, ox.NamedNode)
    assert found.value == {"_": f"%5F{text[1:]}", "@": f"%40{text[1:]}"}.get(text[:1], text)


def test_a_syntax_error_has_its_line() -> None:
    with pytest.raises(Failed) as found:
        parse(b"<urn:s> <urn:p> <urn:o> .\n<urn:s> nothing", "turtle")
    assert (found.value.kind, found.value.line) == ("SyntaxError", 2)


# -- gzip -----------------------------------------------------------------------------------
def test_gzip_is_unpacked_as_it_is_read() -> None:
    with gunzip(io.BytesIO(gzip.compress(b"line\n" * 500_000))) as stream:
        assert stream.readline() == b"line\n"
        assert sum(1 for _ in stream) == 499_999


@pytest.mark.parametrize("cut", [1, 5, 12, 200])
def test_a_part_of_gzip_is_refused(cut: int) -> None:
    packed = gzip.compress(random.Random(1).randbytes(5_000))[:-cut]
    with gunzip(io.BytesIO(packed)) as stream, pytest.raises(InputError, match="not valid gzip"):
        stream.read()


@pytest.mark.parametrize("name", ["bomb.json.gz", "bomb.ndjson.gz", "lines.ndjson.gz", "bomb"])
def test_a_small_file_that_unpacks_to_a_large_one_is_refused(name: str, tmp_path: Path) -> None:
    with gzip.open(tmp_path / name, "wb") as file:
        for _ in range(8):
            file.write((b"\n" if name.startswith("lines") else b" ") * 1_000_000)
    with limited(size=4, rows=1_000_000), pytest.raises(InputError, match=r"the limit (size|rows)"):
        netkg.load_case(tmp_path / name)
