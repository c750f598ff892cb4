"""Commands: options for logging and limits, and the exit statuses below the help."""

from __future__ import annotations

import inspect
from typing import Any, Final

import click
from click.core import augment_usage_errors

from netkg.errors import InputError

__all__ = ["LIMIT_OPTIONS", "LOG_OPTIONS", "Documented"]

_EPILOG: Final = """
Exit status:

    0    done
    1    a case violates the shapes: the findings are on standard output
    2    misuse, or input that cannot be read (takes precedence over 1)

For education only, not a medical device.
"""


def _add_up(ctx: click.Context, param: click.Parameter, value: int) -> None:
    """Add the value given after the command to the one given before it."""
    ctx.meta[str(param.name)] = ctx.meta.get(str(param.name), 0) + value


LOG_OPTIONS: Final = (
    click.Option(
        ["-v", "--verbose"],
        count=True,
        expose_value=False,
        show_default=False,
        callback=_add_up,
        help="Log what is done to standard error; -vv logs every step.",
    ),
    click.Option(
        ["-q", "--quiet"],
        is_flag=True,
        expose_value=False,
        callback=_add_up,
        help="Print only errors on standard error, no notes.",
    ),
)


def _timeout(ctx: click.Context, _param: click.Parameter, value: float | None) -> None:
    if value is not None:
        _change_limit(ctx, "timeout", value)


def _limits(ctx: click.Context, _param: click.Parameter, value: tuple[str, ...]) -> None:
    for words in value:
        name, _, number = words.partition("=")
        try:
            amount = float(number)
        except ValueError:
            message = f"{words!r} is not a limit. Write it as in depth=200."
            raise click.BadParameter(message) from None
        _change_limit(ctx, name, amount)


def _change_limit(ctx: click.Context, name: str, value: float) -> None:
    """Change a limit until the command ends."""
    from netkg.limits import limited

    try:
        ctx.with_resource(limited(**{name: value}))
    except InputError as error:
        raise click.BadParameter(str(error)) from None


LIMIT_OPTIONS: Final = (
    click.Option(
        ["--timeout"],
        type=float,
        metavar="SECONDS",
        expose_value=False,
        callback=_timeout,
        help="Stop a query, or the parsing of a file of RDF, after this time (default: 10).",
    ),
    click.Option(
        ["--limit"],
        multiple=True,
        metavar="NAME=VALUE",
        expose_value=False,
        callback=_limits,
        help="Change another limit on the input, such as events=50000.",
    ),
)


class Documented(click.Command):
    """A command or group with options for logging, and the exit statuses below its help.

    An indented paragraph of the help is an example and keeps its lines.
    """

    def __init__(self, name: str, help: str, epilog: str = _EPILOG, **settings: Any) -> None:
        help, epilog = (
            inspect.cleandoc(text).replace("\n\n    ", "\n\n\b\n    ") for text in (help, epilog)
        )
        super().__init__(name, help=help, epilog=epilog, **settings)
        self.params += LOG_OPTIONS

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse arguments; add the command to every error, for the hint to its help."""
        with augment_usage_errors(ctx):
            return super().parse_args(ctx, args)
