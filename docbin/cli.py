"""The ``docbin`` program: a table of commands, each loaded when it is called."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
import traceback
from typing import Any, NoReturn

try:
    import click
except ModuleNotFoundError:
    # Everything else of docbin works without it; this file is the program itself.
    print(
        "docbin: the command line needs the package 'click', which is not installed. "
        "Install it with: pip install 'click'",
        file=sys.stderr,
    )
    raise SystemExit(4) from None

import docbin
from docbin.errors import INTERRUPTED, REPORT, DefectError, DocbinError, OutputError
from docbin.registry import near_miss

# Command -> (where it lives, its line in `docbin --help`).
COMMANDS = {
    "clean": ("docbin.commands.clean:clean", "Turn scans into crisp black-and-white pages."),
    "detect": ("docbin.commands.detect:detect", "Find text in photos and pages."),
    "batch": ("docbin.commands.batch:batch", "Clean an archive: resumable, on all cores."),
    "score": ("docbin.commands.score:score", "Score results against truth, or methods on data."),
    "tune": ("docbin.commands.tune:tune", "Find a method's best parameters on pages with truth."),
    "bench": ("docbin.commands.bench:bench", "Measure methods: quality against time."),
    "data": ("docbin.commands.data:data", "List, add and fetch public data sets; generate pages."),
    "train": ("docbin.commands.train:train", "Train a network on pages with truth."),
    "export": (
        "docbin.commands.export:export",
        "Pack trained weights into a file; a file as ONNX.",
    ),
    "methods": ("docbin.commands.methods:methods", "List the methods, or explain one."),
    "view": ("docbin.commands.view:view", "Try methods on scans in the browser."),
    "info": ("docbin.commands.info:info", "Show version and kernels, or a network's card."),
    "completion": ("docbin.commands.completion:completion", "Print the shell's completion script."),
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

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a reader that went away is an output that cannot be written."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError as error:
            raise OutputError("standard output cannot be written") from error
        return result


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(docbin.__version__, prog_name="docbin")
@click.option("--debug", is_flag=True, help="Show a traceback when something fails.")
def program(**_: Any) -> None:
    """Turn any scan or photo of text into a crisp black-and-white page.

    Results go to standard output, messages to standard error. Exit codes: 0 ok, 1 some pages
    failed, 2 wrong usage, 3 bad input, 4 a package is missing, 5 output not writable, 70 a defect
    of docbin, 130 stopped with Ctrl-C.
    """


def main(prog_name: str = "docbin") -> NoReturn:
    """Run the program; exit codes are those of `docbin.errors`."""
    arguments, debug = _arguments(sys.argv[1:])
    try:
        # Commands find --debug as the context's object.
        sys.exit(
            program.main(arguments, prog_name=prog_name, standalone_mode=False, obj=debug) or 0
        )
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        print("docbin: stopped", file=sys.stderr)
        sys.exit(INTERRUPTED)
    except DocbinError as error:
        if debug:
            traceback.print_exc()
        elif isinstance(error.__cause__, BrokenPipeError):
            _forget_stdout()
        else:
            print(f"docbin: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except Exception as error:
        if debug:
            traceback.print_exc()
        else:
            kind = type(error).__name__
            text = f"docbin: this should not have happened: {kind}: {error}. {REPORT}"
            print(text, file=sys.stderr)
        sys.exit(DefectError.exit_code)


def _arguments(given: list[str]) -> tuple[list[str], bool]:
    """Take ``--debug`` out of the arguments: it may stand anywhere before ``--``."""
    end = given.index("--") if "--" in given else len(given)
    kept = [text for text in given[:end] if text != "--debug"]
    return kept + given[end:], len(kept) < end


def _forget_stdout() -> None:
    """Nobody reads: what is still waiting must not be complained about at exit."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
