"""Check the DOCTYPE of RDF/XML, through which a short text can become a very long one.

Editors of ontologies write one that declares an entity for each namespace. Nothing else
of it is needed, and what would have to be fetched is refused.
"""

from __future__ import annotations

import re
from typing import Final

from netkg.errors import InputError
from netkg.limits import beyond, limits

__all__ = ["check_doctype"]

_DOCTYPE: Final = re.compile(r"<!DOCTYPE\s+[^\s\[>]+\s*(\[)?")
_END: Final = re.compile(r"\s*\]\s*>")
_ENTITY: Final = re.compile(r"""\s*<!ENTITY\s+([^\s%"'&;]+)\s+(?:"([^"]*)"|'([^']*)')\s*>""")
_COMMENT: Final = re.compile(r"\s*<!--.*?-->", re.DOTALL)
_REFERENCE: Final = re.compile(r"&([^\s#&;]+);")


def check_doctype(text: str, *, source: str = "") -> None:
    """Refuse a DOCTYPE that does more than to give names to texts, or makes a text too long.

    >>> check_doctype('<!DOCTYPE rdf:RDF [<!ENTITY o "http://example.org/">]><rdf:RDF/>')

    Raises:
        InputError: if it does.
    """
    at = text.find("<!DOCTYPE")
    if at < 0:
        return
    start = _DOCTYPE.match(text, at)
    if start is None or not (start[1] or text.startswith(">", start.end())):
        raise _refusal("has a DOCTYPE that refers to another file", text, at, source)
    values, at = dict[str, str](), start.end()
    while start[1] and not _END.match(text, at):
        found = _ENTITY.match(text, at)
        part = found or _COMMENT.match(text, at)
        if part is None:
            raise _refusal("has a DOCTYPE with declarations", text, at, source)
        if found:
            value = found[2] or found[3] or ""
            values[found[1]] = max(value, values.get(found[1], ""), key=len)
            if _REFERENCE.search(value):
                raise _refusal("has an entity that refers to another one", text, at, source)
        at = part.end()
    size = sum(len(values.get(used[1], "")) for used in _REFERENCE.finditer(text))
    if size > limits().size << 20:
        raise beyond("size", "becomes too large with its entities", source=source)


def _refusal(problem: str, text: str, at: int, source: str) -> InputError:
    line = text.count("\n", 0, at) + 1
    return InputError(
        problem, source=source, line=line, expected="no DOCTYPE, or one with plain entities only"
    )
