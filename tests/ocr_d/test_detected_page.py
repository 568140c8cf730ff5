"""PAGE-XML of `docbin detect` against the schema that OCR-D's validator brings."""

import importlib.util
from datetime import UTC, datetime
from pathlib import Path

import pytest

from docbin.detect.detected import DetectedPage
from docbin.detect.page_xml import page_xml
from docbin.regions import TextRegion

REGIONS = (
    TextRegion([(-3, 2), (50.4, 0), (50, 20), (0, 21)], score=0.123456),
    TextRegion([(10, 30), (99.9, 31), (80, 60)], kind="seal"),
    TextRegion([(10, 80), (99.9, 81), (80, 90)], score=1.0, kind='a "kind" & <more>'),
)


@pytest.fixture(scope="module")
def schema():
    found = importlib.util.find_spec("ocrd_validators")
    if found is None or not found.submodule_search_locations:
        pytest.skip("the package ocrd, which has the schema, is not installed")
    etree = pytest.importorskip("lxml.etree", reason="lxml is not installed")
    return etree.XMLSchema(etree.parse(Path(found.submodule_search_locations[0]) / "page.xsd"))


@pytest.mark.parametrize("regions", [REGIONS, REGIONS[:1], ()])
@pytest.mark.parametrize("name", ["scan.png", 'a "b" & <c>.png', "\x01\ud800.png"])
def test_it_is_valid(schema, regions, name):
    etree = pytest.importorskip("lxml.etree", reason="lxml is not installed")
    text = page_xml(DetectedPage(name, width=100, height=90, regions=regions))
    assert schema.validate(etree.fromstring(text.encode())), schema.error_log


def test_what_is_written():
    now = datetime(2024, 2, 29, 12, 0, 5, tzinfo=UTC)
    text = page_xml(DetectedPage("dir/scan.png", width=100, height=90, regions=REGIONS), now=now)
    assert '<Page imageFilename="scan.png" imageWidth="100" imageHeight="90">' in text
    assert "<Created>2024-02-29T12:00:05Z</Created>" in text
    assert '<Coords points="0,2 50,0 50,20 0,21" conf="0.1235"/>' in text
    assert (
        '<GraphicRegion id="r2" type="stamp">\n      <Coords points="10,30 99,31 80,60"/>' in text
    )
    assert 'kind:a "kind" &amp; &lt;more&gt;\'' in text
    assert '<RegionRefIndexed index="2" regionRef="r3"/>' in text
