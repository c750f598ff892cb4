"""The reference pages, parsed as Markdown."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from rdflib import Literal

ROOT = Path(__file__).resolve().parent.parent
ONTOLOGY = sorted((ROOT / "ontology").rglob("*.ttl"))
DAY = date(2026, 3, 31)


def parse(text: str) -> list[Token]:
    return MarkdownIt("commonmark", {"html": True}).enable("table").parse(text)


def inlines(tokens: list[Token]) -> list[Token]:
    return [child for token in tokens for child in [token, *(token.children or [])]]


def shown(tokens: list[Token]) -> str:
    """Return what a reader sees, on one line."""
    words = (t.content for t in inlines(tokens) if t.type in ("text", "code_inline"))
    return " ".join("".join(words).split())


def anchors(text: str) -> list[str]:
    return re.findall(r'<a id="([^"]+)"></a>', text)


def lines(text: str) -> list[str]:
    return [shown(parse(line.strip())) for line in text.splitlines()]


def part(text: str, anchor: str) -> str:
    """Return the text below the heading with an anchor, up to the next one."""
    found = re.search(rf'^(#+) <a id="{re.escape(anchor)}"></a>.*?(?=^#|\Z)', text, re.M | re.S)
    assert found, anchor
    return found[0]


def written(value: Literal) -> str:
    """Return a literal as the pages write it: a number without needless zeros."""
    return f"{float(value):g}" if isinstance(value.value, Decimal) else " ".join(str(value).split())
