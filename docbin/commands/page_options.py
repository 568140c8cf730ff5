"""Options about pages that `docbin clean` and `docbin batch` share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import click

_Command: TypeAlias = Callable[..., Any]

DPI = click.option(
    "--dpi",
    type=click.FloatRange(1, 100_000),
    metavar="N",
    help="Resolution of the pages, instead of what the files say (72 and 96 count as unknown).",
)

SCOPE = click.option(
    "--scope",
    type=click.Choice(["page", "folder", "document"]),
    help="What auto chooses for: each page (so without it), or once for all pages of a folder, or "
    "of a file or combined result, so that they look alike.",
)

QUALITY = click.option(
    "--quality",
    type=click.Choice(["fast", "fine", "best"]),
    help="Of net: fine sees pages of tiny type at twice their size, best looks at any page four "
    "times, turned, as well; both take longer. The same as --set quality=fine.",
)

WEIGHTS = click.option(
    "--weights",
    metavar="FILE|DIR",
    help="Of net a packed network, of three-stage and the like the folder of a trained pipeline; "
    "the same as --set weights=FILE|DIR; with --scene a detector, packed or .onnx.",
)

# Step -> what it does, in the order in which they are done.
STEPS = {
    "border": "Remove black scanner borders.",
    "remove_seals": "Remove red seals and stamps of colour pages; the ink under them stays.",
    "deskew": "Turn pages so that their lines are level.",
    "background": "Even out shadows and stains of the paper.",
    "despeckle": "Remove specks that stand alone.",
    "scene": "Photos: find the text, light on dark too, and binarize it there; all else is white. "
    "Goes without -m; --weights is another detector than docbin's own.",
}


def step_options(command: _Command) -> _Command:
    """Give a command a flag for each of `STEPS`."""
    for name, does in reversed(STEPS.items()):
        command = click.option(f"--{name.replace('_', '-')}", is_flag=True, help=does)(command)
    return command


def recipe_options(command: _Command) -> _Command:
    """Give a command ``--recipe`` and ``--save-recipe``."""
    save = click.option(
        "--save-recipe",
        metavar="FILE",
        help="Write what decides how pages look (method, all parameters, steps, weights' sum) to "
        "FILE, to be given with --recipe.",
    )
    load = click.option(
        "--recipe",
        metavar="FILE",
        help="Clean by a recipe. Options that say something else are refused; --dpi, --paper, "
        "--format and --scope may be given where it says nothing, and --set weights=FILE says "
        "where the weights are.",
    )
    return load(save(command))
