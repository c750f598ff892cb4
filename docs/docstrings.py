"""An extension of Griffe, which reads the docstrings for the page on the Python API."""

from __future__ import annotations

import re
from typing import Any

from griffe import Extension, Object


class Markdown(Extension):
    """Docstrings as Markdown: examples as code, and names of functions without their roles."""

    def on_instance(self, *, obj: Object, **_: Any) -> None:
        """Change the docstring of a module, a class, a function or a property."""
        if obj.docstring:
            text = re.sub(r":\w+:`~?([^`]*)`", r"`\1`", obj.docstring.value)
            examples = r"(?m)^(>>> (?:.+(?:\n|\Z))+)"
            obj.docstring.value = re.sub(examples, r"```pycon\n\1\n```\n", text)
