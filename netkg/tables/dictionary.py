"""A REDCap data dictionary as headers: labels and choices of the variables of an export."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from netkg.errors import InputError
from netkg.tables.csv_files import open_csv
from netkg.tables.rows import cell_text

__all__ = ["Variable", "read_dictionary"]

NAME: Final = "Variable / Field Name"
LABEL: Final = "Field Label"
KIND: Final = "Field Type"
CHOICES: Final = "Choices, Calculations, OR Slider Labels"
# The names that REDCap uses if the dictionary is exported by a program.
_RAW: Final = {
    NAME: "field_name",
    LABEL: "field_label",
    KIND: "field_type",
    CHOICES: "select_choices_or_calculations",
}


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable: its label, and the label of each code that it can have.

    ``choice`` is the label of the one choice that a column of a checkbox is about.
    """

    label: str
    choices: Mapping[str, str] = field(default_factory=dict)
    choice: str = ""


def read_dictionary(path: Path) -> dict[str, Variable]:
    """Return the variables of a data dictionary by the name of their column in an export.

    Raises:
        InputError: if the file is not a data dictionary of REDCap.
    """
    table = open_csv(path)
    at = {}
    for name, raw in _RAW.items():
        found = [n for n, each in enumerate(table.columns) if each in (name, raw)]
        if not found:
            raise InputError(
                f"is not a data dictionary of REDCap: there is no column {name!r}",
                source=str(path),
                expected=f"the columns {', '.join(_RAW)}",
            )
        at[name] = found[0]
    variables: dict[str, Variable] = {}
    for row in table.rows:
        if row.fault:
            raise InputError(f"row {row.number} {row.fault}", source=str(path))
        name, label, kind, choices = (
            cell_text(row.cells[at[each]]) for each in (NAME, LABEL, KIND, CHOICES)
        )
        codes = _codes(choices) if kind in ("radio", "dropdown", "checkbox") else {}
        if kind == "checkbox":
            for code, meaning in codes.items():
                column = f"{name}___{code.lower().replace('-', '_')}"
                variables[column] = Variable(label, {}, meaning)
        elif name:
            variables[name] = Variable(label, codes)
    return variables


def _codes(choices: str) -> dict[str, str]:
    """Return the label of each code.

    >>> _codes("1, Male | 2, Female")
    {'1': 'Male', '2': 'Female'}
    """
    pairs = (each.partition(",") for each in choices.split("|"))
    return {code.strip(): label.strip() for code, _, label in pairs if code.strip()}
