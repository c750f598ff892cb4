"""Compiled programs between processes, in a folder that only the user can write.

A program is kept under the hash of all that it is made from: the sources, the compiler and the
version of Python. The file begins with the hash of its own content. Whatever is wrong with the
folder or with a file, the program is compiled again: the cache is never needed.
"""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import os
import stat
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import platformdirs
import pyoxigraph as ox

__all__ = ["Cache", "key_of"]

_DIGEST: Final = hashlib.sha256().digest_size
_MODULES: Final = ("case", "compiler", "ontology", "reasoning", "validation")
# Older programs than these are removed.
_MOST: Final = 16
# The ending of a file that is being written.
_PART: Final = ".part"


def key_of(sources: Iterable[Path], *more: str) -> str:
    """Return the hash of files and texts, of the modules of the compiler, and of the Python."""
    versions = f"{more} {sys.version} {sys.implementation.cache_tag} {ox.__version__}"
    digest = hashlib.sha256(versions.encode())
    package = Path(__file__).parent.parent
    own = [path for name in _MODULES for path in (package / name).rglob("*.py")]
    for path in (*sorted(own), package / "namespaces.py", *sorted(sources)):
        content = path.read_bytes()
        # The folder, too: a query is a rule or a plan query by its place.
        digest.update(f"{path.parent.name}/{path.name} {len(content)} ".encode() + content)
    return digest.hexdigest()


class Cache:
    """The folder of the compiled programs; the environment variable NETKG_CACHE names another.

    It is empty to do without one.
    """

    def __init__(self) -> None:
        named = os.environ.get("NETKG_CACHE")
        own = platformdirs.user_cache_path("netkg", appauthor=False)
        self._folder = own if named is None else Path(named) if named else None

    def read(self, key: str) -> Any:
        """Return what was kept under a key, or None."""
        if self._folder is None:
            return None
        with contextlib.suppress(OSError, ValueError, EOFError, TypeError):
            path = self._folder / f"{key}.program"
            if _is_own(self._folder) and _is_own(path):
                content = path.read_bytes()
                digest, body = content[:_DIGEST], content[_DIGEST:]
                if hashlib.sha256(body).digest() == digest:
                    return marshal.loads(body)
        return None

    def write(self, key: str, program: Any) -> None:
        """Keep a program, if it can be kept."""
        if self._folder is None:
            return
        with contextlib.suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not _is_own(self._folder):
                return
            body = marshal.dumps(program)
            # Another process may read or write the same program at the same time.
            handle, name = tempfile.mkstemp(dir=self._folder, suffix=_PART)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(hashlib.sha256(body).digest() + body)
                Path(name).replace(self._folder / f"{key}.program")
            finally:
                Path(name).unlink(missing_ok=True)
            self._remove_older(self._folder)

    def _remove_older(self, folder: Path) -> None:
        for ending in (".program", _PART):
            kept = sorted(folder.glob(f"*{ending}"), key=lambda path: path.stat().st_mtime)
            for path in kept[:-_MOST]:
                path.unlink()


def _is_own(path: Path) -> bool:
    """Return whether a file or folder belongs to the user, and nobody else can write it."""
    found = path.lstat()
    if stat.S_ISLNK(found.st_mode):
        return False
    if not hasattr(os, "getuid"):
        return True
    return found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
