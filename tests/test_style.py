"""Find phrases that make readers stumble, in every text and name of the project.

Each pattern is exact: words that are right English in another meaning ("before",
"hold", "reading a file") pass. An underscore separates words, so names are checked too.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from house_files import ROOT

# Texts of others, kept as published, and this file, which lists the phrases.
OTHERS = re.compile(r"LICENSE|tests/test_style\.py|.*\.(?:min\.js|LICENSE|svg|png|csv)$")


@dataclass(frozen=True)
class Phrase:
    r"""A pattern to avoid, what to write instead, a text that it catches and one that passes.

    In a pattern, ``\s`` matches an underscore too.
    """

    pattern: str
    instead: str
    caught: str
    passes: str

    def search(self, text: str) -> list[str]:
        """Return each match with the number of its line."""
        pattern = self.pattern.replace(r"\s", r"[\s_]")
        whole = rf"(?<![A-Za-z])(?:{pattern})(?![A-Za-z])"
        return [
            f"{text.count(chr(10), 0, found.start()) + 1}: {' '.join(found[0].split())!r}"
            for found in re.finditer(whole, text)
        ]


PHRASES = (
    Phrase(
        "[Tt]ell(?:s|ing)?|told",
        "show, list, report, describe",
        "The help tells the rest.",
        "The answer is intelligible.",
    ),
    Phrase(
        r"(?:[Ss]tands?|stood)(?!\s(?:for|out))",
        "is, appears, is recorded",
        "The notice stands below the table.",
        "TACE stands for transarterial chemoembolization, as you understand.",
    ),
    Phrase(
        '"""(?:Be|Give|Hold|Let|Say)',
        "Return ..., another imperative verb, or a noun phrase",
        '"""Give the plan of a case."""',
        '"""Return the plan of a case."""',
    ),
    Phrase(
        r"hold(?:s|ing)?\s(?:an?|all|each|every|its|one|the|their|what)",
        "contain, store",
        "The file holds the statements.",
        "The condition holds for all tumors.",
    ),
    Phrase(
        r"(?<![Tt]here\s)(?:are|be|is|was)\s(?:no|none|nothing\sto)"
        r"(?!\s(?:earlier|fewer|later|less|longer|more))",
        "is not a ..., unknown ..., not valid",
        "graph is no scope",
        "There is no such file, and it is no longer needed.",
    ),
    Phrase(
        r"of\s(?:what|which|whom)",
        "an if- or when-clause, then subject, verb, object",
        "cases, of which one is invalid",
        "the case which is invalid",
    ),
    Phrase(
        r"[Mm]end(?:ed|ing|s)?|anew|in\svain|at\sodds|[Ww]hoever|lest|alike|apart\sfrom|(?:kept?|told|treated)\sapart",
        "fix, again, without success, inconsistent, anyone who, so that ... not, the same, except",
        "Mend what is marked.",
        "Amend the rule that asks for measurements 180 days apart.",
    ),
    Phrase(
        r"[Jj]udg(?:e|ed|es|ing|ement)",
        "evaluate, evaluation date; clinical judgment",
        "the day of judgement",
        "Decide by clinical judgment.",
    ),
    Phrase(
        r"[Ss]ettl(?:e|ed|es|ing)|[Ww]itness(?:es)?|[Dd]isplac(?:er|ers)|[Tt]ellers?|[Dd]esks?"
        r"|[Bb]ench|lent",
        "resolve, evidence, superseding statement, formatter, checker, pool",
        "The field would settle it.",
        "The benchmark is excellent.",
    ),
    Phrase(
        r"(?:a|one)\s(?:case|file|line|page|row)\sa\s(?:case|file|line|row)|one\sa\s(?:file|line)",
        "one case per line, one per file",
        "NDJSON is one case a line.",
        "NDJSON has one case per line.",
    ),
    Phrase(
        r"(?:a|our|this)\sreadings?(?:\s(?:and|not)|\sof\sthe\s(?:document|guideline|text)|\sis)",
        "interpretation",
        "This is a reading of the text.",
        "A proof is hard reading.",
    ),
    Phrase(
        "[Bb]eside|[Bb]ehind",
        "after, in addition to, next to",
        "the facts behind every verdict",
        "the facts that support every verdict",
    ),
    Phrase(
        r"(?:[Bb]ehavi|[Cc]ol|[Ff]av|[Hh]on|[Ll]ab|[Nn]eighb|[Tt]um)our(?:al|ed|ing|less|s)?"
        r"|(?:[Cc]anonical|[Cc]ategor|[Cc]entral|[Cc]haracter|[Gg]eneral|[Ii]nitial|[Ll]ocal"
        r"|[Mm]aterial|[Mm]axim|[Mm]inim|[Nn]ormal|[Oo]ptim|[Oo]rgan|[Rr]ecogn|[Ss]erial|[Ss]pecial"
        r"|[Ss]tandard|[Ss]ummar|[Uu]til|[Vv]isual)is(?:ations?|e|ed|er|es|ing)"
        r"|[Aa]naemia|[Aa]nalys(?:e|ed|ing)|[Cc]ancell(?:ed|ing)|[Cc]entres?|[Dd]iarrhoea"
        r"|[Ff]ulfils?|[Gg]rey|[Hh]aemato\w+|[Jj]udgement|[Ll]abell(?:ed|ing)|[Ll]icences?"
        r"|[Mm]odell(?:ed|ing)|[Oo]edema|[Oo]esophag\w+|[Pp]rogrammes?",
        "American spelling",
        "a small tumour of grey colour",
        "The labels of a tumor are raised and colored.",
    ),
    Phrase(
        "(?i:guideline|text)\\s(?i:is)\\s(?i:silent)",
        "gap of the guideline",
        "WHERE THE GUIDELINE IS SILENT",
        "GAPS IN THE GUIDELINE",
    ),
)


def texts() -> list[Path]:
    """Return the files under version control whose words are ours."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    names = listed.stdout.split("\0") if listed.returncode == 0 else []
    if not any(names):  # an unpacked source archive
        names = [
            str(path.relative_to(ROOT))
            for folder in ("docs", "examples", "netkg", "ontology", "queries", "shapes", "tests")
            for path in (ROOT / folder).rglob("*")
            if "__pycache__" not in path.parts
        ]
    files = (ROOT / each for each in sorted(names) if each and not OTHERS.match(each))
    return [path for path in files if path.is_file()]


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase.instead)
def test_a_phrase_is_caught_and_right_english_passes(phrase: Phrase) -> None:
    assert phrase.search(phrase.caught)
    assert phrase.search(phrase.caught.replace(" ", "_").replace('"""_', '"""'))
    for other in PHRASES:
        assert not other.search(phrase.passes), other.instead


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase.instead)
def test_no_text_uses_a_phrase_to_avoid(phrase: Phrase) -> None:
    files = texts()
    assert len(files) > 300
    found = {
        str(path.relative_to(ROOT)): hits
        for path in files
        if (hits := phrase.search(path.read_text(encoding="utf-8", errors="replace")))
    }
    assert found == {}, f"write instead: {phrase.instead}"
