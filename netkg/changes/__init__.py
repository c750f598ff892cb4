"""Change a case: by settings, back to an earlier day, or tell it from another one.

Cases are never changed in place. A change goes through the plain object of
the case (:mod:`netkg.caseobject`) and the reader of plain cases, so that a
changed case is what a file with the change in it would have been.
"""

from __future__ import annotations

from netkg.changes.differing import differences
from netkg.changes.later import set_aside_after
from netkg.changes.places import ChangeError
from netkg.changes.setting import Setting, change, setting_from_words

__all__ = [
    "ChangeError",
    "Setting",
    "change",
    "differences",
    "set_aside_after",
    "setting_from_words",
]
