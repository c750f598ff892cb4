"""The stories of the competency questions: commands, data and expected rows."""

from __future__ import annotations

import csv
import io
import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from rdflib import Dataset as RdfDataset
from rdflib import Literal, URIRef
from rdflib.term import Node

from netkg.case.reading import open_cases
from netkg.errors import InputError
from netkg.namespaces import XSD
from netkg.ontology.conversion import to_rdflib
from netkg.plan.engine import Engine
from netkg.query.answer import Answer
from netkg.query.ask import library
from netkg.query.dataset import GRAPH_BASE, GRAPHS, Dataset

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = sorted(path for path in (ROOT / "tests" / "competency").iterdir() if path.is_dir())
QUERIES = {query.id: query for query in library()}
AS_OF = date(2026, 3, 31)


def readme(folder: Path) -> str:
    return (folder / "README.md").read_text(encoding="utf-8")


def commands(folder: Path) -> list[list[str]]:
    """Return the words of each command that the story shows."""
    found = re.findall(r"^\$ netkg query (.+)$", readme(folder), re.MULTILINE)
    return [shlex.split(command) for command in found]


def given(run: StoryCommand) -> tuple[dict[str, str], list[Path]]:
    """Return the parameters and the files of a command."""
    words = run.words[1:]
    files = [run.folder / word for word in words if word.endswith(("json", "ttl"))]
    return dict(word.split("=", 1) for word in words if "=" in word), files


def expected(run: StoryCommand) -> list[list[str]]:
    with run.rows.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@dataclass(frozen=True)
class StoryCommand:
    """Check one command of a story."""

    folder: Path
    place: int

    @property
    def words(self) -> list[str]:
        return commands(self.folder)[self.place]

    @property
    def rows(self) -> Path:
        return self.folder / f"expected{f'-{self.place + 1}' if self.place else ''}.csv"

    def __str__(self) -> str:
        return f"{self.folder.name}-{self.place + 1}"


RUNS = [StoryCommand(folder, place) for folder in FOLDERS for place in range(len(commands(folder)))]


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def data(engine: Engine, files: Iterable[Path]) -> Dataset:
    """Return the cases of files with all that is inferred from them, and their plans."""
    dataset = Dataset(engine.schema)
    dataset.as_of = AS_OF
    for path in files:
        for case in open_cases(path, schema=engine.schema):
            assert not isinstance(case, InputError)
            dataset.add(case, engine=engine, as_of=AS_OF)
    return dataset


def copy(dataset: Dataset, into: RdfDataset, *, graphs: tuple[str, ...] = tuple(GRAPHS)) -> None:
    names = {GRAPH_BASE + name for name in graphs}
    for quad in dataset:
        if quad.graph_name.value in names:
            spo = (quad.subject, quad.predicate, quad.object)
            into.graph(URIRef(quad.graph_name.value)).add(tuple(map(to_rdflib, spo)))


def comparable(term: Node | None) -> str:
    """Write a term so that two engines agree: a number by its value."""
    if term is None:
        return ""
    if isinstance(term, Literal) and isinstance(term.value, (int, Decimal, float)):
        return str(term.value if isinstance(term.value, bool) else Decimal(str(term)).normalize())
    return term.n3().removesuffix(f"^^<{XSD}string>")


def ids(found: Answer) -> list[object]:
    return [row[0] for row in found.rows]
