"""Run the notebook of the examples, and write its outputs.

    python tools/run_notebook.py [--check]

With ``--check`` nothing is written; the cells whose outputs would change are listed, and the
exit status is 1 if there are any.
"""

import difflib
import json
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

import nbformat
from nbclient import NotebookClient

NOTEBOOK: Final = Path(__file__).resolve().parent.parent / "examples" / "netkg.ipynb"
# What differs from one machine to the next.
OF_THE_MACHINE: Final = ("execution",)


def run(notebook: Any) -> Any:
    """Return the notebook with the outputs of a new run, without traces of the machine."""
    done = deepcopy(notebook)
    folder = {"metadata": {"path": str(NOTEBOOK.parent)}}
    client = NotebookClient(done, timeout=120, kernel_name="python3", resources=folder)
    client.extra_arguments = ["--log-level=ERROR"]
    client.execute()
    done.metadata = notebook.metadata
    for cell in done.cells:
        cell.metadata = {
            key: each for key, each in cell.metadata.items() if key not in OF_THE_MACHINE
        }
    return done


def changed(before: Any, after: Any) -> Iterator[str]:
    """Yield the cells whose outputs differ, each with the lines that do."""
    for old, new in zip(before.cells, after.cells, strict=True):
        texts = [
            json.dumps(
                cell.get("outputs"), ensure_ascii=False, indent=1, sort_keys=True
            ).splitlines()
            for cell in (old, new)
        ]
        if texts[0] != texts[1]:
            lines = difflib.unified_diff(*texts, "committed", "new", lineterm="", n=0)
            yield "\n".join((f"cell {new.id}:", *(line[:200] for line in lines)))


def main() -> int:
    """Run the notebook; return 1 if its outputs are to be written again."""
    before = nbformat.read(NOTEBOOK, as_version=4)
    after = run(before)
    if sys.argv[1:] != ["--check"]:
        nbformat.write(after, NOTEBOOK)
        return 0
    found = list(changed(before, after))
    if found:
        sys.stderr.write("\n".join([*found, "Run: python tools/run_notebook.py\n"]))
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
