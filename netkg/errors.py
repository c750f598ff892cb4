"""Say what went wrong, for the person who must act.

```
NetkgError
├── InputError          a file, a line or a value that cannot be read
├── KnowledgeError      the ontology, the shapes or a query is at fault
│   └── UnsupportedAxiom    an axiom that the compiler does not implement
├── Contradiction       the reasoner found two facts that cannot both be true
└── MissingPackage      an optional package that is not installed
```
"""

from __future__ import annotations

__all__ = [
    "Contradiction",
    "InputError",
    "KnowledgeError",
    "MissingPackage",
    "NetkgError",
    "UnsupportedAxiom",
]


class NetkgError(Exception):
    """Be the root of every error that netkg raises on purpose."""


class InputError(NetkgError):
    """Report input that cannot be read, with its place and what was expected.

    >>> str(InputError("is not JSON", source="case.json", line=3, expected="one JSON object"))
    'case.json, line 3: is not JSON; expected one JSON object'
    """

    def __init__(
        self,
        problem: str,
        *,
        source: str = "",
        line: int | None = None,
        field: str = "",
        found: str = "",
        expected: str = "",
        hint: str = "",
    ) -> None:
        self.problem = problem
        self.source = source
        self.line = line
        self.field = field
        self.found = found
        self.expected = expected
        self.hint = hint
        super().__init__(problem)

    @property
    def place(self) -> str:
        """Where the input is at fault: its source, line and field, as far as they are known."""
        parts = (
            self.source,
            f"line {self.line}" if self.line is not None else "",
            f"field {self.field}" if self.field else "",
        )
        return ", ".join(filter(None, parts))

    def __str__(self) -> str:
        text = f"{self.place}: {self.problem}" if self.place else self.problem
        if self.found:
            text += f" (found {self.found})"
        if self.expected:
            text += f"; expected {self.expected}"
        return f"{text}. {self.hint}" if self.hint else text


class KnowledgeError(NetkgError):
    """Report a fault of the ontology, the shapes or a query, naming the term."""

    def __init__(self, problem: str, *, term: str = "", expected: str = "") -> None:
        self.problem = problem
        self.term = term
        self.expected = expected
        text = f"{term}: {problem}" if term else problem
        super().__init__(f"{text}; expected {expected}" if expected else text)


class UnsupportedAxiom(KnowledgeError):
    """Refuse an axiom that the compiler does not implement, naming it."""


class Contradiction(NetkgError):
    """Report a contradiction with the facts that clash, as readable statements."""

    def __init__(self, message: str, facts: tuple[str, ...] = ()) -> None:
        self.facts = facts
        super().__init__(message + (": " + " against ".join(facts) if facts else ""))


class MissingPackage(NetkgError):
    """An optional package is needed that is not installed.

    >>> str(MissingPackage("pandas", "dataframe", "to_dataframe()"))
    "to_dataframe() needs pandas, which is not installed. Run: pip install 'netkg[dataframe]'"
    """

    def __init__(self, package: str, extra: str, purpose: str) -> None:
        self.package = package
        self.extra = extra
        super().__init__(
            f"{purpose} needs {package}, which is not installed. Run: pip install 'netkg[{extra}]'"
        )
