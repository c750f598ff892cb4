"""The tools of others that the tests run: JavaScript on Node, reasoners on Java.

``make test-sample`` and ``make test-all`` install them; without one, its tests are skipped.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

__all__ = ["node", "require_java", "require_node", "require_sssom"]

FOLDER = Path(__file__).parent / "interop"
LIMIT = 600


def require_node() -> str:
    """Return the path of Node; skip the test without it, or without the tools."""
    program = shutil.which("node")
    if program is None:
        pytest.skip("there is no Node.js here")
    if not (FOLDER / "node_modules").is_dir():
        pytest.skip("the JavaScript tools are not installed; make test-sample installs them")
    return program


def node(script: str, *arguments: str | Path) -> str:
    """Run a script of ``tests/interop`` on Node, and return its standard output."""
    command = [require_node(), str(FOLDER / script), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def require_java() -> str:
    """Return the path of Java; skip the test without it."""
    program = shutil.which("java")
    if program is None:
        pytest.skip("there is no Java here")
    return program


def require_sssom() -> str:
    """Return the path of the program sssom; skip the test without it."""
    own = Path(sys.prefix) / "sssom" / "bin" / "sssom"
    program = str(own) if own.is_file() else shutil.which("sssom")
    if program is None:
        pytest.skip("sssom is not installed; make test-sample installs it")
    return program
