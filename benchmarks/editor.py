"""A process of 500 steps in the editor: from the click on its link until it is drawn, and until a click in it answers.

The real stack with the example firm, a real browser, one person. *Drawn* is the first frame after every shape and flow
is there; *answers* is when a click on a step that is made at that moment has chosen the step. The first opening after
the start reads and judges the file; the others find that done. ``main_thread_cpu_ms`` is the time of the processor that
the page took (threads' own clock). Where the machine allows it, server and browser go before all other work; whether
so, and the load, stand beside the figures.
"""

from __future__ import annotations

import os
import shutil
import statistics
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from benchmarks.pages import _LOGINS, _TOKEN, User
from tests.running import Site
from tests.web.test_browser import ARGUMENTS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Page

STEPS, OPENINGS = 500, 9
_ELEMENTS = 2 * STEPS + 3  # with start and end, and a flow between each two
# Notes when the modeler is ready, when that was painted, and when the first step was chosen.
_WATCH = """
const note = (name) => { window.seen = { ...window.seen, [name]: performance.now() }; };
new MutationObserver(() => {
  if (!window.seen?.ready && document.querySelector("[data-editor][data-ready]")) {
    note("ready");
    requestAnimationFrame(() => setTimeout(() => note("drawn"), 0));
  }
  if (!window.seen?.chosen && document.querySelector(".djs-element.selected")) note("chosen");
}).observe(document, { attributes: true, subtree: true, attributeFilter: ["data-ready", "class"] });
"""


def model(steps: int) -> str:
    """Rows of 25 user tasks, one after the other, as a drawing tool would write them."""
    ids = ["start", *(f"step_{number}" for number in range(1, steps + 1)), "end"]
    place = {one: (100 + number % 25 * 160, 100 + number // 25 * 140) for number, one in enumerate(ids)}
    nodes = '<startEvent id="start" name="Anlass"/><endEvent id="end" name="Ergebnis"/>' + "".join(
        f'<userTask id="{one}" name="Teil {number} der Lieferung prüfen"/>' for number, one in enumerate(ids[1:-1], 1)
    )
    flows = "".join(f'<sequenceFlow id="f_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in pairwise(ids))
    shapes, edges = "", ""
    for one, (x, y) in place.items():
        wide, high = (100, 80) if one.startswith("step") else (36, 36)
        shapes += f'<di:BPMNShape id="{one}_di" bpmnElement="{one}">'
        shapes += f'<dc:Bounds x="{x}" y="{y + 40 - high // 2}" width="{wide}" height="{high}"/></di:BPMNShape>'
    for a, b in pairwise(ids):
        (x, y), (u, v) = place[a], place[b]
        edges += f'<di:BPMNEdge id="f_{b}_di" bpmnElement="f_{b}"><wd:waypoint x="{x + 100}" y="{y + 40}"/>'
        edges += f'<wd:waypoint x="{u}" y="{v + 40}"/></di:BPMNEdge>'
    return (
        '<?xml version="1.0" encoding="UTF-8"?><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
        'xmlns:wd="http://www.omg.org/spec/DD/20100524/DI" id="d" targetNamespace="urn:werkfluss:benchmark">'
        f'<process id="gross" name="Großer Ablauf" isExecutable="true">{nodes}{flows}</process>'
        f'<di:BPMNDiagram id="diagram"><di:BPMNPlane id="plane" bpmnElement="gross">{shapes}{edges}</di:BPMNPlane>'
        "</di:BPMNDiagram></definitions>"
    )


def _drafted(user: User) -> str:
    """The address of a new draft with the model in it."""
    _, page, _ = user.request("GET", "/o/nordhessen/processes/new/")
    found = _TOKEN.search(page)
    assert found, "the form has no token"
    token = {"csrfmiddlewaretoken": found[1]}
    status, _, place = user.request("POST", "/o/nordhessen/processes/new/", {**token, "name": "Großer Ablauf"})
    assert status == 302, f"the draft was not begun: {status}"
    status, _, _ = user.request("POST", f"{place}save/", {**token, "version": "1", "bpmn": model(STEPS)})
    assert status == 200, f"the draft was not kept: {status}"
    return place


def _logged_in(browser: Browser, site: Site, password: str) -> Page:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="de-DE")
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{site.url}/account/login/")
    page.fill("input[name=login]", _LOGINS[0])
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/o/**")
    page.add_init_script(_WATCH)
    return page


def _first(processes: Iterable[psutil.Process]) -> bool:
    """Let them go before all other work: each process, and its session, by which Linux shares the processor out."""
    try:
        for process in processes:
            process.nice(-19)
            group = Path(f"/proc/{process.pid}/autogroup")
            if group.exists():
                group.write_text("-19", encoding="ascii")
    except (psutil.Error, OSError):
        return False  # not allowed to
    return True


def _cpu(session: CDPSession) -> float:
    return next(
        one["value"] for one in session.send("Performance.getMetrics")["metrics"] if one["name"] == "TaskDuration"
    )


def _opened(page: Page, session: CDPSession, site: Site, place: str) -> dict[str, float]:
    """Milliseconds from the click on the link in the list of processes, as the browser's own clock counts them."""
    page.goto(f"{site.url}/o/nordhessen/processes/")
    link = page.locator(f'main a[href="{place}"]').first
    link.wait_for()
    page.wait_for_timeout(500)  # what the list itself still loads is not counted
    before = _cpu(session)
    link.click(no_wait_after=True)
    page.locator("[data-editor][data-ready]").wait_for()
    step = page.locator('.djs-element[data-element-id="step_1"]').first.bounding_box()
    assert step is not None
    page.mouse.click(step["x"] + step["width"] / 2, step["y"] + step["height"] / 2)
    page.locator(".djs-element.selected").first.wait_for()
    seen: dict[str, float] = page.evaluate("() => window.seen")
    assert page.locator(".djs-element").count() >= _ELEMENTS
    server = page.evaluate("() => performance.getEntriesByType('navigation')[0].responseStart")
    spent = (_cpu(session) - before) * 1000
    return {"first_byte": server, "drawn": seen["drawn"], "answers": seen["chosen"], "main_thread_cpu": spent}


def run() -> dict[str, Any]:
    """Milliseconds: the first opening, and the median and the best of the others."""
    site = Site()
    try:
        site.start(seconds=600)
        return measured(site)
    finally:
        site.stop()
        site.remove()


def measured(site: Site) -> dict[str, Any]:
    """The figures of a site with the example firm that runs already."""
    from playwright.sync_api import sync_playwright

    password = (site.data / "example-password").read_text(encoding="ascii")
    user = User(site.port, _LOGINS[0], password)
    user.log_in()
    place = _drafted(user)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        version = browser.version
        page = _logged_in(browser, site, password)
        # The browser and its pages are children of this process, the database one of the site.
        first = _first([*site.processes(), *psutil.Process().children(recursive=True)])
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        found = [_opened(page, session, site, place) for _ in range(OPENINGS)]
        browser.close()
    later = found[1:]
    return {
        "steps": STEPS,
        "elements": _ELEMENTS,
        "openings": OPENINGS,
        "browser": version,
        "load_average": [round(one, 2) for one in os.getloadavg()],
        "before_other_work": first,
        "first_opening_ms": {name: round(value) for name, value in found[0].items()},
        "median_ms": {name: round(statistics.median(one[name] for one in later)) for name in found[0]},
        "best_ms": {name: round(min(one[name] for one in later)) for name in found[0]},
    }
