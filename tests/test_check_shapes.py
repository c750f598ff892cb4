"""Check that no fault of a shapes folder passes without a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from netkg.ontology.files import default_folders
from netkg.ontology.folder import read_folder
from netkg.ontology.remark import Remark
from netkg.ontology.schema import Schema
from netkg.plan.engine import Engine
from netkg.validation.check import check_shapes_folder
from netkg.validation.meta_shapes import check_meta

PREFIXES = """\
@prefix ex: <https://example.org/> .
@prefix netkg: <https://w3id.org/netkg/ns#> .
@prefix nets: <https://w3id.org/netkg/shapes#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

"""
SHAPE = """\
nets:Own-sex
    a sh:PropertyShape ;
    sh:targetClass netkg:Case ;
    sh:path netkg:sex ;
    sh:severity sh:Warning ;
    sh:minCount 1 ;
    sh:message "The sex is not recorded."@en ;
    nets:field "sex" ;
    nets:remedy "Add the sex."@en ;
    nets:expected "the sex"@en
.
"""
SCHEMA = Schema.load()
START = PREFIXES.count("\n")
PATH = "    sh:path netkg:sex ;\n    sh:severity sh:Warning ;\n    sh:minCount 1"
TEXTS = 'sh:message "m" ; nets:field "sex" ; nets:remedy "r" ; nets:expected "e"'
SPARQL = f"nets:Own a sh:NodeShape ; sh:targetClass netkg:Case ; {TEXTS} ;\n    sh:sparql "


def write(folder: Path, text: str, name: str = "case/own.ttl") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def remarks(folder: Path) -> list[Remark]:
    return list(check_shapes_folder(SCHEMA, folder))


def refused(folder: Path) -> list[Remark]:
    return [remark for remark in remarks(folder) if remark.refused]


def test_a_shape_with_all_that_is_needed_passes(tmp_path: Path) -> None:
    write(tmp_path, PREFIXES + SHAPE)
    assert remarks(tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "property_", "words"),
    [
        ("sh:targetClass", "sh:targetclass", 3, "sh:targetclass", "Expected sh:targetClass"),
        ("sh:minCount", "sh:mincount", 6, "sh:mincount", "Expected sh:minCount"),
        ("sh:Warning", "sh:Warnign", 5, "sh:severity", "Expected sh:Warning"),
        ("sh:PropertyShape", "sh:PropertyShap", 2, "rdf:type", "Expected sh:PropertyShape"),
        ("sh:minCount 1", 'sh:minCount "one"', 6, "sh:minCount", "'one' is not valid"),
        ("sh:minCount 1", "sh:minCount 1, 2", 6, "sh:minCount", "more than one value of sh:min"),
        ("sh:minCount 1", 'sh:minCount "x"^^xsd:integer', 6, "sh:minCount", "not a valid xsd:int"),
        ("sh:minCount 1", "sh:datatype xsd:dat", 6, "sh:datatype", "xsd:dat does not exist"),
        ("sh:minCount 1", "sh:in ( netkg:femal )", 6, "rdf:first", "Expected netkg:female"),
        ("sh:minCount 1", "sh:in netkg:female", 6, "sh:in", "netkg:female is not valid"),
        ("sh:minCount 1", 'sh:pattern "("', 6, "sh:pattern", "regular expression"),
        ("sh:minCount 1", "sh:node nets:Absent", 6, "sh:node", "not in the folder"),
        ("sh:minCount 1", "sh:or ( nets:Absent )", 6, "sh:or", "not in the folder"),
        ("sh:minCount 1", "sh:node nets:Own-sex", 1, "", "refers to itself"),
        ("sh:minCount 1", "sh:class netkg:Sx", 6, "sh:class", "Expected netkg:Sex"),
        ("sh:minCount 1", "sh:rule [ a sh:TripleRule ]", 6, "sh:rule", "does not evaluate"),
        ("sh:minCount 1", "sh:equals netkg:modality", 6, "sh:equals", "does not have"),
        ("sh:minCount 1", "sh:minCount 1 ; ex:note 1", 6, "<https://example.org/note>", "reads"),
        ("sh:minCount 1", "sh:minCount 1 ; nets:fild 1", 6, "nets:fild", "Expected nets:field"),
        ("sh:minCount 1", "sh:order 1", 1, "", "has no constraint"),
        ("sh:minCount 1", "sh:ignoredProperties ( sh:path )", 6, "sh:ignoredProperties", "have"),
        (PATH, "    sh:nodeKind sh:IRI", 0, "", "cannot evaluate"),
        ("netkg:sex", "netkg:sexe", 4, "sh:path", "or netkg:sex"),
        ("netkg:sex", "netkg:modality", 4, "sh:path", "does not have netkg:modality"),
        ("netkg:sex", "netkg:gradeInUse", 4, "sh:path", "does not have netkg:gradeInUse"),
        ("netkg:sex", "netkg:ki67Percent", 4, "sh:path", "a key of Tumor, not of Case"),
        ("netkg:sex", "ex:sex", 4, "sh:path", "does not have <https://example.org/sex>"),
        ("netkg:sex", "( netkg:tumors ex:sex )", 4, "sh:path", "does not have"),
        ("netkg:sex", "[ sh:inversPath netkg:sex ]", 4, "sh:inversPath", "sh:inversePath"),
        ("netkg:Case", "netkg:Cse", 3, "sh:targetClass", "Expected netkg:Case"),
        ("netkg:Case", "netkg:Statement", 3, "sh:targetClass", "not a class of records"),
        ("netkg:Case", "ex:Case", 3, "sh:targetClass", "not a class of records"),
        ("    sh:targetClass netkg:Case ;\n", "", 1, "", "never evaluated"),
        ("sh:Warning", "ex:Severe", 5, "sh:severity", "not a severity that netkg knows"),
        ("sh:message", "sh:description", 1, "sh:message", "lacks sh:message"),
        ("nets:remedy", "sh:name", 1, "nets:remedy", "lacks nets:remedy"),
        ("    nets:field", "    sh:name", 1, "nets:field", "lacks nets:field"),
        ('nets:field "sex"', 'nets:field "sexe"', 8, "nets:field", "not a path of the case"),
        ('field "sex"', 'field "sex", "men1Status"', 8, "nets:field", "2 values of nets:field"),
        ('"the sex"@en', '"x" ; nets:restsOn netkg:G1', 10, "nets:restsOn", "not a statement"),
        ('"the sex"@en', '"x" ; nets:restsOnVerdict 1', 10, "nets:restsOnVerdict", "no effect"),
        ('"the sex"@en', '"x" .\nnets:Own-sex owl:imports ex:a', 11, "owl:imports", "fetched"),
        ('"the sex"@en', '"x" .\nex:lost ex:is 1', 11, "<https://example.org/is>", "nothing"),
        ('"the sex"@en', '"x" .\nnets:Lost sh:name "lost"', 11, "", "no shape uses this"),
    ],
)
def test_a_fault_is_remarked_where_it_is(
    tmp_path: Path, old: str, new: str, line: int, property_: str, words: str
) -> None:
    assert SHAPE.count(old) >= 1
    path = write(tmp_path, PREFIXES + SHAPE.replace(old, new, 1))
    found = refused(tmp_path)
    assert any(
        words in each.sentence and each.predicate == property_ and (each.line or 0) >= line
        for each in found
    ), found
    # A line is that of the value, one lower for the type that follows a name.
    lines = {each.line for each in found if words in each.sentence}
    assert not line or lines <= {START + line, START + line + 1}
    assert {each.file for each in found} == {str(path)}
    assert all(each.sentence.endswith((".", "?")) for each in found)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ('[ sh:select "SELECT $this WHERE { $this a nosuch:Case }" ]', "nosuch"),
        ('[ sh:select "SELECT $this WHERE { $this a netkg:Case }" ]', "netkg"),
        ('[ sh:select "SELECT $this WHERE { $this a " ]', "not valid SPARQL"),
        ('[ sh:select "SELECT $this WHERE { SERVICE <http://a/> { $this a ?t } }" ]', "SERVICE"),
        ('[ sh:select "SELECT $this FROM <http://a/> WHERE { $this a ?t }" ]', "FROM"),
    ],
)
def test_a_query_of_a_shape_is_valid_and_stays_within_the_case(
    tmp_path: Path, query: str, words: str
) -> None:
    write(tmp_path, f"{PREFIXES}{SPARQL}{query} .\n")
    (found,) = refused(tmp_path)
    assert words in found.problem
    assert (found.line, found.predicate) == (START + 2, "sh:select")


def test_a_query_with_declared_prefixes_is_accepted(tmp_path: Path) -> None:
    header = (
        "ex:own a owl:Ontology ; sh:declare [ sh:prefix 'netkg' ;"
        " sh:namespace 'https://w3id.org/netkg/ns#'^^xsd:anyURI ] .\n"
    )
    query = "SELECT $this WHERE { $this a netkg:Case FILTER NOT EXISTS { $this netkg:sex ?x } }"
    write(tmp_path, f'{PREFIXES}{header}{SPARQL}[ sh:prefixes ex:own ; sh:select "{query}" ] .\n')
    assert refused(tmp_path) == []


def test_a_shape_without_a_name_is_named_by_its_place(tmp_path: Path) -> None:
    shape = (
        "[]\n  a sh:NodeShape ; sh:targetClass netkg:Case ;\n"
        "  sh:property [ sh:path netkg:sex ; sh:minCount 1 ] .\n"
    )
    path = write(tmp_path, PREFIXES + shape)
    (found,) = refused(tmp_path)
    assert (found.file, found.line, found.term) == (str(path), START + 3, "")
    assert "_:" not in found.sentence


def test_a_path_below_another_is_of_the_record_that_it_leads_to(tmp_path: Path) -> None:
    inner = f"sh:path netkg:ki67Percent ; sh:minCount 1 ; {TEXTS}"
    shape = f"sh:path netkg:tumors ; sh:property [ {inner} ]"
    write(tmp_path, f"{PREFIXES}nets:Own sh:targetClass netkg:Case ; sh:property [ {shape} ] .\n")
    assert refused(tmp_path) == []


def test_a_shape_that_is_switched_off_is_said_and_accepted(tmp_path: Path) -> None:
    write(tmp_path, PREFIXES + SHAPE.replace("sh:minCount 1", "sh:deactivated true"))
    (found,) = remarks(tmp_path)
    assert not found.refused
    assert "switched off" in found.problem


@pytest.mark.parametrize("second", [SHAPE, "nets:Own-sex sh:maxCount 1 .\n"])
def test_a_shape_is_described_once(tmp_path: Path, second: str) -> None:
    write(tmp_path, PREFIXES + SHAPE)
    other = write(tmp_path, PREFIXES + second, "case/second.ttl")
    assert any(str(other) in each.file + each.problem for each in refused(tmp_path))


# -- files ---------------------------------------------------------------------------------
def test_a_misspelled_prefix_is_refused_by_file_and_line(tmp_path: Path) -> None:
    wrong = PREFIXES.replace("http://www.w3.org/ns/shacl#", "http://www.w3.org/ns/shacl/")
    path = write(tmp_path, wrong + SHAPE)
    (found,) = refused(tmp_path)
    assert (found.file, found.line) == (str(path), 6)
    assert "http://www.w3.org/ns/shacl#" in found.expected


def test_a_file_without_a_shape_is_refused(tmp_path: Path) -> None:
    write(tmp_path, PREFIXES + SHAPE)
    path = write(tmp_path, PREFIXES + "nets:Lost nets:field 'sex' .\n", "case/lost.ttl")
    (found,) = refused(tmp_path)
    assert (found.file, found.problem) == (str(path), "contains no shape")


@pytest.mark.parametrize(
    "name",
    [
        *("case/own.trig", "case/own.TTL", "case/own.txt", "case/own.rdf", "case/own.ttl~"),
        *("own.ttl", "cases/own.ttl", "case/own.ttl.bak", "case/deep/own.nt"),
    ],
)
def test_a_file_that_is_not_read_is_refused(tmp_path: Path, name: str) -> None:
    write(tmp_path, PREFIXES + SHAPE)
    path = write(tmp_path, PREFIXES + SHAPE, name)
    (found,) = refused(tmp_path)
    assert found.file == str(path)
    assert "is not read" in found.problem


@pytest.mark.parametrize("name", ["README.md", "case/README.md", "case/.DS_Store", ".git/x.rdf"])
def test_a_file_that_nobody_expects_to_be_read_is_not(tmp_path: Path, name: str) -> None:
    write(tmp_path, PREFIXES + SHAPE)
    write(tmp_path, "words", name)
    assert remarks(tmp_path) == []


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "contains no triple"),
        (b"# nothing\n", "contains no triple"),
        (b"\xff\xfe", "not UTF-8"),
        (b"<urn:a> <urn:b> ", "not valid Turtle"),
        (b"<urn:a> <urn:b> <<( <urn:a> <urn:b> <urn:c> )>> .", "triple term"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, data: bytes, words: str) -> None:
    write(tmp_path, PREFIXES + SHAPE)
    path = tmp_path / "case" / "broken.ttl"
    path.write_bytes(data)
    assert [each.file for each in refused(tmp_path) if words in each.problem] == [str(path)]


def test_links_in_a_loop_are_refused(tmp_path: Path) -> None:
    write(tmp_path, PREFIXES + SHAPE)
    (tmp_path / "case" / "again").symlink_to(tmp_path / "case")
    (tmp_path / "case" / "self.ttl").symlink_to(tmp_path / "case" / "self.ttl")
    assert {Path(each.file).name for each in refused(tmp_path)} == {"again", "self.ttl"}


def test_a_folder_without_shapes_of_cases_is_refused(tmp_path: Path) -> None:
    (found,) = refused(tmp_path)
    assert "lacks the folder case" in found.problem
    (tmp_path / "case").mkdir()
    (found,) = refused(tmp_path)
    assert "contains no Turtle file" in found.problem


@pytest.mark.parametrize("start", ["\ufeff", ""])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_a_byte_order_mark_and_line_ends_are_skipped(tmp_path: Path, start: str, end: str) -> None:
    path = write(tmp_path, "")
    path.write_bytes((start + (PREFIXES + SHAPE).replace("\n", end)).encode())
    assert remarks(tmp_path) == []


def test_shapes_with_a_byte_order_mark_are_loaded(tmp_path: Path) -> None:
    write(tmp_path, "\ufeff" + PREFIXES + SHAPE)
    assert Engine.load(shapes=tmp_path).validator.classes == ()


def test_the_shapes_of_the_package_pass() -> None:
    folder = default_folders().shapes / "case"
    assert list(check_meta(read_folder(folder, of="shapes"))) == []
