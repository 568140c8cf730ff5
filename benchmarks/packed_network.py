"""A whole packed network beside ONNX Runtime and OpenVINO on the same convolutions, in turn.

    benchmarks/setup_packed_peers.sh                       once
    python -m benchmarks.packed_network                    1 MP, 9 rounds
    python -m benchmarks.packed_network --quick            a quarter of that, 3 rounds
    python -m benchmarks.packed_network --avx2             as on a processor without AVX-512
    python -m benchmarks.packed_network --json FILE

From uint8 RGB to the mask, in milliseconds of the clock per megapixel; each tool and number
of threads is a process of its own, and a round asks each of them once. The network is a wavelet
U-Net with random weights (24-40-64-96, two blocks a stage, W1A4); the others run the same
convolutions in float32 (`benchmarks.packed_float_model`), and ONNX Runtime also in int8 (its static
quantisation). Beside two threads stands what two independent processes of one thread reach.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.packed_float_model import write_models

FOLDER = Path(__file__).resolve().parent
PEER_PYTHON = FOLDER / "peers" / "packed" / "bin" / "python"
LEFT_OUT = {
    "larq-compute-engine": "its converter needs TensorFlow, and it has no one-bit weights with "
    "four-bit activations"
}


class Worker:
    """A tool in its process."""

    def __init__(
        self, tool: str, model: Path, page: Path, threads: int, *, mask: Path | None = None
    ) -> None:
        peers = PEER_PYTHON if PEER_PYTHON.exists() else sys.executable
        python = sys.executable if tool == "docbin" else peers
        command = [python, "-P", FOLDER / "packed_worker.py", tool, model, page, str(threads)]
        self._process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "LD_PRELOAD": str(mask)} if mask else None,
        )
        self.trouble = self.receive().get("error")

    def send(self) -> None:
        """Start a run."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def receive(self) -> dict[str, Any]:
        """Wait for its answer."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        return json.loads(line) if line else {"error": "the process ended"}

    def ask(self) -> dict[str, Any]:
        """Run once."""
        self.send()
        return self.receive()

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def make_page(megapixels: float) -> np.ndarray:
    """Return a generated colour page; its sides are multiples of 16, so that no tool has to pad."""
    from docbin.image import as_rgb
    from docbin.synth import page

    side = round((megapixels * 1e6) ** 0.5 / 16) * 16
    image, _ = page(seed=1, width=side, height=side, dpi=120)
    return as_rgb(image)


def cpu_mask(folder: Path) -> Path:
    """Compile what hides AVX-512 from the programs that load it."""
    mask = folder / "cpu_mask.so"
    command = ["cc", "-O1", "-shared", "-fPIC", str(FOLDER / "cpu_mask.c"), "-o", str(mask)]
    subprocess.run(command, check=True)
    return mask


def measure(page: np.ndarray, rounds: int, *, avx2: bool = False) -> dict[str, Any]:
    """Time all tools, in turn."""
    from docbin.runtime.costs import macs
    from docbin.runtime.random_unet import random_unet

    network = random_unet(0)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        np.save(folder / "page.npy", page)
        (folder / "net.docbin").write_bytes(network.to_bytes())
        models = write_models(network.typed, page, folder)
        tools = {
            "docbin": ("docbin", folder / "net.docbin"),
            "onnxruntime fp32": ("onnxruntime", models["fp32"]),
            "onnxruntime int8": ("onnxruntime", models["int8"]),
            "openvino fp32": ("openvino", models["fp32"]),
        }
        mask = cpu_mask(folder) if avx2 else None
        workers, left_out = _started(tools, folder / "page.npy", mask)
        try:
            seconds, peaks, pairs = _rounds(workers, rounds)
            kernels_used = workers["docbin 1"].ask()["kernels"]
        finally:
            for worker in workers.values():
                worker.close()
    return {
        "processor": "AVX-512 hidden from all tools" if avx2 else "as it is",
        "megapixels": page.shape[0] * page.shape[1] / 1e6,
        "kmac_per_pixel": macs(network.typed) / 1e3,
        "kernels": kernels_used,
        "rounds": rounds,
        "seconds": {key: statistics.median(values) for key, values in seconds.items()},
        "two_processes_seconds": statistics.median(pairs),
        "peak_mb": peaks,
        "left_out": {**left_out, **LEFT_OUT},
    }


def _started(
    tools: dict[str, tuple[str, Path]], page: Path, mask: Path | None
) -> tuple[dict[str, Worker], dict[str, str]]:
    """Return the workers that run, by tool and threads, and why others do not."""
    workers, left_out = {}, {}
    for name, (tool, model) in tools.items():
        for threads in (1, 2):
            worker = Worker(tool, model, page, threads, mask=mask)
            if worker.trouble is None:
                workers[f"{name} {threads}"] = worker
            else:
                left_out[name] = worker.trouble
                worker.close()
    workers["docbin twin"] = Worker(*tools["docbin"], page, 1, mask=mask)
    return workers, left_out


def _rounds(
    workers: dict[str, Worker], rounds: int
) -> tuple[dict[str, list[float]], dict[str, float], list[float]]:
    """Return the seconds of each worker, their peaks of memory, and the seconds of two at once."""
    seconds: dict[str, list[float]] = {key: [] for key in workers if key != "docbin twin"}
    peaks: dict[str, float] = {}
    pairs = []
    one, other = workers["docbin 1"], workers["docbin twin"]
    for _ in range(rounds):
        for key, values in seconds.items():
            answer = workers[key].ask()
            values.append(answer["clock"])
            peaks[key] = answer["peak_mb"]
        one.send()
        other.send()
        pairs.append(max(one.receive()["clock"], other.receive()["clock"]))
    return seconds, peaks, pairs


def lines(row: dict[str, Any]) -> list[str]:
    """Return the table."""
    seconds, scale = row["seconds"], 1e3 / row["megapixels"]
    own = seconds["docbin 1"]
    text = [f"{row['megapixels']:.2f} MP, {row['kmac_per_pixel']:.1f} kMAC per pixel,"]
    text[0] += f" kernels {row['kernels']}, processor {row['processor']},"
    text[0] += f" medians of {row['rounds']} rounds"
    for key in [key for key in seconds if key.endswith(" 1")]:
        tool = key[:-2]
        line = f"{tool:17s} {seconds[key] * scale:9.1f} ms/MP on one thread"
        if f"{tool} 2" in seconds:
            two = seconds[f"{tool} 2"]
            line += f", {two * scale:9.1f} on two ({seconds[key] / two:.2f} x as fast)"
        if tool != "docbin":
            line += f"; docbin is {seconds[key] / own:.1f} x as fast"
        text.append(line)
    both = 2 * own / row["two_processes_seconds"]
    text.append(f"two processes of docbin with one thread each: {both:.2f} x one of them")
    text += [f"left out: {name}: {why}" for name, why in row["left_out"].items()]
    return text


def main() -> None:
    """Read the arguments, measure, print and save."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="0.26 MP, 3 rounds")
    parser.add_argument("--avx2", action="store_true", help="hide AVX-512 from all tools")
    parser.add_argument("--megapixels", type=float, default=None)
    parser.add_argument("--rounds", type=int, default=None)
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    arguments = parser.parse_args()
    if not PEER_PYTHON.exists():
        print("no peers of their own: run benchmarks/setup_packed_peers.sh", file=sys.stderr)
    size = arguments.megapixels or (0.26 if arguments.quick else 1.05)
    rounds = arguments.rounds or (3 if arguments.quick else 9)
    row = measure(make_page(size), rounds, avx2=arguments.avx2)
    print("\n".join(lines(row)))
    if arguments.json:
        arguments.json.write_text(json.dumps(row, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
