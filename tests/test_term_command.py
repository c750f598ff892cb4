"""Check the command term: what it shows of a term, a code and words that it does not know."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Run
from house_files import ROOT
from jsonschema import Draft202012Validator

import netkg

VALIDATOR = Draft202012Validator(netkg.json_schemas()["term"])


def test_a_term_is_shown_with_its_codes(run: Run) -> None:
    status, out, err = run("term", "mri", "scan")
    assert (status, err) == (0, "")
    words = " ".join(out.split())
    for part in (
        "MRI scan Name netkg:MRIScan Definition A cross-sectional imaging study",
        "diagnostic test → imaging study → conventional imaging",
        "NCIT C16809 same Magnetic Resonance Imaging",
        "SNOMEDCT 113091000 same Magnetic resonance imaging (procedure); opt-in",
        "not a medical device",
    ):
        assert part in words
    assert "Source:" not in out
    assert "Source: cdisc-org" in run("term", "mri", "scan", "-v")[1]


def test_words_of_several_terms_show_each(run: Run) -> None:
    out = run("term", "octreotide")[1]
    for name in ("SomatostatinAnalogue", "OctreotideLAR", "PerioperativeOctreotide"):
        assert f"netkg:{name}" in out
    assert "weak: confidence 0.5" in out


def test_a_class_without_a_code_has_the_reason(run: Run) -> None:
    assert "Not mapped  No verified code means this." in run("term", "TACE")[1]


def test_a_code_is_shown_with_the_term_and_the_rules(run: Run) -> None:
    assert "Neuroendocrine neoplasm\nName " in run("term", "C3809")[1]
    out = " ".join(run("term", "82403")[1].split())
    assert out.startswith("ICD-O-3 8240/3 of a tumor histology: neuroendocrine tumor")
    assert "neither a grade nor a type of carcinoid is concluded" in out
    assert "Source: mgurley/icd-o-to-snomed" in out
    metastasis = run("term", "C41.9")[1]
    assert "metastatic site: bone" in metastasis
    assert "primary site: other primary site" in metastasis


@pytest.mark.parametrize("words", ["octreotide", "C3809", "ICD-O-3:8240/3", "TACE", "C25.9"])
def test_json_is_as_its_schema_says(words: str, run: Run) -> None:
    status, out, err = run("term", words, "--format", "json")
    assert (status, err) == (0, "")
    body = json.loads(out)
    assert list(VALIDATOR.iter_errors(body)) == []
    assert list(VALIDATOR.iter_errors({**body, "terms": None}))
    assert body["words"] == words
    assert body["terms"]
    codes = [code for term in body["terms"] for code in term["codes"]]
    assert all(code["evidence"] for code in codes)


@pytest.mark.parametrize(
    ("words", "suggestion"),
    [("sunitinb", " Did you mean sunitinib?"), ("C99999999", ""), ("", ""), ("8240", "")],
)
def test_unknown_words_are_refused(words: str, suggestion: str, run: Run) -> None:
    status, out, err = run("term", words)
    assert (status, out) == (2, "")
    assert err.startswith(f"netkg: no term and no code is called {words!r}. Expected a name")
    assert err.rstrip().endswith(suggestion or "a code.")


def test_another_ontology_is_looked_up(run: Run, tmp_path: Path) -> None:
    (tmp_path / "own.ttl").write_text(
        "@prefix netkg: <https://w3id.org/netkg/ns#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        'netkg:OwnScan rdfs:subClassOf netkg:ClinicalEvent ; rdfs:label "own scan"@en .\n'
    )
    status, out, _ = run("term", "own scan", "--ontology", str(tmp_path))
    assert status == 0
    assert "netkg:OwnScan" in out


def test_the_look_up_loads_no_engine() -> None:
    program = (
        "import sys; from netkg.cli import main; assert main(['term', 'C3809']) == 0; "
        "print(sorted({'rdflib', 'pyshacl', 'owlrl', 'networkx', 'netkg.plan.engine'}"
        " & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stderr == "[]\n"


def test_what_is_exported_can_be_chosen(run: Run) -> None:
    refused = run("export", "--ontology", "--mappings", "snomed")
    assert refused[0] == 2
    assert "Did you mean snomedct?" in refused[2]
    assert run("export", "--mappings", "snomedct")[0] == 2
