"""A real browser for tests of pages: Chromium, without a window."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")


@contextmanager
def running() -> Iterator:
    """Start Chromium; skip where there is none, unless ``DOCBIN_REQUIRE_BROWSER`` is set."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    missing = []
    if path is None:
        missing.append(f"none of {', '.join(NAMES)} is installed")
    if importlib.util.find_spec("playwright") is None:
        missing.append("the package playwright is not installed")
    if missing:
        said = f"pages cannot be looked at: {', '.join(missing)}"
        if os.environ.get("DOCBIN_REQUIRE_BROWSER") == "1":
            pytest.fail(said)
        pytest.skip(said)
    from playwright import sync_api as api

    # Inside a container there is no sandbox for root.
    flags = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


class Watched:
    """A tab that keeps what went wrong in it, and every address that it asked for."""

    def __init__(self, browser, **options) -> None:
        self.context = browser.new_context(reduced_motion="reduce", **options)
        self.context.set_default_timeout(10_000)
        self.page = self.context.new_page()
        self.wrong, self.asked = [], []
        self.page.on("console", self._message)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("requestfailed", self._failed)
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("dialog", self._dialog)

    def _message(self, message) -> None:
        if message.type in ("error", "warning"):
            self.wrong.append(message.text)

    def _failed(self, request) -> None:
        # What the browser gives up because the page has gone on is no failure.
        if request.failure != "net::ERR_ABORTED":
            self.wrong.append(f"failed {request.url}: {request.failure}")

    def _dialog(self, dialog) -> None:
        self.wrong.append(f"dialog {dialog.message}")
        dialog.dismiss()
