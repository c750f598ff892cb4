"""Put Turtle files into the layout of the project.

    python tools/format_turtle.py [--check] [FILE...]

Without files, all Turtle files of the project are formatted. With ``--check`` nothing is
written; the files that would change are listed, and the exit status is 1 if there are any.

Prefixes are sorted, each predicate and the final dot have a line of their own, and the
predicates of a term or a shape come in the order of ``ORDER``. Comments and the order of
blocks stay, and line breaks in lists, blank nodes and between objects, too.
"""

import re
import sys
from itertools import pairwise
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
# The predicates of terms and shapes in their order; "*" is every other predicate.
ORDER: Final = {
    name: place
    for place, name in enumerate(
        (
            "a",
            "rdfs:subClassOf",
            "rdfs:subPropertyOf",
            "sh:targetClass",
            "sh:targetObjectsOf",
            "sh:targetSubjectsOf",
            "rdfs:domain",
            "schema:domainIncludes",
            "rdfs:range",
            "sh:path",
            "rdfs:label",
            "sh:name",
            "skos:altLabel",
            "skos:hiddenLabel",
            "skos:definition",
            "sh:description",
            "skos:example",
            "skos:scopeNote",
            "skos:editorialNote",
            "sh:severity",
            "*",
            "sh:message",
            "nets:field",
            "nets:remedy",
            "nets:expected",
            "nets:found",
            "nets:restsOn",
            "dcterms:source",
            "dcterms:isPartOf",
            "rdfs:isDefinedBy",
        )
    )
}
PREDICATE: Final = re.compile(r" ;\n    (?=[^\s\])])")
TOKEN: Final = re.compile(
    r"""\#[^\n]*                                                               # comment
    | (?:\"{3}.*?\"{3}|"(?:[^"\\\n]|\\.)*")(?:@[\w-]+|\^\^(?:<[^<>\s]*>|[\w:-]+))?  # literal
    | <[^<>\s]*> | \[\s*\] | [\[\]();,] | \.(?=\s|$)
    | [^\s\[\]();,."<]+(?:\.[^\s\[\]();,."<]+)*                                # name or number
    """,
    re.VERBOSE | re.DOTALL,
)


def laid_out(tokens: list[re.Match[str]]) -> str:
    """Return a statement with line breaks and indents as the project has them."""
    block, indent = tokens[0][0], 0
    opened: list[tuple[str, int]] = []  # open brackets, each with the indent of its line
    for before, token in pairwise(tokens[:-1]):
        last, word = before[0], token[0]
        gap = token.string.count("\n", before.end(), token.start())
        verb = before is tokens[0] or last == ";" or last.startswith("#")
        level = opened[-1][1] + 4 if opened else 4
        if word in ("]", ")"):
            level = opened.pop()[1]
        elif not (verb or last in ("[", "(") or (opened and opened[-1][0] == "(")):
            level += 4  # an object on a line of its own
        if gap or (verb and not opened):
            indent = level
            block += "\n" * (2 if gap > 1 and word.startswith("#") else 1) + " " * indent + word
        else:
            block += " " + word
        if word in ("[", "("):
            opened.append((word, indent))
    return f"{block}\n."


def ordered(block: str) -> str:
    """Return a statement with its predicates in the order of the project."""
    subject, _, body = block.removesuffix("\n.").partition("\n    ")
    parts = PREDICATE.split(body)
    if any(part.startswith(("rdfs:label ", "sh:message ")) for part in parts):
        body = " ;\n    ".join(
            sorted(parts, key=lambda part: ORDER.get(part.split()[0], ORDER["*"]))
        )
    return f"{subject}\n    {body}\n."


def formatted(text: str) -> str:
    """Return a Turtle document in the layout of the project."""
    prefixes, body, found, end = list[str](), "", list[re.Match[str]](), 0
    for token in TOKEN.finditer(text):
        found.append(token)
        comment = found[0][0].startswith("#")
        if comment or token[0] == ".":
            separate = body[-1:] == "." or text.count("\n", end, found[0].start()) > 1
            if found[0][0] == "@prefix":
                prefixes.append(" ".join(each[0] for each in found))
            else:
                block = token[0] if comment else ordered(laid_out(found))
                body += ("\n\n" if separate else "\n") + block
            found, end = [], token.end()
    if found or TOKEN.sub("", text).strip():
        raise ValueError("not Turtle, or not Turtle that the formatter knows")
    return "\n".join([*sorted(prefixes), "", body.strip(), ""])


def main() -> int:
    """Format files, or list those that are not formatted."""
    check = "--check" in sys.argv
    files = [Path(word) for word in sys.argv[1:] if word != "--check"] or [
        file
        for name in ("examples", "ontology", "shapes", "tests")
        for file in sorted((ROOT / name).rglob("*.ttl"))
        # What the fuzz harness tries stays as it is, and what others made.
        if not {"corpus", "node_modules"} & set(file.parts)
    ]
    changed = {
        file: new
        for file in files
        if (new := formatted(old := file.read_text(encoding="utf-8"))) != old
    }
    for file, text in changed.items():
        print(f"{file}: {'not ' if check else ''}formatted")  # noqa: T201
        if not check:
            file.write_text(text, encoding="utf-8")
    return int(check and bool(changed))


if __name__ == "__main__":
    sys.exit(main())
