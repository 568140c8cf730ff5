"""A learned binarizer from a packed file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from docbin.citation import Citation
from docbin.errors import UsageError
from docbin.image import Mask, as_array, as_gray
from docbin.ops.edge_snap import THINNEST, mean_width, snapped
from docbin.ops.parameters import choice
from docbin.runtime import enlarged, turned
from docbin.runtime.loaded import loaded
from docbin.runtime.network import Network
from docbin.runtime.shipped import PIPELINE, located

Pixels = npt.NDArray[np.uint8]

QUALITIES = ("fast", "fine", "best")
ENLARGE = ("auto", "never", "always")
EDGES = ("auto", "page", "network")
_HALF = np.float32(0.5)


@dataclass(frozen=True, slots=True)
class Net:
    """A convolutional network with weights of few bits, from a packed file.

    The file holds a graph of whole-number operations, such as a U-Net on Haar subbands with one-bit
    weights and four-bit activations, and its weights; ``docs/packed-format.md`` defines it bit for
    bit. Ink is where the network's logit reaches its threshold, its border moved to the page's edge
    beside it, and `probability` returns the logit's sigmoid. The result is the same on every
    machine and with any number of threads.

    Parameters
    ----------
    weights
        One of the networks that docbin comes with (``docbin info`` lists them): ``"default"``,
        ``"small"`` for little devices, ``"free"`` of generated pages alone. Or the path of a
        packed network (``.docbin``).
    quality
        ``"fast"``: the network sees the page once. ``"fine"``: where letters are tiny, once more at
        twice its size. ``"best"``: the mean of the network's logits on four views of the page,
        turned by quarters. ``docs/training.md`` has scores and times.
    enlarge
        Whether the network sees the page at twice its size: ``"auto"``, unless the quality is
        ``"fast"``, where letters are up to 13 pixels tall, as on scans of 150 dpi, on pages of up
        to 24 megapixels. That takes five times as long.
    edges
        Where ink ends: ``"page"`` at the page's edge where that is within a pixel
        (`docbin.ops.edge_snap`), ``"network"`` where the network says, ``"auto"`` at the page's
        edge unless strokes are thinner than 2.2 pixels in the mean, letters up to 13 pixels tall,
        or the page was seen at twice its size.

    References
    ----------
    U-Net: Ronneberger, Fischer and Brox 2015, doi:10.1007/978-3-319-24574-4_28; one-bit weights:
    Rastegari et al. 2016, doi:10.1007/978-3-319-46493-0_32; RPReLU: Liu et al. 2020,
    doi:10.1007/978-3-030-58568-6_9; edges: Canny 1986, doi:10.1109/TPAMI.1986.4767851

    Examples
    --------
    >>> import numpy as np, tempfile
    >>> from docbin.runtime.random_unet import random_unet
    >>> with tempfile.NamedTemporaryFile() as file:
    ...     file.write(random_unet(0, widths=(8, 8)).to_bytes()) > 0
    ...     file.flush()
    ...     Net(file.name)(np.full((30, 40), 220, np.uint8)).shape
    True
    (30, 40)
    """

    weights: str = "default"
    quality: str = "fast"
    enlarge: str = "auto"
    edges: str = "auto"

    kind: ClassVar[str] = "network"
    choices: ClassVar[dict[str, tuple[str, ...]]] = {
        "quality": QUALITIES,
        "enlarge": ENLARGE,
        "edges": EDGES,
    }
    passes: ClassVar[int] = 0
    citation: ClassVar[Citation] = Citation(
        key="ronneberger2015",
        authors="Ronneberger, Olaf and Fischer, Philipp and Brox, Thomas",
        title="U-Net: Convolutional Networks for Biomedical Image Segmentation",
        venue="Medical Image Computing and Computer-Assisted Intervention (MICCAI)",
        year=2015,
        doi="10.1007/978-3-319-24574-4_28",
        note="with one-bit weights",
    )

    def __post_init__(self) -> None:
        """Refuse weights that are not there; the file is read when the first page comes."""
        if not isinstance(self.weights, str):
            raise UsageError(
                f"weights is {self.weights!r}; give the path of a packed network (.docbin), or "
                "the name of one that docbin comes with"
            )
        for name, allowed in self.choices.items():
            choice(name, getattr(self, name), allowed)
        if located(self.weights).name == PIPELINE:
            raise UsageError(
                f"weights is {self.weights!r}, a trained pipeline of several networks; give it to "
                "the method that it was trained for, such as three-stage"
            )

    def __call__(self, image: Pixels) -> Mask:
        """Return the ink of a page, uint8 (H, W) or (H, W, 3)."""
        pixels = as_array(image)
        ink, large = self._seen(pixels)
        return ink if self._stays(ink, large=large) else snapped(as_gray(pixels), ink)

    def _seen(self, pixels: Pixels) -> tuple[Mask, bool]:
        """Return what the network says is ink, and whether it saw the page at twice its size."""
        network = self.network()
        see, threshold = self._view(network), network.output().threshold
        if self.enlarge != "always":
            if self.quality == "best":
                ink = np.asarray(see(pixels) >= threshold)
            else:
                ink = network.mask(pixels)
            if not self._may_enlarge or not enlarged.is_tiny(ink):
                return ink, False
        return np.asarray(enlarged.logit(see, pixels) >= threshold), True

    def probability(self, image: Pixels) -> npt.NDArray[np.float32]:
        """Return how likely each pixel is ink by the network, float32 (H, W) from 0 to 1."""
        network, pixels = self.network(), as_array(image)
        if self.enlarge != "always":
            if self.quality == "best":
                likely = turned.probability(network, pixels)
            else:
                likely = network.probability(pixels)
            if not self._may_enlarge or not enlarged.is_tiny(likely >= _HALF):
                return likely
        mean = enlarged.logit(self._view(network), pixels)
        return network.output().probability(mean.astype(np.float64))

    def _view(self, network: Network) -> Callable[[Pixels], npt.NDArray[Any]]:
        return partial(turned.logit, network) if self.quality == "best" else network.logit

    @property
    def _may_enlarge(self) -> bool:
        """Whether the page is seen at twice its size if its letters are tiny."""
        return self.enlarge == "auto" and self.quality != "fast"

    def _stays(self, ink: Mask, *, large: bool) -> bool:
        """Say whether ink ends where the network says; ``large``: seen at twice its size."""
        if self.edges != "auto":
            return self.edges == "network"
        if large or mean_width(ink) < THINNEST:
            return True
        # Where a page may be enlarged and was not, its letters are known not to be tiny.
        return not self._may_enlarge and enlarged.is_tiny(ink)

    def network(self) -> Network:
        """Return the network; it is read once and again when its file has changed."""
        return loaded(located(self.weights))
