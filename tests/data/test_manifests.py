from __future__ import annotations

import re
from pathlib import Path

import pytest

from docbin.errors import InputError, UsageError
from docbin.evaluate import manifests

EXPECTED = {
    "dibco2009": 10,
    "hdibco2010": 10,
    "dibco2011": 16,
    "hdibco2012": 14,
    "dibco2013": 16,
    "hdibco2014": 10,
    "hdibco2016": 10,
    "dibco2017": 20,
    "hdibco2018": 10,
    "dibco2019": 20,
    "phibd2012": 15,
    "bickley": 7,
    "smadi": 30,
    "nabuco": 15,
    "monk-cuper": 25,
    "dkds": None,
}


def test_every_set_has_a_manifest():
    assert manifests.names() == sorted(EXPECTED)
    for name, pages in EXPECTED.items():
        manifest = manifests.load(name)
        assert manifest.name == name
        assert manifest.pages == pages
        assert manifest.home.startswith("https://")
        assert manifest.licence
        assert manifest.terms
        assert manifest.splits
        assert manifest.citation.bibtex().startswith("@")


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_layouts_pair_by_shared_groups(name):
    for layout in manifests.load(name).layouts:
        image = set(re.compile(layout.image).groupindex)
        truth = set(re.compile(layout.truth).groupindex)
        assert truth <= image
        assert 1 <= layout.ink_below <= 255


def test_official_addresses_are_files_with_distinct_names():
    for name in EXPECTED:
        sources = manifests.load(name).sources
        assert len({source.filename for source in sources}) == len(sources)
        for source in sources:
            assert source.url.startswith(("https://", "http://"))
            assert source.sha256 is None or re.fullmatch("[0-9a-f]{64}", source.sha256)


def test_alias_and_wrong_name():
    assert manifests.load("mcs").name == "monk-cuper"
    assert manifests.load("DIBCO2013").name == "dibco2013"
    with pytest.raises(UsageError, match="Did you mean 'dibco2013'"):
        manifests.load("dibco213")


def test_splits():
    manifest = manifests.load("dibco2013")
    assert manifest.select(["HW01", "PR01"], "printed") == ["PR01"]
    with pytest.raises(UsageError, match=r"no split 'prined'.*Did you mean 'printed'"):
        manifest.select(["HW01"], "prined")


def test_store_follows_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("DOCBIN_DATA", str(tmp_path / "mine"))
    assert manifests.store() == tmp_path / "mine"
    monkeypatch.delenv("DOCBIN_DATA")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert manifests.store() == tmp_path / "docbin" / "data"
    monkeypatch.delenv("XDG_DATA_HOME")
    assert manifests.store() == Path.home() / ".local/share/docbin/data"
    assert manifests.stored("dibco2013", tmp_path) is None


def test_malformed_manifest(tmp_path):
    path = tmp_path / "x.toml"
    for text in ("name = ", 'name = "x"', "[citation]\nkey = 1\n", "\xff"):
        path.write_bytes(text.encode("latin-1"))
        with pytest.raises(InputError, match="not a manifest"):
            manifests.read(path)


def test_layout_needs_a_name():
    with pytest.raises(UsageError, match="group"):
        manifests.Layout("a.png", "(?P<name>a).png")
    with pytest.raises(UsageError, match="regular expression"):
        manifests.Layout("(?P<name>a", "(?P<name>a).png")
