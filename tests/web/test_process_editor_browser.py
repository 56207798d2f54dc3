"""The editor in a real browser: drawn, filled in, taken back, put in use; and the table where there is no script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.axe import axe_faults
from tests.web.test_browser import chromium, context, log_in, site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.web.world import World

__all__ = ["chromium", "site"]
pytestmark = pytest.mark.e2e
EDITOR = "document.querySelector('[data-editor]').editor"


def in_editor(page: Page, body: str) -> Any:
    """Run a function of the editor in the page; ``get`` gives a part of the modeler."""
    return page.evaluate(f"() => {{ const editor = {EDITOR}; const get = (name) => editor.get(name); {body} }}")


def opened(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("[data-editor][data-ready]").wait_for()


def select(page: Page, element: str) -> None:
    in_editor(page, f"get('selection').select(get('elementRegistry').get('{element}'));")
    page.locator(f"form[data-element={element}]").wait_for()


def version(page: Page) -> int:
    return int(page.get_attribute("#draft-state", "data-version") or 0)


def saved(page: Page, number: int) -> None:
    page.locator(f"#draft-state[data-version='{number}']").wait_for()


def drawn(page: Page) -> str:
    """One step more, drawn with the modeler; its id."""
    made = in_editor(
        page,
        """const first = get('elementRegistry').get('step_1');
        const shape = get('elementFactory').createShape({ type: 'bpmn:UserTask' });
        get('modeling').appendShape(first, shape, { x: first.x + 50, y: first.y + 200 }, first.parent);
        return shape.id;""",
    )
    return str(made)


def taken_back_and_done_again(page: Page, made: str) -> None:
    """The form, then the drawing, by the keyboard; and both again."""
    named = f"() => ({EDITOR}.get('elementRegistry').get('{made}')?.businessObject.name ?? null)"
    gone = f"() => !{EDITOR}.get('elementRegistry').get('{made}')"
    page.locator(".editor-canvas svg").first.focus()
    page.keyboard.press("Control+z")
    page.wait_for_function(f"() => ({named})() === null && !({gone})()")
    page.keyboard.press("Control+z")
    page.wait_for_function(gone)
    page.get_by_role("button", name="Wiederholen").click()
    page.wait_for_function(f"() => !({gone})() && !{EDITOR}.busy")
    page.get_by_role("button", name="Wiederholen").click()
    page.wait_for_function(f"() => ({named})() === 'Preis vergleichen'")


def put_in_use(page: Page, number: int) -> None:
    page.get_by_role("link", name="Einsetzen …").click()
    page.get_by_role("button", name="Als neue Fassung einsetzen").click()
    page.get_by_text(f"Fassung {number} ist ab jetzt eingesetzt.").wait_for()


def test_process_is_drawn_filled_in_taken_back_and_put_in_use(site: tuple[str, World], chromium: Browser) -> None:
    address, world = site
    device = context(chromium)
    page = device.new_page()
    page.set_default_timeout(15_000)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    log_in(page, address, world)
    opened(page, address + world.url("process_edit"))
    made = drawn(page)
    assert page.locator(".bjs-powered-by").is_visible()  # its licence
    select(page, made)
    page.locator("#prop-name").fill("Preis vergleichen")
    page.wait_for_timeout(1200)  # what is typed stays while the drawing is checked beside it
    page.locator("#prop-due").fill("6 Wochen")
    select(page, "step_1")  # to another step: what was typed is applied first
    saved(page, 2)
    select(page, made)
    expect(page.locator(f"form[data-element={made}] #prop-due")).to_have_value("6 Wochen")
    expect(page.locator("#twin tbody tr")).to_have_count(4)
    assert axe_faults(page) == []
    taken_back_and_done_again(page, made)
    page.get_by_role("button", name="Entwurf speichern").click()
    put_in_use(page, 1)

    # A second version, changed from the list of what helps most.
    page.get_by_role("link", name="Zeichnen und bearbeiten").click()
    page.locator("[data-editor][data-ready]").wait_for()
    page.locator(".edit-list a").first.click()
    page.wait_for_function("() => document.activeElement.closest('#props') !== null")
    select(page, made)
    page.locator("#prop-name").fill("Preise vergleichen")
    page.get_by_role("button", name="Anwenden").click()
    saved(page, 2)
    put_in_use(page, 2)
    assert said == []
    device.close()


def test_two_who_draw_at_once_are_told(site: tuple[str, World], chromium: Browser) -> None:
    address, world = site
    device = context(chromium)
    page, other = device.new_page(), device.new_page()
    log_in(page, address, world)
    for one in (page, other):
        opened(one, address + world.url("process_element").replace("element/step_1/", ""))
    for one, name in ((page, "Erste"), (other, "Zweite")):
        in_editor(one, f"get('modeling').updateProperties(get('elementRegistry').get('step_1'), {{ name: '{name}' }});")
        one.get_by_role("button", name="Entwurf speichern").click()
        if one is page:
            saved(page, 2)
    other.get_by_role("button", name="Meine Zeichnung als Datei sichern").wait_for()
    with other.expect_download() as download:
        other.get_by_role("button", name="Meine Zeichnung als Datei sichern").click()
    assert "Zweite" in download.value.path().read_text(encoding="utf-8")
    other.get_by_role("link", name="Gespeicherten Stand laden").click()
    other.locator("[data-editor][data-ready]").wait_for()
    assert in_editor(other, "return get('elementRegistry').get('step_1').businessObject.name;") == "Erste"
    device.close()


def test_without_script_the_table_edits_every_step(site: tuple[str, World], chromium: Browser) -> None:
    address, world = site
    device = context(chromium, java_script_enabled=False)
    page = device.new_page()
    log_in(page, address, world)
    edit = address + world.url("process_element").replace("element/step_1/", "")
    page.goto(edit)
    assert not page.locator(".editor-canvas").is_visible()
    page.locator("#twin tbody th a").nth(1).click()
    page.locator("#prop-name").fill("Ohne Skript benannt")
    page.get_by_role("button", name="Anwenden").click()
    expect(page.locator("#twin").get_by_role("link", name="Ohne Skript benannt")).to_be_visible()
    page.get_by_role("link", name="Ausprobieren").click()
    page.get_by_role("button", name="Beginnen").click()
    expect(page.get_by_text("Was geschieht als Nächstes?")).to_be_visible()
    page.locator(".try-move button").first.click()
    expect(page.get_by_text("Der Ablauf ist zu Ende.").first).to_be_visible()
    device.close()
