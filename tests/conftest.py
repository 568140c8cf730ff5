"""Fixtures shared by all tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile("default", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "default")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of real pages that ``DOCBIN_TEST_DATA`` names."""
    name = os.environ.get("DOCBIN_TEST_DATA")
    if not name:
        pytest.skip("DOCBIN_TEST_DATA is not set: no real pages to test on")
    folder = Path(name)
    if not (folder / "binarization" / "INDEX.csv").is_file():
        pytest.fail(f"DOCBIN_TEST_DATA={name} has no binarization/INDEX.csv")
    return folder
