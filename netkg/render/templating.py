"""The Jinja2 environment of all templates: Markdown and HTML."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from netkg.render.escape import escape_markdown

__all__ = ["environment"]


def environment(package: str) -> Environment:
    """Return the environment for the folder ``templates`` of a package.

    HTML templates escape by themselves; in Markdown templates, the filter
    ``md`` escapes what is text. An undefined name is an error.
    """
    made = Environment(
        loader=PackageLoader(package),
        autoescape=select_autoescape(("html",)),
        keep_trailing_newline=True,
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    made.filters["md"] = escape_markdown
    return made
