"""Errors that netkg raises, each with fields for what a caller may want to know.

```
NetkgError
├── InputError          a file, a line or a value that cannot be read
├── KnowledgeError      the ontology, the shapes or a query is at fault
│   ├── UnsupportedAxiom      an axiom that the compiler does not implement
│   └── UnsupportedConstruct  a part of a query or a shape that it does not implement
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
    "UnsupportedConstruct",
]


class NetkgError(Exception):
    """Base class of all netkg errors."""


class InputError(NetkgError):
    """Input that cannot be read, with its place and what was expected.

    >>> str(InputError("not valid JSON", source="case.json", line=3, expected="one object"))
    'case.json, line 3: not valid JSON. Expected one object.'
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
        """The source, line and field of the fault, as far as they are known."""
        parts = (
            self.source,
            f"line {self.line}" if self.line is not None else "",
            f"field {self.field}" if self.field else "",
        )
        return ", ".join(filter(None, parts))

    def __str__(self) -> str:
        found = f" (found {self.found})" if self.found else ""
        return _message(self.place, self.problem + found, self.expected, self.hint)


class KnowledgeError(NetkgError):
    """A fault of the ontology, the shapes or a query, with the term at fault."""

    def __init__(self, problem: str, *, term: str = "", expected: str = "") -> None:
        self.problem = problem
        self.term = term
        self.expected = expected
        super().__init__(_message(term, problem, expected))


class UnsupportedAxiom(KnowledgeError):
    """An axiom that the compiler does not implement."""


class UnsupportedConstruct(KnowledgeError):
    """A part of a query or a shape that the compiler does not implement, with its line.

    >>> str(UnsupportedConstruct("STRLEN is not implemented", term="rules/99-own.rq, line 6"))
    'rules/99-own.rq, line 6: STRLEN is not implemented. Commands with --engine sparql may run it.'
    """

    hint = "Commands with --engine sparql may run it."

    @classmethod
    def in_query(
        cls, what: str, query: str, line: int | None = None, *, expected: str = ""
    ) -> UnsupportedConstruct:
        """Return the refusal of a part of a query, such as ``rules/99-own``, with its line."""
        place = f"{query}.rq" if line is None else f"{query}.rq, line {line}"
        return cls(f"{what} is not implemented", term=place, expected=expected)

    def __str__(self) -> str:
        return f"{super().__str__().removesuffix('.')}. {self.hint}"


class Contradiction(NetkgError):
    """A contradiction, with the facts that cannot both be true, as readable statements."""

    def __init__(self, message: str, facts: tuple[str, ...] = ()) -> None:
        self.facts = facts
        super().__init__(message + (": " + ", but ".join(facts) if facts else ""))


class MissingPackage(NetkgError):
    """An optional package that is needed and not installed.

    >>> str(MissingPackage("pandas", "dataframe", "to_dataframe()"))
    "to_dataframe() needs pandas, which is not installed. Run: pip install 'netkg[dataframe]'"
    """

    def __init__(self, package: str, extra: str, purpose: str) -> None:
        self.package = package
        self.extra = extra
        super().__init__(
            f"{purpose} needs {package}, which is not installed. Run: pip install 'netkg[{extra}]'"
        )


def _message(place: str, problem: str, expected: str, hint: str = "") -> str:
    """Return what is wrong and what to do about it, one sentence each."""
    text = f"{place}: {problem}" if place else problem
    if expected:
        text += f". Expected {expected.removesuffix('.')}."
    return f"{text.removesuffix('.')}. {hint}" if hint else text
