"""Write about the document itself: gaps, faults, references, figures, sections."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from netkg.docs.dependencies import Dependencies
from netkg.docs.knowledge import Knowledge
from netkg.docs.pages import Anchor, Page, code, escape, mark
from netkg.docs.wording import population_outline, population_sentence
from netkg.namespaces import DCTERMS, local_name
from netkg.ontology.schema import DEFINITION, NOTATION, netkg
from netkg.render.words import sentence as capital
from netkg.suggestions import listed

__all__ = ["figures", "guideline_page"]

_TITLE = ox.NamedNode(DCTERMS + "title")


def guideline_page(knowledge: Knowledge, dependencies: Dependencies) -> Page:
    """Write the page of the document."""
    document = knowledge.catalogue.document
    page = Page("guideline.md", "The guideline")
    page.add(escape(knowledge.schema.text(ox.NamedNode(document.iri), DEFINITION)))
    page.items(
        [
            f"Document: {code(document.iri)}",
            f"Version: {escape(document.version)}",
            f"Review status: **{escape(document.review_status)}**",
            f"What it says: {page.link(Anchor('statements.md'), 'statements')}",
        ]
    )
    page.add("On this page:")
    headings = {
        "gaps": "Where the text is silent",
        "faults": "Faults of the text",
        "references": "References",
        "figures": "Figures",
        "sections": "Sections",
    }
    page.items(f"[{heading}](#{anchor})" for anchor, heading in headings.items())
    for anchor, heading in headings.items():
        page.heading(heading, anchor)
        {
            "gaps": lambda: _gaps(knowledge, page, dependencies),
            "faults": lambda: _faults(knowledge, page),
            "references": lambda: _references(knowledge, page),
            "figures": lambda: _figures(knowledge, page),
            "sections": lambda: _sections(knowledge, page),
        }[anchor]()
    return page


def _gaps(knowledge: Knowledge, page: Page, dependencies: Dependencies) -> None:
    page.add(
        "A plan lists a gap where its condition is met for certain. Nothing is filled in for it."
    )
    for gap in knowledge.catalogue.gaps:
        page.heading(f"{gap.id}: {escape(capital(gap.label))}", gap.id, level=3)
        page.add(escape(gap.definition))
        condition = knowledge.schema.one(netkg(gap.id), netkg("gapCondition"))
        assert isinstance(condition, ox.NamedNode)
        first, *below = population_outline(knowledge, page, condition) or [""]
        noun = "tumors" if gap.level == "tumor" else "cases"
        fields = dependencies.of_criterion(gap.condition)
        page.items(
            [
                f"**met by** {noun}: {first}"
                if below
                else f"**met by** {population_sentence(knowledge, page, condition)}",
                *(f"  {line}" for line in below),
                f"**decided by the fields**: {_fields(page, fields)}",
            ]
        )


def _fields(page: Page, paths: tuple[str, ...]) -> str:
    return ", ".join(page.link(Anchor("fields.md", path), code(path)) for path in paths)


def _affected(knowledge: Knowledge, page: Page, node: ox.NamedNode) -> str:
    touched = set(knowledge.schema.objects(node, netkg("affects")))
    rows = knowledge.catalogue.statements
    return knowledge.statements(page, [row.id for row in rows if row.node in touched])


def _faults(knowledge: Knowledge, page: Page) -> None:
    schema = knowledge.schema
    page.table(
        ("Fault", "What it is", "Touches"),
        (
            (
                mark(local_name(node.value)) + escape(capital(schema.label(node))),
                escape(schema.text(node, DEFINITION)),
                _affected(knowledge, page, node) or "the whole document",
            )
            for node in schema.instances(netkg("Fault"))
        ),
    )


def _references(knowledge: Knowledge, page: Page) -> None:
    schema = knowledge.schema
    rows = []
    for node in schema.instances(netkg("Reference")):
        number = schema.text(node, NOTATION)
        listed_ = schema.text(node, netkg("resolvable")) == "true"
        title = escape(schema.text(node, _TITLE) or schema.text(node, DEFINITION))
        citing = [row.id for row in knowledge.catalogue.statements if number in row.citations]
        anchor = f"{mark(f'reference-{number}')}{mark(local_name(node.value))}"
        state = "listed" if listed_ else "**cited, but not in the reference list**"
        rows.append((f"{anchor}{number}", title, state, knowledge.statements(page, citing)))
    page.table(("Number", "What it is", "State", "Cited by"), rows)


def _figures(knowledge: Knowledge, page: Page) -> None:
    page.add("Numbers that the text gives in support of a statement.")
    rows = []
    for row in knowledge.catalogue.statements:
        supported = [row.supports] if row.supports else []
        for measure, figure in figures(knowledge, row.node):
            rows.append(
                (
                    knowledge.statements(page, [row.id]),
                    measure,
                    figure,
                    knowledge.statements(page, supported),
                )
            )
    page.table(("Given by", "Measure", "Figure", "Supports"), rows)


def figures(knowledge: Knowledge, statement: ox.NamedNode) -> Iterator[tuple[str, str]]:
    """Yield the figures of a statement: what each counts, and the number or the range."""
    schema = knowledge.schema
    for node in sorted(schema.objects(statement, netkg("figure")), key=str):
        assert isinstance(node, ox.NamedNode)
        ends = [schema.text(node, netkg(end)) for end in ("lower", "upper")]
        numbers = [f"{float(end):g}" for end in dict.fromkeys(ends) if end]
        unit = schema.text(node, netkg("unitOfBounds"))
        yield escape(schema.text(node, netkg("measure"))), escape(f"{listed(numbers, 'to')} {unit}")


def _sections(knowledge: Knowledge, page: Page) -> None:
    schema = knowledge.schema
    place = netkg("position")
    nodes = schema.instances(netkg("Section"))
    rows = []
    for node in sorted(nodes, key=lambda node: int(schema.text(node, place) or 0)):
        path = schema.text(node, NOTATION)
        ids = [row.id for row in knowledge.catalogue.statements if row.section == path]
        rows.append(
            (code(path), escape(capital(schema.label(node))), knowledge.statements(page, ids))
        )
    page.table(("Section", "Label", "Statements"), rows)
