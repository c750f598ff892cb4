"""List the packages of a lock file that have known vulnerabilities.

The advisories come from where pip-audit finds them. A place without a network has none:
then a sentence says so, and the exit status is 0.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

COMMAND = (
    *(sys.executable, "-m", "pip_audit", "--progress-spinner", "off", "--format", "json"),
    *("--no-deps", "--disable-pip", "--requirement"),
)


def summary(output: str) -> tuple[int, Sequence[str]]:
    """Return the exit status and the lines to show for what pip-audit wrote."""
    packages: list[dict[str, Any]] = json.loads(output or "{}").get("dependencies", [])
    audited = [package for package in packages if "vulns" in package]
    if not audited:
        return 0, ["Nothing was audited: no source of advisories can be reached from here."]
    found = [
        f"{package['name']} {package['version']}: {advisory['id']}"
        + (f", fixed in {', '.join(fixed)}" if (fixed := advisory.get("fix_versions")) else "")
        for package in audited
        for advisory in package["vulns"]
    ]
    total = f"{len(audited)} of {len(packages)} packages audited, {len(found)} advisories."
    return int(bool(found)), [*found, total]


def main(lock: str) -> int:
    """Audit a lock file and return the exit status: 1 if there is an advisory."""
    done = subprocess.run([*COMMAND, lock], capture_output=True, text=True, check=False)
    status, lines = summary(done.stdout)
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
