"""The command query: the graph in SPARQL."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from netkg.cli.arguments import (
    DONE,
    Choice,
    Command,
    Inputs,
    as_of,
    engine,
    folders,
    input_format,
    refuse,
    standard_input,
)
from netkg.cli.completion import complete_query
from netkg.cli.output import note, out, out_table, say, screen, to_json

if TYPE_CHECKING:
    from netkg.query.library import Competency

_GIVEN: Final = re.compile(r"([A-Za-z]\w*)=(.*)", re.DOTALL)


@click.command(cls=Command, add_help_option=False)
@click.argument(
    "words", nargs=-1, metavar="NAME [param=value]... [CASE]...", shell_complete=complete_query
)
@click.option("--list", "listing", is_flag=True, help="List the queries of the library.")
@click.option(
    "--over",
    "scope",
    type=Choice(("ontology", "case", "plan")),
    help="What to query (default: what the query says, else the plans of CASE, else the ontology).",
)
@as_of
@input_format
@click.option(
    "--format",
    type=Choice(("table", "text", "csv", "tsv", "json", "turtle")),
    help="The format of the answer (default: table; turtle if the answer is a graph).",
)
@click.option(
    "--raw",
    is_flag=True,
    help="As csv or tsv, keep texts that a spreadsheet would run as formulas (default: an "
    "apostrophe precedes them).",
)
@click.option(
    "--show",
    "showing",
    is_flag=True,
    help="Write the query with its parameters in place instead of its answer: SPARQL that gives "
    "the same rows in any engine.",
)
@engine
@folders
@click.option(
    "-h", "--help", "helped", is_flag=True, help="Show this message, or the manual of NAME."
)
@click.pass_context
def query(
    ctx: click.Context,
    /,
    inputs: Inputs,
    words: tuple[str, ...],
    listing: bool,
    helped: bool,
    scope: str | None,
    format: str | None,
    raw: bool,
    showing: bool,
) -> int:
    """Query the ontology, cases or their plans in SPARQL.

    NAME is a query of the library, a file with a query, or - for standard input. Values of
    its parameters and files of cases follow, in any order.

    For example:

        netkg query --list
        netkg query cq04 --help
        netkg query cq04 citation=4
        netkg query cq04 citation=4 --show
        netkg query what-is-overdue examples/cohort.ndjson --as-of 2026-03-31
        netkg query mine.rq examples/small-pancreatic-net.json --format json
        netkg query - --over ontology < mine.rq
    """
    from netkg.query import dataset, help

    refuse(
        raw and format not in ("csv", "tsv"),
        "--raw is about csv and tsv. Add --format csv, or leave out --raw.",
    )
    if listing:
        return _list(words, format)
    names = [word for word in words if not _GIVEN.fullmatch(word)]
    if helped and not names:
        out(f"{ctx.get_help()}\n\n{help.preface()}")
        return DONE
    refuse(not names, "No query is named. Add a name from netkg query --list, a file, or -.")
    refuse(names.count("-") > 1, "Standard input can be read only once. Use - only once.")
    chosen, sources = _read(names[0]), names[1:]
    if helped:
        ontology = dataset.Dataset.of_ontology(inputs.ontology)
        out(help.manual(chosen, ontology, width=screen()["width"]))
        return DONE
    parameters = [(match[1], match[2]) for word in words if (match := _GIVEN.fullmatch(word))]
    for name, _ in parameters:
        twice = [each for each, _ in parameters].count(name) > 1
        refuse(twice, f"The parameter {name} is given twice. Give it once.")
    scope = scope or ("plan" if sources else chosen.over) or "ontology"
    refuse(
        showing and format is not None,
        "--show writes SPARQL. Leave out --format.",
    )
    refuse(
        scope != "ontology" and not sources and not showing,
        f"{chosen.name} queries cases. Add a file of cases, or - for standard input.",
    )
    refuse(
        scope == "ontology" and sources,
        f"No cases are read with --over ontology. Leave out {' '.join(sources)}.",
    )
    form = "query" if showing else format
    return _answer(chosen, dict(parameters), sources, scope, form, raw, inputs)


def _read(name: str) -> Competency:
    from netkg.ontology.text_files import decode
    from netkg.query import ask

    if name == "-":
        source = "standard input"
        return ask.read_query(decode(standard_input("a query").read(), source), source=source)
    path = Path(name)
    if path.suffix in (".rq", ".sparql") or path.name != name or path.is_file():
        return ask.read_file(path)
    return ask.find(name, ask.library())


def _answer(
    query: Competency,
    parameters: dict[str, str],
    sources: Sequence[str],
    scope: str,
    format: str | None,
    raw: bool,
    inputs: Inputs,
) -> int:
    from netkg.query import ask, dataset, guard, predicates

    guard.check(query.text, source=query.name)
    engine = inputs.engine if scope == "plan" and format != "query" else None
    wanted = predicates.predicates(query.text, dataset.KNOWN_PREFIXES)
    data = (
        dataset.Dataset(engine.schema, predicates=wanted)
        if engine
        else dataset.Dataset.of_ontology(inputs.ontology, predicates=wanted)
    )
    data.as_of = inputs.evaluation_date
    readers = [inputs.open(name, schema=data.schema) for name in sources]
    for reader in readers:
        data.add_all(reader, engine=engine, as_of=data.as_of, refused=reader.reject)
    if format == "query":
        out(ask.show(query, data, parameters))
        return max((reader.status(False) for reader in readers), default=DONE)
    answer = ask.answer(query, data, parameters, over=scope)
    writers = {
        "csv": lambda: answer.to_csv(raw=raw),
        "tsv": lambda: answer.to_tsv(raw=raw),
        "json": lambda: to_json(answer.to_dict()) + "\n",
        "turtle": answer.to_turtle,
    }
    format = format or ("turtle" if answer.kind == "graph" else "table")
    if format in ("csv", "tsv"):
        out_table(writers[format]())
    elif format in writers:
        out(writers[format]())
    else:
        from netkg.query.table import table  # imports rich, which no other format needs

        out(table(answer, width=screen()["width"]))
    if format in ("csv", "tsv"):
        # These formats have no place for the notice that every answer carries.
        note(answer.closing_notice)
    for violation in data.violations:
        say(violation.sentence)
    violated = bool(data.violations)
    return max((reader.status(violated) for reader in readers), default=DONE)


def _list(words: Sequence[str], format: str | None) -> int:
    from netkg.query import ask, dataset, help
    from netkg.query.library import QueryList

    refuse(words, f"--list cannot be combined with {' '.join(words)}. Use it alone.")
    refuse(
        format not in (None, "table", "text", "json"),
        f"A list cannot be written as {format}. Use table or json.",
    )
    queries = ask.library()
    if format == "json":
        graphs = {dataset.GRAPH_BASE + name: about for name, about in dataset.GRAPHS.items()}
        out(to_json(QueryList(graphs, queries)) + "\n")
    else:
        out(help.contents(queries, width=screen()["width"]) + "\n" + help.preface())
    return DONE
