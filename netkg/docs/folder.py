"""Compare pages with those of a folder, and update the folder.

Only files that begin with the mark of a written page are ever changed or
removed: what somebody wrote by hand stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from netkg.docs.pages import MARK
from netkg.errors import InputError

__all__ = ["Changes", "check_pages", "write_pages"]


@dataclass(frozen=True, slots=True)
class Changes:
    """Name the pages that are new, that say something else, and that no longer belong."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    def __bool__(self) -> bool:
        """Tell whether the folder is out of date."""
        return bool(self.new or self.changed or self.removed)

    def lines(self) -> list[str]:
        """Give a line for each page, sorted by its path."""
        words = (("new", self.new), ("changed", self.changed), ("removed", self.removed))
        found = [(path, word) for word, paths in words for path in paths]
        return [f"{word:<8} {path}" for path, word in sorted(found)]


def check_pages(pages: Mapping[str, str], folder: Path) -> Changes:
    """Tell in what a folder differs from the pages.

    Raises:
        InputError: if a page would take the place of a file that was written by hand,
            or a file cannot be read.
    """
    new, changed = [], []
    for path, text in pages.items():
        found = _read(folder / path)
        if found is None:
            new.append(path)
        elif found != text:
            if not found.startswith(MARK):
                raise InputError(
                    "was not written by netkg docs, and stays as it is",
                    source=str(folder / path),
                    expected="a folder for written pages alone",
                )
            changed.append(path)
    # Only where pages belong: below some other folder may lie the pages of another ontology.
    homes = {folder, *((folder / path).parent for path in pages)}
    homes |= {home.parent for home in homes if home != folder}
    files = (file for home in homes for file in home.glob("*.md") if file.is_file())
    there = {file.relative_to(folder).as_posix(): file for file in files}
    removed = [
        path
        for path in sorted(there.keys() - pages.keys())
        if there[path].read_bytes().startswith(MARK.encode())
    ]
    return Changes(tuple(sorted(new)), tuple(sorted(changed)), tuple(removed))


def write_pages(pages: Mapping[str, str], folder: Path) -> Changes:
    """Update a folder, and tell what was changed.

    Raises:
        InputError: as for :func:`check_pages`; nothing is written then.
        OSError: if a file cannot be written.
    """
    changes = check_pages(pages, folder)
    for path in (*changes.new, *changes.changed):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(pages[path], encoding="utf-8", newline="\n")
    for path in changes.removed:
        (folder / path).unlink()
    return changes


def _read(file: Path) -> str | None:
    """Read a file without touching its line ends; None if there is none."""
    try:
        return file.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise InputError("is not UTF-8", source=str(file), expected="a page") from None
