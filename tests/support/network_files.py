"""Writes sound packed networks of every operation: ``python network_files.py FOLDER COUNT``."""

import sys
from pathlib import Path

from packed_networks import block, packed
from packed_random import FLOAT, INTEGER, random_network

folder, count = Path(sys.argv[1]), int(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
for seed in range(count):
    operations = INTEGER + FLOAT if seed % 3 == 0 else INTEGER
    data = packed(*random_network(seed, operations, nodes=15))
    (folder / f"random{seed}.docbin").write_bytes(data)
(folder / "block.docbin").write_bytes(packed(*block(bases=2)))
