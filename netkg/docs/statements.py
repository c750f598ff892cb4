"""Write what the guideline says: all statements in one table, then each in full."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final

import pyoxigraph as ox

from netkg.docs.dependencies import Dependencies
from netkg.docs.knowledge import Knowledge
from netkg.docs.pages import Anchor, Page, code, escape
from netkg.docs.repetition import repetition
from netkg.docs.terms import facts
from netkg.docs.wording import population_outline, population_sentence
from netkg.namespaces import DCTERMS, NETKG, SKOS
from netkg.ontology.guideline import Statement
from netkg.ontology.schema import netkg
from netkg.render.words import section_paths
from netkg.render.words import sentence as capital
from netkg.suggestions import listed

__all__ = ["statements_page"]

_COLUMNS: Final = ("Statement", "Applies to", "Asks for", "Kind", "Source", "More")
_LEVELS: Final = {"case": "judged once for the case", "tumor": "judged at each tumour"}
# What the paragraphs of a statement tell; the rest of its properties follow as they are.
_TOLD: Final = frozenset(
    {
        DCTERMS + "identifier",
        DCTERMS + "source",
        SKOS + "scopeNote",
        *(
            NETKG + name
            for name in (
                "actionGroup",
                "actions",
                "appliesTo",
                "citation",
                "greatestMonths",
                "inSection",
                "leastMonths",
                "level",
                "modality",
                "position",
                "preferredAction",
                "readingNote",
                "supersedes",
                "takesIntervalOf",
            )
        ),
    }
)


def statements_page(knowledge: Knowledge, dependencies: Dependencies) -> Page:
    """Write the page of all statements."""
    page = Page("statements.md", "Statements")
    rows = knowledge.catalogue.statements
    carrying = len(knowledge.catalogue.verdict_bearing)
    page.add(
        f"The guideline is read as {len(rows)} statements, of which {carrying} get a verdict"
        " for a case. The rest are definitions and evidence. Who is meant stands under"
        " *applies to*, in the words of the ontology; each term is a link to its meaning."
        " A *reading* is ours and not said by the text; a *caveat* is what to know of a"
        " statement before it is used. Both stand in full at the statement."
        f" Where the text is silent or at fault stands on the page of"
        f" {page.link(Anchor('guideline.md'), 'the guideline')}."
    )
    page.items(
        [
            "[All statements](#all)",
            "[What gives way to what](#supersession)",
            *(
                f"[{heading}](#{anchor}): " + ", ".join(f"[{row.id}](#{row.id})" for row in members)
                for heading, anchor, members in _sections(knowledge)
            ),
        ]
    )
    page.heading("All statements", "all")
    page.table(_COLUMNS, (_row(knowledge, page, row) for row in rows))
    page.heading("What gives way to what", "supersession")
    page.add(
        "A statement in force at a tumour sets aside those that it supersedes there, whatever"
        " its status. While it is undetermined it does not, but the plan names it as the"
        " challenger of each of them that applies."
    )
    page.table(
        ("Statement", "gives way to"),
        (
            (_named(page, row), knowledge.statements(page, above))
            for row in rows
            if (above := _ids(knowledge, row, "supersedes", inverse=True))
        ),
    )
    for heading, anchor, members in _sections(knowledge):
        page.heading(heading, anchor)
        for row in members:
            _detail(knowledge, page, row, dependencies)
    return page


def _sections(knowledge: Knowledge) -> Iterator[tuple[str, str, list[Statement]]]:
    """Yield heading, anchor and statements of each section, in the order of the document."""
    for section, rows in groupby(knowledge.catalogue.statements, lambda row: row.section):
        yield _section(knowledge, section), _anchor(section), list(rows)


def _anchor(section: str) -> str:
    return f"section-{section.replace('/', '-')}"


def _section(knowledge: Knowledge, section: str, *, whole: bool = True) -> str:
    """Name a section with those that it is part of, or alone."""
    labels = knowledge.catalogue.section_labels
    shown = section_paths(section) if whole else [section]
    return " / ".join(escape(capital(labels.get(path, path))) for path in shown)


def _named(page: Page, row: Statement) -> str:
    return f"{page.link(Anchor('statements.md', row.id), row.id)} {escape(row.label)}"


def _row(knowledge: Knowledge, page: Page, row: Statement) -> tuple[str, ...]:
    section = f"[{_section(knowledge, row.section, whole=False)}](#{_anchor(row.section)})"
    cited = ", ".join(_references(page, row))
    superseded = knowledge.statements(page, _ids(knowledge, row, "supersedes"))
    notes = [
        f"{count} {word}{'s' * (count > 1)}"
        for count, word in ((len(row.caveats), "caveat"), (len(row.reading_notes), "reading"))
        if count
    ]
    more = [
        *([f"supersedes {superseded}"] if superseded else []),
        *([f"[{', '.join(notes)}](#{row.id})"] if notes else []),
    ]
    return (
        f"**[{row.id}](#{row.id})**<br>{escape(capital(row.label))}",
        _population(knowledge, page, row),
        "<br>".join(_actions(knowledge, page, row)),
        "<br>".join(_kind(row)),
        "<br>".join([section, *([f"ref. {cited}"] if cited else [])]),
        "<br>".join(more),
    )


def _kind(row: Statement) -> list[str]:
    level = _LEVELS[row.level] if row.level else "no verdict"
    return [row.kind, *([row.modality] if row.modality != "none" else []), level]


def _population(knowledge: Knowledge, page: Page, row: Statement) -> str:
    population = _class(knowledge, row)
    return "" if population is None else population_sentence(knowledge, page, population)


def _class(knowledge: Knowledge, row: Statement) -> ox.NamedNode | None:
    found = knowledge.schema.one(row.node, netkg("appliesTo"))
    return found if isinstance(found, ox.NamedNode) else None


def _references(page: Page, row: Statement) -> list[str]:
    return [page.link(Anchor("guideline.md", f"reference-{n}"), escape(n)) for n in row.citations]


def _ids(
    knowledge: Knowledge, row: Statement, property_: str, *, inverse: bool = False
) -> list[str]:
    schema = knowledge.schema
    found = (
        schema.subjects(netkg(property_), row.node)
        if inverse
        else schema.objects(row.node, netkg(property_))
    )
    nodes = set(found)
    return [other.id for other in knowledge.catalogue.statements if other.node in nodes]


def _actions(knowledge: Knowledge, page: Page, row: Statement) -> Iterator[str]:
    names = [knowledge.link(page, netkg(name)) for name in row.actions]
    if names:
        choice = f"{row.group} of " if len(names) > 1 else ""
        yield choice + listed(names, "or" if row.group == "any" else "and")
    if row.preferred:
        yield f"rather {knowledge.link(page, netkg(row.preferred))}"
    repeated = repetition(knowledge, page, row)
    if repeated:
        yield repeated
    if row.record_items:
        paths = [
            page.link(Anchor("fields.md", item.path), code(item.path)) for item in row.record_items
        ]
        yield f"record {listed(paths)}"


def _who(knowledge: Knowledge, page: Page, row: Statement) -> list[str]:
    """Tell for whom a statement holds, as one line or as a nested list."""
    population = _class(knowledge, row)
    if population is None:
        return []
    first, *below = population_outline(knowledge, page, population) or [""]
    if not below:
        return [f"**applies to** {population_sentence(knowledge, page, population)}"]
    noun = "tumors" if row.level == "tumor" else "cases"
    return [f"**applies to** {noun}: {first}", *(f"  {line}" for line in below)]


def _detail(knowledge: Knowledge, page: Page, row: Statement, dependencies: Dependencies) -> None:
    page.heading(f"{row.id}: {escape(capital(row.label))}", row.id, level=3)
    page.add(escape(row.definition))
    lines = [f"**kind**: {', '.join(_kind(row))}", *_who(knowledge, page, row)]
    actions = "; ".join(_actions(knowledge, page, row))
    lines += [f"**asks for**: {actions}"] if actions else []
    for words, property_, inverse in (
        ("supersedes", "supersedes", False),
        ("gives way to", "supersedes", True),
        ("backed by", "supports", True),
    ):
        ids = _ids(knowledge, row, property_, inverse=inverse)
        lines += [f"**{words}**: {knowledge.statements(page, ids)}"] if ids else []
    lines += facts(knowledge, page, row.node, without=_TOLD)
    lines += [f"**references**: {', '.join(_references(page, row))}"] if row.citations else []
    lines += [f"**caveat**: {escape(note)}" for note in row.caveats]
    lines += [f"**reading**: {escape(note)}" for note in row.reading_notes]
    fields = dependencies.of_statement(row)
    if fields:
        links = (page.link(Anchor("fields.md", path), code(path)) for path in fields)
        lines.append(f"**decided by the fields**: {', '.join(links)}")
    page.items(lines)
