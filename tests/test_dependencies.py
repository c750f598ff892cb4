"""Check the packages that netkg needs: their versions, licenses and known vulnerabilities."""

from __future__ import annotations

import json
import re

import pytest
from house_files import ROOT, project
from packaging.requirements import Requirement
from packaging.version import Version

from netkg.ontology.mappings import read_sets
from tools.audit import summary
from tools.licenses import PAGE, is_allowed, license_of, needed

# How they read RDF and reason decides on answers.
EXACT = {"owlrl", "pyoxigraph", "pyshacl", "rdflib"}


def requirements() -> list[Requirement]:
    about = project()["project"]
    optional = about["optional-dependencies"].values()
    return [Requirement(text) for part in (about["dependencies"], *optional) for text in part]


def locked() -> list[Requirement]:
    lines = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if not line.startswith("#")]


def listed() -> dict[str, str]:
    return dict(re.findall(r"^\| ([\w.-]+) \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.M))


# -- versions ---------------------------------------------------------------------------------
def test_a_package_that_decides_on_answers_has_an_upper_bound() -> None:
    bounded = {
        each.name for each in requirements() if any(s.operator == "<" for s in each.specifier)
    }
    assert bounded >= EXACT


def test_the_lock_file_has_a_fitting_version_of_each_package() -> None:
    for each in requirements():
        versions = [lock for lock in locked() if lock.name == each.name.lower().replace("_", "-")]
        assert versions, each.name
        for lock in versions:
            [pin] = lock.specifier
            assert pin.operator == "=="
            assert each.specifier.contains(Version(pin.version)), each.name


# -- licenses ---------------------------------------------------------------------------------
def test_every_package_that_netkg_needs_has_a_license_that_is_allowed() -> None:
    assert needed() >= EXACT
    for package in needed():
        assert is_allowed(license_of(package)), (package, license_of(package))
        assert listed()[package] == license_of(package), "run make licenses"


def test_every_notice_of_a_terminology_is_listed() -> None:
    notices = {each.notice for each in read_sets() if each.mappings}
    assert "" not in notices
    page = PAGE.read_text(encoding="utf-8")
    assert all(notice in page for notice in notices), "run make licenses"


@pytest.mark.parametrize("license_", ["", "GPL-3.0-only", "MIT AND GPL-3.0-only", "Proprietary"])
def test_another_license_is_not_allowed(license_: str) -> None:
    assert not is_allowed(license_)


def test_one_of_two_licenses_is_enough() -> None:
    assert is_allowed("GPL-3.0-only OR (MIT AND BSD-3-Clause)")


# -- vulnerabilities --------------------------------------------------------------------------
SOUND = {"name": "one", "version": "1.0", "vulns": []}
FAULTY = {
    "name": "two",
    "version": "2.0",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"]}],
}
UNKNOWN = {"name": "three", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("packages", "status", "last"),
    [
        ([], 0, "Nothing was audited: no source of advisories can be reached from here."),
        ([UNKNOWN], 0, "Nothing was audited: no source of advisories can be reached from here."),
        ([SOUND, UNKNOWN], 0, "1 of 2 packages audited, 0 advisories."),
        ([SOUND, FAULTY], 1, "2 of 2 packages audited, 1 advisories."),
    ],
)
def test_an_audit_says_what_it_could_look_at(packages: list, status: int, last: str) -> None:
    found, lines = summary(json.dumps({"dependencies": packages}))
    assert (found, lines[-1]) == (status, last)
    assert ("two 2.0: PYSEC-1, fixed in 2.1" in lines) == bool(status)


def test_an_audit_that_fails_has_no_output() -> None:
    assert summary("")[0] == 0
