#!/usr/bin/env bash
# Puts the runtimes that packed networks are compared with into an environment of their own,
# benchmarks/peers/packed: ONNX Runtime (float32, and int8 by its static quantisation) and OpenVINO.
# larq-compute-engine has wheels for old Pythons only and brings TensorFlow; where it cannot be
# installed this says so.
#
#   benchmarks/setup_packed_peers.sh [PYTHON]
set -euo pipefail
cd "$(dirname "$0")"
python=${1:-python3}
"$python" -m venv peers/packed
peers/packed/bin/pip install --quiet numpy onnx onnxruntime openvino
peers/packed/bin/pip install --quiet larq-compute-engine ||
  echo "larq-compute-engine cannot be installed for $("$python" --version): it is left out" >&2
