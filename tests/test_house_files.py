"""Check what the files of the project contain."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from house_files import ROOT, name, project

from netkg.case.context import context
from netkg.ontology.schema import Schema


# -- the whole --------------------------------------------------------------------------------
def test_the_wheel_contains_what_the_program_reads() -> None:
    wheel = project()["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["packages"] == ["netkg"]
    assert wheel["force-include"] == {
        folder: f"netkg/data/{folder}" for folder in ("ontology", "queries", "shapes")
    }


def test_the_citation_names_the_version_of_the_package() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.findall(r"^version: (.*)$", citation, re.MULTILINE) == [
        project()["project"]["version"]
    ]


# Hosts that the files may name: of vocabularies, licenses, conventions, sources and examples.
HOSTS = {
    "bioregistry.io",
    "creativecommons.org",
    "doi.org",
    "dx.doi.org",
    "example.org",
    "explorationpub.com",
    "gexf.net",
    "graphml.graphdrawing.org",
    "graphviz.org",
    "jena.apache.org",
    "journals.rcsi.science",
    "json-schema.org",
    "keepachangelog.com",
    "loinc.org",
    "pubs.sciepub.com",
    "purl.bioontology.org",
    "purl.obolibrary.org",
    "purl.org",
    "rdfs.org",
    "relaxng.org",
    "schema.org",
    "semver.org",
    "snomed.info",
    "spdx.org",
    "tgh.amegroups.org",
    "units-of-measurement.org",
    "w3id.org",
    "wjgnet.com",
    "www.apache.org",
    "www.daml.org",
    "www.iana.org",
    "www.w3.org",
    "www.yworks.com",
}
# Written by others and kept as they published it.
VENDORED = {"netkg/graph/formats/assets/cytoscape.min.js", "tests/interop/package-lock.json"}
# Where a path may begin: on any machine with Unix, in two texts on none, in a JSON pointer.
ROOTS = {"bin", "dev", "does", "etc", "examined", "proc", "tmp", "usr"} | {
    *("events", "metastases", "sex", "symptoms", "tumors"),
}


def traces(text: str) -> Iterator[str]:
    """Yield traces of a place: absolute paths, foreign hosts, work left undone."""
    for match in re.finditer(
        r"(?:(?<![\w.:/<})\]*~-])|file:/*)/([A-Za-z][a-z0-9_.-]*)/[\w.-]+", text
    ):
        if match[1] not in ROOTS:
            yield match[0]
    for match in re.finditer(r"\bhttps?://([\w.-]+\w)", text):
        if "." in match[1] and match[1] not in HOSTS:
            yield match[0]
    yield from re.findall(r"\b(?:[T]ODO|[F]IXME)\b", text)


def test_no_file_has_traces_of_the_place_where_it_was_written() -> None:
    folders = (
        ".ci",
        "benchmarks",
        "docs",
        "examples",
        "netkg",
        "ontology",
        "queries",
        "shapes",
        "tests",
        "tools",
    )
    files = [
        path
        for folder in (*folders, "tests")
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
    ]
    # In a worktree, .git is a file with the path of the repository.
    files += [path for path in ROOT.iterdir() if path.is_file() and path.name != ".git"]
    files = [
        path
        for path in files
        if not {"__pycache__", "node_modules"} & set(path.parts) and name(path) not in VENDORED
    ]
    assert len(files) > 100
    found = {name(path): list(traces(path.read_text(encoding="utf-8"))) for path in files}
    assert {path: marks for path, marks in found.items() if marks} == {}


@pytest.mark.parametrize("before", ["", " ", '"', "'", "=", "(", "`", "file://", "$ cd "])
def test_an_absolute_path_is_such_a_trace(before: str) -> None:
    assert list(traces(before + "/".join(("", "srv", "someone", "case.json"))))
    assert not list(traces(before + "/".join(("", "usr", "bin", "env"))))
    assert not list(traces("/".join(("ontology", "guidelines", "document"))))


def test_a_foreign_host_is_such_a_trace() -> None:
    assert list(traces("https:" + "//packages.example.net/simple"))
    assert list(traces("https:" + "//doi.org.example.net/10"))
    assert not list(traces("https://doi.org/10.1186/1477-7819-12-220"))


def test_the_published_json_ld_context_is_the_built_in_one() -> None:
    published = json.loads((ROOT / "ontology" / "context.jsonld").read_text(encoding="utf-8"))
    assert published == {"@context": context(Schema.load())}
