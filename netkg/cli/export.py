"""The command export: files for the tools of others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import click

from netkg.cli.arguments import (
    CASE,
    DONE,
    Choice,
    Command,
    Inputs,
    as_of,
    engine,
    folder,
    input_format,
    refuse,
    unknown_name,
)
from netkg.cli.output import chosen_format, note, out, progress, say
from netkg.cli.readers import Readers

EPILOG: Final = """
Exit status:

    0    done
    1    a case violates the shapes: its findings are in the export, in place of a plan
    2    misuse, or input that cannot be read (takes precedence over 1)

For education only, not a medical device.
"""
# The formats of each kind of export by the end of a file's name; the first is the default.
OF_CASES: Final = {"trig": "trig", "nq": "nquads"}
OF_ONTOLOGY: Final = {"ttl": "turtle", "owl": "rdfxml", "jsonld": "jsonld", "json": "obographs"}
FORMATS: Final = (*OF_CASES.values(), *OF_ONTOLOGY.values())


@click.command(cls=Command, epilog=EPILOG)
@click.argument("cases", nargs=-1, metavar="[CASE]...", type=CASE)
@click.option("--ontology", "of_ontology", is_flag=True, help="Write the ontology, not cases.")
@click.option(
    "--shacl",
    is_flag=True,
    help="Write shapes.ttl and data.ttl, with which any SHACL engine finds the same.",
)
@click.option(
    "--format",
    type=Choice(FORMATS),
    help="Of cases trig (the default) or nquads, of the ontology turtle (the default), rdfxml, "
    "jsonld or obographs; without it, by the ending of --out.",
)
@click.option(
    "--out",
    "path",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Write to this file; with --shacl, or to write the ontology in every format with a "
    "description, to this folder.",
)
@click.option(
    "--mappings",
    metavar="NAME,...",
    help="With --ontology, mappings to add to those of the core, such as snomedct,icd-o-3; their "
    "licenses are in docs/licenses.md.",
)
@as_of
@input_format
@engine
@folder("ontology", "--ontology-dir")
@folder("shapes", "--shapes-dir")
def export(
    inputs: Inputs,
    cases: tuple[str, ...],
    of_ontology: bool,
    shacl: bool,
    format: str | None,
    path: Path | None,
    mappings: str | None,
) -> int:
    """Export cases with all that is inferred, or the ontology, to other tools.

    CASE is a file of one case or of many; - is standard input. The named graphs of an export
    of cases are the ontology, the shapes, the cases, what is inferred from them, and their
    plans, so that a store can answer every query that netkg answers.

    For example:

        netkg export cases.ndjson --as-of 2026-03-31 --out cases.trig
        netkg export cases.ndjson --as-of 2026-03-31 --format nquads > cases.nq
        netkg export --ontology --format rdfxml > netkg.owl
        netkg export --ontology --out release
        netkg export --ontology --mappings snomedct,icd-o-3 > netkg.ttl
        netkg export --shacl examples/small-pancreatic-net.json --out shacl
    """
    refuse(
        of_ontology and shacl, "--ontology and --shacl are two kinds of export. Choose one of them."
    )
    refuse(of_ontology and cases, f"The ontology contains no cases. Leave out {' '.join(cases)}.")
    refuse(
        not of_ontology and not cases,
        "No cases are named. Add a file of cases, - for standard input, or --ontology.",
    )
    refuse(shacl and format, "--shacl writes Turtle. Leave out --format.")
    refuse(shacl and path is None, "--shacl writes two files. Name a folder for them with --out.")
    refuse(
        mappings is not None and not of_ontology,
        "--mappings adds to the ontology. Use it with --ontology.",
    )
    if of_ontology:
        return _ontology(inputs, format, path, _opt_in(inputs, mappings))
    readers = Readers(inputs, cases)
    if shacl and path is not None:
        return _shacl(inputs, readers, path)
    return _cases(inputs, readers, _chosen(format, path, OF_CASES), path)


def _chosen(format: str | None, path: Path | None, known: Mapping[str, str]) -> Any:
    """Return the format of one kind of export; by default the first that is known."""
    formats = list(known.values())
    refuse(format not in (None, *formats), unknown_name("format", str(format), formats))
    return chosen_format(format, path, known, default=formats[0])


def _write(inputs: Inputs, path: Path | None, body: str | bytes, sources: Iterable[str]) -> None:
    """Write to a file, or without one to standard output."""
    from netkg.render.file import write_file

    if path is None:
        out(body)
    else:
        inputs.check_output(path, sources)
        write_file(path, body)


def _folder(path: Path) -> Path:
    refuse(path.exists() and not path.is_dir(), f"{path} is a file. Name a folder with --out.")
    path.mkdir(parents=True, exist_ok=True)
    return path


# -- the kinds of export ---------------------------------------------------------------------
def _opt_in(inputs: Inputs, mappings: str | None) -> tuple[str, ...]:
    """Return the names of the sets of mappings to add."""
    from netkg.ontology.mappings import read_sets

    if mappings is None:
        return ()
    known = [each.name for each in read_sets(inputs.ontology) if each.opt_in]
    names = tuple(name.strip().casefold() for name in mappings.split(","))
    for name in names:
        refuse(name not in known, unknown_name("mappings", name, known))
    return names


def _ontology(
    inputs: Inputs, format: str | None, path: Path | None, mappings: tuple[str, ...]
) -> int:
    from netkg.export.ontology import export_ontology, release

    which: Any = {"ontology": inputs.ontology, "mappings": mappings}
    if path is None or format or path.suffix:
        chosen = _chosen(format, path, OF_ONTOLOGY)
        _write(inputs, path, export_ontology(chosen, **which), ())
        return DONE
    for name, body in release(**which):
        _write(inputs, _folder(path) / name, body, ())
        note(f"{path / name} is written")
    return DONE


def _shacl(inputs: Inputs, readers: Readers, path: Path) -> int:
    from netkg.export.shacl import ShaclData, shacl_shapes

    engine = inputs.engine
    with progress(readers, "cases") as cases:
        data = ShaclData(engine, cases, as_of=inputs.evaluation_date)
        _write(inputs, _folder(path) / "data.ttl", "".join(data), readers.sources)
    _write(inputs, path / "shapes.ttl", shacl_shapes(engine), readers.sources)
    for error in data.refused:
        readers.reject(error)
    if data.structural:
        note(
            f"{data.structural} findings are about the form of the input, which no SHACL engine"
            " sees. Run netkg validate for them."
        )
    return readers.status(False)


def _cases(inputs: Inputs, readers: Readers, format: Any, path: Path | None) -> int:
    from netkg.export.dataset import serialize_dataset
    from netkg.query.dataset import Dataset

    engine, day = inputs.engine, inputs.evaluation_date
    dataset = Dataset(engine.schema)
    with progress(readers, "cases") as cases:
        dataset.add_all(cases, engine=engine, as_of=day, refused=readers.reject)
    parts = serialize_dataset(dataset, engine.validator.triples, format=format)
    _write(inputs, path, "".join(parts), readers.sources)
    for violation in dataset.violations:
        say(violation.sentence)
    return readers.status(bool(dataset.violations))
