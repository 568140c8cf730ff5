"""What docbin-edge refuses: exit codes, messages, and nothing left behind."""

import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
from edge_build import command, mask_of, pnm, run

PAGE = np.arange(60 * 40, dtype=np.uint32).reshape(60, 40).astype(np.uint8)


@pytest.fixture
def start():
    return command("native")


def refused(done, code, *parts):
    message = done.stderr.decode()
    assert done.returncode == code, message
    assert message.startswith("docbin-edge: ")
    assert message.count("\n") == 1
    assert done.stdout == b""
    for part in parts:
        assert part in message


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ([], "0 files are given"),
        (["a.pgm"], "1 files are given"),
        (["a", "b", "c"], "3 files are given"),
        (["--methd", "otsu", "-", "-"], "there is no option --methd"),
        (["-m", "wolf", "-", "-"], "no method 'wolf'; give otsu, sauvola or isauvola"),
        (["-", "-", "-m"], "-m wants a value"),
        (
            ["-m", "otsu", "--set", "window=3", "-", "-"],
            "no parameter 'window'; it has none",
        ),
        (["-m", "sauvola", "--set", "least=3", "-", "-"], "it has window, k, r"),
        (["--set", "window", "-", "-"], "give KEY=VALUE"),
        (["--set", "window=2", "-", "-"], "window is 2; give a whole number from 3 to 4095"),
        (["--set", "window=25.5", "-", "-"], "window is 25.5"),
        (["--set", "window=4096", "-", "-"], "window is 4096"),
        (["--set", "window=2mm", "-", "-"], "window is '2mm'; give a number"),
        (["--set", "window=", "-", "-"], "window is ''"),
        (["--set", "k=nan", "-", "-"], "k is 'nan'"),
        (["--set", "k=inf", "-", "-"], "k is 'inf'"),
        (["--set", "r=0", "-", "-"], "r is 0; give a number from 1e-06"),
        (["--set", "least=257", "-", "-"], "least is 257"),
        (["--threads", "0", "-", "-"], "--threads is '0'; give a whole number from 1 to 256"),
        (["--threads=257", "-", "-"], "--threads is '257'"),
        (["--max-pixels", "-1", "-", "-"], "--max-pixels is '-1'"),
        (["--max-pixels", "99999999999999999999", "-", "-"], "--max-pixels is"),
        (["--force=1", "-", "-"], "there is no option --force=1"),
    ],
)
def test_wrong_usage(start, words, part):
    refused(run(start, *words, data=pnm(PAGE)), 2, part)


def test_variables_of_the_environment_are_checked(start):
    refused(
        run(start, "-", "-", data=pnm(PAGE), DOCBIN_THREADS="many"), 2, "DOCBIN_THREADS is 'many'"
    )
    refused(run(start, "-", "-", data=pnm(PAGE), DOCBIN_KERNELS="mmx"), 2, "DOCBIN_KERNELS")


HEADERS = [
    (b"", "is no PGM or PPM"),
    (b"\x89PNG\r\n\x1a\n", "is no PGM or PPM"),
    (b"P7\nWIDTH 1\n", "is no PGM or PPM"),
    (b"P4\n8 1\n\xff", "is a PBM"),
    (b"P2\n1 1\n255\n3\n", "written as text"),
    (b"P5", "broken header"),
    (b"P5\n1 1", "broken header"),
    (b"P5\n1 1\n255", "broken header"),
    (b"P5\n-1 1\n255\n\0", "broken header"),
    (b"P5\n1x1\n255\n\0", "broken header"),
    (b"P5\n99999999999 1\n255\n\0", "broken header"),
    (b"P5\n" + b"#" * 70000 + b"\n1 1\n255\n\0", "broken header"),
    (b"P5\n" + b" " * 70000 + b"\n1 1\n255\n\0", "broken header"),
    (b"P5\n0 4\n255\n", "has no pixels"),
    (b"P5\n4 0\n255\n", "has no pixels"),
    (b"P5\n1 1\n0\n\0", "largest value 0"),
    (b"P5\n1 1\n65536\n\0\0", "largest value 65536"),
    (b"P5\n1048577 1\n255\n", "no side may be longer"),
    (b"P5\n9999999999 9999999999\n255\n", "no side may be longer"),
    (b"P5\n1000000 1000000\n255\n", "raise it with --max-pixels"),
    (b"P6\n16384 16384\n65535\n", "cut short"),
    (pnm(PAGE)[:-1], "cut short"),
    (pnm(PAGE) * 2, "more than one page"),
]


@pytest.mark.parametrize(("data", "part"), HEADERS)
def test_inputs_that_are_no_page(start, data, part, tmp_path):
    source, target = tmp_path / "page.pgm", tmp_path / "page.pbm"
    source.write_bytes(data)
    limited = ["sh", "-c", 'ulimit -v 200000; exec "$@"', "sh", *start, "--threads", "1"]
    for word in (source, "-"):
        refused(run(limited, word, target, data=data), 3, part)
    assert list(tmp_path.iterdir()) == [source]


def test_what_follows_a_page_and_is_none_is_left_alone(start):
    done = run(start, "-", "-", data=pnm(PAGE) + b"\n")
    assert done.returncode == 0
    assert mask_of(done.stdout).shape == PAGE.shape


def test_inputs_that_cannot_be_read(start, tmp_path):
    target = tmp_path / "page.pbm"
    refused(run(start, tmp_path / "none.pgm", target), 3, "none.pgm cannot be read: No such file")
    refused(run(start, tmp_path, target), 3, "is a folder")
    assert not list(tmp_path.iterdir())


def test_results_that_cannot_be_written(start, tmp_path):
    data = pnm(PAGE)
    existing = tmp_path / "page.pbm"
    existing.write_bytes(b"precious")
    refused(run(start, "-", existing, data=data), 5, "exists", "--force")
    assert existing.read_bytes() == b"precious"
    refused(run(start, "-", tmp_path, data=data), 5, "is a folder")
    refused(run(start, "-", tmp_path / "no" / "page.pbm", data=data), 5, "cannot be written")
    refused(run(start, "-", "/dev/full", data=data), 5, "cannot be written: No space left")
    full = run(["sh", "-c", '"$@" >/dev/full', "sh", *start], "-", "-", data=data)
    refused(full, 5, "cannot be written: No space left")
    assert [path.name for path in tmp_path.iterdir()] == ["page.pbm"]
    assert run(start, "-", existing, "-f", data=data).returncode == 0
    assert mask_of(existing.read_bytes()).shape == PAGE.shape


def test_folders_without_permission(start, tmp_path):
    """Of a user without rights, also where the tests run as root."""
    closed = tmp_path / "closed"
    closed.mkdir()
    source, program = closed / "page.pgm", tmp_path / "docbin-edge"
    source.write_bytes(pnm(PAGE))
    program.write_bytes(Path(start[-1]).read_bytes())
    program.chmod(0o755)
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    source.chmod(0)
    closed.chmod(0o555)
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    words = [*(nobody if os.geteuid() == 0 else []), str(program)]
    target = closed / "page.pbm"
    refused(run(words, "-", target, data=pnm(PAGE)), 5, "page.pbm cannot be written: Permission")
    refused(run(words, source, "-"), 3, "page.pgm cannot be read: Permission")


def test_a_closed_pipe_is_an_output_that_cannot_be_written(start, tmp_path):
    source = tmp_path / "page.pgm"
    source.write_bytes(pnm(np.zeros((3000, 3000), np.uint8)))
    words = [*start, "-m", "otsu", source, "-"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert b"cannot be written" in process.stderr.read()
        assert process.wait() == 5


def test_damaged_pages_are_a_page_or_an_error(start):
    """Bytes of a page changed, lost and doubled: never another exit code."""
    generator = np.random.default_rng(1)
    whole = pnm(PAGE, comment="# scanned\n")
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(generator.integers(1, 4)):
            at = int(generator.integers(0, 30))
            data[at : at + int(generator.integers(0, 3))] = generator.bytes(
                generator.integers(0, 3)
            )
        done = run(start, "--threads", "1", "--max-pixels", "1000000", "-", "-", data=bytes(data))
        assert done.returncode in (0, 3), done.stderr


def test_help_and_version(start):
    assert b"docbin-edge [OPTIONS] IN" in run(start, "--help").stdout
    assert run(start, "--version").stdout.startswith(b"docbin-edge 0.1.0 (")
