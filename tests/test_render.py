"""Check what a person reads: order, words, wrapping, escaping, color."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from netkg.case.finding import Finding
from netkg.ontology.document import Guideline
from netkg.plan.model import Action, Focus, Plan, Question, Recommendation, Summary
from netkg.reasoning.fact import Fact
from netkg.reasoning.verdicts import Verdict
from netkg.render.catalogue import catalogue_markdown, catalogue_text
from netkg.render.escape import plain
from netkg.render.pages import page, plan_page
from netkg.render.terminal import findings_text, plan_text

CASE = "case-1"
ANSI = re.compile(r"\x1b\[[0-9;]*m")
KI67 = Fact("t1", "ki67Percent", 5, True)
GRADE = Fact("t1", "grade", "G2", False, (KI67,))
ABSENT = Fact(CASE, "events", None, False, (), "tissue biopsy")


def action(
    name: str,
    *,
    group: str = "all",
    done: bool = False,
    planned: bool = False,
    last: str | None = None,
    window: tuple[str, str] | None = None,
) -> Action:
    due_from, due_by = window or (None, None)
    kind = "any" if group == "any" else "all"
    return Action(name, kind, done, planned, last, due_from, due_by)


def focus(
    name: str,
    status: str | None,
    *actions: Action,
    verdict: Verdict = "applicable",
    because: tuple[Fact, ...] = (),
    missing: tuple[tuple[str, ...], ...] = (),
    superseded: tuple[str, ...] = (),
    challenged: tuple[str, ...] = (),
) -> Focus:
    return Focus(name, verdict, status, superseded, challenged, actions, because, missing)


def row(
    id_: str,
    section: str,
    *foci: Focus,
    status: str | None = None,
    kind: str = "recommendation",
    level: str = "tumor",
    verdict: Verdict = "applicable",
    missing: tuple[tuple[str, ...], ...] = (),
) -> Recommendation:
    return Recommendation(
        id=id_,
        kind=kind,
        level=level,
        label=f"step {id_}",
        definition=f"Do what {id_} says.",
        section=section,
        modality="recommended",
        citations=("1", "2"),
        verdict=verdict,
        status=status,
        missing=missing,
        foci=foci,
    )


def plan(*rows: Recommendation, **changes: object) -> Plan:
    made = Plan(
        case=CASE,
        as_of="2026-03-31",
        guideline=Guideline(
            *("https://example.org/g", "1", "pending human review", "a guideline"),
            disclaimer="For education only.",
        ),
        conforms=True,
        findings=(),
        recommendations=rows,
        gaps=(),
        next_questions=(),
        summary=Summary("Small tumor; as of 2026-03-31", ()),
        treatments=(),
        orders=(),
        depends_on=(),
        near_misses=(),
        disclaimer="For education only.",
        labels={"MRIScan": "MRI scan", "Treatment": "treatment", "Treatment/Localized": "local"},
        descriptions={"GAP-X": "Nothing is said of X."},
    )
    return replace(made, **changes)  # type: ignore[arg-type]


DUE = row(
    "TX-06",
    "Treatment/Localized",
    focus(
        "t1",
        "due",
        action("MRIScan", group="any", last="2025-08-31", window=("2026-02-28", "2026-08-31")),
        action("CTScan", group="any"),
        because=(GRADE, ABSENT),
    ),
    status="due",
)
OVERDUE = row(
    "TX-07",
    "Treatment/Localized",
    focus("t1", "overdue", action("X", last="2025-02-28", window=("2025-08-28", "2026-02-28"))),
    status="overdue",
)
ALERT = row(
    "PF-02", "Pitfalls", focus(CASE, "due", action("Y")), status="due", kind="alert", level="case"
)
DONE = row(
    "DX-01", "Workup", focus(CASE, "done", action("Z", done=True)), status="done", level="case"
)
OLD = row(
    "TX-01", "Treatment", focus("t1", "superseded", superseded=("TX-06",)), status="superseded"
)
UNKNOWN = row(
    "TX-05",
    "Treatment/Localized",
    focus("t1", None, verdict="undetermined", missing=(("fitForSurgery",),)),
    verdict="undetermined",
    missing=(("fitForSurgery",), ("men1Status", "tumors.grade")),
)
NOT = row(
    "TX-09", "Treatment", focus("t1", None, verdict="not-applicable"), verdict="not-applicable"
)
WARNING = Finding("Warning", "t1", "tumors.grade", "nothing", "G1, G2 or G3", "Ask.", "DX-05")
VIOLATION = Finding("Violation", CASE, "diseaseExtent", "Lokalized", "Localized", "Fix.", None)

FULL = plan(
    DONE,
    OLD,
    DUE,
    OVERDUE,
    UNKNOWN,
    NOT,
    ALERT,
    findings=(WARNING,),
    gaps=("GAP-X",),
    next_questions=(Question("fitForSurgery", ("TX-05",)),),
)
REFUSED = plan(conforms=False, findings=(VIOLATION,))


def statements(words: str) -> str:
    """Return what follows the first screen: the statements, with their reasons."""
    return words[max(words.rfind("Management plan: "), 0) :]


def text(answer: Plan, width: int = 80) -> str:
    return statements(plan_text(answer, color=False, width=width, full=True))


def plan_html(answer: Plan) -> str:
    return page(answer).html()


def plan_markdown(answer: Plan) -> str:
    return statements(plan_page(answer, full=True).markdown())


FORMS: dict[str, Callable[[Plan], str]] = {
    "text": text,
    "markdown": plan_markdown,
    "html": lambda answer: statements(plan_html(answer)),
}


def in_order(words: str, *parts: str) -> bool:
    start = 0
    for part in parts:
        found = words.find(part, start)
        if found < 0:
            return False
        start = found + len(part)
    return True


# -- every form ---------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_every_form_shows_everything_in_the_order_of_reading(form: str) -> None:
    words = " ".join(FORMS[form](FULL).replace("\\", "").lower().split())
    assert in_order(
        words,
        CASE,
        "2026-03-31",
        "pending human review",
        "findings",
        "tumors.grade",
        "to do first",
        "overdue",
        "tx-07",
        "tx-06",
        "pf-02",
        "workup",
        "dx-01",
        "treatment",
        "tx-01",
        "superseded by tx-06",
        "local",
        "grade: g2 ← ki67percent: 5 %; no tissue biopsy recorded",
        "undetermined",
        "tx-05",
        "fitforsurgery; or men1status with grade",
        "next questions",
        "gaps in the guideline",
        "nothing is said of x.",
        "1 of 7 statements do not apply",
        "for education only.",
    ), words


@pytest.mark.parametrize("form", FORMS)
def test_a_case_that_violates_gets_findings_and_no_plan(form: str) -> None:
    words = FORMS[form](REFUSED)
    assert in_order(words, "No plan", "the case is invalid", "Violation", "diseaseExtent", "Fix.")
    assert "to do first" not in words.lower()
    assert "do not apply" not in words


@pytest.mark.parametrize("form", FORMS)
def test_what_does_not_apply_is_only_counted(form: str) -> None:
    assert "TX-09" not in FORMS[form](FULL)


@pytest.mark.parametrize("form", FORMS)
def test_absent_labels_fall_back_to_raw_names(form: str) -> None:
    words = FORMS[form](replace(FULL, labels={}, descriptions={}))
    assert "MRIScan" in words
    assert "localized" in words.lower()
    assert "GAP-X" in words


@pytest.mark.parametrize("form", FORMS)
def test_tumors_are_named_only_where_there_are_several(form: str) -> None:
    several = row(
        "TX-08",
        "Treatment",
        focus("head", "due", challenged=("TX-06",)),
        focus("tail", None, verdict="undetermined", missing=(("tumors.grade",),)),
        status="due",
    )
    words = FORMS[form](plan(several)).lower()
    assert "at head" in words
    assert "superseded by tx-06" in words
    assert in_order(words, "undetermined", "tx-08", "tail", "grade")
    assert "at t1" not in FORMS[form](FULL)


# -- text ---------------------------------------------------------------------------


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120])
@pytest.mark.parametrize("answer", [FULL, REFUSED])
def test_text_keeps_to_its_width_and_leaves_no_blank_tail(answer: Plan, width: int) -> None:
    for line in text(answer, width).split("\n"):
        assert cell_len(line) <= width
        assert line == line.rstrip()


def test_text_ends_with_one_newline_and_has_no_double_blank_lines() -> None:
    words = text(FULL)
    assert words.endswith(".\n")
    assert "\n\n\n" not in words


def test_a_long_id_is_wrapped() -> None:
    words = text(replace(FULL, case="https://example.org/" + "x" * 300))
    assert max(map(cell_len, words.splitlines())) <= 80
    assert "".join(words.split()).count("x" * 300) == 1


def test_text_is_colored_only_on_request() -> None:
    bare, painted = text(FULL), plan_text(FULL, color=True, width=80, full=True)
    assert "\x1b" not in bare
    assert "\x1b" in painted
    assert statements(ANSI.sub("", painted)) == bare


def test_actions_show_their_marks_and_dates() -> None:
    words = " ".join(text(FULL, 120).split())
    assert "one of: [ ] MRI scan: last 2025-08-31, due from 2026-02-28 to 2026-08-31" in words
    assert "[ ] X: last 2025-02-28, was due by 2026-02-28" in words
    assert "[x] Z" in words


def test_what_is_overdue_longest_comes_first_of_all() -> None:
    later = replace(OVERDUE, id="TX-00")
    earlier = row(
        "TX-99",
        "Treatment",
        focus("t1", "overdue", action("W", window=("2024-01-01", "2024-02-01"))),
        status="overdue",
    )
    assert in_order(text(plan(DUE, later, earlier)), "TX-99", "TX-00", "TX-06")


def test_what_is_to_be_considered_does_not_look_like_an_order() -> None:
    words = text(plan(replace(OVERDUE, modality="consider")), 120)
    assert "(consider)" in words[words.index("TO DO FIRST") :].split("\n\n")[0]


def test_a_window_that_has_not_begun_does_not_date_what_is_due_now() -> None:
    both = row(
        "FU-02",
        "FollowUp",
        focus("t1", "due", action("A", window=("2026-05-01", "2026-06-01")), action("B")),
        status="due",
    )
    assert "FU-02  Step FU-02: B\n" in text(plan(both))


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_control_characters_of_the_input_never_reach_the_screen(form: str) -> None:
    nasty = "a\x1b[2Jb\nc\u202ed\u2028e\ud800"
    words = FORMS[form](replace(FULL, case=nasty, findings=(replace(WARNING, found=nasty),)))
    assert all(char.isprintable() or char == "\n" for char in words)
    assert "x1b" in words


def test_findings_text_sums_up_and_lists() -> None:
    words = findings_text(CASE, (VIOLATION, WARNING, WARNING), False)
    assert words.startswith("case-1: does not conform (1 violation, 2 warnings)\n")
    assert in_order(words, "diseaseExtent", "found Lokalized", "Fix.")
    placed = replace(VIOLATION, pointer="/diseaseExtent", line=3)
    assert "diseaseExtent · line 3\n" in findings_text(CASE, (placed,), False)
    placed = replace(placed, line=None)
    assert "diseaseExtent · at /diseaseExtent\n" in findings_text(CASE, (placed,), False)
    assert findings_text("c", (), False) == "c: conforms (no findings)\n"
    assert "conforms (1 warning)" in findings_text("c", (WARNING,), False)
    assert "\x1b" in findings_text(CASE, (VIOLATION,), True)


def test_a_case_without_an_id_is_still_named() -> None:
    assert text(replace(REFUSED, case="")).startswith("No plan: (case without id)\n")


@given(st.text(max_size=200), st.integers(min_value=1, max_value=130))
@example("\u0301" * 60 + "\U0001f469\u200d\u2695\ufe0f" * 30, 40)
def test_any_id_can_be_shown_whole(name: str, width: int) -> None:
    answer = replace(FULL, case=name, findings=(replace(WARNING, focus=name, message=name),))
    words = text(answer, width)
    assert all(cell_len(line) <= max(width, 40) for line in words.split("\n"))
    assert all(line == line.rstrip() for line in words.split("\n"))
    assert "".join(words.split()).count("".join(plain(name).split()) or "case-1") >= bool(name)


# Wide letters, an emoji of several code points, and a letter with a combining mark.
WIDE = ("\u60a3\u8005\u7532", "\U0001f469\u200d\u2695\ufe0f", "e\u0301x", "ab")


def column(words: str, line: str) -> int:
    """Return the display column at which words begin in a line."""
    return cell_len(line.partition(words)[0])


@pytest.mark.parametrize("width", [40, 80])
def test_display_widths_keep_the_columns_straight(width: int) -> None:
    rows = [replace(DUE, id=id_) for id_ in WIDE]
    lines = [line for line in text(plan(*rows), width).splitlines() if "Step TX-06" in line]
    first = [line for line in lines if line.startswith("  due")]
    for block in (first, [line for line in lines if line not in first]):
        assert len(block) == len(WIDE)
        assert len({column("Step", line) for line in block}) == 1
    found = catalogue_text([replace_id(id_) for id_ in WIDE], width=width).splitlines()
    assert len({column("Surveillance", line) for line in found if "Surveillance" in line}) == 1


def test_markup_of_rich_is_shown_as_it_is_written() -> None:
    name = "[bold]x[/bold] :smile: [link=https://example.org]y[/link]"
    assert f"Management plan: {name}\n" in text(replace(FULL, case=name), 120)


# -- Markdown and HTML --------------------------------------------------------------------


def cells(line: str) -> int:
    return len(re.findall(r"(?<!\\)\|", line)) - 1


def test_markdown_tables_have_as_many_cells_in_every_row() -> None:
    nasty = "a|b\\|c\n`d` <script> *e*"
    words = plan_markdown(replace(FULL, case=nasty, findings=(replace(WARNING, found=nasty),)))
    blocks = [block.splitlines() for block in words.split("\n\n") if block.startswith("|")]
    assert len(blocks) >= 6
    for block in blocks:
        assert set(block[1]) <= set("|- ")
        counts = {cells(line.replace("\\\\", "")) for line in block}
        assert len(counts) == 1, block


def test_markdown_escapes_what_would_be_markup() -> None:
    words = plan_markdown(replace(FULL, case="<b>*x*</b>`y`[z](u)|#"))
    assert r"\<b\>\*x\*\</b\>\`y\`\[z\](u)\|\#" in words


class Tags(HTMLParser):
    """Collect start tags, and check that every tag is closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_html_is_one_sound_element_that_loads_nothing() -> None:
    words = plan_html(FULL)
    tags = Tags()
    tags.feed(words)
    assert not tags.open
    assert tags.seen[0] == ("div", {"class": "netkg"})
    assert words.endswith("</div>")
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in tags.seen}
    assert not {"src", "href"} & {name for _, attrs in tags.seen for name in attrs}
    assert "url(" not in words
    assert "@import" not in words


def test_html_style_reaches_nothing_outside() -> None:
    style = re.sub(r"\{[^}]*\}", "", plan_html(FULL).split("<style>")[1].split("</style>")[0])
    selectors = [part.strip() for part in re.split(r"[,\n]", style) if part.strip()]
    assert selectors
    assert all(selector.startswith(".netkg") for selector in selectors)


def test_html_escapes_what_would_be_markup() -> None:
    nasty = "<script>alert('1')</script>\"&"
    words = plan_html(replace(FULL, case=nasty, findings=(replace(WARNING, found=nasty),)))
    assert "<script>" not in words
    assert words.count("&lt;script&gt;") == 3


# -- the catalogue of statements -------------------------------------------------------------


class Row:
    """A statement as the catalogue reads it."""

    id = "TX-06"
    kind = "recommendation"
    level = "tumor"
    modality = "recommended"
    label = "surveillance"
    definition = "Watch it."
    section = "Treatment/Localized"
    citations = ("2",)
    actions = ("MRIScan", "CTScan")
    group = "any"
    months = (6, 12)
    repeated = True
    reading_notes = ("Ours | alone.",)
    caveats = ("It rests on one reference.",)
    certainty = None


def replace_id(id_: str) -> Row:
    made = Row()
    made.id = id_
    return made


def test_the_catalogue_shows_a_statement_in_each_form() -> None:
    words = catalogue_text(
        [Row()], labels={"MRIScan": "MRI scan"}, width=80, closing_notice="So be it."
    )
    assert words.endswith("\n\nSo be it.\n")
    assert in_order(words, "TREATMENT / LOCALIZED", "TX-06", "Surveillance", "Watch it.")
    assert "one of MRI scan; CTScan, every 6 to 12 months" in words
    assert "Interpretation: Ours | alone." in words
    assert "Note: It rests on one reference." in words
    assert r"Ours \| alone." in catalogue_markdown([Row()])
