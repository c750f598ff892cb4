"""The rules that lead from a code to values of fields, as tables of ``ontology/mappings``.

A mapping relates meanings; a rule is stricter: it says what a case may record because of a
code. Each row is one rule: the code, the class of the record, the field, its value, the file
in which the code was seen, and a note on what is not concluded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from netkg.errors import KnowledgeError
from netkg.namespaces import local_name
from netkg.ontology.codes import same_code
from netkg.ontology.files import default_folders
from netkg.ontology.mappings import FOLDER
from netkg.ontology.schema import Schema
from netkg.ontology.tables import read_table
from netkg.result import Result

__all__ = ["CodeRule", "faults_of_rules", "read_rules"]

ENDING: Final = ".rules.tsv"
COLUMNS: Final = ("code", "record", "field", "value", "evidence", "note")
# What no code of a tumor asserts: pathology grades, and a morphology only names.
NEVER: Final = frozenset({"grade", "ki67Percent", "mitosesPer2mm2"})


@dataclass(frozen=True, slots=True)
class CodeRule(Result):
    """One rule: a record with the code has this value in this field."""

    system: str
    code: str
    record: str
    field: str
    value: str
    evidence: str
    note: str


def read_rules(ontology: Path | None = None) -> tuple[CodeRule, ...]:
    """Return the rules of an ontology, by default those of the package.

    >>> [(rule.field, rule.value) for rule in read_rules() if rule.code == "8240/3"]
    [('histology', 'NeuroendocrineTumor')]

    Raises:
        KnowledgeError: if a table of rules cannot be read.
    """
    return _read_rules(ontology or default_folders().ontology)


@lru_cache(maxsize=2)
def _read_rules(ontology: Path) -> tuple[CodeRule, ...]:
    return tuple(
        CodeRule(file.name.removesuffix(ENDING).upper(), *(row[each] for each in COLUMNS))
        for file in sorted((ontology / FOLDER).glob(f"*{ENDING}"))
        for row in read_table(file, columns=COLUMNS).rows
    )


def faults_of_rules(rules: tuple[CodeRule, ...], schema: Schema) -> Iterator[KnowledgeError]:
    """Yield what is wrong with rules: a field or value that does not exist, or a second value.

    A rule that asserts a grade, or what a grade is derived from, is wrong, too.
    """
    seen: dict[tuple[str, str, str, str], str] = {}
    for rule in rules:
        term = f"the rule for {rule.code} of {rule.system}"
        known = schema.fields.get(rule.record, {}).get(rule.field)
        if known is None:
            yield KnowledgeError(
                f"has the field {rule.record}.{rule.field}", term=term, expected="a known field"
            )
        elif rule.value not in schema.values.get(known.range, frozenset()):
            expected = f"a value of {local_name(known.range)}"
            yield KnowledgeError(f"has the value {rule.value}", term=term, expected=expected)
        if rule.field in NEVER:
            expected = "a rule for another field, since no code means a grade"
            yield KnowledgeError(f"gives a value to {rule.field}", term=term, expected=expected)
        if not rule.evidence:
            yield KnowledgeError("has no evidence", term=term, expected="where the code was seen")
        key = (rule.system, same_code(rule.code, rule.system), rule.record, rule.field)
        if key in seen:
            yield KnowledgeError(
                f"gives {rule.field} a second value", term=term, expected="one value for each field"
            )
        seen[key] = rule.value
