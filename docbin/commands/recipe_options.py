"""``--recipe`` and ``--save-recipe``: a recipe of the options given, or of a file, or of both."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from docbin.commands.page_options import STEPS
from docbin.commands.settings import settings
from docbin.errors import UsageError
from docbin.io.names import shown
from docbin.io.writers import format_of
from docbin.version import __version__

if TYPE_CHECKING:
    from docbin.batch import Recipe
    from docbin.pipeline import Step

# What a recipe may leave open, and options may then say.
_OPEN = ("dpi", "paper", "format", "scope")


def recipe_of(options: Mapping[str, Any]) -> Recipe:
    """Return the recipe of a command line.

    Without ``--recipe`` it is made of the options. With it, options may say what it leaves open
    (``--dpi``, ``--paper``, ``--format``, ``--scope``), and where the weights are
    (``--weights``); what says something else than the recipe does is refused.

    Parameters
    ----------
    options
        Of the command: ``recipe``, ``method``, ``texts``, ``weights``, ``quality``, ``dpi``,
        ``paper``, ``format``, ``scope`` and a flag for each step.

    Raises
    ------
    UsageError
        If an option contradicts the recipe.
    """
    from docbin.batch import Recipe
    from docbin.methods import default

    steps: tuple[Step, ...] = ()
    if options["recipe"] is None:
        steps = _steps(options)
        if options["scene"]:
            options = {**options, "weights": None}
    for name in ("weights", "quality"):
        if options[name] is not None:
            options = {**options, "texts": (*options["texts"], f"{name}={options[name]}")}
    if options["recipe"] is None:
        return Recipe(
            options["method"],
            settings(options["method"] or default(), options["texts"]),
            steps,
            **{name: options[name] for name in _OPEN},
        )
    return _with(options["recipe"], options)


def _steps(options: Mapping[str, Any]) -> tuple[Step, ...]:
    """Return the steps that the options name; of a scene with its detector, which has to be there.

    Raises
    ------
    UsageError
        If the options name a way to binarize beside ``--scene``, or there is no detector.
    """
    from docbin.batch import chosen_steps

    steps = chosen_steps(**{name: options[name] for name in STEPS if name != "scene"})
    if not options["scene"]:
        return steps
    for name, option in (("method", "-m"), ("texts", "--set"), ("quality", "--quality")):
        if options[name]:
            raise UsageError(f"--scene binarizes in a way of its own; leave {option} out")
    from docbin.scene import Scene

    scene = Scene(options["weights"] or Scene().weights)
    scene.detector()
    return (*steps, scene)


def _with(path: str, options: Mapping[str, Any]) -> Recipe:
    """Return the recipe of a file with what the options add to it."""
    from docbin.batch import Recipe

    places = [text for text in options["texts"] if text.partition("=")[0].strip() == "weights"]
    given = settings("net", places)
    recipe = Recipe.load(path, weights=given.get("weights"))
    if options["method"] not in (None, recipe.method):
        raise _contradiction(path, f"-m {options['method']}", f"method = '{recipe.method}'")
    rest = [text for text in options["texts"] if text not in places]
    for key, value in settings(recipe.method or "", rest).items():
        if key not in recipe.params or recipe.params[key] != value:
            said = f"{key} = {recipe.params.get(key)!r}" if key in recipe.params else f"no {key}"
            raise _contradiction(path, f"--set {key}={value}", said)
    named = {type(step).__name__.lower() for step in recipe.steps}
    for name in STEPS:
        if options[name] and name.replace("_", "") not in named:
            option = f"--{name.replace('_', '-')}"
            raise _contradiction(path, option, "no such step")
    asked = {name: options[name] for name in _OPEN if options[name] is not None}
    if "format" in asked:
        asked["format"] = format_of("-", asked["format"])
    for name, value in asked.items():
        said = getattr(recipe, name)
        if said is not None and said != value:
            raise _contradiction(path, f"--{name} {options[name]}", f"{name} = {said!r}")
    return dataclasses.replace(recipe, **asked)


def _contradiction(path: str, option: str, said: str) -> UsageError:
    return UsageError(
        f"{option} contradicts the recipe {shown(path)}, which says {said}; leave the option out, "
        "or change the recipe"
    )


def say_notes(recipe: Recipe, options: Mapping[str, Any]) -> None:
    """Say what people may not expect: another version's recipe, a scope that changes nothing."""
    if options["quiet"]:
        return
    if recipe.docbin != __version__:
        _say(
            f"the recipe was made with docbin {recipe.docbin}, this is {__version__}: results may "
            "differ from those of then"
        )
    if options["scope"] in ("folder", "document") and recipe.scope is None:
        _say(
            f"--scope {options['scope']} changes nothing: {recipe.method} has the same parameters "
            "for all pages; only auto (-m auto) chooses them"
        )


def _say(line: str) -> None:
    click.echo(f"docbin: {line}", err=True)
