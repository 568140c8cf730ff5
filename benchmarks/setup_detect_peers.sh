#!/usr/bin/env bash
# Puts the text detector that docbin's is compared with into an environment of its own,
# benchmarks/peers/detect: rapidocr-onnxruntime brings its network (PP-OCRv4, 4.7 MB) and a build of
# OpenCV that would overwrite the cv2 that docbin uses.
#
#   benchmarks/setup_detect_peers.sh [PYTHON]
set -euo pipefail
cd "$(dirname "$0")"
python=${1:-python3}
"$python" -m venv peers/detect
peers/detect/bin/pip install --quiet rapidocr-onnxruntime==1.4.4
peers/detect/bin/python -c 'import rapidocr_onnxruntime, onnxruntime; print("onnxruntime", onnxruntime.__version__)'
