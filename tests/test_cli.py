"""Check the command line: exit status, what goes where, and every form of answer."""

from __future__ import annotations

import io
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click
import pytest
import rdflib

from netkg import cli
from netkg.cli.arguments import Inputs
from netkg.errors import KnowledgeError

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "small-pancreatic-net.json"
AS_OF = "2026-03-31"
GOOD: dict[str, Any] = {"id": "good", "tumors": [{"id": "t1", "primarySite": "Pancreas"}]}
BAD: dict[str, Any] = {"id": "bad", "tumors": [{"id": "t1", "ki67Percent": 120}]}

Write = Callable[..., str]
Run = Callable[..., tuple[int, str, str]]


def spawn(*argv: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run the command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "netkg", *argv],
        cwd=ROOT,
        capture_output=True,
        timeout=120,
        check=False,
        **options,
    )


def lines(*cases: object) -> str:
    return "".join((case if isinstance(case, str) else json.dumps(case)) + "\n" for case in cases)


# -- derive -------------------------------------------------------------------------


def test_derive_writes_text_by_default(run: Run) -> None:
    status, out, err = run("derive", str(EXAMPLE), "--as-of", AS_OF)
    assert (status, err) == (0, "")
    assert "Management plan: " in out
    assert "\nTreatment now" in out
    assert "pending human review" in out
    assert "\x1b" not in out


def test_derive_as_json_writes_one_object_for_one_case(run: Run) -> None:
    status, out, err = run("derive", str(EXAMPLE), "--as-of", AS_OF, "--format", "json")
    assert (status, err) == (0, "")
    plan = json.loads(out)
    assert list(plan) == [
        "case",
        "asOf",
        "guideline",
        "conforms",
        "findings",
        "recommendations",
        "gaps",
        "nextQuestions",
        "summary",
        "treatments",
        "orders",
        "dependsOn",
        "nearMisses",
        "disclaimer",
    ]
    assert plan["asOf"] == AS_OF
    assert plan["conforms"] is True
    assert len(plan["recommendations"]) == 57


def test_the_example_is_under_surveillance(run: Run) -> None:
    _, out, _ = run("derive", str(EXAMPLE), "--as-of", AS_OF, "--format", "json")
    rows = {row["id"]: row for row in json.loads(out)["recommendations"]}
    assert (rows["TX-06"]["verdict"], rows["TX-06"]["status"]) == ("applicable", "due")
    assert rows["TX-01"]["status"] == "superseded"
    assert rows["TX-15"]["verdict"] == "not-applicable"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (json.dumps([GOOD, {**GOOD, "id": "two"}]), "case.json"),
        (lines(GOOD, {**GOOD, "id": "two"}), "case.ndjson"),
    ],
)
def test_many_cases_give_a_list_in_their_order(
    run: Run, write: Write, content: str, name: str
) -> None:
    path = write(content, name)
    status, out, _ = run("derive", path, "--as-of", AS_OF, "--format", "json")
    assert status == 0
    assert [plan["case"] for plan in json.loads(out)] == ["good", "two"]


@pytest.mark.parametrize("count", [0, 1])
def test_a_list_stays_a_list_however_short(run: Run, write: Write, count: int) -> None:
    path = write([GOOD] * count)
    status, out, _ = run("derive", path, "--as-of", AS_OF, "--format", "json")
    assert (status, len(json.loads(out))) == (0, count)


def test_a_line_separates_the_texts_of_many_cases(run: Run, write: Write) -> None:
    path = write([GOOD, {**GOOD, "id": "two"}])
    _, out, _ = run("derive", path, "--as-of", AS_OF)
    first, second = out.split("\n" + "─" * 80 + "\n")
    assert "Management plan: good" in first
    assert "Management plan: two" in second


def test_derive_as_markdown_has_headings_and_tables(run: Run) -> None:
    status, out, _ = run("derive", str(EXAMPLE), "--as-of", AS_OF, "--format", "markdown")
    assert status == 0
    assert out.startswith("# Management plan")
    assert "\n## Treatment now\n\n- " in out
    assert "| Status |" not in out


def test_full_adds_every_statement_with_its_reasons(run: Run) -> None:
    base = ("derive", str(EXAMPLE), "--as-of", AS_OF)
    for form, mark in (("text", "TO DO FIRST"), ("markdown", "## To do first\n\n| Status |")):
        short, whole = (run(*base, "--format", form, *more)[1] for more in ((), ("--full",)))
        assert mark in whole
        assert mark not in short
        assert whole.startswith(short[:500])


def test_derive_as_turtle_gives_rdf_also_for_many(run: Run, write: Write) -> None:
    path = write([GOOD, {**GOOD, "id": "two"}])
    status, out, _ = run("derive", path, "--as-of", AS_OF, "--format", "turtle")
    assert status == 0
    assert len(rdflib.Graph().parse(data=out, format="turtle")) > 100


def test_derive_as_jsonld_gives_one_document_or_a_list(run: Run, write: Write) -> None:
    _, one, _ = run("derive", write(GOOD), "--as-of", AS_OF, "--format", "jsonld")
    _, many, _ = run("derive", write([GOOD, GOOD]), "--as-of", AS_OF, "--format", "jsonld")
    assert isinstance(json.loads(one), dict)
    assert [type(item) for item in json.loads(many)] == [dict, dict]


# -- exit status ----------------------------------------------------------------------


@pytest.mark.parametrize("form", ["text", "json", "markdown", "turtle", "jsonld"])
def test_a_violation_exits_with_1_and_is_on_standard_output(
    run: Run, write: Write, form: str
) -> None:
    status, out, err = run("derive", write(BAD), "--as-of", AS_OF, "--format", form)
    assert (status, err) == (1, "")
    assert "ki67Percent" in out
    if form == "json":
        plan = json.loads(out)
        assert plan["conforms"] is False
        assert plan["recommendations"] == plan["gaps"] == plan["nextQuestions"] == []


def test_the_other_cases_are_answered_despite_a_violation(run: Run, write: Write) -> None:
    status, out, _ = run("derive", write([BAD, GOOD]), "--as-of", AS_OF, "--format", "json")
    assert status == 1
    assert [plan["conforms"] for plan in json.loads(out)] == [False, True]


@pytest.mark.parametrize("command", ["derive", "validate"])
def test_an_unreadable_line_is_reported_and_the_others_are_answered(
    run: Run, write: Write, command: str
) -> None:
    path = write(lines(GOOD, "{not json", BAD), "cases.ndjson")
    status, out, err = run(command, path, "--as-of", AS_OF, "--format", "json")
    assert status == 2
    assert [answer["case"] for answer in json.loads(out)] == ["good", "bad"]
    assert path in err
    assert "line 2" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("{", "case.json"),
        ("", "case.json"),
        ("true", "case.json"),
        ('{"id": "a", "id": "b", "tumors": []}', "case.json"),
        ("[" * 100_000, "case.json"),
        ("<a> <b>", "case.ttl"),
        ("\x00\x01\x02", "case.bin"),
    ],
)
def test_what_cannot_be_read_exits_with_2_and_says_where(
    run: Run, write: Write, content: str, name: str
) -> None:
    path = write(content, name)
    status, out, err = run("derive", path, "--as-of", AS_OF, "--format", "json")
    assert (status, out) == (2, "")
    assert err.startswith(f"netkg: {path}")
    assert "fault in netkg" not in err


def test_a_file_that_is_not_there_exits_with_2(run: Run, tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        status, out, err = run("derive", str(path), "--as-of", AS_OF)
        assert (status, out) == (2, "")
        assert str(path) in err


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["derive"], "Missing argument 'CASE'. See 'netkg derive --help'."),
        (["derive", "x.json", "--as-of"], "requires an argument. See 'netkg derive --help'."),
        (["derive", "a.json", "b.json"], "extra argument (b.json). See 'netkg derive --help'."),
        (["whatif", "a.json"], "There is nothing to change. Add --set FIELD=VALUE"),
        (["explain", "a.json"], "Missing argument 'ID'. Add a statement, such as TX-06."),
        (["query", "cq04", "citation=1", "citation=2"], "citation is given twice. Give it once."),
        (["dervie", "x.json"], "unknown command 'dervie'. Did you mean derive?"),
        (["derive", "x.json", "--nope"], "unknown option '--nope'. See 'netkg derive --help'."),
        (["derive", "x.json", "--fromat", "json"], "Did you mean --format?"),
        (["derive", "x.json", "--form", "json"], "unknown option '--form'"),
        (["--verbos"], "Did you mean --verbose?"),
        (
            ["derive", "x.json", "--as-of", "2026-02-30"],
            "is not a date. Write it as in 2026-01-15.",
        ),
        (["derive", "x.json", "--as-of", "20260215"], "is not a date. Write it as in 2026-01-15."),
        (["derive", "x.json", "--as-of", "2026-2-15"], "is not a date. Write it as in 2026-01-15."),
        (
            ["derive", "x.json", "--as-of", "\u0662\u0660\u0662\u0666-02-15"],
            "is not a date. Write it as in 2026-01-15.",
        ),
        (["derive", "x.json", "--as-of", ""], "is not a date. Write it as in 2026-01-15."),
        (
            ["derive", "x.json", "--format", "yaml"],
            "(choose from text, json, turtle, jsonld, markdown)",
        ),
        (["derive", "x.json", "--format", "jsno"], "unknown format 'jsno'. Did you mean json?"),
        (
            ["derive", "x.json", "--reasoner", "magic"],
            "unknown reasoner 'magic' (choose from compiled, owlrl)",
        ),
        (
            ["derive", "x.json", "--ontology", "/does/not/exist"],
            "Directory '/does/not/exist' does not exist",
        ),
        (["validate", "x.json", "--format", "turtle"], "(choose from text, json, csv, shacl)"),
        (
            ["query", "cq04", "--over", "graph"],
            "unknown scope 'graph' (choose from ontology, case, plan)",
        ),
        (
            ["recommendations", "--section", "Treatment/Lokalized"],
            "Did you mean Treatment/Localized",
        ),
        (["recommendations", "--kind", "alerts"], "unknown kind 'alerts'. Did you mean alert?"),
        (["recommendations", "--section", "Nowhere"], "Workup/Imaging"),
        (["recommendations", "--kind", "nothing"], "recommendation"),
    ],
)
def test_misuse_exits_with_2_and_a_sentence(run: Run, argv: list[str], words: str) -> None:
    status, out, err = run(*argv)
    assert (status, out) == (2, "")
    assert words in err


def test_a_broken_ontology_is_reported_as_such(run: Run, write: Write, tmp_path: Path) -> None:
    folder = tmp_path / "ontology"
    folder.mkdir()
    (folder / "broken.ttl").write_text("<a> <b>", encoding="utf-8")
    status, out, err = run("derive", write(GOOD), "--as-of", AS_OF, "--ontology", str(folder))
    assert (status, out) == (2, "")
    assert "broken.ttl" in err
    assert "at fault" in err


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (KeyboardInterrupt(), 130, ""),
        (BrokenPipeError(), 141, ""),
        (KnowledgeError("is wrong", term="netkg:X"), 2, "netkg:X: is wrong"),
        (ValueError("odd"), 2, "please report it: ValueError in test_cli.py, line"),
        (RecursionError("deep"), 2, "please report it: RecursionError"),
        (MemoryError(), 2, "please report it: MemoryError"),
        (PermissionError(13, "Permission denied", "case.json"), 2, "case.json: Permission denied"),
    ],
)
def test_no_error_makes_a_traceback(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: BaseException, status: int, words: str
) -> None:
    def fail(*_: object) -> int:
        raise error

    monkeypatch.setattr(Inputs, "engine", property(fail))
    monkeypatch.delenv("NETKG_DEBUG", raising=False)
    found, out, err = run("derive", "x.json", "--as-of", AS_OF)
    assert (found, out) == (status, "")
    assert words in err
    assert bool(err) == bool(words)
    assert "odd" not in err  # it could be a value of the case


# -- validate and recommendations ---------------------------------------------------------


def test_validate_reports_findings_as_json(run: Run, write: Write) -> None:
    status, out, _ = run("validate", write(BAD), "--as-of", AS_OF, "--format", "json")
    answer = json.loads(out)
    assert status == 1
    assert list(answer) == ["case", "asOf", "conforms", "findings", "guideline", "disclaimer"]
    assert answer["guideline"]["reviewStatus"] == "pending human review"
    assert (answer["case"], answer["asOf"], answer["conforms"]) == ("bad", AS_OF, False)
    fields = [f["field"] for f in answer["findings"] if f["severity"] == "Violation"]
    assert fields == ["tumors.ki67Percent"]


def test_validate_reports_findings_as_text(run: Run, write: Write) -> None:
    status, out, _ = run("validate", write([BAD, GOOD]), "--as-of", AS_OF)
    assert status == 1
    assert "bad: does not conform (1 violation" in out
    assert "good: conforms" in out


def test_validate_reports_the_findings_of_derive(run: Run, write: Write) -> None:
    path = write([BAD, GOOD])
    answers = [
        json.loads(run(command, path, "--as-of", AS_OF, "--format", "json")[1])
        for command in ("derive", "validate")
    ]
    derived, validated = ([answer["findings"] for answer in answer_list] for answer_list in answers)
    assert derived == validated


def test_recommendations_lists_every_statement(run: Run) -> None:
    status, out, err = run("recommendations", "--format", "json")
    rows = json.loads(out)
    assert (status, err, len(rows)) == (0, "", 66)
    assert rows[0]["id"] == "PR-01"
    assert all(row["label"] and row["definition"] and row["section"] for row in rows)


def test_recommendations_can_be_narrowed(run: Run) -> None:
    _, out, _ = run("recommendations", "--format", "json", "--section", "treatment/localized")
    sections = {row["section"] for row in json.loads(out)}
    assert sections == {"Treatment/Localized/Surgery", "Treatment/Localized/Conservative"}
    _, out, _ = run("recommendations", "--format", "json", "--kind", "alert")
    assert [row["id"] for row in json.loads(out)] == ["PF-01", "PF-02", "PF-03", "PF-05"]


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_recommendations_are_readable_in_each_form(run: Run, form: str) -> None:
    status, out, _ = run("recommendations", "--format", form, "--section", "MultidisciplinaryTeam")
    assert status == 0
    assert "MD-01" in out
    assert "MD-03" in out
    assert "DX-01" not in out


# -- help, version, the clock, color ---------------------------------------------------------


def test_help_has_examples_and_the_exit_status(run: Run) -> None:
    for argv in ([], ["--help"], ["-v"], ["derive", "--help"], ["derive", "-h"]):
        status, out, err = run(*argv)
        assert (status, err) == (0, "")
        assert "For example:" in out
        assert "Exit status:" in out
        assert "not a medical device" in out


def test_version_is_printed(run: Run) -> None:
    status, out, err = run("--version")
    assert (status, err) == (0, "")
    assert out.startswith("netkg ")


def test_help_and_version_load_no_engine() -> None:
    code = (
        "import sys; from netkg import cli; cli.main(['--help']); cli.main(['--version']); "
        "heavy = {'rdflib', 'pyoxigraph', 'pyshacl', 'owlrl', 'networkx', 'netkg.plan.engine'}; "
        "sys.exit(bool(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, capture_output=True)
    assert done.returncode == 0


def test_as_of_is_today_where_it_is_not_given(
    run: Run, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Clock(date):
        @classmethod
        def today(cls) -> date:
            return date(2031, 5, 6)

    monkeypatch.setattr("netkg.cli.arguments.date", Clock)
    _, out, _ = run("validate", write(GOOD), "--format", "json")
    assert json.loads(out)["asOf"] == "2031-05-06"


class Terminal(io.StringIO):
    """A standard output that claims to be a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("variables", "colored"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
)
def test_color_is_for_terminals_that_want_it(
    write: Write, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], colored: bool
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    screen = Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    assert cli.main(["derive", write(GOOD), "--as-of", AS_OF]) == 0
    assert ("\x1b[" in screen.getvalue()) is colored


# -- a process of its own -----------------------------------------------------------------------


def test_standard_input_is_read_for_a_dash() -> None:
    done = spawn(
        "derive", "-", "--as-of", AS_OF, "--format", "json", input=json.dumps(GOOD).encode()
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["case"] == "good"


def test_closed_standard_input_is_reported() -> None:
    done = subprocess.run(
        ["sh", "-c", 'exec "$0" -m netkg derive - --as-of 2026-03-31 <&-', sys.executable],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
    assert b"standard input" in done.stderr
    assert b"Traceback" not in done.stderr


def test_output_is_utf8_whatever_the_locale() -> None:
    environment = {**os.environ, "LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0"}
    environment["PYTHONCOERCECLOCALE"] = "0"
    case = json.dumps({**GOOD, "id": "Ärzte-É"}).encode()
    done = spawn("derive", "-", "--as-of", AS_OF, input=case, env=environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "Management plan: Ärzte-É" in done.stdout.decode("utf-8")


def test_a_reader_can_leave_early(tmp_path: Path) -> None:
    path = tmp_path / "cases.ndjson"
    path.write_text(lines(*({**GOOD, "id": f"c{n}"} for n in range(30))), encoding="utf-8")
    argv = [sys.executable, "-m", "netkg", "derive", str(path), "--as-of", AS_OF]
    with subprocess.Popen(
        argv, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        words = process.stderr.read()
        assert process.wait(timeout=120) == 141
    assert words == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_is_reported() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "netkg", "recommendations"],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 2
    assert b"standard output" in done.stderr
    assert b"Traceback" not in done.stderr


EXAMPLES = sorted((ROOT / "examples").glob("*.json"))


def test_there_are_examples() -> None:
    assert EXAMPLE in EXAMPLES


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_answered(run: Run, path: Path) -> None:
    status, out, err = run("derive", str(path), "--as-of", AS_OF)
    assert status in (0, 1)
    assert out
    assert err == ""


@pytest.mark.parametrize("event", [{}, {"@id": "urn:e"}, {"type": None}])
def test_an_event_without_type_and_status_is_a_violation(
    run: Run, write: Write, event: dict[str, Any]
) -> None:
    path = write({"id": "c", "tumors": [{}], "events": [event]})
    status, out, _ = run("validate", path, "--as-of", AS_OF, "--format", "json")
    fields = {f["field"] for f in json.loads(out)["findings"] if f["severity"] == "Violation"}
    assert status == 1
    assert fields == {"events.type", "events.status"}


def test_a_finding_shows_whether_a_value_is_text(run: Run, write: Write) -> None:
    path = write({"id": "c", "tumors": [{"ki67Percent": "5"}]})
    _, out, _ = run("validate", path, "--as-of", AS_OF, "--format", "json")
    (found,) = [f["found"] for f in json.loads(out)["findings"] if f["severity"] == "Violation"]
    assert found == '"5"'


def test_options_and_alerts_do_not_look_like_orders(run: Run, write: Write) -> None:
    case = {
        "id": "c",
        "diseaseExtent": "PotentiallyResectableLiverMetastases",
        "fitForSurgery": True,
        "tumors": [{"primarySite": "Ileum"}],
        "metastases": [{"site": "Liver"}],
    }
    _, out, _ = run("derive", write(case), "--as-of", AS_OF, "--full")
    first = out[out.index("TO DO FIRST") : out.index("OVERVIEW")]
    assert "Cytoreductive surgery" not in first
    assert "TX-13  option      Cytoreductive surgery [consider; reference 1]" in out
    assert "alert    PF-03   Beware: MEN1 screening left out" in first


# -- arguments of the commands -----------------------------------------------------------------
def test_arguments_can_follow_options(run: Run) -> None:
    other = str(ROOT / "examples" / "men1-two-tumors.json")
    first = run("diff", str(EXAMPLE), other, "--as-of", AS_OF)
    assert run("diff", str(EXAMPLE), "--as-of", AS_OF, other) == first
    assert first[0] == 0
    first = run("explain", str(EXAMPLE), "TX-06", "--as-of", AS_OF)
    assert run("explain", str(EXAMPLE), "--as-of", AS_OF, "TX-06") == first
    assert first[0] == 0


@pytest.mark.parametrize("command", ["derive", "diff", "explain", "graph", "query"])
def test_an_unknown_option_leads_to_the_help_of_its_command(run: Run, command: str) -> None:
    status, out, err = run(command, "x", "--nope")
    assert (status, out) == (2, "")
    assert f"See 'netkg {command} --help'" in err


def test_a_case_can_follow_the_options(run: Run) -> None:
    day = ("--as-of", AS_OF)
    first = run("whatif", str(EXAMPLE), "--set", "fitForSurgery=true", *day)
    assert first[0] == 0
    assert run("whatif", *day, "--set", "fitForSurgery=true", str(EXAMPLE)) == first
    assert run("whatif", "--set=fitForSurgery=true", "--", str(EXAMPLE))[0] == 0


def test_several_values_of_one_option(run: Run) -> None:
    settings = ("fitForSurgery=true", "men1Status=Negative")
    start = ("whatif", "--as-of", AS_OF)
    expected = run(*start, str(EXAMPLE), "--set", settings[0], "--set", settings[1])
    assert expected[0] == 0
    assert run(*start, str(EXAMPLE), "--set", *settings) == expected
    assert run(*start, "--set", *settings, str(EXAMPLE)) == expected
    status, _, err = run(*start, str(EXAMPLE), "--unset", "men1Status", "sex")
    assert status == 2
    assert "repeat the option, as in --unset men1Status --unset sex" in err


def test_docs_keeps_files_in_deeper_folders(run: Run, tmp_path: Path) -> None:
    run("docs", "--out", str(tmp_path / "reference"))
    before = sorted(path for path in tmp_path.rglob("*.md"))
    assert len(before) > 40
    assert run("docs", "--out", str(tmp_path))[0] == 0
    assert set(before) <= set(tmp_path.rglob("*.md"))


# -- the list of commands, and completion --------------------------------------------------------
@pytest.mark.parametrize("name", cli.COMMANDS)
def test_the_list_of_commands_agrees_with_their_own_help(run: Run, name: str) -> None:
    command = cli.cli.get_command(click.Context(cli.cli), name)
    assert command.name == name
    assert command.help is not None
    assert command.help.splitlines()[0] == cli.COMMANDS[name]
    status, out, _ = run(name, "--help")
    assert status == 0
    assert out.startswith(f"Usage: netkg {name} [OPTIONS]")
    for words in ("For example:", "Exit status:", "--verbose", "not a medical device"):
        assert words in out
    assert f"\n      netkg {name}" in out


def completions(
    monkeypatch: pytest.MonkeyPatch, run: Run, *words: str, shell: str = "bash"
) -> list[str]:
    """Return what the shell is given for the last of the words."""
    monkeypatch.setenv("_NETKG_COMPLETE", f"{shell}_complete")
    monkeypatch.setenv("COMP_WORDS", shlex.join(("netkg", *words)))
    monkeypatch.setenv("COMP_CWORD", words[-1] if shell == "fish" else str(len(words)))
    status, out, err = run()
    assert (status, err) == (0, "")
    return list(filter(None, out.splitlines()))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("rec",), ["plain,recommendations"]),
        (("derive", "--as"), ["plain,--as-of"]),
        (("derive", "--format", "j"), ["plain,json", "plain,jsonld"]),
        (("derive", "case"), ["file,case"]),
        (("explain", "case.json", "TX-0"), [f"plain,TX-0{n}" for n in range(1, 10)]),
        (
            ("recommendations", "--section", "Treatment/Lo"),
            [f"plain,Treatment/Localized{end}" for end in ("", "/Conservative", "/Surgery")],
        ),
        (("graph", "--section", "Staging"), []),
        (("recommendations", "--kind", "al"), ["plain,alert"]),
        (("query", "cq04"), ["plain,cq04", "file,cq04"]),
        (("query", "cq04", "c"), ["plain,citation=", "file,c"]),
        (("nonsense", ""), []),
        (("explain", "case.json", "--ontology", "tests", "TX"), []),
    ],
)
def test_words_are_completed(
    run: Run, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], expected: list[str]
) -> None:
    assert completions(monkeypatch, run, *words) == expected


def test_every_command_is_completed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    found = completions(monkeypatch, run, "")
    assert found == [f"plain,{name}" for name in cli.COMMANDS]
    for shell in ("zsh", "fish"):
        assert any("derive" in line for line in completions(monkeypatch, run, "der", shell=shell))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_gets_a_script(shell: str) -> None:
    environment = {**os.environ, "_NETKG_COMPLETE": f"{shell}_source"}
    done = spawn(env=environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"_NETKG_COMPLETE" in done.stdout
