"""Check that no fault of an ontology passes without a word."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import netkg
from netkg.docs.knowledge import Knowledge
from netkg.errors import KnowledgeError
from netkg.ontology.files import default_folders
from netkg.ontology.folder import read_folder
from netkg.ontology.remark import Remark
from netkg.ontology.text_files import read_text
from netkg.plan.check import check
from netkg.plan.engine import Engine
from netkg.query.dataset import Dataset
from netkg.validation.check import check_folders

PREFIXES = """\
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix ex: <https://example.org/> .
@prefix netkg: <https://w3id.org/netkg/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

"""
# A line of Turtle with one fault, and a part of the sentence about it.
TERMS_AND_AXIOMS = {
    "netkg:TX-01 netkg:supersedess netkg:TX-08 .": "Expected netkg:supersedes",
    "netkg:TX-01 netkg:supersedes netkg:TX-8 .": "does not describe netkg:TX-8",
    "netkg:TX-1 netkg:supersedes netkg:TX-08 .": "does not describe netkg:TX-1",
    "netkg:TX-01 netkg:Grade netkg:G1 .": "netkg:Grade is not a property",
    "netkg:TX-01 netkg:supersedes netkg:G1 .": "supersedes something that is not a statement",
    'netkg:Ki67-G2 netkg:upper "twenty" .': "The upper bound of the interval",
    'netkg:Ki67-G2 netkg:upper "x"^^xsd:decimal .': "not a valid xsd:decimal",
    'netkg:TX-01 skos:prefLable "x" .': "Expected skos:prefLabel",
    'netkg:TX-01 dcterms:creatr "x" .': "Expected dcterms:creator",
    "netkg:TX-01 ex:note 1 .": "nothing reads <https://example.org/note>",
    "netkg:TumorInPlace owl:complementOf netkg:Tumor .": "complementOf",
    "netkg:supersedes a owl:TransitiveProperty .": "TransitiveProperty",
    "netkg:TX-01 owl:sameAs netkg:TX-08 .": "sameAs",
    "netkg:Tumor rdfs:subClasOf netkg:Case .": "rdfs:subClasOf does not exist",
    "[] a owl:Restriction ; rdfs:subClassOf netkg:TumorInPlace .": "uses 0 constructors",
    "netkg:Lost a owl:NamedIndividual ; netkg:supersedes netkg:TX-01 .": "has no class of its own",
    "netkg:Odd a netkg:TX-01 .": "netkg:TX-01 is not a class",
    "netkg:Odder a 'Grade' .": "Grade is not a class",
    "[] a owl:Restriction ; owl:onProperty netkg:grade ; owl:hasValue netkg:Liver ;"
    " rdfs:subClassOf netkg:TumorInPlace .": "netkg:grade never has the value netkg:Liver",
    "[] a owl:Restriction ; owl:onProperty netkg:painful ; owl:hasValue 'yes' ;"
    " rdfs:subClassOf netkg:TumorInPlace .": "netkg:painful never has the value yes",
    "ex:own a owl:Ontology ; owl:imports ex:absent .": "no file of the folder contains",
}
STATEMENTS = {
    "netkg:OWN-01 a netkg:Recommendation .": "The statement has no label in English",
    "netkg:OWN-02 a netkg:Recommendation ; dcterms:identifier 'OWN-02' .": "not in exactly one",
    "netkg:OWN-03 a netkg:Recommendation ; rdfs:label 'own'@en .": "does not cite a reference",
    "netkg:OWN-04 a netkg:GuidelineDocument .": "document",
    "netkg:TX-02 netkg:appliesTo netkg:TX-01-Population .": "exactly one named class",
    "netkg:Loop a owl:Class ; rdfs:subClassOf netkg:Round . netkg:Round a owl:Class ;"
    " rdfs:subClassOf netkg:Loop .": "is defined in terms of itself",
    "netkg:TX-03 netkg:gapCondition netkg:Round .": "",
    "netkg:Empty a owl:Class ; rdfs:subClassOf netkg:Case .": "",
    "netkg:OWN-05 netkg:appliesTo netkg:Empty ; a netkg:Alert .": "it never applies",
}


def copied(folder: Path) -> Path:
    return Path(shutil.copytree(default_folders().ontology, folder / "ontology"))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], list[Remark]]:
    """Return a function that gives the remarks on a line, of one check of all lines together."""
    remarks: dict[str, list[Remark]] = {}
    for faults in (TERMS_AND_AXIOMS, STATEMENTS):
        folder = copied(tmp_path_factory.mktemp("faults"))
        own = folder / "own.ttl"
        own.write_text(PREFIXES + "\n".join(faults) + "\n", encoding="utf-8")
        lines = dict(enumerate(faults, start=PREFIXES.count("\n") + 1))
        for remark in check_folders(ontology=folder):
            if remark.file == str(own) and remark.line:
                remarks.setdefault(lines[remark.line], []).append(remark)
    return lambda line: remarks.get(line, [])


@pytest.mark.parametrize(
    ("line", "words"),
    [(line, words) for line, words in (TERMS_AND_AXIOMS | STATEMENTS).items() if words],
)
def test_a_fault_is_remarked_at_its_line(
    line: str, words: str, found: Callable[[str], list[Remark]]
) -> None:
    assert any(words in remark.sentence for remark in found(line)), found(line)


def test_the_package_passes() -> None:
    checked = check()
    assert checked.usable
    assert checked.remarks == ()


@pytest.mark.parametrize(
    ("load", "name", "text", "words"),
    [
        (Engine.load, "own.ttl", "", "contains no triple"),
        (Engine.load, "own.ttl", "netkg:A a ", "not valid Turtle"),
        (Dataset.of_ontology, "own.trig", PREFIXES, "does not end in .ttl"),
        (Knowledge, "own.ttl", PREFIXES.replace("https", "http"), "netkg: is bound to"),
    ],
)
def test_a_file_with_a_fault_is_refused_by_all_that_load_it(
    load: Callable[..., object], tmp_path: Path, name: str, text: str, words: str
) -> None:
    folder = copied(tmp_path)
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError) as caught:
        load(**{"folder" if load == Dataset.of_ontology else "ontology": folder})
    assert f"{folder / name}" in str(caught.value)
    assert words in str(caught.value)


def test_two_versions_of_a_module_are_refused(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    shutil.copy(folder / "intervals.ttl", folder / "intervals-old.ttl")
    (found,) = read_folder(folder, of="the ontology").remarks
    assert "contains the module" in found.problem
    assert "intervals" in found.file


def test_a_file_that_is_gone_is_noticed(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / "intervals.ttl").unlink()
    found = read_folder(folder, of="the ontology").remarks
    assert found  # one for each module that imports it
    for remark in found:
        assert "imports <https://w3id.org/netkg/intervals>" in remark.problem


def test_a_byte_order_mark_is_skipped_in_every_file(tmp_path: Path, engine: Engine) -> None:
    own = default_folders()
    for name in ("ontology", "shapes", "queries"):
        folder = shutil.copytree(getattr(own, name), tmp_path / name)
        for file in Path(folder).rglob("*.*"):
            if file.suffix in (".ttl", ".rq"):
                file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
                assert not read_text(file).startswith("\ufeff")
    loaded = Engine.load(
        ontology=tmp_path / "ontology", shapes=tmp_path / "shapes", queries=tmp_path / "queries"
    )
    assert loaded.statements() == engine.statements()


# -- the command ---------------------------------------------------------------------------
def test_the_command_lists_all_faults(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    (tmp_path / "case").mkdir()
    for name in ("one", "two"):
        text = PREFIXES + f"ex:{name} ex:p 1 .\n"
        (tmp_path / "case" / f"{name}.ttl").write_text(text, encoding="utf-8")
    status, out, _ = run("check", "--shapes", str(tmp_path))
    assert status == 2
    assert "refused (" in out
    assert out.count("contains no shape") == 2
    status, out, _ = run("check", "--shapes", str(tmp_path), "--format", "json")
    body = json.loads(out)
    Draft202012Validator(netkg.json_schemas()["check"]).validate(body)
    assert status == 2
    assert not body["usable"]
    assert {Path(each["file"]).name for each in body["remarks"]} == {"one.ttl", "two.ttl"}
    status, out, err = run("validate", "-", "--shapes", str(tmp_path), "--as-of", "2026-03-31")
    assert (status, out) == (2, "")
    assert "one.ttl" in err
    assert "netkg check" in err
    assert "netkg itself" not in err
