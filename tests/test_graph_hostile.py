"""Draw graphs of cases with long, foreign and dangerous texts."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from netkg import graph
from netkg.api import default_engine, load_case
from netkg.graph.layout import text
from netkg.graph.layout.text import cut, text_width, wrap
from netkg.graph.views.elements import clean

DAY = "2026-03-31"
SLASHES = r"C:\new\Temp\N \G\\l "
MARKUP = '{x|y} <b>&amp;&#1;</b> "q" %% ]] --> \' \x01\x07\x85\ufffe end\\'
TEXTS = [SLASHES, MARKUP, "\\"]
LONG = {
    "letters": "c" * 100_000,
    "words": "word " * 20_000,
    "hyphens": "-a" * 50_000,
    "blanks": "a" + " " * 100_000 + "b",
    "wide letters": "\u5b57" * 100_000,
    "emoji": "\U0001f469\u200d\U0001f52c" * 30_000,
    "marks": "e\u0301" * 50_000,
}


def drawn(words: str) -> Callable[[str], str]:
    """Return a function that draws a case with this text as ids and label."""
    case = load_case(
        {
            "id": f"a{words}",
            "tumors": [{"id": f"t{words}", "primarySite": "Pancreas"}],
            "events": [{"type": "OctreotideLAR", "status": "active", "label": words}],
        }
    )
    found = graph.view(default_engine(), "case", case=case, as_of=DAY)
    return lambda form: str(graph.write(found, form))


@pytest.mark.parametrize("words", TEXTS)
def test_a_picture_shows_texts_as_they_are(words: str) -> None:
    write = drawn(words)
    root = ElementTree.fromstring(write("svg"))
    names = ("{http://www.w3.org/2000/svg}text", "{http://www.w3.org/2000/svg}title")
    for name in names:
        found = " ".join("".join(each.itertext()) for each in root.iter(name))
        assert squeezed(clean(" ".join(words.split()))) in squeezed(found)


def squeezed(words: str) -> str:
    return "".join(words.replace("\u2060", "").split())


@pytest.mark.parametrize("words", TEXTS)
@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_xml_stays_well_formed(words: str, form: str) -> None:
    ElementTree.fromstring(drawn(words)(form))


@pytest.mark.parametrize("kind", LONG)
def test_a_long_text_is_cut_after_few_letters(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    measured = []

    def counted(letter: str) -> float:
        measured.append(letter)
        return advance(letter)

    advance = text._advance
    monkeypatch.setattr(text, "_advance", counted)
    text_width.cache_clear()
    for width in (20.0, 104.0, 330.0):
        lines = wrap(LONG[kind], width)
        assert len(lines) <= 4
        assert kind == "blanks" or lines[-1].endswith("…")
        assert not any(line.startswith(("\u0301", "\u200d")) for line in lines)
        assert cut(LONG[kind], width).endswith("…") or kind == "blanks"
    # Far fewer than the letters of the text.
    assert len(measured) < 60_000


def test_a_cut_does_not_split_a_letter_and_its_marks() -> None:
    for width in range(20, 120):
        assert not cut("e\u0301" * 40, width).removesuffix("…").endswith("e")
        assert not cut("\U0001f469\u200d\U0001f52c" * 40, width).endswith("\u200d…")


def test_every_format_writes_long_texts() -> None:
    write = drawn("c" * 20_000)
    for form in ("dot", "svg", "mermaid", "html", "graphml", "gexf", "cytoscape", "json"):
        assert "c" * 20 in write(form)
    assert "c" * 300 not in write("mermaid")
    assert "c" * 1_100 not in write("svg")
