"""Runs thresholding methods of one tool in a process of its own, on request.

Started by `benchmarks.thresholds`, with the Python that has the tool. Requests and answers are
JSON, one a line: ``{"method": "sauvola", "window": 75, "threads": 1}`` is answered by start and end
in seconds of a clock that all processes share and the seconds of the processor, with ``"ink"`` by
the sum of the ink, too, with ``"memory"`` by the growth of the peak memory. ``"at"`` is a time of
that clock to start at.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np


def docbin_peer(page: np.ndarray) -> Callable[[dict], Callable[[], np.ndarray]]:
    """Docbin itself, as `docbin clean` runs it: packed rows."""
    import docbin
    from docbin import kernels
    from docbin.image import pack

    def prepare(job: dict) -> Callable[[], np.ndarray]:
        params = {"window": job["window"]} if job.get("window") else {}
        method = docbin.create(job["method"], **params, **job.get("set", {}))
        banded = getattr(method, "passes", 0)

        def run() -> np.ndarray:
            with kernels.limit_threads(job["threads"]):
                if not banded:
                    return pack(method(page))
                whole = slice(0, len(page))
                survey = method.survey(page, whole) if banded == 2 else None
                return method.packed(page, whole, survey)

        return run

    return prepare


def doxapy_peer(page: np.ndarray) -> Callable[[dict], Callable[[], np.ndarray]]:
    """Doxapy: one thread, bytes."""
    import doxapy

    out = np.empty_like(page)
    algorithms = doxapy.Binarization.Algorithms
    names = {"singh": "TRSINGH"}

    def prepare(job: dict) -> Callable[[], np.ndarray]:
        name = job["method"]
        algorithm = getattr(algorithms, names.get(name, name.upper()))
        binarizer = doxapy.Binarization(algorithm)
        params = {"window": job["window"]} if job.get("window") else {}
        params.update(job.get("set", {}))

        def run() -> np.ndarray:
            binarizer.initialize(page)
            binarizer.to_binary(out, params)
            return out

        return run

    return prepare


def opencv_peer(page: np.ndarray) -> Callable[[dict], Callable[[], np.ndarray]]:
    """OpenCV with its contributed modules."""
    import cv2

    styles = {"niblack": 0, "sauvola": 1, "wolf": 2, "nick": 3}
    ks = {"niblack": -0.2, "sauvola": 0.2, "wolf": 0.5, "nick": -0.2}

    def prepare(job: dict) -> Callable[[], np.ndarray]:
        name, window = job["method"], job.get("window")
        cv2.setNumThreads(job["threads"])
        if name == "otsu":
            return lambda: cv2.threshold(page, 0, 255, cv2.THRESH_OTSU)[1]
        if name == "triangle":
            return lambda: cv2.threshold(page, 0, 255, cv2.THRESH_TRIANGLE)[1]
        if name == "bradley":
            mean = cv2.ADAPTIVE_THRESH_MEAN_C
            return lambda: cv2.adaptiveThreshold(page, 255, mean, cv2.THRESH_BINARY, window, 10)
        threshold = cv2.ximgproc.niBlackThreshold
        return lambda: threshold(page, 255, 0, window, ks[name], binarizationMethod=styles[name])

    return prepare


def skimage_peer(page: np.ndarray) -> Callable[[dict], Callable[[], np.ndarray]]:
    """scikit-image."""
    from skimage import filters

    def prepare(job: dict) -> Callable[[], np.ndarray]:
        name, window = job["method"], job.get("window")
        if name == "sauvola":
            return lambda: page <= filters.threshold_sauvola(page, window, 0.2, 128)
        if name == "niblack":
            return lambda: page <= filters.threshold_niblack(page, window, 0.2)
        function = getattr(filters, f"threshold_{name}")
        return lambda: page <= function(page)

    return prepare


def leptonica_peer(page: np.ndarray) -> Callable[[dict], Callable[[], np.ndarray]]:
    """Leptonica by its C interface."""
    library = _leptonica()
    pix = ctypes.c_void_p
    height, width = page.shape
    source = _leptonica_picture(library, page)

    def finish(result: ctypes.c_void_p) -> np.ndarray:
        count = ctypes.c_int()
        library.pixCountPixels(result, ctypes.byref(count), None)
        library.pixDestroy(ctypes.byref(result))
        return np.array(count.value)

    def prepare(job: dict) -> Callable[[], np.ndarray]:
        half = (job.get("window") or 3) // 2

        def sauvola() -> np.ndarray:
            result = pix()
            library.pixSauvolaBinarizeTiled(
                source, half, ctypes.c_float(0.2), 1, 1, None, ctypes.byref(result)
            )
            return finish(result)

        def otsu() -> np.ndarray:
            result = pix()
            library.pixOtsuAdaptiveThreshold(
                source, width, height, 0, 0, ctypes.c_float(0), None, ctypes.byref(result)
            )
            return finish(result)

        return {"sauvola": sauvola, "otsu": otsu}[job["method"]]

    return prepare


def _leptonica() -> ctypes.CDLL:
    """Load the library and declare what is called."""
    name = ctypes.util.find_library("lept") or ctypes.util.find_library("leptonica")
    if name is None:
        raise ImportError("leptonica (apt-get install liblept5)")
    library = ctypes.CDLL(name)
    library.pixCreate.restype = library.pixGetData.restype = ctypes.c_void_p
    library.pixCreate.argtypes = [ctypes.c_int] * 3
    library.pixGetData.argtypes = [ctypes.c_void_p]
    library.pixDestroy.argtypes = [ctypes.POINTER(ctypes.c_void_p)]
    return library


def _leptonica_picture(library: ctypes.CDLL, page: np.ndarray) -> ctypes.c_void_p:
    """Copy a page into a picture of the library."""
    height, width = page.shape
    picture = ctypes.c_void_p(library.pixCreate(width, height, 8))
    words = library.pixGetWpl(picture)
    rows = np.zeros((height, words * 4), np.uint8)
    rows[:, :width] = page
    rows = rows.reshape(height, words, 4)[:, :, ::-1].copy()  # words are in the machine's order
    ctypes.memmove(library.pixGetData(picture), rows.ctypes.data, rows.nbytes)
    return picture


def _zeros(picture: np.ndarray) -> int:
    """Count the ink of a picture, black on white."""
    return int((picture == 0).sum())


# Seconds below which a run is worth another one before it.
QUICK = 0.05

# Name -> what prepares its runs, and what counts the ink of a result.
PEERS = {
    "docbin": (docbin_peer, lambda packed: int(np.unpackbits(packed).sum())),
    "doxapy": (doxapy_peer, _zeros),
    "opencv": (opencv_peer, _zeros),
    "scikit-image": (skimage_peer, lambda mask: int(mask.sum())),
    "leptonica": (leptonica_peer, int),
}


def _reset_peak() -> None:
    """Forget the peak of memory, where the system can."""
    if Path("/proc/self/clear_refs").exists():
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _memory(key: str) -> float:
    """Return a line of /proc/self/status in MB; without /proc the peak of the process."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    line = next(line for line in status.read_text().splitlines() if line.startswith(key))
    return int(line.split()[1]) / 1024


def _answer(
    took: dict[tuple, float],
    prepare: Callable[[dict], Callable[[], np.ndarray]],
    ink: Callable[[np.ndarray], int],
    job: dict,
) -> dict:
    run = prepare(job)
    if job.get("memory"):
        _reset_peak()
        before = _memory("VmRSS")
        run()
        return {"peak_mb": _memory("VmHWM") - before}
    # What takes little time is run before: page and threads are at hand, as for page after page.
    key = job["method"], job.get("window"), job["threads"]
    if took.get(key, QUICK) < QUICK:
        run()
    while time.perf_counter() < job.get("at", 0):
        pass
    cpu, start = time.process_time(), time.perf_counter()
    result = run()
    end = time.perf_counter()
    answer = {"start": start, "end": end, "cpu": time.process_time() - cpu}
    took[key] = end - start
    if job.get("ink"):
        answer["ink"] = ink(result)
    return answer


def main() -> None:
    """Serve one tool, or list those that this Python has."""
    if sys.argv[1] == "--list":
        tiny = np.full((8, 8), 200, np.uint8)
        for name, (peer, _) in PEERS.items():
            try:
                peer(tiny)
                print(f"{name}: there")
            except (ImportError, OSError) as error:
                print(f"{name}: not there ({error})")
        return
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever the tools print
    page = np.load(sys.argv[2])
    peer, ink = PEERS[sys.argv[1]]
    prepare = peer(page)
    took: dict[tuple, float] = {}
    for line in sys.stdin:
        try:
            answer = _answer(took, prepare, ink, json.loads(line))
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
