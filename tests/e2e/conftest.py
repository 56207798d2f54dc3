"""The whole product in a real browser. Tests here ask the pages only, never the models."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.running import Site


@pytest.fixture(scope="module")
def live_site() -> Iterator[Site]:
    """``werkfluss serve`` with the example firm, once per module: ``live_site.url``."""
    site = Site()
    site.start(seconds=300)
    yield site
    site.stop()
    site.remove()


# Playwright keeps an event loop while it runs; the browser tests of other folders start their own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium of the machine; nothing is downloaded."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert program, "install chromium"
    with sync_playwright() as playwright:
        # As root, in a container, Chromium cannot build its own sandbox.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()
