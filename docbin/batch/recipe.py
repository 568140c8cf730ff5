"""Recipes: all that decides how pages look, in one file, to be given to any run anywhere."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docbin.api import create
from docbin.batch.recipe_reading import checked, read, weights_file
from docbin.batch.setup import parameters_of
from docbin.batch.sums import sha256_of
from docbin.batch.toml_text import toml_of
from docbin.batch.treatment import SCOPES, STEPS, Treatment
from docbin.errors import InputError, OutputError, UsageError
from docbin.image import Mask
from docbin.io.atomic import replacing
from docbin.io.names import Name, shown
from docbin.io.writers import format_of
from docbin.methods import default
from docbin.pipeline import Pipeline, Step
from docbin.runtime.shipped import ROLES, located
from docbin.version import __version__

SCHEMA = 1
_HEAD = "# How docbin cleans pages: docbin clean --recipe FILE, docbin batch --recipe FILE.\n"


@dataclass(frozen=True, slots=True)
class Recipe:
    """Method, parameters, steps and weights, with what else changes pixels or files.

    A recipe is complete: what is not given has the value that docbin takes today, and is written
    out. It is a binarizer, too: ``docbin.binarize(image, recipe, dpi=300)``.

    Parameters
    ----------
    method
        Name of a method; None: `docbin.methods.default`.
    params
        Parameters of the method; those that are left out are filled in.
    steps
        See `docbin.pipeline`.
    dpi, paper, huge_pages, scope
        See `docbin.batch.Treatment`; a scope that changes nothing becomes None.
    format
        Format of results; None: by what the input is.
    weights
        SHA-256 of the network's file, in hexadecimal; None: it is looked at.
    docbin
        Version that the recipe was made with.

    Raises
    ------
    UsageError
        If there is no such method, parameter or format.
    InputError
        If the weights' sum is another.

    Examples
    --------
    >>> print(Recipe("sauvola", {"window": "2mm"}).text())  # doctest: +ELLIPSIS
    # How docbin cleans pages: docbin clean --recipe FILE, docbin batch --recipe FILE.
    schema = 1
    docbin = "..."
    method = "sauvola"
    <BLANKLINE>
    [parameters]
    window = "2mm"
    k = 0.2
    r = 128.0
    <BLANKLINE>
    """

    method: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    dpi: float | None = None
    paper: str | None = None
    format: str | None = None
    huge_pages: str | None = None
    scope: str | None = None
    weights: str | None = None
    docbin: str = __version__

    def __post_init__(self) -> None:
        """Fill in what is not given, and refuse what there is not."""
        plain = Treatment(
            *(self.method, self.params, self.steps, self.dpi, self.paper),
            huge_pages=self.huge_pages,
            scope=self.scope or SCOPES[0],
        )
        plain.check()
        name = self.method or default()
        found = parameters_of(create(name, **self.params))
        filled: dict[str, Any] = {
            "method": name,
            "params": found,
            "steps": tuple(self.steps),
            "dpi": None if self.dpi is None else float(self.dpi),
            "format": None if self.format is None else format_of("-", self.format),
            "huge_pages": plain.for_huge_pages(),
            "scope": plain.shared,
            "weights": _sum(found.get("weights"), self.weights),
        }
        for key, value in filled.items():
            object.__setattr__(self, key, value)

    @classmethod
    def of(cls, treatment: Treatment, format: str | None = None) -> Recipe:
        """Return the recipe of a treatment."""
        return cls(
            *(treatment.method, treatment.params, treatment.steps, treatment.dpi),
            *(treatment.paper, format, treatment.huge_pages, treatment.scope),
        )

    @classmethod
    def load(cls, path: Name, *, weights: str | None = None) -> Recipe:
        """Read a recipe.

        Parameters
        ----------
        path
            The file. A path of weights in it is taken from the file's folder on.
        weights
            Where the weights are on this machine; their sum has to be that of the recipe.

        Raises
        ------
        InputError
            If the file cannot be read, is no TOML, of a newer schema, or the weights' sum is
            another.
        UsageError
            If it has a key, method, parameter or step that there is not.
        """
        values = checked(read(path), path, SCHEMA)
        params, kept = dict(values.get("parameters", {})), values.get("weights", {})
        if weights is not None or kept:
            params["weights"] = weights_file(kept, path, weights)
        try:
            return cls(
                values["method"],
                params,
                tuple(map(_step, values.get("step", []))),
                dpi=values.get("dpi"),
                paper=values.get("paper"),
                format=values.get("format"),
                huge_pages=values.get("huge-pages"),
                scope=values.get("scope"),
                weights=kept.get("sha256"),
                docbin=values["docbin"],
            )
        except (UsageError, InputError) as error:
            raise type(error)(f"{shown(path)}: {error}") from error

    def text(self, folder: Name | None = None) -> str:
        """Return the recipe as TOML; the same recipe gives the same text.

        Parameters
        ----------
        folder
            Where the file is to be: weights within it get a path from there on.

        Raises
        ------
        UsageError
            If a step is none of docbin's own.
        """
        values: dict[str, Any] = {
            "schema": SCHEMA,
            "docbin": self.docbin,
            "method": self.method,
            "huge-pages": self.huge_pages,
            "dpi": self.dpi,
            "paper": self.paper,
            "format": self.format,
            "scope": self.scope,
        }
        values = {key: value for key, value in values.items() if value is not None}
        params = {key: value for key, value in self.params.items() if key != "weights"}
        if params:
            values["parameters"] = params
        if self.weights is not None:
            place = _place(self.params["weights"], folder)
            values["weights"] = {"file": place, "sha256": self.weights}
        values["step"] = [_told(step) for step in self.steps]
        return _HEAD + toml_of(values)

    def save(self, path: Name, *, force: bool = False) -> None:
        """Write the recipe; a file that is the same already is left alone.

        Raises
        ------
        OutputError
            If another file exists and ``force`` is not set, or it cannot be written.
        """
        try:
            data = self.text(Path(path).parent).encode()
        except UnicodeEncodeError as error:
            raise OutputError(
                f"{shown(path)} cannot be written: the weights' path is no Unicode; rename it"
            ) from error
        try:
            same = Path(path).is_file() and Path(path).read_bytes() == data
        except (OSError, ValueError):
            same = False
        if not same:
            with replacing(path, force=force) as file:
                file.write(data)

    def treatment(self, max_pixels: int | None = None) -> Treatment:
        """Return how pages are cleaned by `docbin.batch.run`."""
        return Treatment(
            *(self.method, self.params, self.steps, self.dpi, self.paper, max_pixels),
            huge_pages=self.huge_pages,
            scope=self.scope or SCOPES[0],
        )

    def at(self, dpi: float | None) -> Pipeline:
        """Return the pipeline for pages of this resolution; the recipe's own goes first."""
        method = create(self.method or default(), **self.params)
        return Pipeline(self.steps, method).at(self.dpi or dpi)

    def __call__(self, image: Any) -> Mask:
        """Binarize uint8 (H, W) gray or (H, W, 3) RGB; True is ink."""
        return self.at(None)(image)


def _sum(weights: Any, expected: str | None) -> str | None:
    if weights is None:
        return None
    found = sha256_of(located(weights))
    if expected is not None and found != expected:
        raise InputError(
            f"the weights in {shown(located(weights))} have the sum {found}, the recipe's have "
            f"{expected}; say where those are with --set weights=FILE (weights= in Python)"
        )
    return found


def _place(weights: str, folder: Name | None) -> str:
    """Return how a recipe in a folder names weights."""
    if weights in ROLES:
        return weights
    path = Path(weights).absolute()
    if folder is not None and path.is_relative_to(Path(folder).absolute()):
        return path.relative_to(Path(folder).absolute()).as_posix()
    return str(path)


def _step(values: Mapping[str, Any]) -> Step:
    step: Step = STEPS.create(values["name"], **{k: v for k, v in values.items() if k != "name"})
    return dataclasses.replace(step, **parameters_of(step))  # type: ignore[type-var]


def _told(step: Step) -> dict[str, Any]:
    for name in STEPS:
        if type(step) is STEPS.load(name):
            told = {k: v for k, v in parameters_of(step).items() if v is not None}
            return {"name": name, **told}
    raise UsageError(
        f"the step {step!r} is none of docbin's own ({', '.join(STEPS)}), which alone have a place "
        "in a recipe"
    )


def told(
    asked: Treatment | Recipe | None, format: str | None, max_pixels: int | None
) -> tuple[Treatment, str | None, str | None]:
    """Return treatment, format and the text of the recipe; None where steps have no place in it.

    The treatment is checked; pixels and format that are None are those that ``asked`` has.
    """
    asked = asked or Treatment()
    if isinstance(asked, Recipe):
        treatment = asked.treatment()
        recipe = dataclasses.replace(asked, format=format or asked.format)
    else:
        recipe, treatment = Recipe.of(asked, format), asked
    if max_pixels is not None:
        treatment = dataclasses.replace(treatment, max_pixels=max_pixels)
    treatment.check()
    try:
        text = recipe.text()
        text.encode()  # a path of weights may be no Unicode
        return treatment, recipe.format, text
    except (UsageError, UnicodeEncodeError):
        return treatment, recipe.format, None
