"""The same probability maps through docbin's post-processing and RapidOCR's.

    benchmarks/setup_detect_peers.sh                              once
    python -m benchmarks.detector_agreement --data FOLDER         held-out photos and receipts
    python -m benchmarks.detector_agreement --data FOLDER --quick five of each

FOLDER has ``textdet/msra-td500`` and ``textdet/sroie`` with ``images`` and ``gt``. RapidOCR's
network (PP-OCRv4) makes the maps; both cut them at 0.3, keep scores from 0.5 and grow regions with
a ratio of 1.6, both without RapidOCR's dilation (which the papers have not), and with it; docbin
with pixels as points, which is RapidOCR's convention, and as squares. Shown: which share
of the boxes of one has a box of the other with an IoU of 0.9 or more, one to one, and H against the
truth by ICDAR 2015's rule.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.detector_tools import Item, Peer, held_out

SAME = 0.9
PIXELS = ("points", "squares")
SCORES = {"box": "fast", "polygon": "slow"}


def measure(data: Path, name: str, limit: int | None) -> list[dict[str, Any]]:
    """Return a row for each way of scoring, with and without dilation."""
    peer = Peer(threads=2)
    rows: dict[tuple[str, bool, str], list[dict[str, Any]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        image, field = f"{folder}/image.npy", f"{folder}/map.npy"
        for item in itertools.islice(held_out(data, name), limit):
            np.save(image, item.pixels)
            peer.ask(do="map", image=image, map=field)
            for score, mode in SCORES.items():
                for dilated in (False, True):
                    settings = {"score_mode": mode, "use_dilation": dilated}
                    size = list(item.pixels.shape[:2])
                    theirs = peer.ask(do="boxes", map=field, size=size, settings=settings)
                    for pixels in PIXELS:
                        way = {"score": score, "pixels": pixels, "dilation": 1 + dilated}
                        page = _page(item, np.load(field), theirs["boxes"], way)
                        rows.setdefault((score, dilated, pixels), []).append(page)
    peer.close()
    return [
        {"set": name, "score": score, "dilated": dilated, "pixels": pixels, **_totals(pages)}
        for (score, dilated, pixels), pages in rows.items()
    ]


def _page(item: Item, field: np.ndarray, theirs: list[Any], way: dict[str, Any]) -> dict[str, Any]:
    from docbin.detect.postprocess import PostProcessing
    from docbin.regions import TextRegion

    post = PostProcessing(box_threshold=0.5, unclip=1.6, **way)
    height, width = item.pixels.shape[:2]
    scale = (width / field.shape[1], height / field.shape[0])
    ours = post(field.clip(0, 1), scale=scale, size=(height, width))
    return {"labels": item.labels, "ours": ours, "theirs": [TextRegion(box) for box in theirs]}


def _totals(pages: list[dict[str, Any]]) -> dict[str, Any]:
    ours = sum(len(page["ours"]) for page in pages)
    theirs = sum(len(page["theirs"]) for page in pages)
    same = sum(_matched(page["ours"], page["theirs"]) for page in pages)
    return {
        "images": len(pages),
        "docbin_boxes": ours,
        "rapidocr_boxes": theirs,
        "same": same,
        "share": 2 * same / max(ours + theirs, 1),
        "docbin_h": _h(pages, "ours"),
        "rapidocr_h": _h(pages, "theirs"),
    }


def _matched(ours: list[Any], theirs: list[Any]) -> int:
    """Return how many pairs, one to one, have an IoU of `SAME` or more."""
    from docbin.evaluate.detection import DetectionPage, overlap
    from docbin.evaluate.detection.icdar import matches
    from docbin.evaluate.labels.label import Label

    page = DetectionPage([Label(region) for region in ours], theirs)
    return matches((overlap(page).iou >= SAME).tolist())


def _h(pages: list[dict[str, Any]], key: str) -> float:
    from docbin.evaluate.detection import DetectionPage, icdar2015, overlap

    return icdar2015([overlap(DetectionPage(page["labels"].labels, page[key])) for page in pages]).h


def line(row: dict[str, Any]) -> str:
    """Return a row of the table."""
    dilated = "dilated" if row["dilated"] else "plain"
    return (
        f"{row['set']:11s} {row['score']:8s} {dilated:8s} {row['pixels']:8s} {row['images']:6d} "
        f"{row['docbin_boxes']:6d} {row['rapidocr_boxes']:8d} {100 * row['share']:7.2f} % "
        f"{100 * row['docbin_h']:8.2f} {100 * row['rapidocr_h']:8.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("DOCBIN_TEST_DATA"))
    parser.add_argument("--quick", action="store_true", help="five images of each set")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    if options.data is None:
        sys.exit("give --data FOLDER, or DOCBIN_TEST_DATA")
    limit = 5 if options.quick else None
    print(
        "set         score    both     docbin   images docbin RapidOCR    same       H   H RapidOCR"
    )
    rows = []
    for name in ("msra-td500", "sroie"):
        for row in measure(Path(options.data), name, limit):
            rows.append(row)
            print(line(row), flush=True)
    if options.json:
        Path(options.json).write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
