"""Downloads from a server on this machine that may drop, lie or change its file."""

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from docbin.errors import InputError
from docbin.evaluate.download import download

DATA = bytes(range(256)) * 2000
SUM = hashlib.sha256(DATA).hexdigest()


class Server(ThreadingHTTPServer):
    """Serves ``data``; what it does wrong is set by the tests."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.data, self.tag = DATA, '"one"'
        self.drop_after = None
        self.ranges = True
        self.status = None
        self.asked = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/set.zip"


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_GET(self):
        server = self.server
        wanted = self.headers.get("Range")
        server.asked.append(wanted)
        if server.status:
            self.send_error(server.status)
            return
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "ftp://127.0.0.1/x")
            self.end_headers()
            return
        start = 0
        if wanted and server.ranges and self.headers.get("If-Range") == server.tag:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        if start > len(server.data):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        if start:
            size = len(server.data)
            self.send_header("Content-Range", f"bytes {start}-{size - 1}/{size}")
        self.send_header("ETag", server.tag)
        self.send_header("Content-Length", str(len(server.data) - start))
        self.end_headers()
        end = len(server.data) if server.drop_after is None else start + server.drop_after
        self.wfile.write(server.data[start:end])


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    with Server() as it:
        thread = threading.Thread(target=it.serve_forever, daemon=True)
        thread.start()
        yield it
        it.shutdown()
        thread.join()


def test_whole(server, tmp_path):
    seen = []
    found = download(server.url, tmp_path / "d" / "x", sha256=SUM, told=lambda *it: seen.append(it))
    assert found == SUM
    assert (tmp_path / "d" / "x").read_bytes() == DATA
    assert seen[-1] == (len(DATA), len(DATA))
    assert [path.name for path in (tmp_path / "d").iterdir()] == ["x"]
    assert download(server.url, tmp_path / "d" / "x", sha256=SUM) == SUM
    assert len(server.asked) == 1


def test_dropped_connections_go_on(server, tmp_path):
    server.drop_after = 100_000
    assert download(server.url, tmp_path / "x", sha256=SUM, pause=0) == SUM
    starts = [int(text[6:-1]) for text in server.asked[1:]]
    assert starts == sorted(set(starts))
    assert len(starts) >= 5


def test_a_later_call_goes_on(server, tmp_path):
    server.drop_after = 0
    (tmp_path / "x.part").write_bytes(DATA[:1000])
    (tmp_path / "x.part.tag").write_text('"one"')
    with pytest.raises(InputError, match="try again later"):
        download(server.url, tmp_path / "x", pause=0, tries=2)
    assert (tmp_path / "x.part").read_bytes() == DATA[:1000]
    server.drop_after = None
    assert download(server.url, tmp_path / "x", sha256=SUM) == SUM
    assert server.asked[-1] == "bytes=1000-"


def test_a_changed_file_starts_again(server, tmp_path):
    (tmp_path / "x.part").write_bytes(b"old" * 100)
    (tmp_path / "x.part.tag").write_text('"zero"')
    assert download(server.url, tmp_path / "x", sha256=SUM) == SUM


def test_without_ranges(server, tmp_path):
    server.ranges = False
    (tmp_path / "x.part").write_bytes(DATA[:500])
    (tmp_path / "x.part.tag").write_text('"one"')
    assert download(server.url, tmp_path / "x", sha256=SUM) == SUM
    # Parts whose version is not known are not joined to anything.
    (tmp_path / "y.part").write_bytes(b"?" * 500)
    assert download(server.url, tmp_path / "y", sha256=SUM) == SUM
    assert server.asked[-1] is None


def test_part_longer_than_the_file(server, tmp_path):
    (tmp_path / "x.part").write_bytes(bytes(len(DATA) + 5))
    (tmp_path / "x.part.tag").write_text('"one"')
    assert download(server.url, tmp_path / "x", sha256=SUM, pause=0) == SUM


def test_wrong_data(server, tmp_path):
    server.data = DATA[:-1] + b"!"
    with pytest.raises(InputError, match=f"not {SUM}"):
        download(server.url, tmp_path / "x", sha256=SUM)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "x").write_bytes(b"stale")
    server.data = DATA
    assert download(server.url, tmp_path / "x", sha256=SUM) == SUM


def test_errors(server, tmp_path):
    server.status = 404
    with pytest.raises(InputError, match="HTTP 404"):
        download(server.url, tmp_path / "x", pause=0)
    assert len(server.asked) == 1
    server.status = 503
    with pytest.raises(InputError, match="HTTP 503"):
        download(server.url, tmp_path / "x", pause=0, tries=3)
    assert len(server.asked) == 4
    server.status = None
    for url in ("file:///etc/passwd", "ftp://127.0.0.1/x", "x"):
        with pytest.raises(InputError, match="no http"):
            download(url, tmp_path / "x")
    with pytest.raises(InputError):
        download(server.url.replace("/set.zip", "/moved"), tmp_path / "x", pause=0, tries=1)
    assert not (tmp_path / "x").exists()


def test_nobody_answers(server, tmp_path):
    server.shutdown()
    server.server_close()
    with pytest.raises(InputError, match="cannot be downloaded"):
        download(server.url, tmp_path / "x", pause=0, tries=2)
