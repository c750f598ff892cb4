"""Compare whole plans with those on file: each folder of ``cases`` is one case.

``case.json`` is the case; where it is an example, ``expected.json`` names the
file instead (``file.ndjson#2`` is its second line). Compared is everything of
the plan but the words: findings by statement, field and focus, verdicts,
statuses, actions with their dates, missing fields, gaps and questions.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from netkg.case.loading import load_case
from netkg.case.model import Case
from netkg.case.reading import open_cases
from netkg.errors import InputError
from netkg.plan.engine import Engine
from netkg.plan.model import Action, Focus, Plan

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = sorted(path for path in (Path(__file__).parent / "cases").iterdir() if path.is_dir())
EXAMPLES = ROOT / "examples"
# Statements with warnings that use the verdict of a statement.
USES_A_VERDICT = {"TX-04", "TX-10", "TX-15"}


def expectation(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return found


def read(folder: Path, engine: Engine) -> Case:
    """Read the case of a folder, or the example that the folder names."""
    name, _, line = expectation(folder).get("case", "").partition("#")
    if not line:
        return load_case(ROOT / name if name else folder / "case.json", schema=engine.schema)
    cases = open_cases(ROOT / name, schema=engine.schema)
    case = next(islice(cases, int(line) - 1, None))
    assert not isinstance(case, InputError)
    return case


def compared(plan: Plan) -> dict[str, Any]:
    """Return what is compared of a plan."""
    violations = {f.field for f in plan.findings if f.severity == "Violation"}
    return {
        "conforms": plan.conforms,
        "violations": sorted(violations),
        "warnings": compared_findings(plan, "Warning"),
        "infos": compared_findings(plan, "Info"),
        "recommendations": [
            {
                "id": row.id,
                "verdict": row.verdict,
                "status": row.status,
                "missing": [list(paths) for paths in row.missing],
                "foci": [compared_focus(focus) for focus in row.foci],
            }
            for row in plan.recommendations
        ],
        "gaps": list(plan.gaps),
        "nextQuestions": [question.to_dict() for question in plan.next_questions],
    }


def compared_findings(plan: Plan, severity: str) -> list[dict[str, str | None]]:
    """Return the findings of one severity without their texts.

    Whether a warning that uses a verdict is reported for an invalid case is left open.
    """
    found = [
        {"statement": f.statement, "field": f.field, "focus": f.focus}
        for f in plan.findings
        if f.severity == severity and (plan.conforms or f.statement not in USES_A_VERDICT)
    ]
    return sorted(found, key=lambda f: (f["statement"] or "", f["field"] or "", f["focus"] or ""))


def compared_focus(focus: Focus) -> dict[str, Any]:
    return {
        "focus": focus.focus,
        "verdict": focus.verdict,
        "status": focus.status,
        "supersededBy": list(focus.superseded_by),
        "challengedBy": list(focus.challenged_by),
        "actions": [compared_action(action) for action in focus.actions],
        "missing": [list(paths) for paths in focus.missing],
    }


def compared_action(action: Action) -> dict[str, Any]:
    body = action.to_dict()
    return {key: body[key] for key in ("type", "done", "planned", "last", "dueFrom", "dueBy")}


def differences(wanted: Any, found: Any, where: str = "") -> Iterator[str]:
    """Name each place in which two answers differ."""
    if isinstance(wanted, dict) and isinstance(found, dict) and wanted.keys() == found.keys():
        for key in wanted:
            yield from differences(wanted[key], found[key], f"{where}/{key}")
    elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        for place, (left, right) in enumerate(zip(wanted, found, strict=True)):
            name = left.get("id") or left.get("focus") if isinstance(left, dict) else None
            yield from differences(left, right, f"{where}/{name or place}")
    elif wanted != found:
        yield f"{where}: {found!r}, expected {wanted!r}"


def test_there_are_cases() -> None:
    assert len(FOLDERS) > 50


def test_every_example_has_its_plan_on_file() -> None:
    named = {expectation(folder).get("case", "").partition("#")[0] for folder in FOLDERS} - {""}
    files = [
        path.relative_to(ROOT).as_posix()
        for path in EXAMPLES.rglob("*")
        if path.suffix in (".json", ".ttl", ".ndjson")
    ]
    assert sorted(named) == sorted(files)


def test_every_line_of_the_cohort_has_its_plan_on_file() -> None:
    lines = (EXAMPLES / "cohort.ndjson").read_text(encoding="utf-8").splitlines()
    wanted = {f"examples/cohort.ndjson#{number}" for number in range(1, len(lines) + 1)}
    assert wanted <= {expectation(folder).get("case", "") for folder in FOLDERS}


def test_every_example_is_in_the_table_of_examples() -> None:
    table = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    missing = [path.name for path in EXAMPLES.glob("*.*") if f"`{path.name}`" not in table]
    assert missing == ["README.md"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_plan_is_the_one_on_file(folder: Path, engine: Engine) -> None:
    expected = expectation(folder)
    plan = engine.derive(read(folder, engine), as_of=date.fromisoformat(expected["asOf"]))
    assert list(differences(expected["answer"], compared(plan))) == []


@pytest.mark.parametrize(
    "folder",
    [folder for folder in FOLDERS if folder.name.startswith("mistake-")],
    ids=lambda folder: folder.name,
)
def test_a_mistake_is_refused_with_words(folder: Path, engine: Engine) -> None:
    plan = engine.derive(read(folder, engine), as_of=date(2026, 3, 31))
    assert not plan.conforms
    assert all(f.found and f.expected and f.message for f in plan.findings)


@pytest.mark.parametrize(
    "folder",
    [folder for folder in FOLDERS if folder.name.startswith("caution-")],
    ids=lambda folder: folder.name,
)
def test_a_caution_is_reported_and_the_plan_is_made(folder: Path, engine: Engine) -> None:
    plan = engine.derive(read(folder, engine), as_of=date(2026, 3, 31))
    assert plan.recommendations
    assert any(f.severity == "Warning" and f.statement for f in plan.findings)
