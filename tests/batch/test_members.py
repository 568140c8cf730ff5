"""Pictures in zip and tar files: what is taken, and what of hostile ones is refused."""

import gzip
import io
import tarfile
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest
from archive_files import deflated, page, special, tarred, zip_of_entries, zipped
from hypothesis import given, settings
from hypothesis import strategies as st

from docbin.batch.found import Unreadable
from docbin.batch.local import local
from docbin.batch.members import tar_members, zip_members
from docbin.batch.members.limits import HARMLESS, Limits
from docbin.batch.place import Folder
from docbin.batch.sources import inputs_of
from docbin.errors import DocbinError, InputError, UsageError

PACKINGS = [".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz"]


def found_in(path, limits=None):
    """Return what is found in an archive: inputs by name, and why others are not."""
    module = zip_members if path.suffix == ".zip" else tar_members
    each = list(module.members(str(path), limits or Limits()))
    bad = {
        one.path.rpartition("::")[0] or one.path: one.error
        for one in each
        if isinstance(one, Unreadable)
    }
    return {one.name: one for one in each if not isinstance(one, Unreadable)}, bad


def content(found, tmp_path):
    with local(found, tmp_path / "scratch") as path:
        return Path(path).read_bytes()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_a_zip_file_is_a_folder(tmp_path, method):
    data = {f"box {n}/{n}.png": page(n) for n in range(3)}
    others = [("notes.txt", b"x"), ("box 1/", b""), ("__MACOSX/._1.png", b"x"), (".git/a.png", b"")]
    path = zipped(tmp_path / "scans.zip", [*data.items(), *others], method)
    inputs, bad = found_in(path)
    assert bad == {}
    assert inputs.keys() == {f"scans/{name}" for name in data}
    for name, each in data.items():
        found = inputs[f"scans/{name}"]
        assert content(found, tmp_path) == each
        assert found.stamp == (len(each), 1577934246 * 10**9, f"crc32:{zlib.crc32(each):08x}")
    assert list((tmp_path / "scratch").iterdir()) == []


@pytest.mark.parametrize("ending", PACKINGS)
def test_a_tar_file_is_a_folder(tmp_path, ending):
    data = {f"./box {n}/{'x' * 150}{n}.png": page(n) for n in range(4)}
    mode = {".tar": "w", ".tgz": "w:gz"}.get(ending) or f"w:{ending[5:]}"
    path = tarred(tmp_path / f"scans{ending}", [("notes.txt", b"x" * 5000), *data.items()], mode)
    inputs, bad = found_in(path)
    assert bad == {}
    assert inputs.keys() == {f"scans/{name[2:]}" for name in data}
    # Also against the order of the archive, in which it is read again from its beginning.
    for name in [*data, *reversed(data)]:
        found = inputs[f"scans/{name[2:]}"]
        assert content(found, tmp_path) == data[name]
        assert found.stamp[:2] == (len(data[name]), 1_600_000_000 * 10**9)


def test_an_archive_that_changes_is_noticed(tmp_path):
    path = tarred(tmp_path / "a.tar", [("1.png", page(1))])
    (found,) = found_in(path)[0].values()
    tarred(path, [("1.png", page(1)), ("2.png", page(2))])
    with pytest.raises(InputError, match=r"1\.png::.*was changed while it was read"):
        content(found, tmp_path)
    path = zipped(tmp_path / "a.zip", [("1.png", page(1))])
    (found,) = found_in(path)[0].values()
    zipped(path, [("1.png", page(2))])
    with pytest.raises(InputError, match="cannot be read"):
        content(found, tmp_path)


NAMES = {
    "/etc/a.png": "absolute",
    "C:/a.png": "absolute",
    "../a.png": "leads out",
    "x/../../a.png": "leads out",
}


def test_names_that_lead_out(tmp_path):
    members = [*((name, b"x") for name in NAMES), ("good.png", page())]
    for path in (zipped(tmp_path / "a.zip", members), tarred(tmp_path / "a.tar", members)):
        inputs, bad = found_in(path)
        assert inputs.keys() == {"a/good.png"}
        assert bad.keys() == {f"{path.suffix[1:]}://{name}" for name in NAMES}
        for name, words in NAMES.items():
            assert words in bad[f"{path.suffix[1:]}://{name}"]
    inputs, bad = found_in(zip_of_entries(tmp_path / "b.zip", [{"name": b"..\\x\\a.png"}]))
    assert (inputs, len(bad)) == ({}, 1)


def test_links_and_devices(tmp_path):
    kinds = [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE]
    members = [special(f"{n}.png", kind, "/etc/passwd") for n, kind in enumerate(kinds)]
    inputs, bad = found_in(tarred(tmp_path / "a.tar", [*members, ("good.png", page())]))
    assert inputs.keys() == {"a/good.png"}
    assert ["link" in why for why in bad.values()] == [True, True, False, False, False]
    entries = [{"name": b"link.png", "mode": 0o120777}, {"name": b"pipe.png", "mode": 0o010644}]
    inputs, bad = found_in(zip_of_entries(tmp_path / "a.zip", entries))
    assert inputs == {}
    assert bad.keys() == {"zip://link.png", "zip://pipe.png"}


def test_members_that_are_encrypted_or_packed_otherwise(tmp_path):
    entries = [{"name": b"a.png", "flags": 1}, {"name": b"b.png", "method": 9}]
    _, bad = found_in(zip_of_entries(tmp_path / "a.zip", entries))
    assert "is encrypted" in bad["zip://a.png"]
    assert "method 9 of zip" in bad["zip://b.png"]


def test_bombs_that_say_so(tmp_path):
    size = HARMLESS + 1
    entries = [
        {"name": b"ratio.png", "method": 8, "packed": size // 201, "size": size},
        {"name": b"fits.png", "method": 8, "packed": size // 199, "size": size},
        {"name": b"small.png", "method": 8, "packed": 1, "size": HARMLESS},
    ]
    path = zip_of_entries(tmp_path / "a.zip", entries, local=bytes(size // 50))
    inputs, bad = found_in(path)
    assert inputs.keys() == {"a/fits.png", "a/small.png"}
    assert "--max-ratio allows more" in bad["zip://ratio.png"]
    assert len(found_in(path, Limits(max_ratio=300))[0]) == 3
    _, bad = found_in(path, Limits(max_input=HARMLESS))
    assert "--max-input allows more" in bad["zip://fits.png"]


def test_bombs_that_lie(tmp_path):
    local_, packed = deflated(bytes(10**7))
    entries = [{"name": b"a.png", "method": 8, "packed": packed, "size": 1000}]
    (found,) = found_in(zip_of_entries(tmp_path / "a.zip", entries, local_))[0].values()
    tracemalloc.start()
    with pytest.raises(InputError, match="more than 1000 bytes"):
        content(found, tmp_path)
    assert tracemalloc.get_traced_memory()[1] < 3 << 20
    tracemalloc.stop()
    entries[0]["size"] = 2 * 10**7
    (found,) = found_in(zip_of_entries(tmp_path / "a.zip", entries, local_))[0].values()
    with pytest.raises(InputError, match="ends in it, or is damaged"):
        content(found, tmp_path)
    entries = [{"name": b"%d.png" % n, "packed": packed, "size": packed} for n in range(9)]
    inputs, bad = found_in(zip_of_entries(tmp_path / "b.zip", entries, local_))
    assert inputs == {}
    assert "overlap" in bad[str(tmp_path / "b.zip")]


def test_a_packed_tar_file_that_is_a_bomb(tmp_path):
    path = tmp_path / "a.tar.gz"
    info = tarfile.TarInfo("a.txt")
    info.size = 4 * HARMLESS
    with gzip.open(path, "wb") as file:
        file.write(info.tobuf())
        for _ in range(4 * HARMLESS >> 20):
            file.write(bytes(1 << 20))
    inputs, bad = found_in(path)
    assert inputs == {}
    assert "behind its first 1 members: it unpacks to more than 200 times" in bad[str(path)]


def test_headers_that_are_no_header(tmp_path):
    big = tarfile.TarInfo("x")
    big.type, big.size = tarfile.GNUTYPE_LONGNAME, 5 << 20
    long_name = tmp_path / "long.tar"
    long_name.write_bytes(big.tobuf() + bytes(5 << 20))
    negative = tarfile.TarInfo("a.png").tobuf(tarfile.GNU_FORMAT)
    number = b"\xff" * 12
    sick = bytearray(negative[:124] + number + negative[136:])
    sick[148:156] = b" " * 8
    sick[148:155] = b"%06o\0" % sum(sick)
    (tmp_path / "negative.tar").write_bytes(bytes(sick) + bytes(1024))
    (tmp_path / "loops.tar").write_bytes(special("x" * 200, tarfile.SYMTYPE).tobuf() * 3)
    for name in ("long", "negative", "loops"):
        inputs, bad = found_in(tmp_path / f"{name}.tar")
        assert (inputs, len(bad)) == ({}, 1), name


def test_truncated_archives_give_what_is_there(tmp_path):
    members = [(f"{n}.png", page(n)) for n in range(4)]
    path = tarred(tmp_path / "a.tar", members)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 10])
    inputs, bad = found_in(path)
    assert 0 < len(inputs) < 4
    assert "behind its first" in bad[str(path)]
    with pytest.raises(InputError, match="the archive ends in it"):
        content(list(inputs.values())[-1], tmp_path)
    path = zipped(tmp_path / "a.zip", members)
    path.write_bytes(path.read_bytes()[:-30])
    inputs, bad = found_in(path)
    assert inputs == {}
    assert "its end is missing" in bad[str(path)]


def test_damaged_members_are_noticed(tmp_path):
    path = zipped(tmp_path / "a.zip", [("a.png", page()), ("b.png", page(2))])
    data = bytearray(path.read_bytes())
    data[200] ^= 255
    path.write_bytes(data)
    inputs, _ = found_in(path)
    with pytest.raises(InputError, match=r"'zip://a\.png::.*' cannot be read"):
        content(inputs["a/a.png"], tmp_path)
    assert content(inputs["a/b.png"], tmp_path) == page(2)


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz"])
@settings(max_examples=40, deadline=None)
@given(
    places=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=6),
    cut=st.floats(0, 1),
)
def test_no_damage_is_a_defect(tmp_path_factory, kind, places, cut):
    folder = tmp_path_factory.mktemp("damage")
    members = [("a.png", b"abc" * 40), ("b/c.png", b"x" * 700)]
    path = folder / f"a.{kind}"
    (zipped if kind == "zip" else tarred)(path, members, *(["w:gz"] if kind == "tar.gz" else []))
    data = bytearray(path.read_bytes())
    for place, value in places:
        data[int(place * (len(data) - 1))] = value
    path.write_bytes(data[: len(data) if cut > 0.5 else int(2 * cut * len(data))])
    inputs, bad = found_in(path)
    for found in inputs.values():
        assert found.name.startswith("a/")
        try:
            content(found, folder)
        except DocbinError:
            bad[found.name] = ""
    assert list((folder / "scratch").iterdir() if inputs else []) == []


def test_many_members_that_are_no_pictures_take_no_memory(tmp_path):
    path = zip_of_entries(tmp_path / "a.zip", [{"name": b"%d.txt" % n} for n in range(60_000)])
    tracemalloc.start()
    assert found_in(path) == ({}, {})
    assert tracemalloc.get_traced_memory()[1] < 1 << 20
    tracemalloc.stop()
    _, bad = found_in(path, Limits(max_members=59_999))
    assert "--max-members allows more" in bad[str(path)]
    buffer = io.BytesIO()
    for n in range(5000):
        buffer.write(tarfile.TarInfo(f"{n}.txt").tobuf())
    path = tmp_path / "a.tar"
    path.write_bytes(buffer.getvalue() + bytes(1024))
    tracemalloc.start()
    assert found_in(path) == ({}, {})
    assert tracemalloc.get_traced_memory()[1] < 1 << 20
    tracemalloc.stop()
    assert len(found_in(path, Limits(max_members=10))[1]) == 1


def test_archives_beside_other_sources(tmp_path):
    (tmp_path / "boxes").mkdir()
    zipped(tmp_path / "boxes/1.zip", [("a.png", page())])
    tarred(tmp_path / "boxes/2.tar", [("a.png", page())])
    (tmp_path / "boxes/b.png").write_bytes(page())
    nowhere = Folder(Path("/nowhere"))

    def names(*sources, listed=b""):
        found, unreadable = inputs_of([str(each) for each in sources], nowhere, io.BytesIO(listed))
        return [each.name for each in found], [each.error for each in unreadable]

    assert names(tmp_path / "boxes/*") == (["1/a.png", "2/a.png", "b.png"], [])
    # Archives within a folder are no pictures; the same one is taken once.
    assert names(tmp_path / "boxes") == (["b.png"], [])
    assert names(tmp_path / "boxes/1.zip", tmp_path / "boxes/../boxes/1.zip") == (["1/a.png"], [])
    assert names(tmp_path / "*/*.zip") == (["boxes/1/a.png"], [])
    name = f"{tmp_path.name}/boxes/2/a.png"
    listed = names("-", listed=f"{tmp_path}/boxes/2.tar".encode())
    assert listed[0][0].endswith(name)
    (tmp_path / "c.tar.zst").write_bytes(b"x")
    assert "unpack it" in names(tmp_path / "c.tar.zst")[1][0]


def test_limits_that_allow_nothing():
    with pytest.raises(UsageError, match="--max-ratio is 0"):
        Limits(max_ratio=0)
