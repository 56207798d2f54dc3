"""The pages in a real browser: accessible in every look and width, usable by keyboard, alive without JavaScript."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.axe import axe_faults
from tests.web import world as worlds

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.database import Database
    from tests.web.world import World

pytestmark = pytest.mark.e2e
PASSWORD = "ein langes Kennwort"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DEVICES = (("light", 1440), ("dark", 1440), ("dark", 390), ("contrast", 390), ("light", 320))
OUTSIDE = ("account_login", "account_reset_password", "help", "accessibility", "legal_note")
INSIDE = (
    "start",
    "members",
    "member_invite",
    "search",
    "firm_profile",
    "evidence",
    "profile",
    "mfa_index",
    "account_email",
    "choose_firm",
)


@pytest.fixture(scope="module")
def site(database: Database, django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[str, World]]:
    """The site on a port of its own, with one firm in it; both gone afterwards."""
    from allauth.account.models import EmailAddress
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.db import connections
    from django.test.testcases import LiveServerThread

    vendor = Path(__file__).resolve().parents[2] / "src/werkfluss/web/static/vendor/tabler.css"
    if not vendor.is_file():
        pytest.fail("no CSS library: run make setup")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps an event loop in this thread
    with django_db_blocker.unblock():
        worlds.load_samples()
        world = worlds.make_world("eigene", "EIGENMARKE")
        for user in world.users.values():
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        server = LiveServerThread("localhost", StaticFilesHandler)
        server.start()
        server.is_ready.wait()
        assert server.error is None
        yield f"http://localhost:{server.port}", world
        server.terminate()
        connections.close_all()
    database.empty()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        yield browser
        browser.close()


def context(chromium: Browser, look: str = "light", width: int = 1440, **options: Any) -> BrowserContext:
    """A device: ``dark`` is the wish of its system, ``contrast`` the choice made on the page."""
    return chromium.new_context(
        viewport={"width": width, "height": 900},
        locale="de-DE",
        reduced_motion="reduce",
        color_scheme="dark" if look == "dark" else "light",
        **options,
    )


def log_in(page: Page, address: str, world: World, role: str = "managing_director") -> None:
    from werkfluss.org.roles import Role

    page.goto(f"{address}/account/login/")
    page.get_by_label("E-Mail-Adresse").fill(world.users[Role(role)].email)
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.wait_for_url("**/o/eigene/")


@pytest.mark.parametrize(("look", "width"), DEVICES)
def test_pages_are_accessible(look: str, width: int, site: tuple[str, World], chromium: Browser) -> None:
    address, world = site
    device = context(chromium, look, width)
    if look == "contrast":
        device.add_cookies([{"name": "werkfluss_look", "value": "contrast", "url": address}])
    page = device.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    for names in (OUTSIDE, INSIDE):
        for name in names:
            page.goto(address + world.url(name))
            assert axe_faults(page) == [], name
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} scrolls sideways"
        if names is OUTSIDE:
            log_in(page, address, world)
    assert said == []
    device.close()


def readable_pages() -> dict[str, list[str]]:
    """Every page inside a firm, under one of the roles that may read it."""
    from werkfluss.org.roles import Role, roles_with
    from werkfluss.web.access import TABLE

    found: dict[str, list[str]] = {}
    for name, rule in TABLE.items():
        if "GET" in rule.methods and rule.permission not in {"public", "login"}:
            readers = roles_with(rule.permission) - {Role.AGENT}
            if readers:
                first = min(readers, key=lambda role: (role is not Role.MANAGING_DIRECTOR, role))
                found.setdefault(first, []).append(name)
    return found


def opens(page: Page, address: str) -> bool:
    """Whether there is a page, not a file to keep or a part for HTMX."""
    from playwright.sync_api import Error

    try:
        answer = page.goto(address)
    except Error as error:
        if "Download is starting" in str(error):
            return False
        raise
    return answer is not None and answer.text().startswith("<!doctype html>")


@pytest.mark.parametrize(("look", "width"), [("light", 1440), ("dark", 390)])
def test_every_page_of_a_firm_is_accessible(look: str, width: int, site: tuple[str, World], chromium: Browser) -> None:
    address, world = site
    wrong: dict[str, list[str]] = {}
    for role, names in readable_pages().items():
        device = context(chromium, look, width)
        page = device.new_page()
        log_in(page, address, world, role)
        for name in names:
            if not opens(page, address + world.url(name)):
                continue
            wide = page.evaluate("document.documentElement.scrollWidth") > width
            if found := axe_faults(page) + ["scrolls sideways"] * wide:
                wrong[name] = found
        device.close()
    assert wrong == {}


def test_error_pages_are_accessible(site: tuple[str, World], chromium: Browser) -> None:
    address, world = site
    device = context(chromium)
    page = device.new_page()
    log_in(page, address, world)
    page.goto(f"{address}/o/fremd/")
    assert axe_faults(page) == []
    page.goto(address + world.url("firm_profile"))
    page.get_by_label("E-Mail-Adresse").fill("keine")
    page.get_by_role("button", name="Speichern").click()
    expect(page.locator(".form-errors")).to_be_focused()
    assert axe_faults(page) == []
    device.close()


def test_everything_works_without_javascript(site: tuple[str, World], chromium: Browser) -> None:
    address, world = site
    device = context(chromium, width=390, java_script_enabled=False)
    page = device.new_page()
    log_in(page, address, world)
    page.get_by_role("link", name="Menü").click()
    page.get_by_role("link", name="Mitglieder").click()
    page.get_by_label("Rolle").select_option("hr")
    page.get_by_role("button", name="Anwenden").click()
    expect(page.locator("main")).to_contain_text("1 Eintrag")
    page.get_by_role("link", name="Suchen").click()
    page.wait_for_url("**/search/**")
    page.get_by_role("searchbox").fill("mitgl")
    page.get_by_role("button", name="Suchen").click()
    page.locator("main").get_by_role("link", name="Mitglieder").click()
    page.wait_for_url("**/members/*")
    page.locator(".menu summary").first.click()
    page.get_by_role("button", name="Dunkel").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    device.close()


def test_list_answers_in_place_and_says_so(site: tuple[str, World], chromium: Browser) -> None:
    address, world = site
    device = context(chromium)
    page = device.new_page()
    log_in(page, address, world)
    page.goto(address + world.url("members"))
    page.evaluate("window.kept = true")
    page.get_by_role("searchbox").fill("auditor")
    page.wait_for_url("**q=auditor*")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert page.evaluate("window.kept"), "the page was not loaded anew"
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.wait_for_function("document.getElementById('live').textContent.includes('1 Eintrag')")
    page.goto(address + world.url("members"))
    expect(page.get_by_role("searchbox"), "remembered").to_have_value("auditor")
    device.close()


def test_keyboard_goes_everywhere(site: tuple[str, World], chromium: Browser) -> None:
    address, world = site
    device = context(chromium)
    page = device.new_page()
    log_in(page, address, world)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#main"), "the skip link leads to the content").to_be_focused()
    page.keyboard.press("Control+k")
    page.keyboard.type("mitgl")
    page.keyboard.press("Enter")
    page.wait_for_url("**/members/")
    page.keyboard.press("Control+k")
    page.keyboard.type("gutschrift durch", delay=20)
    page.get_by_role("option", name="Alle Treffer").wait_for()
    assert axe_faults(page) == []
    page.keyboard.press("Enter")
    page.wait_for_url("**/law/ask/?rule=*self_billing*")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Tastatur")).to_be_visible()
    assert axe_faults(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.wait_for_url("**/o/eigene/")
    device.close()


def test_passkey_signs_in(site: tuple[str, World], chromium: Browser) -> None:
    address, world = site
    device = context(chromium)
    page = device.new_page()
    authenticator = device.new_cdp_session(page)
    authenticator.send("WebAuthn.enable")
    authenticator.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    log_in(page, address, world)
    page.goto(address + world.url("mfa_add_webauthn"))
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Bestätigen").click()
    page.get_by_label("Name").fill("Gerät der Probe")
    page.get_by_label("Ohne Passwort anmelden").check()
    assert axe_faults(page) == []
    page.get_by_role("button", name="Hinzufügen").click()
    page.wait_for_url("**/security/codes/**")
    assert axe_faults(page) == []
    page.locator(".user-button").click()
    page.get_by_role("button", name="Abmelden").click()
    page.wait_for_url("**/account/login/**")
    page.goto(f"{address}/account/login/")
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    page.wait_for_url("**/o/eigene/")
    device.close()
