"""The portal in a real browser: eight languages without axe findings, right to left, and a checklist offline."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.urls import resolve
from playwright.sync_api import expect

from tests.axe import axe_faults
from tests.web.test_browser import chromium, context, log_in, site
from werkfluss.web.access import TABLE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.web.world import World

pytestmark = pytest.mark.e2e
__all__ = ["chromium", "site"]
PAGES = ("portal", "portal_checklist", "portal_papers", "portal_duties", "portal_threads", "portal_thread")
MORE = ("portal_care", "portal_consents", "portal_data")
# Addresses of the portal that answer with a file or with a script.
FILES = {"portal_worker", "portal_paper_file", "portal_data_file"}


def test_every_page_of_the_portal_is_looked_at() -> None:
    resolve("/")  # the table is filled when the addresses are read
    rules = [one for one in TABLE.values() if one.route.startswith("o/<slug:firm>/portal/")]
    shown = {one.name for one in rules if "GET" in one.methods}
    assert shown - FILES == {*PAGES, *MORE}


def choose(page: Page, language: str) -> None:
    page.locator(".portal-languages summary").click()
    page.locator(f"button[name=language][value={language}]").click()
    page.wait_for_selector(f"html[lang={language}]")


@pytest.mark.parametrize("language", ["de", "en", "es", "pt", "tr", "uk", "hi", "ar"])
def test_portal_is_accessible_in_every_language(language: str, site: tuple[str, World], chromium: Browser) -> None:
    address, world = site
    device = context(chromium, width=390)
    page = device.new_page()
    log_in(page, address, world, "employee")
    page.goto(address + world.url("portal"))
    choose(page, language)
    for name in (*PAGES, *MORE):
        page.goto(address + world.url(name))
        assert axe_faults(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, f"{name} scrolls sideways"
        if folder := os.environ.get("WERKFLUSS_LOOK"):
            page.screenshot(path=Path(folder) / f"{language}-{name}.png", full_page=True)
    if language == "ar":
        # What stands first in a line stands on the right.
        box = page.locator(".portal-top .brand").bounding_box()
        assert box is not None
        assert box["x"] + box["width"] > 195
    choose(page, "de")
    device.close()


class Line:
    """A cable between browser and site that can be pulled: it forwards bytes until it is cut."""

    def __init__(self, port: int) -> None:
        self._to, self.whole = port, True
        self._socket = socket.create_server(("localhost", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._socket.accept()
                if not self.whole:
                    here.close()
                    continue
                there = socket.create_connection(("localhost", self._to))
                for one, other in ((here, there), (there, here)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while (read := one.recv(65536)) and self.whole:
                other.sendall(read)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def line(site: tuple[str, World]) -> Iterator[Line]:
    made = Line(int(site[0].rpartition(":")[2]))
    yield made
    made.close()


def test_checklist_works_without_a_connection(site: tuple[str, World], chromium: Browser, line: Line) -> None:
    world = site[1]
    address = f"http://localhost:{line.port}"
    device = context(chromium, width=390)
    page = device.new_page()
    page.set_default_timeout(15_000)
    said: list[str] = []
    page.on("console", lambda each: said.append(each.text) if "Content Security Policy" in each.text else None)
    log_in(page, address, world, "employee")
    page.goto(address + world.url("portal_checklist"))
    page.get_by_role("button", name="Auf diesem Gerät behalten").click()
    page.get_by_text("Die Liste liegt auf diesem Gerät.").wait_for()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    kept = page.evaluate(
        "caches.open('werkfluss-portal').then((c) => c.keys()).then((k) => k.map((r) => new URL(r.url).pathname))"
    )
    pages = {path for path in kept if not path.startswith("/static/")}
    assert pages == {world.url("portal_checklist"), f"{world.url('portal')}reader"}

    line.whole = False
    device.set_offline(True)
    page.reload()
    expect(page.locator("h1")).to_have_text("Checkliste")
    expect(page.locator("[data-offline]")).to_be_visible()
    tick = page.locator(".portal-tick").first
    before = tick.get_attribute("aria-pressed")
    tick.click()
    after = "false" if before == "true" else "true"
    page.locator(f".portal-tick[aria-pressed={after}]").first.wait_for()
    # Another page is not there: what is kept is the checklist alone.
    page.goto(address + world.url("portal_duties"))
    expect(page.locator("h1")).to_have_text("Checkliste")
    expect(page.locator(".portal-tick").first).to_have_attribute("aria-pressed", after)

    line.whole = True
    device.set_offline(False)
    page.get_by_text("Ihre Häkchen sind übertragen.").wait_for()
    assert page.evaluate("localStorage.getItem('werkfluss-portal-ticks')") == "{}"
    page.reload()
    expect(page.locator(".portal-tick").first).to_have_attribute("aria-pressed", after)
    assert said == []

    page.get_by_role("button", name="Abmelden").click()
    page.wait_for_url("**/account/login/**")
    page.wait_for_function("caches.keys().then(kept => kept.length === 0 && localStorage.length === 0)")
    device.close()
