"""Write docs/licenses.md: the licenses of the packages that netkg needs, and of codes."""

from __future__ import annotations

import re
from importlib.metadata import distribution, metadata
from pathlib import Path

from packaging.requirements import Requirement

from netkg.ontology.mappings import read_sets

PAGE = Path(__file__).parent.parent / "docs" / "licenses.md"
# Permissive licenses, by their SPDX identifiers.
ALLOWED = frozenset(
    {"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "PSF-2.0", "W3C-20150513"}
)
# What packages write instead of an SPDX expression.
SPDX = {
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "MIT OR Apache-2.0": "Apache-2.0 OR MIT",
    "W3C License": "W3C-20150513",
}
# What a package says in the file of its license alone.
FILES = {"resvg-py": "MIT"}
_HEAD = """\
# Licenses

The packages that netkg needs to run, directly or through another package, and their licenses.
Written by `make licenses` from what the installed packages declare.

| package | license |
|---|---|
"""
_CODES = """
## Codes of standard terminologies

The [mappings](terminology.md) in `ontology/mappings/` contain codes, and in part names, of others.

| mappings | notice |
|---|---|
"""


def needed(package: str = "netkg") -> set[str]:
    """Return the packages that a package needs to run in this environment."""
    found: set[str] = set()
    todo = [package]
    while todo:
        for text in distribution(todo.pop()).requires or ():
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                name = re.sub(r"[-_.]+", "-", requirement.name).lower()
                if name not in found:
                    found.add(name)
                    todo.append(name)
    return found


def is_allowed(license_: str) -> bool:
    """Return whether one of the alternatives of an expression is a license that is allowed."""
    return any(
        all(part.strip(" ()") in ALLOWED for part in choice.split(" AND "))
        for choice in license_.split(" OR ")
    )


def license_of(package: str) -> str:
    """Return the license of an installed package, as an SPDX expression where that is known."""
    about = metadata(package)
    classifiers = [
        text.rpartition(" :: ")[2]
        for text in about.get_all("Classifier", [])
        if text.startswith("License :: OSI Approved :: ")
    ]
    declared = about.get("License-Expression") or about.get("License") or ""
    # Some packages put the whole text of the license there.
    if not declared or "\n" in declared:
        declared = " OR ".join(sorted(classifiers))
    return SPDX.get(declared, declared) or FILES.get(package, "")


def page() -> str:
    """Return the page."""
    rows = [f"| {package} | {license_of(package)} |\n" for package in sorted(needed())]
    codes = [f"| {each.title} | {each.notice} |\n" for each in read_sets() if each.notice]
    return "".join((_HEAD, *rows, _CODES, *codes))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
