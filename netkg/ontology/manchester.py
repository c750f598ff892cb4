"""The Manchester syntax of OWL 2, as far as class expressions of the ontology need it.

Code that walks a tree of expressions joins its parts here. ``keyword`` formats
the words of the syntax (Markdown sets them in bold); by default they are plain.

Source: OWL 2 Web Ontology Language, Manchester Syntax, section 2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

__all__ = ["junction", "some", "value"]

Keyword = Callable[[str], str]


def value(property_: str, values: Sequence[str], *, keyword: Keyword = str) -> str:
    """Return a restriction to one value, or to one of several.

    >>> value("grade", ["G1"]), value("grade", ["G1", "G2"])
    ('grade value G1', 'grade some {G1, G2}')
    """
    if len(values) == 1:
        return f"{property_} {keyword('value')} {values[0]}"
    return f"{property_} {keyword('some')} {{{', '.join(values)}}}"


def some(property_: str, filler: str, *, named: bool, keyword: Keyword = str) -> str:
    """Return a restriction to a member of a class; ``named`` is whether the class has a name.

    >>> some("inCase", "SymptomaticCase", named=True)
    'inCase some SymptomaticCase'
    >>> some("metastases", "site value Liver", named=False)
    'metastases some (site value Liver)'
    """
    return f"{property_} {keyword('some')} {_operand(filler, named)}"


def junction(word: str, parts: Iterable[tuple[str, bool]], *, keyword: Keyword = str) -> str:
    """Return parts joined by ``and`` or ``or``; each is a text and whether it is a name.

    >>> junction("and", [("Tumor", True), ("grade value G1", False)])
    'Tumor and (grade value G1)'
    """
    return f" {keyword(word)} ".join(_operand(text, named) for text, named in parts)


def _operand(text: str, named: bool) -> str:
    return text if named else f"({text})"
