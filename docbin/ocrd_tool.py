"""What ``ocrd-tool.json`` says of the OCR-D processor; ``python -m docbin.ocrd_tool`` prints it."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from docbin.methods import METHODS, names
from docbin.version import __version__

EXECUTABLE = "ocrd-docbin-binarize"
LEVEL = "level-of-operation"
PAGE, REGION, LINE = "page", "region", "line"


def tool() -> dict[str, Any]:
    """Return the description of the package by OCR-D's schema."""
    return {
        "version": __version__,
        "git_url": "https://docbin.invalid/docbin.git",
        "tools": {EXECUTABLE: _processor()},
    }


def _processor() -> dict[str, Any]:
    return {
        "executable": EXECUTABLE,
        "description": "Binarize pages, regions or lines with a learned network or a classical "
        "method",
        "categories": ["Image preprocessing"],
        "steps": ["preprocessing/optimization/binarization"],
        "input_file_grp_cardinality": 1,
        "output_file_grp_cardinality": 1,
        "parameters": _parameters(),
    }


def _parameters() -> dict[str, Any]:
    return {
        LEVEL: {
            "type": "string",
            "description": "What gets a binarized image: the page, each text region, or each text "
            "line",
            "enum": [PAGE, REGION, LINE],
            "default": PAGE,
        },
        "method": {
            "type": "string",
            "description": "The method; net is docbin's learned network, auto chooses a classical "
            "one for each image; `docbin methods` lists all",
            "enum": names(),
            "default": "net",
        },
        "params": {
            "type": "object",
            "description": 'Parameters of the method, such as {"window": 31, "k": 0.3} of '
            'sauvola; windows in pixels, or on paper as "2mm"; `docbin methods NAME` explains '
            f"them. {_listed()}",
            "default": {},
        },
        "dpi": {
            "type": "number",
            "description": "Pixel density, instead of what the page's file says; 0: what it says, "
            "or 300 where it says nothing (72 and 96 count as nothing)",
            "minimum": 0,
            "default": 0,
        },
    }


def _listed() -> str:
    """Return the names of all methods' parameters."""
    told = []
    for name in names():
        fields = [field for field in dataclasses.fields(METHODS.load(name)) if field.init]
        if fields:
            told.append(f"{name}: {', '.join(field.name for field in fields)}")
    return "; ".join(told)


def text() -> str:
    """Return the content of ``ocrd-tool.json``."""
    return json.dumps(tool(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(text(), end="")
