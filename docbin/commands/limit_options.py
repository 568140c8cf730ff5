"""Options of how much is taken of archives and stores."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from docbin.batch import Limits

Command = TypeVar("Command", bound=Callable[..., Any])


def limit_options(command: Command) -> Command:
    """Give a command ``--max-input``, ``--max-ratio`` and ``--max-members``."""
    for option in (
        click.option(
            "--max-members",
            type=click.IntRange(1),
            metavar="N",
            help="Members of a zip or tar file that are looked at; without it 1000000.",
        ),
        click.option(
            "--max-ratio",
            type=click.IntRange(1),
            metavar="N",
            help="How many times its packed bytes a member may be, if it is larger than 64 MiB; "
            "without it 200.",
        ),
        click.option(
            "--max-input",
            metavar="SIZE",
            help="Largest member of a zip or tar file, unpacked, or object of a store; without it "
            "4G.",
        ),
    ):
        command = option(command)
    return command


def limits_of(options: Mapping[str, Any]) -> Limits:
    """Return what the options say."""
    from docbin.batch import Limits
    from docbin.batch.memory import bytes_of

    given = {name: options[name] for name in ("max_ratio", "max_members") if options[name]}
    if options["max_input"] is not None:
        given["max_input"] = bytes_of(options["max_input"], "--max-input")
    return Limits(**given)
