"""The viewer over plain HTTP: who is let in, what is refused, what comes out."""

import io
import shlex
import socket
import struct
import zlib
from dataclasses import fields
from typing import get_type_hints

import numpy as np
import pytest
from PIL import Image
from program import docbin, letters, save_mask
from viewing import viewing

from docbin.batch.treatment import PAGE_STEPS
from docbin.errors import UsageError
from docbin.methods import METHODS, names
from docbin.report.view.controls import described, values_of

GRAY, INK = letters(120, 160)
WISH = {"client": "c", "slot": "a", "serial": 1, "scan": 0, "page": 0, "method": "sauvola"}
WISH |= {"params": {}, "steps": []}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("view")
    (root / "scans").mkdir()
    Image.fromarray(GRAY).save(root / "scans/a page.png", dpi=(300, 300))
    two = [Image.fromarray(GRAY[::-1].copy())]
    Image.fromarray(GRAY).save(root / "scans/two.tif", save_all=True, append_images=two)
    (root / "scans/broken.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    save_mask(root / "truth/a page_gt.png", INK)
    (root / "secret.txt").write_text("secret")
    return root


@pytest.fixture(scope="module")
def view(folder):
    options = ("--truth", "truth", "--max-upload", "1M", "--max-pixels", "1000000")
    with viewing("scans", *options, cwd=folder) as found:
        yield found


def png(gray):
    file = io.BytesIO()
    Image.fromarray(gray).save(file, "PNG")
    return file.getvalue()


def test_the_page_is_there_and_its_policy_is_strict(view):
    status, headers, body = view.ask()
    assert status == 200
    assert b"docbin view" in body
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["referrer-policy"] == "no-referrer"
    assert view.ask("static/view.js")[0] == 200
    assert len(view.base) >= 22


def test_without_the_token_there_is_nothing(view):
    for base in ("/", "/x/", view.base[:-2] + "/", "//", "/%2e%2e/", view.base.upper()):
        assert view.ask(base=base)[0] == 403
        assert view.ask("static/view.js", base=base)[0] == 403
    assert view.ask("run", verb="POST", body=b"{}", base="/x/")[0] == 403


@pytest.mark.parametrize(
    "host", ["evil.example:{port}", "127.0.0.1.evil.example:{port}", "127.0.0.1", "localhost:1", ""]
)
def test_another_name_is_refused(view, host):
    host = host.format(port=view.port)
    assert view.ask(host=host or " ")[0] in (400, 421)
    assert view.ask(host=f"localhost:{view.port}")[0] == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1:{port}"])
def test_another_site_is_refused(view, origin):
    origin = origin.format(port=view.port)
    assert view.ask(headers={"Origin": origin})[0] == 403
    assert view.ask("run", verb="POST", body=b"{}", headers={"Origin": origin})[0] == 403
    own = f"http://127.0.0.1:{view.port}"
    assert view.ask(headers={"Origin": own})[0] == 200
    assert view.ask(headers={"Sec-Fetch-Site": "cross-site"})[0] == 403


def test_no_path_leads_out(view):
    for path in (
        *("static/../secret.txt", "static/..%2f..%2fsecret.txt", "static/%2e%2e/secret.txt"),
        *(
            "../secret.txt",
            "static/report.html.j2",
            "static/",
            "scan/..%2fsecret.txt",
            "secret.txt",
        ),
        *("static//etc/passwd", "static/%2fetc%2fpasswd", "result/../../secret.png"),
    ):
        status, _, body = view.ask(path)
        assert status in (400, 404), path
        assert b"secret\n" not in body
    assert view.json("scan/99")[0] == 400
    assert view.json("scan/0/7.jpg")[0] == 400
    wish = {**WISH, "method": "net", "params": {"weights": "/etc/passwd"}}
    status, told = view.post("run", wish)
    assert status == 400
    assert "weights is '/etc/passwd'; give one of default" in told["error"]


def test_what_is_shown_is_what_the_command_writes(view, folder, tmp_path):
    tries = [
        ("sauvola", {"k": 0.35, "window": "3mm"}, [], None),
        ("isauvola", {"solid": True, "window": "31"}, list(PAGE_STEPS), 200),
        ("net", {"weights": "small"}, [], None),
    ]
    for method, params, steps, dpi in tries:
        wish = {**WISH, "method": method, "params": params, "steps": steps, "dpi": dpi}
        status, told = view.post("run", wish)
        assert status == 200, told
        _, headers, shown = view.ask(f"result/{told['result']}.png")
        assert headers["content-type"] == "image/png"
        words = shlex.split(told["command"])
        assert words[:3] == ["docbin", "clean", "scans/a page.png"]
        assert words[-2:] == ["-o", "a page.bw.png"]
        docbin(*words[1:-1], tmp_path / "b.png", "--force", cwd=folder)
        assert (tmp_path / "b.png").read_bytes() == shown
        _, headers, recipe = view.ask(f"result/{told['result']}.toml")
        assert headers["content-disposition"].startswith("attachment")
        (tmp_path / "r.toml").write_bytes(recipe)
        again = ("--recipe", tmp_path / "r.toml", "-o", tmp_path / "c.png", "--force")
        docbin("clean", "scans/a page.png", *again, cwd=folder)
        assert (tmp_path / "c.png").read_bytes() == shown
        assert 0 < told["metrics"]["FM"] <= 100
        assert set(told["metrics"]) == {"FM", "F_ps", "PSNR", "DRD"}


def test_files_are_dropped_with_their_truth(view):
    status, told = view.post("open?name=..%2F..%2F%3Cb%3E%22.png", png(GRAY))
    assert (status, told["name"]) == (200, '<b>".png')
    number = told["number"]
    status, answer = view.post(
        f"truth/{number}/0?name=t.png", png(np.where(INK, 0, 255).astype("u1"))
    )
    assert (status, answer) == (200, {"truths": [0]})
    _, told = view.post("run", {**WISH, "scan": number, "method": "otsu"})
    assert told["metrics"]["FM"] == 100
    assert told["metrics"]["PSNR"] is None  # infinite
    status, told = view.post(f"truth/{number}/0?name=t.png", png(GRAY[:50]))
    assert status == 422
    assert "has 160 x 50 pixels, the page 160 x 120" in told["error"]


def huge_png():
    """Return a PNG of few bytes that claims 400 million pixels."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 0, 0, 0, 0)
    data = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + data


def test_uploads_are_limited(view):
    status, told = view.post("open?name=a.png", b"x" * ((1 << 20) + 1))
    assert status == 413
    assert "--max-upload" in told["error"]
    # Nothing is said of the length: it is counted.
    body = b"".join(b"40000\r\n" + b"x" * 0x40000 + b"\r\n" for _ in range(5)) + b"0\r\n\r\n"
    with socket.create_connection((view.host, view.port), timeout=30) as link:
        head = f"POST {view.base}open HTTP/1.1\r\nHost: 127.0.0.1:{view.port}\r\n"
        link.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + body)
        assert link.recv(100).startswith(b"HTTP/1.1 413")
    status, told = view.post("open?name=a.png", huge_png())
    assert status == 422
    assert "claims 20000 x 20000 pixels" in told["error"]
    assert view.post("open?name=a.png", b"")[0] == 422
    assert view.post("open?name=a.png", b"nothing that is known")[0] == 422
    assert view.post("run", {"x": "y" * 100_000})[0] == 413


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"method": "nothing"}, "there is no method"),
        ({"params": {"kk": 1}}, "no parameter 'kk'"),
        ({"params": {"k": "many"}}, "k is 'many'; give float"),
        ({"params": {"window": -3}}, "window"),
        ({"params": {"k": [1]}}, "k is [1]"),
        ({"params": 3}, "params is 3"),
        ({"scan": True}, "scan is True"),
        ({"page": 4}, "has 1 pages"),
        ({"steps": [{}]}, "steps are names"),
        ({"dpi": -1}, "dpi is -1"),
        ({"serial": None}, "serial is None"),
    ],
)
def test_wrong_wishes_are_explained(view, change, said):
    status, told = view.post("run", {**WISH, "serial": 2, **change})
    assert status == 400
    assert said in told["error"]


def test_wrong_documents_are_explained(view):
    for body in (b"", b"{", b"[]", b"\xff", b"[" * 50_000):
        assert view.post("run", body)[0] == 400
    status, told = view.json("scan/1")
    assert (status, "broken.png" in told["error"]) == (422, True)
    assert view.ask("run")[0] == 405
    assert view.json("method/nothing")[0] == 400


def test_pages_of_a_file_and_late_requests(view):
    _, told = view.json("scan/2")
    assert len(told["pages"]) == 2
    first, second = (view.post("run", {**WISH, "client": "d", "serial": 5, "scan": 2, "page": page})
                     for page in (0, 1))  # fmt: skip
    assert first[1]["result"] != second[1]["result"]
    assert view.post("run", {**WISH, "client": "d", "serial": 4}) == (409, {"stale": True})
    assert view.post("run", {**WISH, "client": "e", "serial": 4})[0] == 200


@pytest.mark.parametrize("method", names())
def test_controls_are_made_of_the_fields(method):
    cls = METHODS.load(method)
    told = described(method)
    names = [field.name for field in fields(cls) if field.init]
    assert [control["name"] for control in told["controls"]] == names
    assert told["does"]
    for control in told["controls"]:
        if control["kind"] == "choice":
            assert control["default"] in control["choices"]
            for value in control["choices"]:
                cls(**{control["name"]: value})
        assert control["kind"] != "text"  # what is no number says what it may be
        if control["kind"] in ("number", "length") and not isinstance(control["default"], str):
            assert control["low"] <= control["default"] <= control["high"]
            assert control["low"] < control["high"]
            assert control["step"] > 0
            if get_type_hints(cls)[control["name"]] is int:
                assert isinstance(control["step"], int)
    # Nothing that is a default goes into the command.
    assert values_of(method, {each["name"]: each["default"] for each in told["controls"]}) == {}


def test_values_are_typed_by_the_fields():
    given = {"window": "31", "k": "0.3", "solid": True, "least": 4.0}
    assert values_of("isauvola", given) == {"window": 31, "k": 0.3, "solid": True, "least": 4}
    assert values_of("isauvola", {"window": "2mm"}) == {"window": "2mm"}
    for wrong in ({"least": 4.5}, {"least": "4.5"}, {"solid": 1}, {"k": True}, {"k": None}):
        with pytest.raises(UsageError, match="give"):
            values_of("isauvola", wrong)


def test_a_port_that_is_taken_is_named(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = docbin("view", "--no-browser", "--port", str(port), code=5).stderr
    assert f"cannot listen on 127.0.0.1, port {port}" in said
    said = docbin("view", "--no-browser", "--host", "not a host", code=5).stderr
    assert "cannot listen on not a host" in said
    said = docbin("view", "--truth", "t.png", code=2).stderr
    assert "--truth" in said
    assert "there is no such file" in docbin("view", tmp_path / "no.png", code=3).stderr
    Image.fromarray(np.zeros((9, 9), np.uint8)).save(tmp_path / "a.png")
    said = docbin("view", tmp_path / "a.png", "--truth", tmp_path / "no.png", code=3).stderr
    assert "no.png' cannot be read: there is no such file or folder" in said


def test_without_the_extra_the_line_that_installs_it(tmp_path):
    (tmp_path / "uvicorn.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'uvicorn'\", name='uvicorn')"
    )
    run = docbin("view", code=4, env={"PYTHONPATH": str(tmp_path)})
    assert run.stderr.endswith("Install it with: pip install 'docbin[view]'\n")
