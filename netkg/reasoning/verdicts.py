"""The three verdicts, as numbers for the logic and as words for answers.

False, unknown and true are 0, 1 and 2, so that AND is the minimum and OR the
maximum (strong Kleene logic: Introduction to Metamathematics, 1952, § 64).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, get_args

__all__ = ["FALSE", "INDIVIDUALS", "TRUE", "UNKNOWN", "VERDICTS", "Verdict"]

FALSE: Final = 0
UNKNOWN: Final = 1
TRUE: Final = 2

# The local names of the individuals. The ontology has the word for each (skos:notation);
# a test compares these words with the type.
INDIVIDUALS: Final[Mapping[int, str]] = {
    TRUE: "Applicable",
    FALSE: "NotApplicable",
    UNKNOWN: "Undetermined",
}
Verdict = Literal["applicable", "not-applicable", "undetermined"]
VERDICTS: Final[tuple[str, ...]] = get_args(Verdict)
