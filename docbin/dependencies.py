"""Load an optional package where it is used, or say exactly how to install it."""

from __future__ import annotations

import importlib
from typing import Any

from docbin.errors import MissingDependencyError

# Import name -> what pip calls it (an extra of docbin where one exists).
PIP_NAMES = {
    "PIL": "Pillow",
    "albumentations": "docbin[train]",
    "click": "click",
    "cv2": "opencv-python-headless",
    "distributed": "docbin[cluster]",
    "fsspec": "docbin[stores]",
    "img2pdf": "img2pdf",
    "jinja2": "jinja2",
    "libarchive": "docbin[archives]",
    "ocrd": "docbin[ocrd]",
    "onnx": "docbin[onnx]",
    "onnxruntime": "docbin[onnx]",
    "optuna": "docbin[tune]",
    "pikepdf": "pikepdf",
    "pypdfium2": "pypdfium2",
    "pywt": "pywavelets",
    "rich": "rich",
    "s3fs": "docbin[stores]",
    "scipy": "scipy",
    "segmentation_models_pytorch": "docbin[train]",
    "shapely": "docbin[detect]",
    "skimage": "scikit-image",
    "starlette": "docbin[view]",
    "tensorboard": "docbin[train]",
    "timm": "docbin[train]",
    "torch": "docbin[train]",
    "torchvision": "docbin[train]",
    "uvicorn": "docbin[view]",
}


def load(name: str, *, purpose: str = "this") -> Any:
    """Import module ``name`` (dotted names allowed) and return it.

    Raises
    ------
    MissingDependencyError
        If the package is absent, with the ``pip install`` line that adds it.
    """
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        top = name.partition(".")[0]
        if (error.name or top).partition(".")[0] != top:
            raise
        raise missing(top, purpose=purpose) from error


def missing(name: str, *, purpose: str) -> MissingDependencyError:
    """Return the error for an absent package with the import name ``name``."""
    package = PIP_NAMES.get(name, name)
    return MissingDependencyError(
        f"{purpose} needs the package '{package}', which is not installed. "
        f"Install it with: pip install '{package}'"
    )
