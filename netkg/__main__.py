"""Run the command line as ``python -m netkg``."""

from __future__ import annotations

import sys

from netkg.cli import main

if __name__ == "__main__":
    sys.exit(main())
