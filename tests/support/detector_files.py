"""A packed network made by hand that finds words, and photos with words for it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from contrast_network import contrast_network
from text_maps import drawn, rectangle

from docbin.detect.db import Db
from docbin.detect.field_model import METADATA
from docbin.detect.kuzushiji import NONE, Kuzushiji
from docbin.runtime.weights import PackedFile


def words():
    """Return where the words of `word_photo` are, in reading order."""
    return [rectangle(90, 50, 120, 14), rectangle(230, 60, 90, 14, 12), rectangle(120, 170, 60, 12)]


def word_photo():
    """Return dark bars on bright ground, uint8 (240, 320)."""
    return np.where(drawn(words(), (240, 320)) > 0, 40, 200).astype(np.uint8)


def text_network(**told) -> PackedFile:
    """Return a network whose probability is high where an image is darker than around it.

    ``told`` is what its file says of its use as a detector.
    """
    network = contrast_network()
    metadata = {**network.metadata, "name": "words"} | (
        {METADATA: json.dumps(told)} if told else {}
    )
    return PackedFile(network.graph, network.tensors, metadata)


# Detector -> how it finds the words of `word_photo` with the weights of `text_network`.
DETECTORS_READY = {
    "db": lambda weights: Db(weights, threshold=0.1, unclip=0.1, side=0),
    "kuzushiji": lambda weights: Kuzushiji(_told(weights, threshold=0.1, unclip=0.1, side=0), NONE),
}


def _told(weights, **told):
    """Return a copy of `text_network` whose file says how it is used."""
    file = Path(weights).with_name("told.docbin")
    file.write_bytes(text_network(**told).to_bytes())
    return str(file)
