"""The command query: the graph in SPARQL."""

from __future__ import annotations

import argparse
import re
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from netkg.cli.arguments import DONE, CommandMaker, add_day, add_folders, add_input_format
from netkg.cli.inputs import Reader, load_engine, today
from netkg.cli.output import note, out, say, screen, to_json
from netkg.errors import InputError

if TYPE_CHECKING:
    from netkg.query.answer import Answer
    from netkg.query.dataset import Dataset
    from netkg.query.library import Competency

__all__ = ["add_query"]

_FORMATS: Final = ("table", "text", "csv", "tsv", "json", "turtle")
_ENDINGS: Final = (".rq", ".sparql")
_GIVEN: Final = re.compile(r"([A-Za-z]\w*)=(.*)", re.DOTALL)


def add_query(command: CommandMaker) -> None:
    """Add the command query."""
    show = command(
        "query",
        "ask the ontology, cases or their plans in SPARQL",
        _query,
        examples=(
            "netkg query --list",
            "netkg query cq04 --help",
            "netkg query cq04 citation=4",
            "netkg query what-is-overdue examples/cohort.ndjson --as-of 2026-03-31",
            "netkg query mine.rq examples/small-pancreatic-net.json --format json",
            "netkg query - --over ontology < mine.rq",
        ),
    )
    show.add_argument(
        "words",
        metavar="NAME [param=value ...] [CASE ...]",
        nargs="*",
        help="a query of the library, a file that holds one, or - for stdin; what its parameters "
        "are; files of cases",
    )
    show.add_argument("--list", action="store_true", help="list the queries of the library")
    show.add_argument(
        "--over",
        choices=("ontology", "case", "plan"),
        help="what to ask (default: what the query says, else the plans of CASE, else the "
        "ontology)",
    )
    add_day(show)
    add_input_format(show)
    show.add_argument(
        "--format",
        choices=_FORMATS,
        help="the form of the answer (default: table; turtle where it is a graph)",
    )
    add_folders(show)
    show.interleaved = show.defers_help = True


# -- the command ---------------------------------------------------------------------------
def _query(args: argparse.Namespace) -> int:
    if args.list:
        return _list(args)
    names = [word for word in args.words if not _GIVEN.fullmatch(word)]
    if not names:
        if args.helped:
            from netkg.query.help import preface

            out(args.parser.format_help() + "\n" + preface())
            return DONE
        raise InputError("no query is named", expected="one that --list tells, a file, or -")
    if names.count("-") > 1:
        raise InputError("standard input can be read once", expected="one - at the most")
    query = _read(names[0])
    if args.helped:
        return _help(query, args)
    given = _given(args.words)
    return _answer(query, given, names[1:], args)


def _answer(
    query: Competency, given: dict[str, str], sources: list[str], args: argparse.Namespace
) -> int:
    from netkg.query.ask import answer
    from netkg.query.guard import check

    check(query.text, source=query.name)
    scope = args.over or ("plan" if sources else query.over) or "ontology"
    if scope != "ontology" and not sources:
        raise InputError(
            f"{query.name} asks about cases", expected="a file of cases, or - for standard input"
        )
    if scope == "ontology" and sources:
        raise InputError(f"{sources[0]} is not asked, with --over ontology", expected="no case")
    dataset, readers = _dataset(scope, sources, args)
    with _interruptible():
        found = answer(query, dataset, given, over=scope)
    _write(found, args.format)
    for violation in dataset.violations:
        say(violation.sentence)
    statuses = {reader.status(bool(dataset.violations)) for reader in readers}
    return max(statuses, default=DONE)


def _dataset(
    scope: str, sources: list[str], args: argparse.Namespace
) -> tuple[Dataset, list[Reader]]:
    from netkg.query.dataset import Dataset

    as_of = args.as_of or today()
    engine = load_engine(args) if scope == "plan" else None
    dataset = Dataset(engine.schema) if engine else Dataset.of_ontology(args.ontology)
    dataset.as_of = as_of
    readers = [Reader(name, dataset.schema, format=args.input_format) for name in sources]
    for reader in readers:
        for case in reader:
            try:
                dataset.add(case, engine=engine, as_of=as_of)
            except InputError as error:
                # The others are answered; the reader keeps account of what was not taken.
                reader.rejected += 1
                say(str(error))
    return dataset, readers


def _write(answer: Answer, form: str | None) -> None:
    from netkg.query.table import table

    form = form or ("turtle" if answer.kind == "graph" else "table")
    if form in ("table", "text"):
        out(table(answer, width=screen()[1]))
    elif form == "json":
        out(to_json(answer.to_dict()) + "\n")
    elif form == "turtle":
        out(answer.to_turtle())
    else:
        out(answer.to_csv() if form == "csv" else answer.to_tsv())
        # These forms have no room for what must stand with every answer.
        note(answer.closing_notice)


def _given(words: Sequence[str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for word in words:
        if match := _GIVEN.fullmatch(word):
            if match[1] in given:
                raise InputError(f"the parameter {match[1]} is given twice", expected="it once")
            given[match[1]] = match[2]
    return given


def _read(name: str) -> Competency:
    from netkg.query.ask import find, library, read_file, read_query

    if name == "-":
        if sys.stdin is None:
            raise InputError("is closed", source="standard input", expected="a query")
        data = getattr(sys.stdin, "buffer", sys.stdin).read()
        try:
            text = data.decode("utf-8") if isinstance(data, bytes) else data
        except UnicodeDecodeError:
            raise InputError("is not UTF-8", source="standard input") from None
        return read_query(text, source="standard input")
    path = Path(name)
    if name.endswith(_ENDINGS) or path.name != name or path.is_file():
        return read_file(path)
    return find(name, library())


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let the keyboard end a query at once: the engine itself does not listen to it."""
    try:
        former = signal.signal(signal.SIGINT, signal.SIG_DFL)
    except ValueError:  # only the main thread may do so
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)


# -- what can be asked -----------------------------------------------------------------------
def _list(args: argparse.Namespace) -> int:
    from netkg.query.ask import library
    from netkg.query.dataset import GRAPH_BASE, GRAPHS
    from netkg.query.help import contents, preface

    queries = library()
    if args.words:
        raise InputError(f"--list takes no {args.words[0]}", expected="nothing beside it")
    if args.format == "json":
        graphs = {GRAPH_BASE + name: about for name, about in GRAPHS.items()}
        out(to_json({"graphs": graphs, "queries": [query.to_dict() for query in queries]}) + "\n")
    elif args.format in (None, "table", "text"):
        out(contents(queries, width=screen()[1]) + "\n" + preface())
    else:
        raise InputError(f"a list cannot be written as {args.format}", expected="table or json")
    return DONE


def _help(query: Competency, args: argparse.Namespace) -> int:
    from netkg.query.dataset import Dataset
    from netkg.query.help import manual

    out(manual(query, Dataset.of_ontology(args.ontology), width=screen()[1]))
    return DONE
