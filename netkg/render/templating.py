"""The Jinja2 environment of all templates: Markdown and HTML."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from netkg.render.escape import escape_markdown, plain

__all__ = ["environment"]


@cache
def environment(package: str) -> Environment:
    """Return the environment for the folder ``templates`` of a package.

    HTML templates escape what is text by themselves. The filter ``md`` escapes it in
    Markdown templates; ``plain`` writes control characters as escapes. An undefined
    name is an error.
    """
    made = Environment(
        loader=PackageLoader(package),
        autoescape=select_autoescape(("html", "html.jinja")),
        keep_trailing_newline=True,
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    made.filters |= {"md": escape_markdown, "plain": plain}
    return made
