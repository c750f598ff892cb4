"""The command query: the graph in SPARQL."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from netkg.cli.arguments import DONE, Choice, Command, as_of, folders, input_format
from netkg.cli.completion import complete_query
from netkg.cli.inputs import Inputs, standard_input
from netkg.cli.output import note, out, say, screen, to_json
from netkg.errors import InputError

if TYPE_CHECKING:
    from netkg.query.answer import Answer
    from netkg.query.library import Competency

_SCOPES: Final = ("ontology", "case", "plan")
_FORMATS: Final = ("table", "text", "csv", "tsv", "json", "turtle")
_ENDINGS: Final = (".rq", ".sparql")
_GIVEN: Final = re.compile(r"([A-Za-z]\w*)=(.*)", re.DOTALL)


@click.command(cls=Command, add_help_option=False)
@click.argument(
    "words", nargs=-1, metavar="NAME [param=value]... [CASE]...", shell_complete=complete_query
)
@click.option("--list", "listing", is_flag=True, help="List the queries of the library.")
@click.option(
    "--over",
    "scope",
    type=Choice(_SCOPES),
    help="What to query (default: what the query says, else the plans of CASE, else the ontology).",
)
@as_of
@input_format
@click.option(
    "--format",
    type=Choice(_FORMATS),
    help="The format of the answer (default: table; turtle if the answer is a graph).",
)
@folders
@click.option(
    "-h", "--help", "helped", is_flag=True, help="Show this message, or the manual of NAME."
)
@click.pass_context
def query(
    ctx: click.Context,
    /,
    words: tuple[str, ...],
    listing: bool,
    helped: bool,
    scope: str | None,
    format: str | None,
    **given: Any,
) -> int:
    """Query the ontology, cases or their plans in SPARQL.

    NAME is a query of the library, a file with a query, or - for standard input. Values of
    its parameters and files of cases follow, in any order.

    For example:

        netkg query --list
        netkg query cq04 --help
        netkg query cq04 citation=4
        netkg query what-is-overdue examples/cohort.ndjson --as-of 2026-03-31
        netkg query mine.rq examples/small-pancreatic-net.json --format json
        netkg query - --over ontology < mine.rq
    """
    if listing:
        return _list(words, format)
    names = [word for word in words if not _GIVEN.fullmatch(word)]
    if helped and not names:
        from netkg.query.help import preface

        out(f"{ctx.get_help()}\n\n{preface()}")
        return DONE
    if not names:
        raise click.UsageError(
            "No query is named. Add a name from netkg query --list, a file, or - for stdin."
        )
    if names.count("-") > 1:
        raise click.UsageError("Standard input can be read once. Use - once.")
    chosen, inputs = _read(names[0]), Inputs(**given)
    if helped:
        from netkg.query.dataset import Dataset
        from netkg.query.help import manual

        out(manual(chosen, Dataset.of_ontology(inputs.ontology), width=screen()[1]))
        return DONE
    return _answer(chosen, _parameters(words), names[1:], scope, format, inputs)


def _answer(
    query: Competency,
    parameters: dict[str, str],
    sources: Sequence[str],
    scope: str | None,
    format: str | None,
    inputs: Inputs,
) -> int:
    from netkg.query.ask import answer
    from netkg.query.dataset import Dataset
    from netkg.query.guard import check

    check(query.text, source=query.name)
    scope = scope or ("plan" if sources else query.over) or "ontology"
    if scope != "ontology" and not sources:
        raise click.UsageError(
            f"{query.name} queries cases. Add a file of cases, or - for standard input."
        )
    if scope == "ontology" and sources:
        raise click.UsageError(
            f"{sources[0]} is not read with --over ontology. Leave it out, or change --over."
        )
    engine, day = inputs.engine if scope == "plan" else None, inputs.evaluation_date
    dataset = Dataset(engine.schema) if engine else Dataset.of_ontology(inputs.ontology)
    dataset.as_of = day
    readers = [inputs.open(name, schema=dataset.schema) for name in sources]
    for reader in readers:
        for case in reader:
            try:
                dataset.add(case, engine=engine, as_of=day)
            except InputError as error:
                reader.reject(error)  # the others are answered
    with _interruptible():
        found = answer(query, dataset, parameters, over=scope)
    _write(found, format or ("turtle" if found.kind == "graph" else "table"))
    for violation in dataset.violations:
        say(violation.sentence)
    violated = bool(dataset.violations)
    return max((reader.status(violated) for reader in readers), default=DONE)


def _write(answer: Answer, format: str) -> None:
    from netkg.query.table import table

    if format in ("table", "text"):
        out(table(answer, width=screen()[1]))
    elif format == "json":
        out(to_json(answer.to_dict()) + "\n")
    elif format == "turtle":
        out(answer.to_turtle())
    else:
        out(answer.to_csv() if format == "csv" else answer.to_tsv())
        # These formats have no place for the notice that every answer carries.
        note(answer.closing_notice)


def _parameters(words: Sequence[str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for name, value in (match.groups() for word in words if (match := _GIVEN.fullmatch(word))):
        if name in given:
            raise click.UsageError(f"The parameter {name} is given twice. Give it once.")
        given[name] = value
    return given


def _read(name: str) -> Competency:
    from netkg.case.reading import decode
    from netkg.query.ask import find, library, read_file, read_query

    if name == "-":
        source = "standard input"
        return read_query(decode(standard_input("a query").read(), source), source=source)
    path = Path(name)
    if name.endswith(_ENDINGS) or path.name != name or path.is_file():
        return read_file(path)
    return find(name, library())


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let the keyboard end a query at once: the query engine does not react to it."""
    try:
        former = signal.signal(signal.SIGINT, signal.SIG_DFL)
    except ValueError:  # only the main thread may do so
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)


def _list(words: Sequence[str], format: str | None) -> int:
    from netkg.query.ask import library
    from netkg.query.dataset import GRAPH_BASE, GRAPHS
    from netkg.query.help import contents, preface

    queries = library()
    if words:
        raise click.UsageError(f"--list takes no {words[0]}. Use it alone.")
    if format == "json":
        graphs = {GRAPH_BASE + name: about for name, about in GRAPHS.items()}
        out(to_json({"graphs": graphs, "queries": [query.to_dict() for query in queries]}) + "\n")
    elif format in (None, "table", "text"):
        out(contents(queries, width=screen()[1]) + "\n" + preface())
    else:
        raise click.UsageError(f"A list cannot be written as {format}. Use table or json.")
    return DONE
