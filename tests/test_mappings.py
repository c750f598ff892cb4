"""Check how files of mappings are read, and that wrong ones are found."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from house_files import NETKG
from interop_tools import require_sssom

from netkg.errors import KnowledgeError
from netkg.export.merged import read_merged
from netkg.ontology.files import default_folders
from netkg.ontology.mappings import FOLDER, SSSOM, core_triples, read_sets
from netkg.plan.check import check
from netkg.query.ask import ask
from netkg.validation.quality import find_faults

pytestmark = pytest.mark.many

FILES = sorted((default_folders().ontology / FOLDER).glob("*.sssom.tsv"))
OPT_IN = [each.name for each in read_sets() if each.opt_in]
EVIDENCE = (
    "monarch-initiative/mondo@fad2512b4845:src/ontology/mappings/mondo_exactmatch_ncit.sssom.tsv"
)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return Path(shutil.copytree(default_folders().ontology, tmp_path / "ontology"))


def edit(own: Path, name: str, change: Callable[[str], str]) -> None:
    file = own / FOLDER / name
    before = file.read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    file.write_text(after, encoding="utf-8")


def row(subject: str, predicate: str, code: str, *, evidence: str = "a file") -> str:
    return (
        f"netkg:{subject}\t\tskos:{predicate}\t{code}\t\tsemapv:ManualMappingCuration"
        f"\t\t{evidence}\t\n"
    )


# -- RDF -----------------------------------------------------------------------------------------
def test_the_mappings_of_the_core_are_part_of_the_ontology() -> None:
    found = ask(
        "SELECT ?evidence { netkg:NeuroendocrineNeoplasm skos:exactMatch ?code . ?axiom"
        " owl:annotatedSource netkg:NeuroendocrineNeoplasm ; owl:annotatedTarget ?code ;"
        f" <{SSSOM}object_label> 'Neuroendocrine Neoplasm' ; dcterms:source ?evidence }}"
    )
    assert found.rows == ((EVIDENCE,),)
    codes = ask(
        "SELECT ?c { ?t skos:exactMatch|skos:closeMatch|skos:narrowMatch|skos:broadMatch ?c }"
    )
    assert len(codes.rows) == sum(len(each.mappings) for each in read_sets() if not each.opt_in)
    assert not any("snomed" in row[0] or "icd" in row[0].casefold() for row in codes.rows)


def test_an_opt_in_set_is_released_only_if_it_is_asked_for() -> None:
    plain = {triple.object.value for triple in read_merged().triples}
    more = {triple.object.value for triple in read_merged(opt_in=["snomedct"]).triples}
    code = "http://snomed.info/id/77477000"
    assert code not in plain
    assert code in more
    assert not any("icd" in value.casefold() and "bioregistry" in value for value in more)


def test_every_property_of_a_mapping_is_declared() -> None:
    declared = {t.subject for t in core_triples() if t.object.value.endswith("AnnotationProperty")}
    own = {t.predicate for t in core_triples() if t.predicate.value.startswith(SSSOM)}
    assert own
    assert own <= declared


def test_the_mappings_of_all_sets_have_no_fault() -> None:
    assert list(find_faults(read_merged(opt_in=OPT_IN).triples)) == []


# -- wrong mappings ------------------------------------------------------------------------------
WRONG = {
    "mapping-without-evidence": row("CTScan", "closeMatch", "NCIT:C1", evidence=""),
    "exact-match-collision": row("OtherTest", "exactMatch", "NCIT:C17204"),
    "repeated-exact-match": row("CTScan", "exactMatch", "NCIT:C1"),
    "repeated-mapping": row("CTScan", "closeMatch", "NCIT:C17204"),
    # The code means a CT scan, so it is not more than every imaging study.
    "mapping-against-hierarchy": row("ConventionalImaging", "broadMatch", "NCIT:C17204"),
    "mapping-against-disjointness": row("NeuroendocrineCarcinoma", "narrowMatch", "NCIT:C188218"),
    "undeclared-term": row("CTScans", "closeMatch", "NCIT:C1"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_wrong_mapping_is_found(fault: str, own: Path) -> None:
    edit(own, "ncit.sssom.tsv", lambda text: text + WRONG[fault])
    found = {each.query.name for each in find_faults(read_merged(own).triples)}
    assert found == {fault}


@pytest.mark.slow
def test_a_wrong_mapping_of_an_opt_in_set_is_reported_with_its_line(own: Path) -> None:
    line = row("OtherTest", "exactMatch", "SNOMEDCT:77477000")
    edit(own, "snomedct.sssom.tsv", lambda text: text + line)
    checked = check(ontology=own)
    assert checked.usable
    found = {(Path(each.file).name, each.term): each for each in checked.remarks}
    assert {file for file, _ in found} == {"snomedct.sssom.tsv"}
    assert {term for _, term in found} == {"netkg:CTScan", "netkg:OtherTest"}
    remark = found["snomedct.sssom.tsv", "netkg:OtherTest"]
    assert remark.predicate == "skos:exactMatch"
    lines = (own / FOLDER / "snomedct.sssom.tsv").read_text(encoding="utf-8").splitlines()
    assert remark.line == len(lines)
    assert remark.problem.startswith(
        "The code is an exact match of another term, too: <http://snomed"
    )


# -- files that cannot be read -------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda text: text.replace("curie_map", "curies", 1), "lacks the prefixes of its codes"),
        (lambda text: text.replace("#curie_map:", "#curie_map: [", 1), "the header is not valid"),
        (lambda text: text.replace("predicate_id", "predicate", 1), "lacks the column"),
        (lambda text: text + "netkg:CTScan\n", "the row has 1 values"),
        (lambda text: text + row("CTScan", "sameAs", "NCIT:C1"), "the predicate skos:sameAs"),
        (lambda text: text + row("CTScan", "closeMatch", "NCI:C1"), "NCI:C1 has no known prefix"),
        (lambda text: text + row("CTScan", "closeMatch", "NCIT:C 1"), "not give a valid IRI"),
        (
            lambda text: text + row("X", "closeMatch", "NCIT:C1").replace("netkg:", "skos:", 1),
            "is not a term of netkg",
        ),
        (
            lambda text: text + row("X", "closeMatch", "NCIT:C1").replace("\t\ta", "\thigh\ta"),
            "the confidence high is not valid",
        ),
    ],
)
def test_a_file_with_a_fault_is_refused(
    change: Callable[[str], str], expected: str, own: Path
) -> None:
    edit(own, "ncit.sssom.tsv", change)
    with pytest.raises(KnowledgeError, match=r"ncit\.sssom\.tsv") as error:
        read_sets(own)
    assert expected in error.value.problem


@pytest.mark.slow
def test_check_reports_mappings_that_cannot_be_read(own: Path) -> None:
    edit(own, "ncit.sssom.tsv", lambda text: text + "netkg:CTScan\n")
    checked = check(ontology=own)
    assert not checked.usable
    assert [remark.problem for remark in checked.remarks] == ["the row has 1 values"]


def test_an_ontology_without_mappings_has_none(own: Path) -> None:
    shutil.rmtree(own / FOLDER)
    assert read_sets(own) == ()
    assert core_triples(own) == ()
    assert ox.NamedNode(NETKG + "CTScan") in {t.subject for t in read_merged(own).triples}


# -- the standard --------------------------------------------------------------------------------
@pytest.mark.interop
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_sssom_validates_each_file(file: Path) -> None:
    done = subprocess.run(
        [require_sssom(), "validate", str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    # It has no attributes for the slots that a file defines itself, and says so.
    other = [
        line for line in (done.stdout + done.stderr).splitlines() if "ext_evidence" not in line
    ]
    assert other == []


@pytest.mark.interop
def test_sssom_refuses_a_file_with_a_fault(own: Path) -> None:
    edit(own, "ucum.sssom.tsv", lambda text: text + row("X", "closeMatch", "NCIT:C1"))
    file = own / FOLDER / "ucum.sssom.tsv"
    done = subprocess.run(
        [require_sssom(), "validate", str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "NCIT" in done.stdout + done.stderr
