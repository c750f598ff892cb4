"""Check that no output moves the cursor, reorders text, hides it, or runs as a formula."""

from __future__ import annotations

import csv
import io
import json
import sys
import unicodedata
from importlib.resources import files
from typing import Any

import pyoxigraph as ox
import pytest
from conftest import Run, Write

import netkg
from netkg.render.escape import escape_formulas, escape_markdown, plain
from netkg.result import escape_turtle, json_text

DAY = ("--as-of", "2026-03-31")


# -- spreadsheets --------------------------------------------------------------------------
@pytest.mark.parametrize("before", ["", " ", "\t", "\r", "\n", "\xa0", "\ufeff", "'", '"', "\x00"])
@pytest.mark.parametrize("sign", [*"=+-@", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_a_formula_follows_an_apostrophe(before: str, sign: str) -> None:
    assert escape_formulas(f"{before}{sign}A1").startswith("'")
    for separator in (";", "\t", "\n", "\r\n"):
        safe = escape_formulas(f"x{separator}{before}{sign}A1")
        assert safe.startswith(f"x{separator}'")


@pytest.mark.parametrize(
    "text", ["\tx", "\rx", "=", "+", "- 5", "-5 mg", "+1-555", "@x", "-.", "+e"]
)
def test_what_is_not_a_number_is_escaped(text: str) -> None:
    assert escape_formulas(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "-5", "+5.0", "-.5e-3", " -5 ", "a=b", "1; -2", "x, =1"])
def test_numbers_and_words_stay(text: str) -> None:
    assert escape_formulas(text) == text


def test_csv_and_tsv_are_safe_unless_raw(run: Run, write: Write) -> None:
    query = write(
        'SELECT ?text ?number WHERE { VALUES (?text ?number) { ("=1+1" -5) ("ok"@en 2) } }'
        " ORDER BY ?text",
        "own.rq",
    )
    rows = {True: ["=1+1", "-5"], False: ["'=1+1", "-5"]}
    for raw, row in rows.items():
        _, out, _ = run("query", query, "--format", "csv", *(["--raw"] if raw else []))
        assert list(csv.reader(io.StringIO(out))) == [["text", "number"], row, ["ok", "2"]]
        _, out, _ = run("query", query, "--format", "tsv", *(["--raw"] if raw else []))
        assert out == f'?text\t?number\n"{row[0]}"\t-5\n"ok"@en\t2\n'
    status, out, err = run("query", query, "--raw")
    assert (status, out) == (2, "")
    assert "Add --format csv" in err


# -- characters ----------------------------------------------------------------------------
CATEGORIES = ("Cc", "Cf", "Cs", "Zl", "Zp")
HIDDEN = "".join(
    chr(number)
    for number in range(sys.maxunicode + 1)
    if unicodedata.category(chr(number)) in CATEGORIES
)
SURROGATES = "".join(char for char in HIDDEN if unicodedata.category(char) == "Cs")
GIVEN = "".join(char for char in HIDDEN if char not in SURROGATES)
LIBRARY = "assets/cytoscape.min.js"
# Some of each kind, for names in a case.
SOME = (
    "\x00\x07\x1b\x7f\x85\x9b\xad\u061c\u180e\u200b\u200d\u200e\u2028\u2029\u202a\u202e\u2060"
    "\u2066\u2069\ufeff\ufff9\U000e0041"
)
JOINERS = "\u200c\u200d"


def seen(text: str, keep: str = "\n\t") -> set[str]:
    """Return the characters of a text that a terminal would obey or not show."""
    return {hex(ord(char)) for char in set(text) & set(HIDDEN) - set(keep)}


def test_the_characters_are_those_that_hide() -> None:
    assert set("\x00\x1b\x7f\x9b\xad\u061c\u200b\u200e\u2028\u202e\u2066\ufff9") <= set(HIDDEN)
    assert {"\U000e0041", "\ud800"} <= set(HIDDEN)


def test_text_shows_every_character() -> None:
    assert seen(plain(HIDDEN), "") == seen(escape_markdown(HIDDEN), "") == set()
    assert plain(GIVEN).encode().decode("unicode_escape") == GIVEN
    assert plain("a\tb\r\n\x1b", keep="\t\r\n") == "a\tb\r\n\\x1b"


def test_json_means_the_same() -> None:
    spread = " ".join(HIDDEN)  # two halves of a pair together would be one character
    text = json_text({spread: [f"Zo\xeb {spread}"]})
    assert seen(text) == set()
    assert json.loads(text) == {spread: [f"Zo\xeb {spread}"]}
    assert "Zo\xeb" in text


def test_turtle_means_the_same() -> None:
    quad = ox.Quad(ox.NamedNode("urn:\u202ea"), ox.NamedNode("urn:b"), ox.Literal(GIVEN))
    raw = (ox.serialize([quad.triple], format=ox.RdfFormat.TURTLE) or b"").decode()
    text = escape_turtle(raw)
    assert seen(text, f"\n\t{JOINERS}") == set()
    assert [each.triple for each in ox.parse(text, format=ox.RdfFormat.TURTLE)] == [quad.triple]


def hostile(valid: bool) -> dict[str, Any]:
    """Return a case with hidden characters in each text that it has."""
    return {
        "id": f"c{SOME}",
        "tumors": [
            {
                "id": f"t{SOME}",
                "primarySite": "Pancreas",
                "ki67Percent": 3,
                **({} if valid else {"grade": f"G{SOME}", f"key{SOME}": 1}),
            }
        ],
        "events": [
            {
                "type": "CTScan" if valid else f"CT{SOME}",
                "status": "completed",
                "date": "2026-01-15",
                "label": f"l{SOME}",
                "target": f"t{SOME}",
                "unit": f"u{SOME}",
            }
        ],
    }


OF_CASES = {
    **{f"derive-{form}": ("derive", "--full", "--format", form) for form in ("text", "markdown")},
    **{f"derive-{form}": ("derive", "--format", form) for form in ("json", "turtle", "jsonld")},
    **{f"validate-{form}": ("validate", "--format", form) for form in ("text", "json")},
    **{
        f"explain-{form}": ("explain", "TX-06", "--format", form)
        for form in ("text", "json", "markdown", "turtle")
    },
    **{
        f"whatif-{form}": ("whatif", "--set", "fitForSurgery=true", "--format", form)
        for form in ("text", "json", "markdown")
    },
    **{
        f"query-{form}": ("query", "cq27", "--format", form) for form in ("table", "json", "turtle")
    },
    **{
        f"graph-{form}": ("graph", "--view", view, "--format", form)
        for view, form in (
            *(("case", form) for form in ("dot", "svg", "json", "mermaid", "html", "cx2")),
            *(("plan", form) for form in ("graphml", "gexf", "cytoscape")),
        )
    },
}


@pytest.mark.parametrize(
    ("argv", "valid"),
    [
        pytest.param(
            argv,
            valid,
            id=f"{name}-{'valid' if valid else 'invalid'}",
            marks=[pytest.mark.batch] if argv[0] == "graph" and name != "graph-svg" else [],
        )
        for name, argv in OF_CASES.items()
        for valid in ((True,) if argv[0] == "graph" else (True, False))
    ],
)
def test_no_output_has_a_character_that_hides(
    run: Run, write: Write, argv: tuple[str, ...], valid: bool
) -> None:
    command, *options = argv
    case = write(hostile(valid))
    words = [case, *options] if command != "query" else [options[0], case, *options[1:]]
    status, out, err = run(command, *words, *DAY)
    assert status == (0 if valid else 1), err
    # The library of the page has one such character.
    out = out.replace(files("netkg.graph.formats").joinpath(LIBRARY).read_text("utf-8"), "")
    # Turtle has no escapes in names; Graphviz keeps a backslash that a word joiner follows.
    keep = JOINERS if "turtle" in argv else "\u2060" if {"dot", "svg"} & {*argv} else ""
    assert seen(out, f"\n\t{keep}") == set()
    assert seen(err) == set()


@pytest.mark.parametrize(
    "argv",
    [
        ("derive", f"no{SOME[1:]}.json"),
        ("derive", "CASE", "--as-of", SOME[1:]),
        ("explain", "CASE", SOME[1:], *DAY),
        ("whatif", "CASE", "--set", f"x{SOME[1:]}=1", *DAY),
        ("query", f"own{SOME[1:]}"),
        ("query", "cq04", f"citation={SOME[1:]}"),
        ("graph", "--around", SOME[1:]),
        ("graph", "--out", f"no/{SOME[1:]}.dot"),
        (f"{SOME[1:]}",),
        ("derive", f"--no{SOME[1:]}"),
        ("recommendations", "--section", SOME[1:]),
    ],
    ids=lambda argv: " ".join(word for word in argv if word.isprintable()),
)
def test_no_message_has_a_character_that_hides(
    run: Run, write: Write, argv: tuple[str, ...]
) -> None:
    status, out, err = run(*(write(hostile(True)) if word == "CASE" else word for word in argv))
    assert (status, out) == (2, "")
    assert seen(err) == set()


def test_csv_has_escapes_on_a_terminal_only(
    run: Run, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = write('SELECT ("a\u202eb\x1b" AS ?text) WHERE {}', "own.rq")
    assert run("query", query, "--format", "csv")[1] == "text\r\na\u202eb\x1b\r\n"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert run("query", query, "--format", "csv")[1] == "text\r\na\\u202eb\\x1b\r\n"


def test_pages_of_notebooks_show_every_character() -> None:
    plan = netkg.derive(hostile(True), as_of=DAY[1])
    answer = netkg.ask("cq27", cases=hostile(True), as_of=DAY[1])
    for shown in (plan, answer, netkg.validate(hostile(False), as_of=DAY[1])):
        for words in (shown._repr_html_(), shown._repr_markdown_()):
            assert words is not None
            assert seen(words) == set()
