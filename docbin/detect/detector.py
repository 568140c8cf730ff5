"""The protocol of everything that finds text in an image."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

from docbin.regions import TextRegion


@runtime_checkable
class Detector(Protocol):
    """A network with its post-processing, or any callable of yours: image in, regions out."""

    def __call__(self, image: Any, /) -> list[TextRegion]:
        """Find the text in uint8 (H, W) gray or (H, W, 3) RGB; polygons in its pixels."""
        ...
