"""What ``ocrd-tool.json`` says, and the program where the package is missing."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

import docbin
from docbin import ocrd_tool
from docbin.methods import default, names

TOOL = json.loads((Path(docbin.__file__).parent / "ocrd-tool.json").read_text("utf-8"))


def test_the_file_says_what_the_methods_are():
    assert ocrd_tool.tool() == TOOL, "run: python -m docbin.ocrd_tool > docbin/ocrd-tool.json"
    told = TOOL["tools"][ocrd_tool.EXECUTABLE]["parameters"]
    assert told["method"]["enum"] == names()
    assert told["method"]["default"] == default() == "net"
    assert "sauvola: window, k, r;" in told["params"]["description"]


@pytest.mark.skipif(importlib.util.find_spec("ocrd") is not None, reason="ocrd is installed")
def test_without_the_package_the_program_says_how_to_install_it():
    run = subprocess.run(
        [sys.executable, "-m", "docbin.commands.ocrd", "-J"], capture_output=True, text=True
    )
    assert run.returncode == 4
    assert run.stderr.strip().endswith("Install it with: pip install 'docbin[ocrd]'")
