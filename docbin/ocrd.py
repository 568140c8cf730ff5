"""Binarizes pages, regions or lines of an OCR-D workspace with one of docbin's methods.

Each result is an AlternativeImage with the feature "binarized"; size and origin of the image it was
made of stay. Earlier binarized images are not looked at, other AlternativeImages, borders and
orientations count. A page that has one bit a pixel already passes as it is. Resolution is that of
the page's file; where it has none, or 72 or 96 dpi, 300 is assumed and said so. Files with several
pages are refused: a PAGE document describes one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ocrd import Processor
from ocrd.processor import OcrdPageResult, OcrdPageResultImage
from ocrd_models.ocrd_page import AlternativeImageType
from PIL import Image

import docbin
from docbin.batch.treatment import Treatment
from docbin.errors import InputError
from docbin.io.names import shown
from docbin.io.page import Dpi
from docbin.io.reader import open_source
from docbin.ocrd_tool import EXECUTABLE, LEVEL, LINE, PAGE
from docbin.ops.window import ASSUMED_DPI

_DONE = "binarized"
# Become part of file names: XML names without colons, as the schema has them.
_NAME = re.compile(r"[\w.-]+")
_TURNED = ("rotated-90", "rotated-270")


class DocbinBinarize(Processor):
    """Binarizes with the method and its parameters, at the level of operation."""

    @property
    def executable(self) -> str:
        """Name in ``ocrd-tool.json``."""
        return EXECUTABLE

    @property
    def moduledir(self) -> str:
        """Folder of the package; the framework's own way fails where docbin is editable."""
        return str(Path(docbin.__file__).parent)

    def setup(self) -> None:
        """Build the method; wrong parameters are errors with a hint."""
        wanted = self.parameter
        dpi = wanted["dpi"] or None
        self._treatment = Treatment(wanted["method"], dict(wanted["params"]), dpi=dpi)
        self._treatment.check()
        self._method = docbin.create(wanted["method"], **wanted["params"])

    def process_page_pcgts(self, *input_pcgts: Any, page_id: str | None = None) -> Any:
        """Add a binarized image to the page, or to each of its regions or lines."""
        (pcgts,) = input_pcgts
        page = pcgts.get_Page()
        image, coords, _ = self.workspace.image_from_page(page, page_id, feature_filter=_DONE)
        density = self._density(page, page_id, image)
        result = OcrdPageResult(pcgts)
        for segment, picture, where in self._segments(page, image, coords):
            suffix = "IMG-BIN" if segment is page else f"{_name(segment)}_IMG-BIN"
            made, alternative = _binarized(picture, where, self._method, density)
            segment.add_AlternativeImage(alternative)
            result.images.append(OcrdPageResultImage(made, suffix, alternative))
        if not result.images:
            self.logger.warning(
                "page %s has no text %ss: nothing is binarized", page_id, self.parameter[LEVEL]
            )
        return result

    def _segments(self, page: Any, image: Any, coords: Any) -> Iterator[tuple[Any, Any, Any]]:
        """Yield what is to be binarized, its image, and the image's features and place."""
        level = self.parameter[LEVEL]
        if level == PAGE:
            yield page, image, coords
            return
        for region in page.get_AllRegions(classes=["Text"]):
            lines = region.get_TextLine() if level == LINE else None
            if lines is not None and not lines:
                continue
            inside = self.workspace.image_from_segment(region, image, coords, feature_filter=_DONE)
            if lines is None:
                yield region, *inside
                continue
            for line in lines:
                found = self.workspace.image_from_segment(line, *inside, feature_filter=_DONE)
                yield line, *found

    def _density(self, page: Any, page_id: str | None, image: Any) -> Dpi | None:
        """Return the resolution of a page, as `docbin clean` sees it; None: 300 is assumed."""
        name = page.imageFilename
        infos = [each.info for each in open_source(name)] if Path(name).is_file() else []
        if len(infos) > 1:
            raise InputError(
                f"{shown(name)} has {len(infos)} pages, and PAGE-XML describes one; split it into "
                "files of one page each"
            )
        density = self._treatment.resolution(infos[0]) if infos else image.info.get("dpi")
        if density is None and image.mode != "1":
            self.logger.warning(
                "page %s: %s has no pixel density that means anything; %d dpi is assumed "
                "(parameter dpi sets it)",
                *(page_id, shown(name), ASSUMED_DPI),
            )
        return density


def _binarized(image: Any, coords: Any, method: Any, density: Dpi | None) -> tuple[Any, Any]:
    """Return the binarized image of a page, region or line, and what stands for it in PAGE."""
    features = [feature for feature in coords["features"].split(",") if feature]
    if density is not None and any(feature in features for feature in _TURNED):
        density = (density[1], density[0])
    mean = None if density is None else (density[0] * density[1]) ** 0.5
    made = Image.fromarray(~docbin.binarize(image, method, dpi=mean))
    if density is not None:
        made.info["dpi"] = density
    return made, AlternativeImageType(comments=",".join([*features, _DONE]))


def _name(segment: Any) -> str:
    """Return the id of a segment, which becomes part of a file's name."""
    name = str(segment.id)
    if not _NAME.fullmatch(name):
        raise InputError(f"the segment {name!r} has an id that is no name in XML; correct it")
    return name
