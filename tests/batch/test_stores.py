"""Addresses and stamps of stores, and what is said where a package is missing."""

import sys
from datetime import UTC, datetime

import pytest

from docbin.batch.found import Stamp
from docbin.batch.place import Folder, Store, place_of
from docbin.batch.stores.address import is_address, plain, within
from docbin.batch.stores.connection import filesystem, stamp_of
from docbin.errors import MissingDependencyError, UsageError


def test_addresses_and_names_of_files():
    assert is_address("s3://bucket/a.png")
    assert not any(map(is_address, ("a.png", "/s3:/x", "C://x", "file:///a.png", "dir/s3://x")))
    assert plain("file:///a b") == "/a b"
    assert plain("s3://bucket/") == "s3://bucket"
    assert plain("folder/") == "folder/"
    assert within("s3://b/a/c", "s3://b/a")
    assert within("s3://b/a", "s3://b/a/")
    assert not within("s3://b/ab", "s3://b/a")


def test_places():
    assert isinstance(place_of("file:///x"), Folder)
    assert isinstance(place_of("s3://b/x/"), Store)
    assert place_of("s3://b/x/").path("a/1.png") == "s3://b/x/a/1.png"
    with pytest.raises(UsageError, match="appear whole"):
        place_of("http://somewhere/x")


def test_stamps_of_what_stores_tell():
    time = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    nanoseconds = 1767323045 * 10**9
    for info, stamp in [
        ({"size": 3, "ETag": '"abc"', "LastModified": time}, Stamp(3, 0, "abc")),
        ({"size": 3, "LastModified": time}, Stamp(3, nanoseconds)),
        ({"size": 3, "mtime": 1767323045.0}, Stamp(3, nanoseconds)),
        ({"size": 3, "updated": "2026-01-02T03:04:05+00:00"}, Stamp(3, nanoseconds)),
        ({"size": 3, "updated": "some day"}, Stamp(3, 0, "some day")),
        ({"size": None}, Stamp(0, 0)),
    ]:
        assert stamp_of(info) == stamp


@pytest.mark.parametrize(
    ("package", "scheme", "words"),
    [
        ("fsspec", "s3", r"s3:// needs the package 'docbin\[stores\]'"),
        ("s3fs", "s3", r"pip install 'docbin\[stores\]'"),
        ("gcsfs", "gs", "pip install 'gcsfs'"),
    ],
)
def test_what_is_missing_is_said(monkeypatch, package, scheme, words):
    registry = pytest.importorskip("fsspec.registry")
    monkeypatch.delitem(registry._registry, scheme, raising=False)  # kept from a test before
    monkeypatch.setitem(sys.modules, package, None)
    filesystem.cache_clear()
    with pytest.raises(MissingDependencyError, match=words):
        filesystem(scheme)
    filesystem.cache_clear()
