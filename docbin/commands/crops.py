"""``docbin clean --scene --crops``: the text of photos, region by region."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docbin.errors import OutputError, UsageError
from docbin.io.atomic import replacing, writing

if TYPE_CHECKING:
    from docbin.batch import Recipe
    from docbin.batch.cleaning import Cleaned
    from docbin.image import Mask
    from docbin.regions import TextRegion
    from docbin.scene import Crop, Scene

INDEX = "crops.json"


def check_crops(recipe: Recipe, inputs: Sequence[str], folder: str, *, force: bool) -> None:
    """Refuse crops without ``--scene``, of a pipe, and into a folder that is not empty.

    Raises
    ------
    UsageError, OutputError
        As said.
    """
    if not _scenes(recipe):
        raise UsageError("--crops goes with --scene, which finds the text that is cut out")
    if "-" in inputs:
        raise UsageError("--crops does not go with standard input; give the photo as a file")
    with writing(folder):
        Path(folder).mkdir(parents=True, exist_ok=True)
        if any(Path(folder).iterdir()) and not force:
            raise OutputError(f"'{folder}' is not empty; give another folder or --force")


class Remembering:
    """The step of a scene, which keeps what it finds: nothing is looked for twice in a photo.

    Parameters
    ----------
    scene
        The step.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._found: dict[tuple[tuple[int, ...], bytes], list[TextRegion]] = {}

    def __repr__(self) -> str:
        """Return the scene's, by which results tell how they were made."""
        return repr(self._scene)

    def at(self, dpi: float | None) -> Remembering:
        """Return the step for pages of this resolution: the same."""
        del dpi
        return self

    def remark(self, image: Any) -> str | None:
        """Return why there is nothing to do on a page, or None."""
        return self._scene.remark(image)

    def mask(self, image: Any) -> Mask:
        """Return the ink of the text in a photo."""
        from docbin.scene import binarized

        return binarized(image, self._regions(image))

    def crops(self, image: Any) -> list[Crop]:
        """Return the text of a photo, region by region in reading order."""
        from docbin.scene import cropped

        return cropped(image, self._regions(image))

    def _regions(self, image: Any) -> list[TextRegion]:
        key = (image.shape, hashlib.sha256(image.tobytes()).digest())
        if key not in self._found:
            self._found[key] = self._scene.detector()(image)
        return self._found[key]


def remembering(recipe: Recipe) -> Recipe:
    """Return a recipe whose scene keeps what it finds, for `write_crops`."""
    scenes = _scenes(recipe)
    steps = [Remembering(step) if step in scenes else step for step in recipe.steps]
    return dataclasses.replace(recipe, steps=tuple(steps))


def write_crops(
    recipe: Recipe, results: Sequence[Cleaned], folder: str, max_pixels: int | None
) -> None:
    """Write the crops of the photos that were cleaned by a recipe, and then the index.

    Its scene is a `Remembering` one.
    """
    told: list[dict[str, Any]] = []
    target = Path(folder)
    for name in (name for done in results if done.error is None for name in done.job.inputs):
        for number, page, crops in _found(recipe, name, max_pixels):
            told += _written(target, len(told), name, number, page, crops)
    document = json.dumps({"crops": told}, indent=1, ensure_ascii=False)
    with replacing(target / INDEX, force=True) as sink:
        sink.write(f"{document}\n".encode())


def _scenes(recipe: Recipe) -> list[Scene]:
    from docbin.scene import Scene

    return [step for step in recipe.steps if isinstance(step, Scene)]


def _found(
    recipe: Recipe, name: str, max_pixels: int | None
) -> Iterator[tuple[int, Any, list[Crop]]]:
    """Yield number, pixels and crops of each page of a file."""
    from docbin.image import to_uint8
    from docbin.io import read_pages

    (scene,) = (step for step in recipe.steps if isinstance(step, Remembering))
    pipeline = recipe.at(recipe.dpi)
    for page in read_pages(name, max_pixels=max_pixels):
        pixels: Any = page.pixels
        if pixels.dtype != bool:
            pixels = pipeline.prepare(pixels)
            yield page.index, pixels, scene.crops(pixels)
        else:
            yield page.index, to_uint8(pixels), []


def _written(
    target: Path, before: int, name: str, number: int, page: Any, crops: list[Crop]
) -> list[dict[str, Any]]:
    """Write the crops of a page; return what the index says of them."""
    from docbin.io import write_mask

    rows = []
    for order, crop in enumerate(crops):
        file = f"{before + order:05}.png"
        write_mask(target / file, crop.mask, force=True)
        rows.append(
            {
                "file": file,
                "source": name,
                "page": number,
                "width": int(page.shape[1]),
                "height": int(page.shape[0]),
                "order": order,
                "polygon": crop.region.polygon.round(2).tolist(),
                "corners": crop.corners.round(2).tolist(),
                "score": None if crop.region.score is None else round(crop.region.score, 4),
                "kind": crop.region.kind,
                "light_on_dark": crop.light,
            }
        )
    return rows
