"""The spellings of a code: as a bare code, with a prefix, or as an IRI."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

__all__ = ["CodeSystem", "icd_o_code", "same_code", "system_and_code", "system_named"]

_SIGNS: Final = re.compile(r"[^a-z0-9]")
_POINTS: Final = re.compile(r"[./\s]")
_TOPOGRAPHY: Final = re.compile(r"C(\d\d)\.?(\d)")
_MORPHOLOGY: Final = re.compile(r"(?:M-?)?(\d{4})/?(\d)")


@dataclass(frozen=True, slots=True)
class CodeSystem:
    """One system of codes: its name, the prefix of its codes, and how their IRIs begin."""

    name: str
    prefix: str
    base: str


def system_named(name: str, known: Iterable[CodeSystem]) -> CodeSystem | None:
    """Return the system with a name or prefix, or the only one whose name begins like it.

    >>> snomed = CodeSystem("SNOMEDCT", "SNOMEDCT", "http://snomed.info/id/")
    >>> [system_named(name, [snomed]) == snomed for name in ("SNOMED CT", "snomed", "NCIT")]
    [True, True, False]
    """
    wanted = _SIGNS.sub("", name.casefold())
    names = {
        system: {_SIGNS.sub("", each.casefold()) for each in (system.name, system.prefix)}
        for system in known
    }
    found = [system for system, own in names.items() if wanted in own] or [
        system
        for system, own in names.items()
        if wanted and any(each.startswith(wanted) for each in own)
    ]
    return found[0] if len(found) == 1 else None


def system_and_code(text: str, known: Iterable[CodeSystem]) -> tuple[CodeSystem | None, str]:
    """Return the system that an IRI or a prefix names, and the code; no system for a bare code.

    >>> ncit = CodeSystem("NCIT", "NCIT", "http://purl.obolibrary.org/obo/NCIT_")
    >>> codes = ("C3809", "ncit:C3809", "http://purl.obolibrary.org/obo/NCIT_C3809")
    >>> [(system and system.name, code) for code in codes
    ...  for system, code in [system_and_code(code, [ncit])]]
    [(None, 'C3809'), ('NCIT', 'C3809'), ('NCIT', 'C3809')]
    """
    systems, code = list(known), text.strip().strip("<>")
    for system in systems:
        if code.startswith(system.base):
            return system, code.removeprefix(system.base)
    prefix, colon, local = code.partition(":")
    system_ = system_named(prefix, systems) if colon else None
    return (system_, local.strip()) if system_ else (None, code)


def same_code(code: str, system: str) -> str:
    """Return what the spellings of one code of a system have in common.

    Case does not matter, except in UCUM; nor do the points and strokes of ICD and ICD-O.

    >>> same_code("c7a.1", "ICD-10-CM"), same_code("8240/3", "ICD-O-3"), same_code("mL", "UCUM")
    ('C7A1', '82403', 'mL')
    """
    if system == "UCUM":
        return code.strip()
    plain = code.strip().upper()
    if system == "ICD-O-3":
        plain = icd_o_code(plain) or plain
    return _POINTS.sub("", plain) if system.startswith("ICD") else plain


def icd_o_code(code: str) -> str | None:
    """Return a topography or a morphology with its behavior as ICD-O writes it, or None.

    >>> [icd_o_code(code) for code in ("c259", "C25.9", "82403", "M8240/3", "8240", "C25")]
    ['C25.9', 'C25.9', '8240/3', '8240/3', None, None]
    """
    plain = re.sub(r"\s", "", code).upper()
    if found := _TOPOGRAPHY.fullmatch(plain):
        return f"C{found[1]}.{found[2]}"
    found = _MORPHOLOGY.fullmatch(plain)
    return f"{found[1]}/{found[2]}" if found else None
