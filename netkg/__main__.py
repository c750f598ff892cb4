"""Run the command line: the program ``netkg``, and ``python -m netkg``.

An interrupt ends the process at once and without a traceback, also while the modules below
are imported or native code runs. What has to be finished first waits for no more than the
writing of a file (see :mod:`netkg.render.file`).
"""

from __future__ import annotations

import logging
import signal
import sys
import warnings

signal.signal(signal.SIGINT, signal.SIG_DFL)
# What a library logs or warns of may be a text of a case, and would go to standard error.
logging.getLogger().addHandler(logging.NullHandler())
if not sys.warnoptions:
    warnings.simplefilter("ignore")

from netkg.cli import main  # noqa: E402 (only now is the above certain)

if __name__ == "__main__":
    sys.exit(main())
