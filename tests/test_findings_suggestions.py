"""Check what findings suggest for a value or a key that is not valid, and their words."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from case_inputs import SCHEMA, plain

from netkg.api import default_engine
from netkg.case.finding import Finding
from netkg.comparison.edit_paths import ChangeError
from netkg.comparison.edit_values import checked_value
from netkg.ontology.schema import ALTERNATIVE, LABEL, netkg
from netkg.suggestions import meant as meant_by

AS_OF = "2026-03-31"
ROOT = Path(__file__).parent.parent
# The coded values by range, and the types of events.
VOCABULARIES = {
    **{range_.rpartition("#")[2]: names for range_, names in SCHEMA.values.items() if names},
    "ClinicalEvent": SCHEMA.event_types,
}


def finding(field: str, **keys: Any) -> Finding:
    """Return the finding on a field of a case with these keys."""
    case = plain({"id": "c", "tumors": [{"id": "nodule"}], **keys})
    found = default_engine().validate(case, as_of=AS_OF)
    (only,) = [each for each in found if each.field == field and each.severity == "Violation"]
    return only


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_every_label_and_synonym_suggests_its_term_alone(vocabulary: str) -> None:
    words = SCHEMA.words(VOCABULARIES[vocabulary])
    checked = 0
    for name in VOCABULARIES[vocabulary]:
        for kind in (LABEL, ALTERNATIVE):
            for each in SCHEMA.objects(netkg(name), kind):
                for written in (
                    each.value,
                    f" {each.value.upper()} ",
                    each.value.replace(" ", "_"),
                ):
                    assert meant_by(written, words) == [name], written
                    checked += 1
    assert checked >= 3 * len(VOCABULARIES[vocabulary])


@pytest.mark.parametrize(
    ("written", "vocabulary", "meant"),
    [
        *((word, "ClinicalEvent", "MRIScan") for word in ("MRI", "mri scan", "MR imaging")),
        ("CT", "ClinicalEvent", "CTScan"),
        ("EUS", "ClinicalEvent", "EndoscopicUltrasound"),
        ("PRRT", "ClinicalEvent", "PeptideReceptorRadionuclideTherapy"),
        ("CgA", "ClinicalEvent", "ChromograninATest"),
        ("5-HIAA", "ClinicalEvent", "UrinaryFiveHIAATest"),
        ("nse", "ClinicalEvent", "NeuronSpecificEnolaseTest"),
        ("SSA", "ClinicalEvent", "SomatostatinAnalogue"),
        ("ACTH", "ClinicalEvent", "ACTHTest"),
        ("NET", "Histology", "NeuroendocrineTumor"),
        ("NEC", "Histology", "NeuroendocrineCarcinoma"),
        ("MiNEN", "Histology", "MixedNeoplasm"),
        ("g2", "Grade", "G2"),
        ("G 2", "Grade", "G2"),
        ("male ", "Sex", "male"),
        ("f", "Sex", "female"),
        ("non functioning", "FunctionalStatus", "NonFunctioning"),
        *((word, "EventStatus", "completed") for word in ("done", "Performed", "complete")),
        ("refused", "EventStatus", "declined"),
        ("ongoing", "EventStatus", "active"),
        ("current", "EventStatus", "active"),
        ("scheduled", "EventStatus", "planned"),
        ("discontinued", "EventStatus", "stopped"),
        ("discontinue", "EventStatus", "stopped"),
    ],
)
def test_words_of_the_field_suggest_their_term(written: str, vocabulary: str, meant: str) -> None:
    assert meant_by(written, SCHEMA.words(VOCABULARIES[vocabulary])) == [meant]


def test_an_ambiguous_word_suggests_no_single_term() -> None:
    for word, vocabulary in (("PET", "ClinicalEvent"), ("carcinoid", "Histology")):
        assert len(meant_by(word, SCHEMA.words(VOCABULARIES[vocabulary]))) > 1


@pytest.mark.parametrize(
    ("field", "keys", "wrong", "remedy"),
    [
        ("events.type", {"events": {"type": "MRI", "status": "planned"}}, "MRI", "MRIScan"),
        ("events.status", {"events": {"type": "CTScan", "status": "done"}}, "done", "completed"),
        ("tumors.grade", {"tumors": {"grade": "g2"}}, "g2", "G2"),
        ("sex", {"sex": "male "}, "male ", "male"),
        ("symptoms", {"symptoms": ["hot flushes"]}, "hot flushes", "Flushing"),
        ("fitForSurgery", {"fitForSurgery": "yes"}, "yes", "true"),
        ("fitForSurgery", {"fitForSurgery": "False"}, "False", "false"),
        (
            "events.target",
            {"events": {"type": "CTScan", "status": "planned", "target": "nodul"}},
            "nodul",
            "nodule",
        ),
    ],
)
def test_a_value_that_is_not_valid_is_shown_with_what_was_meant(
    field: str, keys: dict[str, Any], wrong: str, remedy: str
) -> None:
    found = finding(field, **keys)
    assert found.found.strip('"') == wrong
    assert found.message.endswith(f"(found {found.found}). Did you mean {remedy}?")


@pytest.mark.parametrize(
    ("field", "keys", "meant"),
    [
        ("tumors.ki67", {"tumors": {"ki67": 3}}, "ki67Percent"),
        ("tumors.Ki-67 index", {"tumors": {"Ki-67 index": 3}}, "ki67Percent"),
        ("tumors.functional status", {"tumors": {"functional status": 3}}, "functionalStatus"),
        ("tumors.primary_site", {"tumors": {"primary_site": "Lung"}}, "primarySite"),
        ("date of death", {"date of death": "2026-01-01"}, "deceasedDate"),
        ("grade", {"grade": "G1"}, "tumors.grade"),
        ("tumors.diameter", {"tumors": {"diameter": 3}}, "tumors.measurements.diameterMm"),
    ],
)
def test_a_label_as_a_key_suggests_the_key(field: str, keys: dict[str, Any], meant: str) -> None:
    assert finding(field, **keys).message.endswith(f"{field}. Did you mean {meant}?")


def test_a_change_of_a_case_suggests_the_same_names() -> None:
    with pytest.raises(ChangeError, match=r"Did you mean G2\?"):
        checked_value(SCHEMA.fields["Tumor"]["grade"], "grade 2", "tumors.grade", SCHEMA)


def test_a_closed_list_is_shown_where_nothing_similar_is_known() -> None:
    found = finding("tumors.grade", tumors={"grade": "unclear"})
    assert found.message == (
        'The asserted grade is not valid (found "unclear"). '
        "Use one of G1, G2, G3, or remove the key."
    )


def test_messages_are_two_sentences_that_do_not_repeat_what_is_expected() -> None:
    found: list[Finding] = []
    for path in sorted((ROOT / "examples" / "mistakes").glob("*.json")):
        engine = default_engine()
        case = plain(json.loads(path.read_text(encoding="utf-8")))
        found += engine.validate(case, as_of=AS_OF)
    assert len(found) > 50
    for each in found:
        # A third sentence only names the values at other places.
        without = re.sub(r"\(found .*?\)| Also check .*$", "", each.message)
        assert len(re.findall(r"[.?](?= [A-Z]|$)", without)) == 2, each.message
        assert each.message.count(each.expected) <= 1, each.message
