"""Measure how fast a table is imported: CSV and a workbook, with validation.

The rows are those of the example of a registry, repeated with other ids. The peer reads the same
file into a data frame and does nothing with it.
"""

from __future__ import annotations

import argparse
import csv
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pandas as pd

EXAMPLE = Path(__file__).parent.parent / "examples" / "tables"


def main() -> None:
    """Print a line for each kind of file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    options = parser.parse_args()
    with TemporaryDirectory() as name:
        folder = Path(name)
        text, book = folder / "registry.csv", folder / "registry.xlsx"
        write(text, book, options.rows)
        for path, read in ((text, pd.read_csv), (book, pd.read_excel)):
            started = time.monotonic()
            read(path)
            peer = time.monotonic() - started
            started = time.monotonic()
            words = ["import", path, "--map", EXAMPLE / "registry.map.yaml"]
            words += ["--out", folder / "cases.ndjson", "--as-of", "2026-03-31"]
            command = [sys.executable, "-m", "netkg", *map(str, words)]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            seconds = time.monotonic() - started
            memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            sys.stdout.write(
                f"{path.suffix[1:]}: {options.rows:,} rows in {seconds:.1f} s"
                f" ({options.rows / seconds:,.0f} a second), {memory:,.0f} MiB;"
                f" to read them with pandas {peer:.1f} s (ratio {seconds / peer:.1f})\n"
            )
            sys.stdout.flush()


def write(text: Path, book: Path, rows: int) -> None:
    """Write the rows of the example again and again, as CSV and as a workbook."""
    header, *example = csv.reader((EXAMPLE / "registry.csv").read_text().splitlines())
    sheet = openpyxl.Workbook(write_only=True)
    lines = sheet.create_sheet("Patients")
    with text.open("w", newline="") as file:
        writer = csv.writer(file)
        for number in range(rows + 1):
            line = header
            if number:
                line = [f"R{number:07}", *example[number % len(example)][1:]]
            writer.writerow(line)
            lines.append(line)
    sheet.save(book)


if __name__ == "__main__":
    main()
