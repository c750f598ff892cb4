"""Check the mappings to standard terminologies: what they cover, and what look-ups find."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from house_files import ROOT, project

from netkg.namespaces import local_name
from netkg.ontology.code_rules import CodeRule, faults_of_rules
from netkg.ontology.mappings import MappingSet, read_sets
from netkg.ontology.schema import SUBCLASS, netkg
from netkg.ontology.terminology import Terminology

SETS = read_sets()
CORE = {"atc", "loinc", "mondo", "ncit", "rxnorm", "ucum"}
OPT_IN = {"icd-10-cm", "icd-o-3", "snomedct"}
# The classes that the mappings are to cover, by the classes at their top.
COVERED = {
    "tumor": ("NeuroendocrineNeoplasm",),
    "test": ("DiagnosticTest",),
    "therapy": ("Procedure", "Therapy"),
}
LEAST = 0.8
# The matches that make a code usable for a class.
USABLE = ("exactMatch", "closeMatch", "narrowMatch")


@pytest.fixture(scope="module")
def terminology() -> Terminology:
    return Terminology.load()


def below(terminology: Terminology, kind: str) -> set[str]:
    tops = set(map(netkg, COVERED[kind]))
    quads = terminology.schema.store.quads_for_pattern(None, SUBCLASS, None)
    return {
        local_name(quad.subject.value)
        for quad in quads
        if tops & (terminology.schema.superclasses(quad.subject) - {quad.subject})
        and quad.subject.value.startswith(netkg("").value)
    }


def name(each: MappingSet) -> str:
    return each.name


# -- the sets -----------------------------------------------------------------------------------
def test_there_is_one_set_for_each_system() -> None:
    assert {each.name for each in SETS if each.mappings and not each.opt_in} == CORE
    assert {each.name for each in SETS if each.opt_in} == OPT_IN
    for each in SETS:
        assert (each.system is not None) == bool(each.mappings)
        if each.system is not None:
            assert each.system.name == each.name.upper()
            assert {mapping.system for mapping in each.mappings} == {each.system.name}
            assert each.notice.endswith(".")
            assert each.source.startswith("https://bioregistry.io/")
            assert each.title
        assert each.version == project()["project"]["version"]


@pytest.mark.parametrize("each", SETS, ids=name)
def test_the_rows_are_sorted_and_have_our_labels(
    each: MappingSet, terminology: Terminology
) -> None:
    file = ROOT / "ontology" / "mappings" / f"{each.name}.sssom.tsv"
    lines = file.read_text(encoding="utf-8").splitlines()
    columns, *rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert rows == sorted(rows)
    for row in rows:
        values = dict(zip(columns, row, strict=True))
        subject = values["subject_id"].removeprefix("netkg:")
        assert values["subject_label"] == terminology.schema.label(netkg(subject))
        assert values["mapping_justification"] == "semapv:ManualMappingCuration"
        if comment := values["comment"]:
            assert re.fullmatch(r"[A-Z].*\.", comment)


def test_names_are_shipped_only_where_their_license_allows_it() -> None:
    for each in SETS:
        labels = [mapping.label for mapping in each.mappings if mapping.label]
        if each.name in {"atc", "icd-10-cm", "icd-o-3"}:
            assert not labels
        elif each.name == "snomedct":
            evidence = {mapping.evidence for mapping in each.mappings if mapping.label}
            assert all("snomed-intl-gps" in text for text in evidence)


def test_a_weak_mapping_is_never_exact_and_says_why() -> None:
    weak = [mapping for each in SETS for mapping in each.mappings if mapping.weak]
    assert len(weak) > 20
    for mapping in weak:
        assert mapping.predicate != "exactMatch"
        assert "seen" in mapping.comment
        assert mapping.confidence == 0.5


def test_a_substance_is_not_the_treatment_with_it(terminology: Terminology) -> None:
    therapies = below(terminology, "therapy")
    substances = [
        mapping
        for mapping in terminology.mappings
        if mapping.system in {"ATC", "RXNORM"} and mapping.subject in therapies
    ]
    assert len(substances) > 30
    assert "exactMatch" not in {mapping.predicate for mapping in substances}
    assert all("substance" in mapping.comment for mapping in substances)


def test_the_units_of_tests_are_mapped_to_ucum(terminology: Terminology) -> None:
    for unit in terminology.schema.instances(netkg("TestUnit")):
        codes = terminology.codes_of(local_name(unit.value))
        assert Counter(code.predicate for code in codes if code.system == "UCUM")["exactMatch"] == 1


# -- coverage ------------------------------------------------------------------------------------
def usable(terminology: Terminology) -> set[str]:
    return {each.subject for each in terminology.mappings if each.predicate in USABLE}


def test_four_of_five_classes_have_a_code(terminology: Terminology) -> None:
    classes = {kind: below(terminology, kind) for kind in COVERED}
    assert min(map(len, classes.values())) > 30
    mapped = usable(terminology)
    shares = {kind: len(found & mapped) / len(found) for kind, found in classes.items()}
    assert shares["tumor"] >= LEAST
    assert shares["test"] >= LEAST
    # Most of the rest are combinations of drugs and operations: no code of them was verified.
    assert shares["therapy"] >= 0.7
    every = set().union(*classes.values())
    assert len(every & mapped) / len(every) >= LEAST


def test_a_class_without_a_code_is_listed_with_the_reason(terminology: Terminology) -> None:
    classes = set().union(*(below(terminology, kind) for kind in COVERED))
    listed = {each.subject: each.reason for own in SETS for each in own.unmapped}
    assert set(listed) == classes - usable(terminology)
    assert all(re.fullmatch(r"[A-Z].*\.", reason) for reason in listed.values())


# -- from codes to terms -------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("code", "expected"),
    [
        *((code, "NeuroendocrineNeoplasm") for code in ("C3809", "c3809", "NCIT:C3809")),
        ("http://purl.obolibrary.org/obo/NCIT_C3809", "NeuroendocrineNeoplasm"),
        ("<http://purl.obolibrary.org/obo/MONDO_0019496>", "NeuroendocrineNeoplasm"),
        *((code, "CTScan") for code in ("77477000", "SNOMED:77477000", "snomed ct: 77477000")),
        ("LOINC:1695-6", "UrinaryFiveHIAATest"),
        *((code, "NeuroendocrineCarcinoma") for code in ("8246/3", "82463", "icd-o-3:8246/3")),
        *((code, "NeuroendocrineCarcinoma") for code in ("C7A.1", "c7a1", "ICD10CM:C7A.1")),
        ("umol/(24.h)", "MicromolePer24Hours"),
        ("atc:L01EG02", "Everolimus"),
    ],
)
def test_a_code_is_found_in_each_spelling(
    code: str, expected: str, terminology: Terminology
) -> None:
    assert terminology.terms_of(code)[0].subject == expected


def test_a_code_of_another_system_is_not_found(terminology: Terminology) -> None:
    assert terminology.terms_of("C3809", "NCIT")
    assert not terminology.terms_of("C3809", "LOINC")
    assert not terminology.terms_of("C3809", "nonsense")
    assert not terminology.terms_of("UMOL/(24.H)")
    assert not terminology.terms_of("")


@pytest.mark.parametrize(
    ("code", "field", "expected"),
    [
        ("8240/3", "histology", ("NeuroendocrineTumor",)),
        ("C3773", "histology", ("NeuroendocrineCarcinoma",)),
        ("C45550", "histology", ("TypicalCarcinoid",)),  # more general than the code
        ("8249/3", "histology", ()),  # more special than the code
        ("C12269", "primarySite", ("Pancreas",)),
        ("C12745", "primarySite", ()),
    ],
)
def test_a_value_is_what_a_code_means_at_least(
    code: str, field: str, expected: tuple[str, ...], terminology: Terminology
) -> None:
    schema = terminology.schema
    values = schema.values[schema.fields["Tumor"][field].range]
    assert terminology.values_of(code, values) == expected


def test_of_a_class_and_its_subclass_the_subclass_is_the_value(terminology: Terminology) -> None:
    subjects = {mapping.subject for mapping in terminology.terms_of("C96422")}
    tumor, neoplasm = "AppendicealNeuroendocrineTumor", "AppendicealNeuroendocrineNeoplasm"
    assert subjects == {tumor, neoplasm}
    assert terminology.values_of("C96422", subjects) == (tumor,)
    assert terminology.values_of("C96422", [neoplasm]) == (neoplasm,)


def test_a_weak_mapping_counts_only_without_another(terminology: Terminology) -> None:
    (octreotide, *_) = terminology.terms_of("7617", "RXNORM")
    assert octreotide.weak
    assert terminology.values_of("7617", terminology.schema.event_types) == (octreotide.subject,)


def test_the_substance_of_two_classes_is_the_one_that_needs_no_more(
    terminology: Terminology,
) -> None:
    """Temozolomide in a list of drugs may be one of two, so it is not the drug alone."""
    events = terminology.schema.event_types
    for code in ("L01AX03", "37776"):
        assert terminology.values_of(code, events) == ("TemozolomideBasedChemotherapy",)


# -- the rules of codes --------------------------------------------------------------------------
def test_the_rules_name_fields_and_values_that_exist(terminology: Terminology) -> None:
    assert len(terminology.rules) > 40
    assert list(faults_of_rules(terminology.rules, terminology.schema)) == []


RULE = CodeRule("ICD-O-3", "8240/3", "Tumor", "histology", "NeuroendocrineTumor", "a file", "")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"field": "histologi"}, "has the field Tumor.histologi"),
        ({"value": "Carcinoid"}, "has the value Carcinoid"),
        ({"field": "grade", "value": "G1"}, "gives a value to grade"),
        ({"evidence": ""}, "has no evidence"),
        ({"code": "82403", "value": "NeuroendocrineCarcinoma"}, "gives histology a second value"),
    ],
)
def test_a_rule_with_a_fault_is_found(
    change: dict[str, str], expected: str, terminology: Terminology
) -> None:
    rules = (RULE, CodeRule(**{**RULE.to_dict(), **change}))
    rules = rules if "second" in expected else rules[1:]
    assert expected in {error.problem for error in faults_of_rules(rules, terminology.schema)}


def codes(terminology: Terminology) -> Iterator[str]:
    yield from dict.fromkeys(rule.code for rule in terminology.rules)


def test_a_morphology_never_gives_a_grade_or_a_carcinoid(terminology: Terminology) -> None:
    graded = {"TypicalCarcinoid", "AtypicalCarcinoid", "G1", "G2", "G3"}
    for code in codes(terminology):
        for record in ("Tumor", "Metastasis"):
            facts = terminology.facts_of(code, record=record) or {}
            assert not graded & set(facts.values())
            assert "grade" not in facts


def test_every_code_of_icd_o_with_a_mapping_has_a_rule(terminology: Terminology) -> None:
    mapped = {mapping.code for mapping in terminology.mappings if mapping.system == "ICD-O-3"}
    # Of a lymph node, it is not known whether it is regional or distant.
    assert mapped - set(codes(terminology)) == {"C77.9"}


@pytest.mark.parametrize(
    ("code", "record", "expected"),
    [
        ("8240/3", "Tumor", {"histology": "NeuroendocrineTumor"}),
        ("82493", "Tumor", {"histology": "NeuroendocrineTumor"}),
        ("8246/3", "Tumor", {"histology": "NeuroendocrineCarcinoma"}),
        ("8150/3", "Tumor", {"histology": "NeuroendocrineTumor", "primarySite": "Pancreas"}),
        ("8151/0", "Tumor", {"hormonalSyndrome": "InsulinomaSyndrome"}),
        ("8158/1", "Tumor", {"functionalStatus": "Functioning"}),
        ("c259", "Tumor", {"primarySite": "Pancreas"}),
        ("C80.9", "Tumor", {"primarySite": "UnknownPrimary"}),
        ("C22.0", "Tumor", {"primarySite": "OtherPrimarySite"}),
        ("C22.0", "Metastasis", {"site": "Liver"}),
        ("C77.9", "Metastasis", None),
        ("8240", "Tumor", None),
        ("8240/1", "Tumor", None),
        ("8240/3", "Metastasis", None),
        ("C25", "Tumor", None),
    ],
)
def test_the_facts_of_a_code(
    code: str, record: str, expected: dict[str, str] | None, terminology: Terminology
) -> None:
    assert terminology.facts_of(code, record=record) == expected
    assert terminology.facts_of(code, system="NCIT", record=record) is None


# -- from words to terms -------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("mri", "MRIScan"),
        ("PRRT", "PeptideReceptorRadionuclideTherapy"),
        ("insulinoma", "Insulinoma"),
        ("sunitinb", "Sunitinib"),
        ("pancreatic neuroendocrine tumors", "PancreaticNeuroendocrineTumor"),
        ("Tumor Board Review", "TumorBoardDiscussion"),  # the label of a code
    ],
)
def test_words_lead_to_a_term(words: str, expected: str, terminology: Terminology) -> None:
    assert terminology.search(words)[0].name == expected


def test_words_that_resemble_nothing_find_nothing(terminology: Terminology) -> None:
    assert terminology.search("xyzzy") == ()
    assert terminology.search("") == ()
    assert len(terminology.search("neuroendocrine", limit=3)) == 3
