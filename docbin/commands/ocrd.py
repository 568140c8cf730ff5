"""``ocrd-docbin-binarize``: the OCR-D processor as a program."""

from __future__ import annotations

import sys
import traceback
from typing import Any

from docbin.dependencies import load
from docbin.errors import SOME_FAILED, DefectError, DocbinError, InputError, UsageError
from docbin.ocrd_tool import EXECUTABLE


def main() -> None:
    """Run the processor on the arguments of the program.

    Exit codes are those of `docbin.errors`: 2 for wrong options and parameters, 3 for a workspace
    that cannot be read, 1 where more pages failed than ``OCRD_MAX_MISSING_OUTPUTS`` allows.
    """
    try:
        _program()(standalone_mode=False)
    except Exception as error:
        sys.exit(_said(error))


def _program() -> Any:
    decorators: Any = load("ocrd.decorators", purpose=EXECUTABLE)
    import click

    from docbin.ocrd import DocbinBinarize

    def run(**options: Any) -> None:
        decorators.ocrd_cli_wrap_processor(DocbinBinarize, **options)

    return click.command(EXECUTABLE)(decorators.ocrd_cli_options(run))


def _said(error: Exception) -> int:
    """Say what went wrong, and return the exit code."""
    import click

    if isinstance(error, click.ClickException):
        error.show()
        return error.exit_code
    if "--debug" in sys.argv[1:]:
        traceback.print_exc()
    else:
        print(f"{EXECUTABLE}: {str(error) or type(error).__name__}", file=sys.stderr)
    if isinstance(error, DocbinError):
        return error.exit_code
    # What the framework refuses has Python's own types.
    if isinstance(error, ValueError | AssertionError):
        return UsageError.exit_code
    if isinstance(error, OSError):
        return InputError.exit_code
    return SOME_FAILED if type(error) is Exception else DefectError.exit_code


if __name__ == "__main__":
    main()
