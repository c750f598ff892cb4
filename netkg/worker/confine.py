"""Drop what a parser or a query does not need: files, network, new processes.

What is dropped is never returned. A limit on descriptors of zero works on every POSIX
system: with it no file, socket or pipe can be opened. Linux offers more, each without
rights of an administrator: a network without interfaces, a file system without files
(Landlock), and no new rights. What a system refuses is left out; without the module
``resource`` (Windows) nothing is dropped.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from typing import Final

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

__all__ = ["allow", "confine"]

_NEW_USER_AND_NETWORK: Final = 0x10000000 | 0x40000000
_NO_NEW_RIGHTS: Final = 38
_CREATE_RULES, _RESTRICT_SELF = 444, 446
# The rights on files that each version of Landlock knows, as the width of a bit mask.
_RIGHTS: Final = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}


def confine() -> None:
    """Drop the right to open files, connections and programs.

    Afterwards no module can be imported.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            _confine_on_linux()
    for name in ("RLIMIT_CORE", "RLIMIT_FSIZE", "RLIMIT_NOFILE"):
        _limit(name, 0, hard=0)


def allow(*, seconds: float, mebibytes: int) -> None:
    """Allow so much processor time from now on, and so much memory."""
    if resource is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        # The parent stops the child after the time that has passed. This is for a child
        # whose parent cannot.
        _limit("RLIMIT_CPU", int(used.ru_utime + used.ru_stime + 2 * seconds) + 2)
        _limit("RLIMIT_AS", mebibytes << 20)


def _limit(name: str, soft: int, *, hard: int | None = None) -> None:
    kind = getattr(resource, name, None)
    if kind is not None:
        with contextlib.suppress(OSError, ValueError, OverflowError):
            resource.setrlimit(kind, (soft, resource.getrlimit(kind)[1] if hard is None else hard))


def _confine_on_linux() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_NO_NEW_RIGHTS, 1, 0, 0, 0)
    libc.unshare(_NEW_USER_AND_NETWORK)
    version = libc.syscall(_CREATE_RULES, None, 0, 1)
    if version < 1:
        return
    # Rights on files and, since version 4, to bind and to connect.
    rights = (ctypes.c_uint64 * 2)((1 << _RIGHTS.get(version, 16)) - 1, 3)
    rules = libc.syscall(_CREATE_RULES, rights, 16 if version >= 4 else 8, 0)
    if rules >= 0:
        libc.syscall(_RESTRICT_SELF, rules, 0)
        os.close(rules)
