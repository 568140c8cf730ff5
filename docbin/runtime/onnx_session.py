"""Sessions of ONNX Runtime on the CPU."""

from __future__ import annotations

from typing import Any

from docbin import kernels
from docbin.dependencies import load
from docbin.errors import InputError


def onnx_session(model: str | bytes, *, what: str, purpose: str, threads: int | None = None) -> Any:
    """Return an ``onnxruntime.InferenceSession``.

    Parameters
    ----------
    model
        The path of a model, or its bytes.
    what
        What messages call the model.
    purpose
        What needs ONNX Runtime, for the message where it is missing.
    threads
        See `docbin.kernels.threads`.

    Raises
    ------
    MissingDependencyError
        If the package onnxruntime is missing.
    InputError
        If it is no model that ONNX Runtime reads.
    """
    runtime = load("onnxruntime", purpose=purpose)
    options = runtime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = kernels.threads(threads), 1
    options.log_severity_level = 3
    try:
        return runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the runtime's own kinds, which have no common public class
        raise InputError(f"{what} is no model that ONNX Runtime reads: {error}") from error
