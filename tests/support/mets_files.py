"""OCR-D workspaces: a METS file, and pages that docbin generates."""

from __future__ import annotations

import numpy as np
from PIL import Image

from docbin import synth

METS = """<?xml version="1.0" encoding="UTF-8"?>
<mets:mets xmlns:mets="http://www.loc.gov/METS/" xmlns:mods="http://www.loc.gov/mods/v3"
  xmlns:xlink="http://www.w3.org/1999/xlink">
  <mets:metsHdr CREATEDATE="2024-01-01T00:00:00"/>
  <mets:dmdSec ID="DMD"><mets:mdWrap MDTYPE="MODS"><mets:xmlData><mods:mods>
    <mods:identifier type="purl">docbin-test</mods:identifier>
  </mods:mods></mets:xmlData></mets:mdWrap></mets:dmdSec>
  <mets:amdSec ID="AMD"/>
  <mets:fileSec>{groups}</mets:fileSec>
  <mets:structMap TYPE="PHYSICAL"><mets:div TYPE="physSequence" ID="ALL">{pages}</mets:div>
  </mets:structMap>
</mets:mets>
"""
PAGE_NAMESPACE = "http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"
_TYPES = {"png": "image/png", "jpg": "image/jpeg", "tif": "image/tiff"}
_XML = "application/vnd.prima.page+xml"


def location(href):
    """Return the element that says where a file is."""
    kind = 'LOCTYPE="URL"' if "://" in href else 'LOCTYPE="OTHER" OTHERLOCTYPE="FILE"'
    return f'<mets:FLocat {kind} xlink:href="{href}"/>'


def mets(groups, page_ids=None):
    """Return a METS document of ``{group: {page: path}}``; pages in their order."""
    order = page_ids or list(dict.fromkeys(page for files in groups.values() for page in files))
    parts = []
    for group, files in groups.items():
        inner = "".join(
            f'<mets:file ID="{group}_{page}" MIMETYPE="{_kind(path)}">{location(path)}</mets:file>'
            for page, path in files.items()
        )
        parts.append(f'<mets:fileGrp USE="{group}">{inner}</mets:fileGrp>')
    pages = "".join(
        f'<mets:div TYPE="page" ID="{page}" ORDER="{number}">'
        + "".join(
            f'<mets:fptr FILEID="{group}_{page}"/>' for group in groups if page in groups[group]
        )
        + "</mets:div>"
        for number, page in enumerate(order, 1)
    )
    return METS.format(groups="".join(parts), pages=pages)


def _kind(path):
    ending = path.rpartition(".")[2]
    return _XML if ending == "xml" else _TYPES.get(ending, "image/png")


def page_xml(image, size, inner, attributes=""):
    """Return a PAGE document of an image of (width, height)."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<pc:PcGts xmlns:pc="{PAGE_NAMESPACE}"><pc:Metadata><pc:Creator>test</pc:Creator>
<pc:Created>2024-01-01T00:00:00</pc:Created><pc:LastChange>2024-01-01T00:00:00</pc:LastChange>
</pc:Metadata><pc:Page imageFilename="{image}" imageWidth="{size[0]}" imageHeight="{size[1]}"
{attributes}>{inner}</pc:Page></pc:PcGts>
"""


def scan(seed, width=240, height=320):
    """Return a generated page in colour, and its truth."""
    image, truth = synth.page(seed, width, height, 100, degradations=["shading", "noise"])
    return np.stack([image] * 3, axis=2) if image.ndim == 2 else image, truth


def workspace(folder, formats=("png", "jpg", "bilevel", "tif")):
    """Write a workspace of four pages: 300 dpi, no density, black and white, and 16-bit gray.

    Returns its METS file.
    """
    images = folder / "OCR-D-IMG"
    images.mkdir(parents=True)
    files = {}
    for number, kind in enumerate(formats, 1):
        image, truth = scan(number)
        path = images / f"{number}.{'png' if kind == 'bilevel' else kind}"
        if kind == "png":
            Image.fromarray(image).save(path, dpi=(300, 300))
        elif kind == "jpg":
            Image.fromarray(image).save(path, quality=95)
        elif kind == "bilevel":
            Image.fromarray(~truth).save(path, dpi=(200, 200))
        else:
            Image.fromarray(image[:, :, 1].astype(np.uint16) * 257).save(path, dpi=(400, 400))
        files[f"P{number}"] = f"OCR-D-IMG/{path.name}"
    target = folder / "mets.xml"
    target.write_text(mets({"OCR-D-IMG": files}))
    return target
