"""Run the command line: the program ``netkg``, and ``python -m netkg``.

An interrupt ends the process at once and without a traceback, also while the modules below
are imported or native code runs. What has to be finished first waits for no more than the
writing of a file (see :mod:`netkg.render.file`).
"""

from __future__ import annotations

import signal
import sys

signal.signal(signal.SIGINT, signal.SIG_DFL)

from netkg.cli import main  # noqa: E402 (only now may it be interrupted)

if __name__ == "__main__":
    sys.exit(main())
