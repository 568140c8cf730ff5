"""Which disks are a network's: what SQLite's write-ahead log must not lie on."""

from __future__ import annotations

import os
from pathlib import Path

_MOUNTS = Path("/proc/self/mounts")
# The log is shared memory between processes, which machines do not share.
_NETWORKED = (
    *("9p", "afs", "beegfs", "ceph", "cifs", "coda", "fuse", "glusterfs", "gpfs", "lustre"),
    *("ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "panfs", "pvfs2", "smb3", "smbfs", "virtiofs"),
)


def is_networked(folder: Path, mounts: Path = _MOUNTS) -> bool:
    """Return whether a folder lies, or may lie, on another machine.

    Where the system does not tell (no ``/proc``), it may.
    """
    try:
        text = mounts.read_text("utf-8", "surrogateescape")
    except OSError:
        return True
    where = os.path.realpath(folder)
    # Of mounts on the same folder the last one is seen.
    deepest, kind = "", ""
    for line in text.splitlines():
        _, point, name, *_ = line.split(" ")
        point = _unescaped(point)
        inside = where == point or where.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(deepest):
            deepest, kind = point, name
    return not kind or kind.partition(".")[0] in _NETWORKED


def _unescaped(point: str) -> str:
    """Undo the octal codes that stand for spaces and the like."""
    for code, letter in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        point = point.replace(code, letter)
    return point
