"""Text that is almost JSON: the message says what is wrong and what to write."""

from __future__ import annotations

import io
import json
import random
from contextlib import suppress

import pytest
from case_inputs import SCHEMA
from conftest import Run
from hypothesis import given
from hypothesis import strategies as st

from netkg.case.model import Case
from netkg.case.reading import open_cases
from netkg.case.strict_json import is_ndjson, parse_json
from netkg.errors import InputError
from netkg.ontology.query_header import read_header

# What JSON allows in a text, and str.splitlines() takes for the end of a line.
SEPARATORS = ["\x85", "\u2028", "\u2029", "\x7f"]
CONTROLS = ["\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x1f"]
ONE = '{"id": "a"}'


def message(text: str, line: int | None = None) -> str:
    with pytest.raises(InputError) as caught:
        parse_json(text, line=line)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "problem", "hint"),
    [
        (ONE + ONE, "more than one value at column 12", "Write one per line, without commas"),
        (f"{ONE}\n{ONE}", "line 2: not valid JSON: more than one value", ".ndjson"),
        (f"{ONE},\n{ONE},\n", "more than one value", "or put the values in one list"),
        (f"{ONE}, ", "a comma after the value", "Remove it."),
        (f"{ONE}}}", "a closing bracket without an opening one", "Remove it."),
        (f"{ONE}\ufeff{ONE}", "a byte order mark inside the text", "Remove the character U+FEFF."),
        ('{"id": "c",}', "a comma ahead of a closing bracket", "Remove the comma."),
        ("[1, ]", "a comma ahead of a closing bracket", "Remove the comma."),
        ("[1, , 2]", "a comma without a value", "Remove the comma."),
        ("{'id': 'c'}", "quotes of the wrong kind", "in double quotes"),
        ('{"id": \u201cc\u201d}', "quotes of the wrong kind", "in double quotes"),
        ('{"id": None}', "None is a word of Python", "Write null."),
        ('{"painful": True}', "True is a word of Python", "Write true."),
        ('{"id": NaN}', "NaN is not allowed", "finite numbers"),
        ('{"value": nan}', "nan is not allowed", "write null"),
        ('{id: "c"}', "the key id is without quotes", 'Write "id".'),
        ('{"grade": G2}', "the text G2 is without quotes", 'Write "G2".'),
        ('{"id": "c"} // no', "a comment", "Remove it"),
        ('{"id": "c", /* no */ "sex": 1}', "a comment", "Remove it"),
        ('{"id": "c" # no\n}', "a comment", "Remove it"),
        ('{"id": "c", "tumors": [{', "the value is not complete", "Write the whole value."),
        ('{"id": "c', "a text without a closing quote", "Write the whole value."),
        ('{"id" "c"}', "a key without a colon", 'Write "key": value.'),
        ('{"id": "c" "sex": "male"}', "a missing comma", "Add it."),
        ('{"id": ["c"}', "a closing bracket of the wrong kind", "Check the brackets."),
        ('{"id": "a\nb"}', "a line break inside a text", "Write \\n."),
        ('{"id": "a\tb"}', "a tab inside a text", "Write \\t."),
        ('{"id": "a\x1cb"}', "a control character inside a text", "four digits"),
        ('{"id": "C:\\new\\x"}', "a backslash that does not begin an escape", "two backslashes"),
        ('{"id": "\\u12"}', "without four hexadecimal digits", "\\u00b5"),
        ('{"ki67Percent": 2,5}', "a number with a decimal comma", "as in 2.5"),
        ('{"ki67Percent": 05}', "a number that is not written as in JSON", "5 or 0.5"),
        ('{"ki67Percent": .5}', "a number that is not written as in JSON", "5 or 0.5"),
        ("@prefix n: <urn:x:> .", "Expecting value", "Expected a JSON object"),
    ],
)
def test_the_message_says_what_to_write(text: str, problem: str, hint: str) -> None:
    found = message(text)
    assert problem.casefold() in found.casefold()
    assert hint in found


def test_a_line_is_one_case() -> None:
    assert "Write one per line, without commas." in message(f"{ONE},", 1)
    assert "Write one per line, without commas." in message(ONE + ONE, 1)
    lines = f"[{ONE}]\n{ONE[:-1]}\n{ONE}\n"
    *faults, case = open_cases("-", schema=SCHEMA, format="ndjson", stdin=io.StringIO(lines))
    assert list(map(str, faults)) == [
        "standard input, line 1: a list in place of a case. "
        "Write one case per line, without brackets and commas.",
        "standard input, line 2: not valid JSON: the value is not complete at column 11. "
        "Write the whole value on one line, or name the file .json.",
    ]
    assert isinstance(case, Case)


@pytest.mark.parametrize("mark", SEPARATORS, ids=ascii)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=ascii)
@pytest.mark.parametrize("kind", [None, "ndjson"])
def test_lines_end_at_line_feeds_alone(mark: str, end: str, kind: str | None) -> None:
    case = {"id": f"a{mark}b", "sex": "male"}
    text = "".join(json.dumps(case, ensure_ascii=False) + end for _ in range(2))
    for data in (io.StringIO(text, newline=""), io.BytesIO(text.encode())):
        found = list(open_cases("-", schema=SCHEMA, format=kind, stdin=data))
        assert [each.id for each in found if isinstance(each, Case)] == [case["id"]] * 2
    assert is_ndjson(text)


@pytest.mark.parametrize("mark", [*SEPARATORS[:3], *CONTROLS, "\xa0"], ids=ascii)
def test_a_line_of_foreign_white_space_is_not_blank(mark: str) -> None:
    data = io.StringIO(f"{ONE}\n{mark}\n\n{ONE}")
    found = list(open_cases("-", schema=SCHEMA, format="ndjson", stdin=data))
    assert [isinstance(each, InputError) and each.line for each in found] == [False, 2, False]


@pytest.mark.parametrize("mark", [*SEPARATORS, *CONTROLS], ids=ascii)
def test_a_header_line_of_a_query_ends_at_a_line_feed_alone(mark: str) -> None:
    header = read_header(f"#+ summary: One{mark}two.\r\n#+ question: Three?\nASK {{}}")
    assert (header.summary, header.question) == (f"One{mark}two.", "Three?")


@given(st.integers(min_value=0, max_value=2**32))
def test_no_text_that_is_almost_json_is_a_fault_of_netkg(seed: int) -> None:
    rng = random.Random(seed)
    text = list('{"id": "c", "tumors": [{"ki67Percent": 2.5, "painful": true}], "x": null}')
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(text))
        text[at : at + rng.randint(0, 2)] = rng.choice([*"',:{}[]\"\\0.N\n#/\ufeff\x85", ""])
    with suppress(InputError):
        parse_json("".join(text))


def test_the_command_says_it(run: Run, tmp_path: object) -> None:
    status, out, err = run("validate", "-", "--as-of", "2026-03-31", stdin=f"{ONE},\n{ONE}")
    assert (status, out) == (2, "")
    assert "more than one value" in err
