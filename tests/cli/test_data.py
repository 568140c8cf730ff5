"""``docbin data`` as an installed program."""

import functools
import json
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pages import dibco2013, zipped
from program import docbin, printed


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("DOCBIN_DATA", str(tmp_path / "store"))
    monkeypatch.setenv("DOCBIN_CACHE", "off")
    monkeypatch.setenv("no_proxy", "*")
    return tmp_path / "store"


def test_list(store):
    lines = printed(docbin("data", "list"))
    assert lines[0].split()[:4] == ["name", "year", "pages", "here"]
    assert len(lines) == 17
    assert any(line.startswith("dibco2013 ") and " 16 " in line for line in lines)
    told = json.loads(docbin("data", "list", "--json").stdout)
    dibco = next(item for item in told if item["name"] == "dibco2013")
    assert dibco["folder"] is None
    assert dibco["sources"][0]["url"].endswith("DIBCO2013-dataset.rar")
    assert "ICDAR 2013" in dibco["bibtex"]


def test_add_and_score(store, tmp_path):
    archive = zipped(dibco2013(tmp_path / "d"), tmp_path / "DIBCO2013-dataset.zip")
    run = docbin("data", "add", "dibco2013", archive)
    assert printed(run) == [str(store / "dibco2013")]
    assert "has 16" in run.stderr
    assert "No licence is stated" in run.stderr
    told = json.loads(docbin("data", "list", "--json").stdout)
    here = {item["name"]: item["folder"] for item in told if item["folder"]}
    assert here == {"dibco2013": str(store / "dibco2013")}
    assert docbin("score", "-m", "otsu", "--data", "dibco2013", "--no-weights", "--json").stdout
    again = docbin("data", "add", "dibco2013", archive, code=5)
    assert "--force" in again.stderr
    assert docbin("data", "add", "-f", "-q", "dibco2013", archive).stderr == ""


def test_patterns(store, tmp_path):
    dibco2013(tmp_path / "d")
    run = docbin(
        "data", "add", "nabuco", tmp_path / "d", "--image", r"Orig\w+/(?P<name>PR\d+)\.bmp",
        "--truth", r"GT\w+/(?P<name>PR\d+)_estGT\.bmp", "--ink-below", "128",
    )  # fmt: skip
    assert [path.name for path in (store / "nabuco" / "img").iterdir()] == ["PR01.png"]
    assert printed(run) == [str(store / "nabuco")]
    assert docbin("data", "add", "nabuco", "x", "--image", "x", code=2).stderr
    assert "group" in docbin(
        "data", "add", "nabuco", "x", "--image", "x", "--truth", "y", code=2
    ).stderr  # fmt: skip


def test_fetch(store, tmp_path):
    (tmp_path / "www").mkdir()
    zipped(dibco2013(tmp_path / "d"), tmp_path / "www" / "set.zip")
    handler = functools.partial(Quiet, directory=str(tmp_path / "www"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        run = docbin("data", "fetch", "dibco2013", "--from", f"{url}/set.zip")
        assert printed(run) == [str(store / "dibco2013")]
        assert "set.zip sha256 " in run.stderr
        missing = docbin("data", "fetch", "bickley", "--from", f"{url}/no.zip", code=3)
        assert "HTTP 404" in missing.stderr
        server.shutdown()
        thread.join()
    assert "--force" in docbin("data", "fetch", "dibco2013", code=5).stderr
    assert sorted(path.name for path in store.iterdir()) == [".downloads", "dibco2013"]


def test_refusals(store, tmp_path):
    assert "Did you mean 'dibco2013'" in docbin("data", "add", "dibco213", "x", code=2).stderr
    assert "there is no file" in docbin("data", "add", "dibco2013", "no.zip", code=3).stderr
    (tmp_path / "bad.zip").write_bytes(b"PK\x03\x04")
    assert "cannot be unpacked" in docbin(
        "data", "add", "dibco2013", tmp_path / "bad.zip", code=3
    ).stderr  # fmt: skip
    assert "docbin data add nabuco" in docbin("data", "fetch", "nabuco", code=2).stderr
    assert docbin("data", "fetch", "nabuco", "--from", "http://x/", code=2).stderr
    assert docbin("data", "fetch", "nabuco", "--from", "file:///etc/passwd", code=3).stderr


def test_no_archive(store, tmp_path):
    pytest.importorskip("libarchive", reason="libarchive-c is not installed")
    (tmp_path / "text.7z").write_text("no archive at all, but text")
    run = docbin("data", "add", "dibco2013", tmp_path / "text.7z", code=3)
    assert run.stderr.endswith("cannot be unpacked: Unrecognized archive format\n")
