"""Feeds damaged files of every format to the readers; only an `InputError` may come back.

A file that wants far more memory than its checked size allows is a failure, too.

For minutes: ``python tests/fuzz/readers.py --seconds 600 --seed 1``. What fails is written to
``fuzz-FORMAT-NUMBER.bin`` and the traceback is shown.
"""

from __future__ import annotations

import argparse
import io
import sys
import time
import traceback
import warnings
from pathlib import Path

import numpy as np

from docbin.errors import InputError
from docbin.io import open_source

# Small enough that a claim of many pixels costs nothing.
LIMIT = 1 << 20
# Room for the libraries, and for nothing that a damaged file may claim.
MEMORY = 4 << 30


def seeds() -> dict[str, bytes]:
    """Return a small sound file of each kind."""
    from PIL import Image

    sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
    from png_files import RGB, png_file
    from tiff_files import DEFLATE, LZW, PACKBITS, tiff_file

    random = np.random.default_rng(0)
    gray = np.sort(random.integers(0, 256, (40, 50), dtype=np.uint8), axis=1)
    color = np.stack([gray, gray[::-1], gray], axis=2)
    files = {}
    for name, kind, page, options in [
        ("png", "PNG", gray, {"dpi": (300, 300)}),
        ("png-rgb", "PNG", color, {}),
        ("jpeg", "JPEG", color, {"dpi": (300, 300)}),
        ("jpeg-inks", "JPEG", Image.fromarray(color).convert("CMYK"), {"progressive": True}),
        ("tiff-jpeg", "TIFF", gray, {"compression": "jpeg"}),
        ("tiff-g4", "TIFF", gray > 99, {"compression": "group4"}),
        ("pnm", "PPM", gray, {}),
        ("webp", "WEBP", color, {}),
        ("jpeg2000", "JPEG2000", gray, {}),
        ("jpeg2000-alpha", "JPEG2000", Image.fromarray(color).convert("RGBA"), {}),
        ("png-palette", "PNG", Image.fromarray(color).quantize(20), {"transparency": 3}),
        ("tiff-ycbcr", "TIFF", Image.fromarray(color).convert("YCbCr"), {}),
        ("bmp", "BMP", color, {}),
        ("bmp-palette", "BMP", Image.fromarray(color).quantize(20), {}),
        ("pdf", "PDF", gray, {}),
        ("pdf-g4", "PDF", gray > 99, {}),
    ]:
        file = io.BytesIO()
        picture = page if isinstance(page, Image.Image) else Image.fromarray(page)
        picture.save(file, kind, **options)
        files[name] = file.getvalue()
    files["tiff-lzw"] = tiff_file(gray, compression=LZW, predictor=2)
    files["tiff-tiles"] = tiff_file(gray, compression=DEFLATE, tile=(16, 16), big=True, order=">")
    files["tiff-bits"] = tiff_file(gray > 99, bits=1, compression=PACKBITS)
    files["tiff-palette"] = tiff_file(
        gray, photometric=3, tags=[(320, 3, list(range(0, 768 * 80, 80)))]
    )
    numbers = b"\n".join(b" ".join(b"%d" % value for value in row) for row in gray)
    files["pnm-text"] = b"P2\n#\n50 40\n255\n" + numbers
    files["png-interlaced"] = png_file(color, 8, RGB, interlaced=True)
    return files


def damaged(data: bytes, random: np.random.Generator) -> bytes:
    """Return ``data`` with bytes changed, cut out, doubled, or the end lost."""
    changed = bytearray(data)
    for _ in range(int(random.integers(1, 6))):
        kind, at = int(random.integers(0, 6)), int(random.integers(0, max(1, len(changed))))
        if kind < 2:
            changed[at : at + 1] = bytes([int(random.integers(0, 256))])
        elif kind == 2:
            value = int(random.choice([0, 1, 127, 128, 255]))
            count = int(random.integers(1, 9))
            changed[at : at + count] = bytes([value]) * count
        elif kind == 3:
            del changed[at : at + int(random.integers(1, 30))]
        elif kind == 4:
            changed[at:at] = changed[at : at + int(random.integers(1, 30))]
        elif random.random() < 0.3:
            del changed[at:]
    return bytes(changed)


def read(data: bytes) -> None:
    """Read all pages, whole and in bands."""
    for number, page in enumerate(open_source(data, max_pixels=LIMIT)):
        page.load()
        for _ in page.bands(17):
            pass
        if number > 20:
            return


def run(seconds: float, seed: int) -> tuple[int, int]:
    """Damage and read for so many seconds; return how many files were read and how many failed."""
    random = np.random.default_rng(seed)
    files = seeds()
    tried = failed = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for name, sound in files.items():
            data = damaged(sound, random)
            tried += 1
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    read(data)
            except Exception as error:
                if isinstance(error, InputError) and not isinstance(error.__cause__, MemoryError):
                    continue
                failed += 1
                Path(f"fuzz-{name}-{failed}.bin").write_bytes(data)
                traceback.print_exc()
    return tried, failed


def limit_memory() -> None:
    """Let allocations fail above `MEMORY`, where the system knows such limits."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    limit_memory()
    tried, failed = run(options.seconds, options.seed)
    print(f"{tried} damaged files, {failed} failures")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
