"""Read inputs of every kind: JSON that cannot be read, lists, lines, files."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from case_inputs import AS_JSON, FULL, PREFIXES, SAME, SCHEMA, error_of, plain, read_text, write

from netkg.case.loading import load_case
from netkg.case.model import Case
from netkg.case.reading import open_cases
from netkg.errors import InputError


# -- JSON that cannot be read ------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "not valid JSON"),
        ('{"id": "c",}', "not valid JSON"),
        ("{'id': 'c'}", "not valid JSON"),
        ('{"id": "c"} x', "not valid JSON"),
        ('{"id": NaN}', "NaN"),
        ('{"id": -Infinity}', "Infinity"),
        ('{"id": "c", "id": "c"}', 'the key "id" twice'),
        ('{"id": "c", "tumors": [{"grade": "G1", "grade": "G2"}]}', 'the key "grade" twice'),
        ('{"id": "\\ud800"}', "surrogate"),
        ('{"\\udc00": 1}', "surrogate"),
        ("[" * 100_000, "nested too deeply"),
        ('{"id":' * 200 + "1" + "}" * 200, "nested too deeply"),
        ("", "is empty"),
        (" \n\t", "is empty"),
        ("\ufeff", "is empty"),
        (b'{"id": "\xe9"}', "not UTF-8"),
        ('{"id": "c"}'.encode("utf-16"), "not UTF-8"),
    ],
)
def test_invalid_json_is_an_input_error(text: str | bytes, problem: str) -> None:
    error = error_of(text, format="json")
    assert problem in str(error)
    assert str(error).startswith("standard input")
    assert error.expected or error.hint


@pytest.mark.parametrize("text", ["5", '"c"', "null", "true"])
def test_a_value_other_than_an_object_is_an_input_error(text: str) -> None:
    assert "not a case" in str(error_of(text, format="json"))


def test_an_input_error_has_the_line() -> None:
    assert error_of('{\n"id": "c",\n"sex" 5}', format="json").line == 3
    assert error_of(b'{\n"id": "\xff"}', format="json").line == 2
    assert error_of("@prefix n: <urn:x:> .\n\nn:a n:b ; .", format="ttl").line == 3


def test_a_byte_order_mark_is_tolerated() -> None:
    for text in ('\ufeff{"id": "c"}', b'\xef\xbb\xbf{"id": "c"}'):
        (case,) = read_text(text)
        assert isinstance(case, Case)
        assert case.id == "c"


@pytest.mark.parametrize("value", [{1: 2}, {"id": object()}, {"id": {"a", "b"}}, {"id": b"c"}])
def test_a_dict_that_json_cannot_hold(value: Any) -> None:
    with pytest.raises(InputError, match="contains"):
        plain(value)


def test_a_dict_that_holds_itself() -> None:
    loop: dict[str, Any] = {"id": "c"}
    loop["tumors"] = [loop]
    with pytest.raises(InputError, match="too deeply"):
        plain(loop)


# -- lists, lines, files -----------------------------------------------------------


@pytest.mark.parametrize("name", sorted(SAME))
@pytest.mark.parametrize("sniffed", [False, True])
def test_every_format_gives_the_same_case(name: str, sniffed: bool, tmp_path: Path) -> None:
    if sniffed:
        data = SAME[name].encode()
        stream = open_cases("-", schema=SCHEMA, stdin=io.BytesIO(data))
        assert not stream.many
    else:
        stream = open_cases(write(tmp_path, name, SAME[name]), schema=SCHEMA)
        assert stream.many == ("ndjson" in name or "jsonl" in name.split("."))
    (case,) = stream
    assert isinstance(case, Case)
    assert set(case.triples) == set(plain(json.loads(AS_JSON)).triples)
    assert case.id == "https://example.org/c"
    assert case.names[case.tumors[0].value] == "https://example.org/t"
    assert case.findings == ()
    assert case.source == ("standard input" if sniffed else str(tmp_path / name))


@pytest.mark.parametrize("format", ["json", "NDJSON", "jsonl", "jsonld"])
def test_the_format_can_be_given(format: str, tmp_path: Path) -> None:
    path = write(tmp_path, "case.txt", AS_JSON)
    (case,) = open_cases(path, schema=SCHEMA, format=format)
    assert isinstance(case, Case)
    with pytest.raises(InputError, match="unknown format") as caught:
        open_cases(path, schema=SCHEMA, format="yaml")
    assert "ndjson" in caught.value.expected


@pytest.mark.parametrize(
    ("text", "many"),
    [
        ('{"id": "a"}', False),
        ('[{"id": "a"}]', True),
        ("[]", True),
        ('{"id": "a"}\n{"id": "b"}\n', True),
        ('{"id": "a"}\n{"id": \n', True),
        (PREFIXES + "ex:a a n:Case .", False),
        (PREFIXES + "ex:a a n:Case . ex:b a n:Case .", True),
    ],
)
def test_whether_an_input_is_a_list(text: str, many: bool) -> None:
    assert open_cases("-", schema=SCHEMA, stdin=io.StringIO(text)).many is many


def test_a_bad_line_is_an_error_and_the_others_are_read(tmp_path: Path) -> None:
    lines = ['\ufeff{"id": "a"}', "", '{"id": "b", "id": "b"}', "{", "5", '{"id": "c"}\r']
    lines += ['[{"id": "d"}]', '{"@graph": []}', '{"id": "\\ud800"}', '{"id": "e"}']
    path = write(tmp_path, "x.ndjson", "\n".join(lines).encode() + b'\n{"id": "\xff"}\n')
    found = [
        (case.id if isinstance(case, Case) else "error", case.line)
        for case in open_cases(path, schema=SCHEMA)
    ]
    assert found == [
        ("a", 1),
        ("error", 3),
        ("error", 4),
        ("error", 5),
        ("c", 6),
        ("error", 7),
        ("error", 8),
        ("error", 9),
        ("e", 10),
        ("error", 11),
    ]


def test_a_line_is_one_case() -> None:
    two = json.dumps({"@graph": [{"id": n, "type": "Case"} for n in "ab"]})
    (found,) = read_text(two, format="ndjson")
    assert isinstance(found, InputError)
    assert "more than one case" in str(found)
    assert len(read_text(two, format="json")) == 2


def test_lines_are_not_one_json_document() -> None:
    assert "not valid JSON" in str(error_of('{"id": "a"}\n{"id": "b"}', format="json"))


def test_lines_are_read_one_by_one() -> None:
    taken = 0

    class Lines(io.BytesIO):
        def readline(self, _: int | None = -1) -> bytes:
            nonlocal taken
            taken += 1
            return b'{"id": "c"}\n'

    cases = iter(open_cases("-", schema=SCHEMA, format="ndjson", stdin=Lines()))
    assert [next(cases).line for _ in range(3)] == [1, 2, 3]
    assert taken == 3


def test_a_bad_item_of_a_list_is_an_error_and_the_others_are_read() -> None:
    first, second, third = read_text('[{"id": "a"}, 5, {"id": "b"}]')
    assert isinstance(second, InputError)
    assert "item 2" in str(second)
    assert [c.id for c in (first, third) if isinstance(c, Case)] == ["a", "b"]


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("x.json.gz", b"no gzip", "gzip"),
        ("x.ndjson.gz", b"no gzip", "gzip"),
        ("x.json.gz", gzip.compress(AS_JSON.encode(), mtime=0)[:-9], "gzip"),
        ("x.ndjson.gz", gzip.compress(AS_JSON.encode(), mtime=0)[:-9], "gzip"),
        ("x.ndjson", b"", "is empty"),
        ("x.ndjson", b"\n\n", "is empty"),
        ("x.json", b"", "is empty"),
        ("x.ttl", b"", "is empty"),
        ("x.ttl", b"<", "not valid Turtle"),
        ("x.nt", b"hello", "not valid N-Triples"),
        ("x.rdf", b"<r", "not valid RDF/XML"),
        ("x.ttl", b"<urn:a> <urn:b> <urn:c> .", "contains no case"),
        ("x", b"hello", "neither JSON nor RDF"),
    ],
)
def test_a_file_that_cannot_be_read(name: str, data: bytes, problem: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError, match=problem) as caught:
        load_case(path, schema=SCHEMA)
    assert str(path) in str(caught.value)
    assert caught.value.expected


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for source, problem in (
        (tmp_path / "no.json", "does not exist"),
        (str(tmp_path / "no.ndjson"), "does not exist"),
        (tmp_path, "is a folder"),
        ("a\0b.json", "cannot be read"),
        ("x" * 5000, "cannot be read"),
    ):
        with pytest.raises(InputError, match=problem):
            open_cases(source, schema=SCHEMA)


def test_a_whole_gzip_stream_is_recognized_without_a_name() -> None:
    stream = io.BytesIO(gzip.compress(AS_JSON.encode(), mtime=0))
    (case,) = open_cases("-", schema=SCHEMA, stdin=stream)
    assert isinstance(case, Case)


@pytest.mark.parametrize(
    "source", [[FULL, FULL], "two.json", 5, None, b"{}", '{"id": "c"}'], ids=str
)
def test_load_case_takes_one_case_only(source: Any, tmp_path: Path) -> None:
    if source == "two.json":
        source = write(tmp_path, source, json.dumps([FULL, FULL]))
    with pytest.raises(InputError):
        load_case(source, schema=SCHEMA)


def test_load_case_finds_its_schema() -> None:
    assert load_case(FULL).triples == plain(FULL).triples
