"""RapidOCR's detector as a process: a JSON document a line in, one a line out.

    {"do": "detect", "image": "a.npy"}                   the whole detector, with its seconds
    {"do": "map", "image": "a.npy", "map": "m.npy"}      its probability map, written as float32
    {"do": "boxes", "map": "m.npy", "size": [720, 1280], "settings": {"score_mode": "slow"}}

Images are uint8 RGB (H, W, 3) in .npy. Runs in benchmarks/peers/detect, see
setup_detect_peers.sh; argument: how many threads.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any


def main() -> None:
    import cv2
    import numpy as np
    from rapidocr_onnxruntime import RapidOCR
    from rapidocr_onnxruntime.ch_ppocr_det.utils import DBPostProcess

    threads = int(sys.argv[1])
    cv2.setNumThreads(threads)
    engine = RapidOCR(intra_op_num_threads=threads, inter_op_num_threads=1)
    detector = engine.text_det

    def detect(job: dict[str, Any]) -> dict[str, Any]:
        image = np.ascontiguousarray(np.load(job["image"])[..., ::-1])
        start = time.perf_counter()
        boxes, _ = detector(image)
        seconds = time.perf_counter() - start
        return {"seconds": seconds, "boxes": [] if boxes is None else np.array(boxes).tolist()}

    def probability(job: dict[str, Any]) -> dict[str, Any]:
        image = np.ascontiguousarray(np.load(job["image"])[..., ::-1])
        given = detector.get_preprocess(max(image.shape[:2]))(image)
        field = detector.infer(given)[0][0, 0]
        np.save(job["map"], field.astype(np.float32))
        return {"shape": list(field.shape)}

    def boxes(job: dict[str, Any]) -> dict[str, Any]:
        settings = {"thresh": 0.3, "box_thresh": 0.5, "unclip_ratio": 1.6, **job["settings"]}
        process = DBPostProcess(**settings)
        field = np.load(job["map"])[None, None]
        start = time.perf_counter()
        found, scores = process(field, job["size"])
        seconds = time.perf_counter() - start
        return {"seconds": seconds, "boxes": np.array(found).tolist(), "scores": list(scores)}

    tasks = {"detect": detect, "map": probability, "boxes": boxes}
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        job = json.loads(line)
        answer = tasks[job["do"]](job)
        print(json.dumps(answer, default=float), flush=True)


if __name__ == "__main__":
    main()
