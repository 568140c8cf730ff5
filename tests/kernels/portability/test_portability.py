"""Kernels for processors that this machine does not have: cross-compiled, emulated, compared.

`self_test.cpp` compares them with plain loops. A test is skipped where its compiler or emulator is
missing: ``apt-get install clang g++-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user``.
"""

from __future__ import annotations

import platform
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
SOURCES = HERE.parents[2] / "docbin" / "kernels" / "src"
FLAGS = ["-std=c++17", "-O2", "-ffp-contract=off", "-fno-math-errno", "-Wall", "-Wextra", "-Werror"]
AVX2 = ["-mavx2", "-mfma"]
AVX512 = [*AVX2, "-mavx512f", "-mavx512bw", "-mavx512dq", "-mavx512vl"]
AVX512 += ["-mavx512vbmi", "-mavx512vnni"]
# As the kernel names what AVX512 needs.
VECTORS = ["avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512vbmi", "avx512_vnni"]
# A processor of 2008, without AVX.
WITHOUT_AVX = ["qemu-x86_64", "-cpu", "Nehalem"]
ARM = ["qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"]

ON_X86 = platform.machine() in ("x86_64", "AMD64")


def require(*tools):
    """Skip where a tool is missing, naming it."""
    if not ON_X86:
        pytest.skip(f"written for x86-64 machines, this is {platform.machine()}")
    for tool in tools:
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")


def run(*command):
    """Run a command; what it says is the test's message."""
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("compiler", "target", "flags", "emulator"),
    [
        ("aarch64-linux-gnu-g++", "neon", [], ARM),
        ("g++", "scalar", [], WITHOUT_AVX),
        ("clang++", "scalar", [], WITHOUT_AVX),
    ],
)
def test_kernels_equal_plain_loops(compiler, target, flags, emulator, tmp_path):
    require(compiler, emulator[0])
    program = tmp_path / "self_test"
    source = SOURCES / "targets" / f"{target}.cpp"
    common = [compiler, *FLAGS, *flags, f"-DTARGET={target}", f"-I{SOURCES}"]
    run(*common, "-static", HERE / "self_test.cpp", source, "-o", program)
    assert run(*emulator, program) == f"{target}: 0 failures\n"


# Made of all results of packed_test.cpp: what every processor has to compute.
PACKED_DIGEST = "fd91b9169c4c012a"


@pytest.mark.parametrize(
    ("compiler", "target", "emulator"),
    [("aarch64-linux-gnu-g++", "neon", ARM), ("g++", "scalar", WITHOUT_AVX)],
)
def test_packed_networks_give_the_same_bits(compiler, target, emulator, tmp_path):
    require(compiler, emulator[0])
    program = tmp_path / "packed_test"
    source = SOURCES / "targets" / f"{target}.cpp"
    common = [compiler, *FLAGS, f"-DTARGET={target}", f"-I{SOURCES}"]
    run(*common, "-static", HERE / "packed_test.cpp", source, "-o", program)
    assert run(*emulator, program) == f"{target}: 0 failures, digest {PACKED_DIGEST}\n"


@pytest.mark.parametrize(
    ("target", "flags", "needed"), [("avx2", AVX2, ["avx2"]), ("avx512", AVX512, VECTORS)]
)
def test_packed_networks_on_wide_registers_give_the_same_bits(target, flags, needed, tmp_path):
    require("g++")
    offered = Path("/proc/cpuinfo").read_text(encoding="ascii").split()
    if missing := set(needed) - set(offered):
        pytest.skip(f"this processor has no {', '.join(sorted(missing))}")
    common = ["g++", *FLAGS, f"-DTARGET={target}", f"-I{SOURCES}"]
    kernels, program = tmp_path / f"{target}.o", tmp_path / "packed_test"
    run(*common, *flags, "-c", SOURCES / "targets" / f"{target}.cpp", "-o", kernels)
    run(*common, HERE / "packed_test.cpp", kernels, "-o", program)
    assert run(program) == f"{target}: 0 failures, digest {PACKED_DIGEST}\n"


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_avx2_equals_plain_loops(compiler, tmp_path):
    require(compiler)
    if "avx2" not in Path("/proc/cpuinfo").read_text(encoding="ascii"):
        pytest.skip("this processor has no AVX2")
    common = [compiler, *FLAGS, "-DTARGET=avx2", f"-I{SOURCES}"]
    kernels, program = tmp_path / "avx2.o", tmp_path / "self_test"
    run(*common, *AVX2, "-c", SOURCES / "targets" / "avx2.cpp", "-o", kernels)
    run(*common, HERE / "self_test.cpp", kernels, "-o", program)
    assert run(program) == "avx2: 0 failures\n"


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_avx512_compiles(compiler, tmp_path):
    require(compiler)
    source = SOURCES / "targets" / "avx512.cpp"
    run(compiler, *FLAGS, *AVX512, "-c", source, "-o", tmp_path / "avx512.o")


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_bands_on_threads_of_many_callers_and_forks(compiler, tmp_path):
    require(compiler)
    program = tmp_path / "band_threads"
    sources = [HERE / "band_threads.cpp", SOURCES / "threads.cpp"]
    run(compiler, *FLAGS, f"-I{SOURCES}", *sources, "-pthread", "-static", "-o", program)
    assert run(program) == "0 failures\n"
