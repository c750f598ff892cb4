"""The parts of a plan in words: actions, windows, reasons, what would decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from netkg.case.finding import Finding
from netkg.ontology.document import Guideline
from netkg.plan.model import Action, Focus, Recommendation, RecordedEvent
from netkg.suggestions import listed, sentence

__all__ = [
    "QUIET",
    "action_line",
    "case_name",
    "described",
    "document",
    "event_words",
    "finding_words",
    "open_actions",
    "place_words",
    "references",
    "section_labels",
    "section_names",
    "section_paths",
    "source_words",
    "since",
    "status_word",
    "superseded",
    "when",
]


# How the status of an event on record is said, by its label; the date follows.
_SINCE: Final = {"active": "{} since", "completed": "", "planned": "{} for"}
# Statuses of a step that asks for nothing now, so that its definition is left out.
QUIET: Final = frozenset({"done", "superseded", "closed"})


def case_name(id_: str) -> str:
    """Return the name to show for a case."""
    return id_ or "(case without id)"


def action_name(action_type: str, labels: Mapping[str, str]) -> str:
    """Return the name of an action: the label of its type, or the field to record.

    >>> labels = {"MRIScan": "MRI scan", "ki67Percent": "Ki-67 index"}
    >>> action_name("MRIScan", labels), action_name("tumors.ki67Percent", labels)
    ('MRI scan', 'record the Ki-67 index')
    """
    name = action_type.rpartition(".")[2]
    label = labels.get(name, name)
    return f"record the {label}" if action_type[:1].islower() else label


def action_line(action: Action, labels: Mapping[str, str], as_of: str = "") -> str:
    """Return an action on one line: a mark (x done, ~ planned), its name, its dates.

    Without an evaluation date, a window is not said to be over.

    >>> action = Action("MRIScan", "any", False, False, "2025-08-31", "2026-02-28", "2026-08-31")
    >>> action_line(action, {"MRIScan": "MRI scan"}, "2026-03-31")
    '[ ] MRI scan: last 2025-08-31, due from 2026-02-28 to 2026-08-31'
    """
    mark = "x" if action.done else "~" if action.planned else " "
    dates = []
    if action.planned:
        dates.append("planned")
    if action.last:
        dates.append(f"last {action.last}")
    if action.due_from and action.due_by:
        dates.append(
            f"was due by {action.due_by}"
            if action.due_by < as_of
            else f"due from {action.due_from} to {action.due_by}"
        )
    tail = f": {', '.join(dates)}" if dates else ""
    return f"[{mark}] {action_name(action.type, labels)}{tail}"


def open_actions(actions: Sequence[Action], labels: Mapping[str, str]) -> str:
    """Return the names of the actions that are not done yet, each once.

    >>> rows = [Action(t, "any", False, False, None, None, None) for t in ("TACE", "TAE")]
    >>> open_actions(rows, {})
    'TACE or TAE'
    """
    names = dict.fromkeys(action_name(a.type, labels) for a in actions if not a.done)
    return listed(names, "or" if actions and actions[0].group == "any" else "and")


def when(status: str, actions: Sequence[Action], as_of: str) -> tuple[str, str]:
    """Return by when a step is due: a day to sort by, and words.

    A window that has not begun says nothing about a step that is due, and one
    part without a window makes the whole step due now.

    >>> action = Action("MRIScan", "any", False, False, "2025-08-31", "2026-02-28", "2026-08-31")
    >>> when("due", [action], "2026-03-31")
    ('2026-08-31', 'by 2026-08-31')
    """
    begun = [a.due_by for a in actions if a.due_from and a.due_by and a.due_from <= as_of]
    undated = any(not a.done and a.due_by is None for a in actions)
    alternatives = bool(actions) and actions[0].group == "any"
    if not begun or (status == "due" and undated and not alternatives):
        return "", ""
    day = min(begun)
    return day, f"was due by {day}" if status == "overdue" else f"by {day}"


def status_word(kind: str, status: str) -> str:
    """Return the status of a statement of this kind as people see it.

    What asks for nothing is not due: an alert that applies is shown as an alert.

    >>> status_word("alert", "due"), status_word("recommendation", "due")
    ('alert', 'due')
    """
    return "alert" if (kind, status) == ("alert", "due") else status


def references(citations: Sequence[str]) -> str:
    """Return the references of a statement in words.

    >>> references(["2"]), references(["1", "2"]), references([])
    ('reference 2', 'references 1, 2', '')
    """
    if not citations:
        return ""
    return f"reference{'s' if len(citations) > 1 else ''} {', '.join(citations)}"


def source_words(row: Recommendation, labels: Mapping[str, str]) -> list[str]:
    """Return the strength of a statement, its section and its references, as far as it has them."""
    strength = "" if row.modality in ("none", "alert") else row.modality
    section = section_names(row.section, labels) if row.section else ""
    return [words for words in (strength, section, references(row.citations)) if words]


def section_paths(section: str) -> list[str]:
    """Return the path of a section and the paths above it, the top one first.

    >>> section_paths("Treatment/Localized")
    ['Treatment', 'Treatment/Localized']
    """
    steps = section.split("/")
    return ["/".join(steps[: end + 1]) for end in range(len(steps))]


def section_labels(section: str, labels: Mapping[str, str]) -> list[str]:
    """Return the labels of a section and those above it, or their names without labels."""
    return [sentence(labels.get(path, path.rpartition("/")[2])) for path in section_paths(section)]


def section_names(section: str, labels: Mapping[str, str]) -> str:
    """Return the labels of a section and those above it as one name.

    >>> section_names("Treatment/Localized", {"Treatment/Localized": "localized disease"})
    'Treatment / Localized disease'
    """
    return " / ".join(section_labels(section, labels))


def finding_words(finding: Finding) -> tuple[str, str]:
    """Return where a finding is, and what was found and expected there."""
    place = " · ".join(filter(None, (finding.focus, finding.field, finding.statement)))
    facts = (("found", finding.found), ("expected", finding.expected))
    return place, "; ".join(f"{name} {words}" for name, words in facts if words)


def place_words(finding: Finding) -> str:
    """Return where the value of a finding is in the input: its line, or else its pointer.

    >>> place_words(Finding("Info", "c", "sex", "x", "y", "z", None, "/sex", 4))
    'line 4'
    """
    if finding.line is not None:
        return f"line {finding.line}"
    return f"at {finding.pointer}" if finding.pointer else ""


def described(term: str, labels: Mapping[str, str], descriptions: Mapping[str, str]) -> str:
    """Return the label and the description of a term, as far as there are any.

    >>> described("GAP-X", {"GAP-X": "a gap"}, {"GAP-X": "Not covered."})
    'A gap: Not covered.'
    """
    return ": ".join(filter(None, (sentence(labels.get(term, "")), descriptions.get(term))))


def document(guideline: Guideline) -> list[tuple[str, str]]:
    """Return the names and values that identify a guideline."""
    version = f", version {guideline.version}" if guideline.version else ""
    name = sentence(guideline.label or guideline.iri)
    return [("Guideline", name + version), ("Review status", guideline.review_status)]


def since(status: str, label: str) -> str:
    """Return the words for the status of an event ahead of its date.

    >>> since("active", "in use"), since("completed", "done"), since("stopped", "stopped")
    ('in use since', '', 'stopped')
    """
    return _SINCE.get(status, "{}").format(label)


def event_words(event: RecordedEvent) -> str:
    """Return a treatment or a test on record with its status and its date."""
    status = since(event.status, event.status)
    when = f"{status} {event.date}" if event.date else f"{event.status}, without a date"
    return f"{event.name}: {when.strip()}"


def superseded(focus: Focus) -> list[str]:
    """Return what supersedes a statement at a focus, and what may yet do so."""
    notes = []
    if focus.superseded_by:
        notes.append(f"superseded by {', '.join(focus.superseded_by)}")
    if focus.challenged_by:
        rivals = ", ".join(focus.challenged_by)
        notes.append(f"would be superseded by {rivals}, which is undetermined")
    return notes
