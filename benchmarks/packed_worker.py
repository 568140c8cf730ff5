"""Runs one network on one page in one runtime, in a process of its own, on request.

``packed_worker.py TOOL MODEL PAGE THREADS``; every line on standard input is answered, in JSON, by
the seconds of clock and processor of one run from uint8 RGB to the mask.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable

import numpy as np

Run = Callable[[], object]


def docbin_tool(model: str, page: np.ndarray, threads: int) -> Run:
    """Packed bits, as `docbin clean` takes them from the kernels."""
    from docbin.runtime.network import Network

    network = Network.load(model)
    return lambda: network.mask(page, threads=threads)


def kernels_of_docbin() -> str:
    """Return the instruction set that is used."""
    from docbin import kernels

    return kernels.instruction_set()


def onnxruntime_tool(model: str, page: np.ndarray, threads: int) -> Run:
    """ONNX Runtime on the CPU."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    dtype = np.uint8 if session.get_inputs()[0].type == "tensor(uint8)" else np.float32

    def run() -> object:
        return session.run(None, {"image": page[None].astype(dtype, copy=False)})

    return run


def openvino_tool(model: str, page: np.ndarray, threads: int) -> Run:
    """OpenVINO on the CPU, in float32."""
    import openvino

    core = openvino.Core()
    settings = {
        "INFERENCE_NUM_THREADS": threads,
        "NUM_STREAMS": 1,
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": "f32",
    }
    read = core.read_model(model)
    read.reshape([1, *page.shape])
    request = core.compile_model(read, "CPU", settings).create_infer_request()
    return lambda: request.infer({"image": page[None]})


TOOLS = {"docbin": docbin_tool, "onnxruntime": onnxruntime_tool, "openvino": openvino_tool}


def main() -> None:
    """Serve."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever the tools print
    tool, model, page, threads = sys.argv[1:]
    try:
        run = TOOLS[tool](model, np.load(page), int(threads))
        run()
        answer = {"ready": True}
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    answers.write(json.dumps(answer) + "\n")
    answers.flush()
    for _ in sys.stdin:
        clock, cpu = time.perf_counter(), time.process_time()
        run()
        answer = {"clock": time.perf_counter() - clock, "cpu": time.process_time() - cpu}
        if tool == "docbin":
            answer["kernels"] = kernels_of_docbin()
        answer["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
