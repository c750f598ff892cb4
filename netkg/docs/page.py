"""Write terms, statements and fields as Markdown with links, as seen from one page."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

import pyoxigraph as ox

from netkg.docs.knowledge import Knowledge
from netkg.namespaces import PREFIXES, local_name
from netkg.ontology.schema import DEFINITION, NOTATION, netkg
from netkg.render.escape import escape_markdown

__all__ = ["Page", "code", "escape"]


class Page:
    """One page; ``path`` is its place below the folder of all pages.

    What its methods return is Markdown.
    """

    def __init__(self, knowledge: Knowledge, path: str) -> None:
        self.knowledge = knowledge
        self.schema = knowledge.schema
        self.path = path

    def to(self, path: str, anchor: str = "") -> str:
        """Return the relative address of a page or a file, or of an anchor there."""
        if anchor and path == self.path:
            return f"#{anchor}"
        way = posixpath.relpath(path, posixpath.dirname(self.path) or ".")
        return f"{way}#{anchor}" if anchor else way

    def link(self, term: ox.NamedNode, words: str = "") -> str:
        """Return a term as a link, by default with its label."""
        shown, home = words or escape(self.schema.label(term)), self.knowledge.homes.get(term)
        return f"[{shown}]({self.to(home)})" if home else shown

    def name(self, term: ox.NamedNode) -> str:
        """Return a term as a link with its local name as code."""
        return self.link(term, code(local_name(term.value)))

    def short(self, term: ox.NamedNode) -> str:
        """Return an IRI as code, with the prefix of a known namespace."""
        for prefix, namespace in PREFIXES.items():
            if term.value.startswith(namespace):
                return code(f"{prefix}:{term.value.removeprefix(namespace)}")
        return code(term.value)

    def definition(self, term: ox.NamedNode) -> str:
        """Return the definition of a term."""
        return escape(self.schema.text(term, DEFINITION))

    def values(self, subject: ox.NamedNode, name: str) -> list[ox.NamedNode]:
        """Return the terms that are values of a property of the project, in their order."""
        found = self.schema.objects(subject, netkg(name))
        return sorted((n for n in found if isinstance(n, ox.NamedNode)), key=lambda n: n.value)

    def statements(self, nodes: Iterable[ox.NamedNode | ox.BlankNode | ox.Literal]) -> str:
        """Return the statements among these nodes as links, in the order of the document."""
        wanted = set(nodes)
        return ", ".join(
            self.link(node, row.id)
            for node, row in self.knowledge.statements.items()
            if node in wanted
        )

    def named(self, ids: Iterable[str]) -> str:
        """Return statements and gaps as links with their ids."""
        return ", ".join(self.link(netkg(id_), id_) for id_ in ids)

    def references(self, numbers: Iterable[str]) -> list[str]:
        """Return references as links with their numbers."""
        known = {
            self.schema.text(n, NOTATION): n for n in self.schema.instances(netkg("Reference"))
        }
        return [self.link(known[number], escape(number)) for number in numbers]

    def field(self, path: str) -> str:
        """Return a field of the case format as a link to its row."""
        return f"[{code(path)}]({self.to('fields.md', path)})"


def escape(words: str) -> str:
    r"""Return words on one line, with nothing in them that Markdown would read as markup.

    >>> escape("a|b\n <c>")
    'a\\|b \\<c\\>'
    """
    return escape_markdown(" ".join(words.split()))


def code(words: str) -> str:
    r"""Return words as code, in as many backticks as keep them together.

    >>> code("netkg:grade"), code("a`b|c")
    ('`netkg:grade`', '`` a`b\\|c ``')
    """
    words = " ".join(words.split()).replace("|", "\\|")
    return f"`` {words} ``" if "`" in words else f"`{words}`"
