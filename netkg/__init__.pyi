"""The public names of the package: the one list of them, with the module of each."""

from .api import ask, derive, diff, explain, load_case, recheck, validate, whatif
from .case.finding import Finding, Findings
from .case.model import Case
from .case.reading import open_cases
from .comparison.model import Comparison
from .comparison.plans import compare
from .errors import (
    Contradiction,
    InputError,
    KnowledgeError,
    MissingPackage,
    NetkgError,
    UnsupportedAxiom,
)
from .json_schema import json_schemas
from .limits import Limits, limited
from .ontology.document import Guideline
from .plan.engine import Engine
from .plan.model import Action, Focus, Plan, Question, Recommendation
from .proof.check.checker import Checker
from .proof.model import Explanation, Proof
from .proof.recheck import Rechecked
from .query.answer import Answer
from .reasoning.fact import Fact
from .result import to_dataframe

__version__: str

__all__ = [
    "Action",
    "Answer",
    "Case",
    "Checker",
    "Comparison",
    "Contradiction",
    "Engine",
    "Explanation",
    "Fact",
    "Finding",
    "Findings",
    "Focus",
    "Guideline",
    "InputError",
    "KnowledgeError",
    "Limits",
    "MissingPackage",
    "NetkgError",
    "Plan",
    "Proof",
    "Question",
    "Rechecked",
    "Recommendation",
    "UnsupportedAxiom",
    "ask",
    "compare",
    "derive",
    "diff",
    "explain",
    "json_schemas",
    "limited",
    "load_case",
    "open_cases",
    "recheck",
    "to_dataframe",
    "validate",
    "whatif",
]
