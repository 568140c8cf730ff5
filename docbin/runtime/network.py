"""`Network`: a packed network on pages, without PyTorch."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from functools import cached_property
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from docbin import kernels
from docbin.errors import InputError
from docbin.image import Mask, as_array, unpack
from docbin.runtime.graph import Output
from docbin.runtime.weights import PackedFile, Source, contents

Pixels = npt.NDArray[np.uint8]


class Network:
    """A packed network, ready to run.

    One network may be used by many threads at once, goes through fork and pickle, and gives the
    same bits on every machine and with any number of threads. Compiled kernels compute it, or numpy
    where they are missing (``DOCBIN_KERNELS=numpy``), with the same results.

    Parameters
    ----------
    data
        The bytes of a packed file; of a path, `load`.

    Raises
    ------
    InputError
        If it is no packed network of docs/packed-format.md.

    Examples
    --------
    >>> from docbin.runtime.random_unet import random_unet
    >>> net = Network(random_unet(1, widths=(8, 8), blocks=(1, 1)).to_bytes())
    >>> page = np.full((37, 50), 220, np.uint8)
    >>> net.mask(page).shape, net.probability(page).dtype
    ((37, 50), dtype('float32'))
    """

    def __init__(self, data: bytes) -> None:
        self._set(data, PackedFile.read(data))

    @classmethod
    def load(cls, source: Source) -> Network:
        """Read a packed file: a path, or the bytes of one."""
        data, name = contents(source)
        network = cls.__new__(cls)
        try:
            network._set(data, PackedFile.read(data))
        except InputError as error:
            reason = str(error).removeprefix("the packed network: ")
            raise InputError(f"{name}: {reason}") from None
        return network

    def _set(self, data: bytes, file: PackedFile) -> None:
        self._data = data
        self.file = file
        self._compiled = _compiled(data)

    def __reduce__(self) -> tuple[type[Network], tuple[bytes]]:
        return (Network, (self._data,))

    def __repr__(self) -> str:
        name = self.file.metadata.get("name", "unnamed")
        return f"<Network '{name}': {len(self.file.typed.nodes)} nodes, {len(self._data)} bytes>"

    def mask(self, image: Any, *, threads: int | None = None) -> Mask:
        """Return the ink of a page.

        Parameters
        ----------
        image
            uint8 (H, W) gray or (H, W, 3) RGB; see `docbin.image.as_array` for all that is taken.
        threads
            Most threads to use; None: ``DOCBIN_THREADS``, else all cores. Results do not depend
            on it.

        Returns
        -------
        Mask
            bool (H, W), True is ink: the logit is at least the threshold.
        """
        self.output()
        pixels = as_array(image)
        if self._compiled is not None:
            bits = self._compiled.run_bits(pixels, kernels.threads(threads))
            return unpack(bits, pixels.shape[1])
        return self.logit(pixels) >= self.output().threshold

    def probability(self, image: Any, *, threads: int | None = None) -> npt.NDArray[np.float32]:
        """Return how likely each pixel is ink, float32 (H, W) from 0 to 1.

        1 / (1 + exp(−scale · (logit − threshold))). The parameters are those of `mask`.
        """
        logit = self.logit(image, threads=threads)
        return np.take(self._sigmoid, logit.view(np.uint16))

    def logit(self, image: Any, *, threads: int | None = None) -> npt.NDArray[np.int16]:
        """Return the logit of each pixel, int16 (H, W). The parameters are those of `mask`."""
        self.output()
        pixels = as_array(image)
        if self._compiled is None:
            return np.asarray(_twin().logit(self.file.typed, pixels))
        return np.asarray(self._compiled.logits(pixels, kernels.threads(threads)))

    def planes(self, image: Any) -> Pixels:
        """Return what the graph's ``image`` is of a page before it is extended.

        Gray, RGB, or gray and its contrast in windows, uint8 (H, W, channels): what the float twin
        in ONNX takes.
        """
        return np.asarray(_twin().planes(as_array(image), self.file.typed))

    def masks(self, images: Iterable[Any], *, threads: int | None = None) -> list[Mask]:
        """Return the ink of each of many images, such as the crops of a page.

        Images of one size are computed together, which keeps every thread busy even when each is
        small.

        Parameters
        ----------
        images
            A list of what `mask` takes, or an array (N, H, W, 3).
        threads
            As for `mask`.
        """
        self.output()
        pages = [as_array(image) for image in images]
        if self._compiled is None:
            return [self.mask(page) for page in pages]
        groups: dict[tuple[int, ...], list[int]] = {}
        for place, page in enumerate(pages):
            groups.setdefault(page.shape, []).append(place)
        found: dict[int, Mask] = {}
        for shape, places in groups.items():
            count = kernels.threads(threads)
            if len(shape) == 2:  # gray has no form of many pages
                bits = [self._compiled.run_bits(pages[place], count) for place in places]
            else:
                bits = self._compiled.run_bits(np.stack([pages[i] for i in places]), count)
            for place, each in zip(places, bits, strict=True):
                found[place] = unpack(each, shape[1])
        return [found[place] for place in range(len(pages))]

    def streams(
        self, image: Any, *, threads: int | None = None
    ) -> dict[str, npt.NDArray[np.int16]]:
        """Return the streams of a network that gives features or maps instead of ink.

        Each is int16 (H', W', C) of the page as it was extended, at its own stride.
        """
        if self.file.typed.output is not None:
            raise InputError("the network gives a mask, no streams; use mask or probability")
        pixels = as_array(image)
        if self._compiled is None:
            return dict(_twin().streams(self.file.typed, pixels))
        return dict(self._compiled.streams(pixels, kernels.threads(threads)))

    def output(self) -> Output:
        """Return what the mask is made of; raise `InputError` where the network gives streams."""
        output = self.file.typed.output
        if output is None:
            raise InputError("the network gives streams, no mask; use streams")
        return output

    @cached_property
    def _sigmoid(self) -> npt.NDArray[np.float32]:
        """Probabilities by the logit's 16 bits without sign."""
        logit = np.arange(1 << 16, dtype=np.uint16).view(np.int16).astype(np.float64)
        return self.output().probability(logit)


def _twin() -> ModuleType:
    """Return the numpy definition, which is not loaded where the kernels run."""
    return importlib.import_module("docbin.runtime.reference")


def _compiled(data: bytes) -> Any:
    """Return the compiled network; None where the extension cannot run one."""
    extension = kernels.extension
    if extension is None or not hasattr(extension.Network, "logits"):
        return None
    return extension.Network(data)
