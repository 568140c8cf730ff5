"""docbin's text detector beside RapidOCR's: speed on one image, quality on held-out ones.

    benchmarks/setup_detect_peers.sh                          once
    python -m benchmarks.detector                             736 × 1280, two threads, 15 rounds
    python -m benchmarks.detector --side 736                  seen at that size, not at the weights'
    python -m benchmarks.detector --quick                     5 rounds
    python -m benchmarks.detector --image photo.jpg           another image, resized to that
    python -m benchmarks.detector --quality --data FOLDER     H on the held-out images
    python -m benchmarks.detector --json FILE

Speed: both see the same RGB image; a round asks each of them once, in turn, and medians are shown.
docbin's time is that of `docbin.detect_text`, from pixels to regions; RapidOCR's that of its
whole detector (normalising, network, post-processing), PP-OCRv4 in ONNX Runtime. Post-processing is
also timed by itself, on RapidOCR's probability map of the image.

Quality: ICDAR 2015's rule on the images of benchmarks/held_out.toml, don't-care as labelled; FOLDER
has ``textdet/NAME/images`` and ``gt``. RapidOCR runs with its defaults.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.detector_tools import KINDS, SETS, Peer, held_out

SIZE = (736, 1280)
THREADS = 2


def picture(image: Path | None) -> np.ndarray:
    """Return the image that is seen, uint8 (736, 1280, 3)."""
    import cv2

    from docbin.image import as_rgb
    from docbin.io import read_pages
    from docbin.synth import page

    if image is None:
        return as_rgb(page(seed=1, width=SIZE[1], height=SIZE[0], dpi=120)[0])
    pixels = as_rgb(next(read_pages(image)).pixels)
    return np.asarray(cv2.resize(pixels, SIZE[::-1], interpolation=cv2.INTER_AREA))


def speed(image: np.ndarray, rounds: int, weights: str, side: int | None = None) -> dict[str, Any]:
    """Time both, in turn."""
    import cv2

    from docbin import kernels
    from docbin.detect.db import Db
    from docbin.detect.postprocess import PostProcessing

    cv2.setNumThreads(THREADS)
    post = PostProcessing(box_threshold=0.5, unclip=1.6)
    peer = Peer(THREADS)
    seconds: dict[str, list[float]] = {key: [] for key in ("map", "post", "whole", "rapidocr")}
    with tempfile.TemporaryDirectory() as name, kernels.limit_threads(THREADS):
        detector = Db(weights, side=side)
        image_file, map_file = f"{name}/image.npy", f"{name}/map.npy"
        np.save(image_file, image)
        peer.ask(do="map", image=image_file, map=map_file)
        field = np.rint(np.load(map_file) * 255).astype(np.uint8)
        boxes: list[Any] = []
        for count in range(rounds + 1):
            answer = peer.ask(do="detect", image=image_file)
            times = {"rapidocr": answer["seconds"]}
            times["map"], _ = _timed(lambda: detector.probability_map(image))
            times["post"], boxes = _timed(lambda: post(field))
            times["whole"], boxes = _timed(lambda: detector(image))
            if count:  # the first one warms up
                for key, value in times.items():
                    seconds[key].append(value)
    peer.close()
    medians = {key: 1e3 * statistics.median(values) for key, values in seconds.items()}
    return {
        "weights": weights,
        "size": list(image.shape[:2]),
        "side": side,
        "threads": THREADS,
        "rounds": rounds,
        "milliseconds": medians,
        "regions": len(boxes),
        "rapidocr_regions": len(answer["boxes"]),
        "ratio": medians["rapidocr"] / medians["whole"],
    }


def _timed(work: Any) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def quality(data: Path, weights: str) -> list[dict[str, Any]]:
    """Return precision, recall and H of both on the held-out images of each set."""
    from docbin.detect.db import Db
    from docbin.evaluate.detection import DetectionPage, icdar2015, overlap
    from docbin.regions import TextRegion

    peer = Peer(THREADS)
    rows = []
    with tempfile.TemporaryDirectory() as folder:

        def rapidocr(pixels: np.ndarray) -> list[TextRegion]:
            np.save(f"{folder}/image.npy", pixels)
            return [
                TextRegion(box)
                for box in peer.ask(do="detect", image=f"{folder}/image.npy")["boxes"]
            ]

        detectors: dict[str, Any] = {"RapidOCR": rapidocr, "docbin": Db(weights)}
        for name in SETS:
            overlaps: dict[str, list[Any]] = {key: [] for key in detectors}
            for item in held_out(data, name):
                kinds = KINDS.get(name)
                truths = item.labels.of_kinds(kinds) if kinds else item.labels.labels
                for key, detector in detectors.items():
                    page = DetectionPage(truths, detector(item.pixels))
                    overlaps[key].append(overlap(page))
            for key, pages in overlaps.items():
                scores = icdar2015(pages)
                rows.append(
                    {
                        "set": name,
                        "images": len(pages),
                        "detector": key,
                        "precision": scores.precision,
                        "recall": scores.recall,
                        "h": scores.h,
                        "truths": scores.truths,
                    }
                )
    peer.close()
    return rows


def lines(result: Any) -> list[str]:
    """Return what is printed."""
    if isinstance(result, list):
        head = "set         images truths detector  precision  recall       H"
        return [head] + [
            f"{row['set']:11s} {row['images']:6d} {row['truths']:6d} {row['detector']:9s} "
            f"{100 * row['precision']:9.2f} {100 * row['recall']:7.2f} {100 * row['h']:7.2f}"
            for row in result
        ]
    times = result["milliseconds"]
    height, width = result["size"]
    return [
        f"{height} x {width}, {result['threads']} threads, medians of {result['rounds']} rounds, "
        f"docbin's weights: {result['weights']}",
        f"docbin: map {times['map']:.1f} ms, regions {times['post']:.2f} ms (of RapidOCR's map), "
        f"together {times['whole']:.1f} ms; {result['regions']} regions",
        f"RapidOCR: {times['rapidocr']:.1f} ms; {result['rapidocr_regions']} regions",
        f"docbin is {result['ratio']:.2f} x as fast",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--image", type=Path)
    parser.add_argument("--side", type=int, help="shorter side that docbin's network sees")
    parser.add_argument(
        "--weights", default="detector", help="a packed network or ONNX model instead of docbin's"
    )
    parser.add_argument("--quality", action="store_true")
    parser.add_argument("--data", type=Path, default=os.environ.get("DOCBIN_TEST_DATA"))
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    result: Any
    if options.quality:
        if options.data is None:
            sys.exit("give --data FOLDER, or DOCBIN_TEST_DATA")
        result = quality(Path(options.data), options.weights)
    else:
        rounds = 5 if options.quick else 15
        result = speed(picture(options.image), rounds, options.weights, options.side)
    print("\n".join(lines(result)))
    if options.json:
        Path(options.json).write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
