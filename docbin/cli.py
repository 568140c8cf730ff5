"""The ``docbin`` program: a table of commands, each loaded when it is called."""

from __future__ import annotations

import importlib
import sys
from typing import Any, NoReturn

import click

import docbin
from docbin.errors import DocbinError
from docbin.registry import near_miss

# Command -> (where it lives, its line in `docbin --help`).
COMMANDS = {
    "clean": ("docbin.commands.clean:clean", "Turn scans into crisp black-and-white pages."),
}


class _Commands(click.Group):
    """Shows the table without importing the commands, so that ``--help`` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in COMMANDS:
            ctx.fail(f"there is no command '{cmd_name}'.{near_miss(cmd_name, list(COMMANDS))}")
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(docbin.__version__, prog_name="docbin")
@click.option("--debug", is_flag=True, help="Show a traceback when something fails.")
def program(**_: Any) -> None:
    """Turn any scan or photo of text into a crisp black-and-white page."""


def main(prog_name: str = "docbin") -> NoReturn:
    """Run the program; exit codes are those of `docbin.errors`."""
    debug = "--debug" in sys.argv
    try:
        sys.exit(program.main(prog_name=prog_name, standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("docbin: stopped", err=True)
        sys.exit(130)
    except DocbinError as error:
        if debug:
            raise
        click.echo(f"docbin: {error}", err=True)
        sys.exit(error.exit_code)
