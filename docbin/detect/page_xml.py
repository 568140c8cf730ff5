"""PAGE-XML (schema of 2019-07-15): regions of a page for OCR-D, Transkribus and the like."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import PurePath
from xml.sax.saxutils import quoteattr

import numpy as np

from docbin.detect.detected import DetectedPage
from docbin.regions import SEAL, TEXT, Polygon, TextRegion
from docbin.version import __version__

NAMESPACE = "http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"
_SCHEMA = f"{NAMESPACE} {NAMESPACE}/pagecontent.xsd"
# Characters that XML 1.0 does not have, even as references.
_FORBIDDEN = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535), "?")
_FORBIDDEN |= dict.fromkeys(range(0xD800, 0xE000), "?")


def page_xml(page: DetectedPage, *, now: datetime | None = None) -> str:
    """Return a page as PAGE-XML, its regions in reading order.

    Each region of text is a ``TextRegion`` with one ``TextLine`` in it, so that programs that read
    lines find them; a seal is a ``GraphicRegion`` of the type stamp. Coordinates are whole pixels
    within the page, as the schema wants them; scores become ``conf``.

    Parameters
    ----------
    page
        The page.
    now
        The time to be written as that of creation; None: the clock's.
    """
    time = (now or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
    named = list(enumerate(page.regions, 1))
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<PcGts xmlns="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f' xsi:schemaLocation="{_SCHEMA}">',
        "  <Metadata>",
        f"    <Creator>docbin {__version__}</Creator>",
        f"    <Created>{time}</Created>",
        f"    <LastChange>{time}</LastChange>",
        "  </Metadata>",
        f"  <Page imageFilename={_quoted(PurePath(page.source).name)}"
        f' imageWidth="{page.width}" imageHeight="{page.height}">',
    ]
    if named:
        lines += ["    <ReadingOrder>", '      <OrderedGroup id="order">']
        lines += [
            f'        <RegionRefIndexed index="{index}" regionRef="r{number}"/>'
            for index, (number, _) in enumerate(named)
        ]
        lines += ["      </OrderedGroup>", "    </ReadingOrder>"]
    for number, region in named:
        lines += _region(region, number, page)
    return "\n".join([*lines, "  </Page>", "</PcGts>", ""])


def _region(region: TextRegion, number: int, page: DetectedPage) -> list[str]:
    conf = "" if region.score is None else f' conf="{region.score:.4f}"'
    coords = f'<Coords points="{_points(region.polygon, page)}"{conf}/>'
    if region.kind == SEAL:
        start = f'    <GraphicRegion id="r{number}" type="stamp">'
        return [start, f"      {coords}", "    </GraphicRegion>"]
    custom = "" if region.kind == TEXT else f" custom={_quoted(f'kind:{region.kind}')}"
    return [
        f'    <TextRegion id="r{number}"{custom}>',
        f"      {coords}",
        f'      <TextLine id="r{number}l1">',
        f"        {coords}",
        "      </TextLine>",
        "    </TextRegion>",
    ]


def _points(polygon: Polygon, page: DetectedPage) -> str:
    """Return corners as whole pixels within the page."""
    last = [max(page.width - 1, 0), max(page.height - 1, 0)]
    corners = np.clip(polygon.round(), 0, last).astype(int)
    return " ".join(f"{x},{y}" for x, y in corners)


def _quoted(text: str) -> str:
    return quoteattr(text.translate(_FORBIDDEN))
