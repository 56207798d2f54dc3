"""What happens to cases besides their steps, in the browser."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from tests.web.samples.case_events import BOX, CALL, RULE, STEPS, WAIT, run
from tests.web.world import World
from werkfluss.org.models import User
from werkfluss.org.roles import Role

Browser = Callable[[User | None], Client]


def url(world: World, name: str, **more: object) -> str:
    return reverse(name, kwargs={"firm": world.org.slug, **more})


def test_toolbox_undo_and_decision_by_hand(world: World, browser: Browser) -> None:
    client = browser(world.users[Role.MANAGING_DIRECTOR])
    with world.open():
        box, two, rule = run(world, BOX), run(world, STEPS), run(world, RULE)
        tool, first, asked = (case.steps.get() for case in (box, two, rule))
    page = client.get(url(world, "case", pk=box.pk)).content.decode()
    assert "Der Zweck ist erreicht" in page
    client.post(url(world, "begin_activity", pk=tool.pk), {"element": "read"})
    client.post(url(world, "complete_step", pk=tool.pk))
    client.post(url(world, "complete_step", pk=first.pk))
    page = client.get(url(world, "case", pk=two.pk)).content.decode()
    assert "Erledigt und noch zurückzunehmen" in page
    assert client.post(url(world, "undo_step", pk=first.pk), {"reason": ""}).status_code == 422
    client.post(url(world, "undo_step", pk=first.pk), {"reason": "Vertippt", "next": url(world, "case", pk=two.pk)})
    assert "Schritt zurückgenommen" in client.get(url(world, "case", pk=two.pk)).content.decode()
    client.post(url(world, "decide_step", pk=asked.pk), {"result": "2,5", "reason": "geschätzt"})
    with world.open():
        first.refresh_from_db()
        asked.refresh_from_db()
        box.refresh_from_db()
        assert (first.state, asked.data, box.state) == ("open", {"result": 2.5}, "completed")


def test_event_is_reported_and_a_disturbance_seen_to(world: World, browser: Browser) -> None:
    client = browser(world.users[Role.MANAGING_DIRECTOR])
    with world.open():
        waiting, calling = run(world, WAIT), run(world, CALL)
        key, incident = waiting.waits.get().key, calling.incidents.get()
    page = client.get(url(world, "case", pk=waiting.pk)).content.decode()
    assert "Ist eingetroffen" in page
    client.post(url(world, "report_event", pk=waiting.pk), {"name": "Antwort", "kind": "message", "key": key})
    assert calling.title in client.get(url(world, "incidents")).content.decode()
    assert "Noch einmal" in client.get(url(world, "case", pk=calling.pk)).content.decode()
    client.post(url(world, "settle_incident", pk=incident.pk), {"note": "gesehen"})
    assert calling.title not in client.get(url(world, "incidents")).content.decode()
    with world.open():
        waiting.refresh_from_db()
        incident.refresh_from_db()
        assert (waiting.state, incident.note) == ("completed", "gesehen")


def test_message_left_over_says_why_and_is_discarded(world: World, browser: Browser) -> None:
    from werkfluss.work.domain import messages

    client = browser(world.users[Role.MANAGING_DIRECTOR])
    with world.open() as by:
        sent = messages.post_message("Rückruf", key="k", by=by)
        messages.keep_message(sent, why={"de": "Kein Vorgang wartet darauf.", "en": "No case waits."}, by=by)
    page = client.get(url(world, "case_messages")).content.decode()
    assert "Rückruf" in page
    assert "Kein Vorgang wartet darauf." in page
    client.post(url(world, "discard_message", pk=sent.pk))
    assert "Rückruf" not in client.get(url(world, "case_messages")).content.decode()
