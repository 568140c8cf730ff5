"""A browser for each module: its loop must not outlive the tests that use it."""

import browser as browsers
import pytest


@pytest.fixture(scope="module")
def browser():
    """Return a running Chromium."""
    with browsers.running() as found:
        yield found


@pytest.fixture
def tab(browser):
    """Return a function that opens a watched tab; what went wrong in one fails the test."""
    opened = []

    def new(**options):
        opened.append(browsers.Watched(browser, **options))
        return opened[-1]

    yield new
    for each in opened:
        each.context.close()
        assert each.wrong == []
