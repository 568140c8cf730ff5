#!/usr/bin/env bash
# Puts the tools that docbin is compared with into an environment of their own,
# benchmarks/peers/venv: doxapy 0.9.9 needs Python 3.12 or newer, and the contrib build of OpenCV
# would overwrite the cv2 that docbin uses. Leptonica is the system's: apt-get install liblept5.
#
#   benchmarks/setup_peers.sh [PYTHON]      PYTHON: python3.12 or newer
set -euo pipefail
cd "$(dirname "$0")"
python=${1:-${PEERS_PYTHON:-python3.12}}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 12))' || {
  echo "$python is older than 3.12; give another: benchmarks/setup_peers.sh /path/to/python3.12" >&2
  exit 1
}
"$python" -m venv peers/venv
peers/venv/bin/pip install --quiet \
  doxapy==0.9.9 opencv-contrib-python-headless==4.13.0.92 scikit-image==0.26.0 numpy==2.4.6
peers/venv/bin/python peer_worker.py --list
