"""The Manchester syntax of OWL 2, as far as class expressions of the ontology need it.

Whoever walks a tree of expressions puts its parts together here. ``keyword``
lays out the words of the syntax (Markdown sets them in bold); by default they
stay as they are.

Source: OWL 2 Web Ontology Language, Manchester Syntax, section 2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

__all__ = ["junction", "some", "value"]

Keyword = Callable[[str], str]


def value(property_: str, values: Sequence[str], *, keyword: Keyword = str) -> str:
    """Write a restriction to one value, or to some of several.

    >>> value("grade", ["G1"]), value("grade", ["G1", "G2"])
    ('grade value G1', 'grade some {G1, G2}')
    """
    if len(values) == 1:
        return f"{property_} {keyword('value')} {values[0]}"
    return f"{property_} {keyword('some')} {{{', '.join(values)}}}"


def some(property_: str, filler: str, *, named: bool, keyword: Keyword = str) -> str:
    """Write a restriction to some member of a class; ``named`` tells if it has a name.

    >>> some("inCase", "SymptomaticCase", named=True)
    'inCase some SymptomaticCase'
    >>> some("metastases", "site value Liver", named=False)
    'metastases some (site value Liver)'
    """
    return f"{property_} {keyword('some')} {_operand(filler, named)}"


def junction(word: str, parts: Iterable[tuple[str, bool]], *, keyword: Keyword = str) -> str:
    """Write parts joined by ``and`` or ``or``; each part is a text and whether it has a name.

    >>> junction("and", [("Tumor", True), ("grade value G1", False)])
    'Tumor and (grade value G1)'
    """
    return f" {keyword(word)} ".join(_operand(text, named) for text, named in parts)


def _operand(text: str, named: bool) -> str:
    return text if named else f"({text})"
