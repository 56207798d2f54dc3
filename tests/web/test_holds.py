"""Legal holds on the pages: placed with reason and day, shown where it matters, lifted with a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from tests.web.samples.people import take_on
from tests.web.world import World
from werkfluss.evidence.models import Hold
from werkfluss.kernel import clock
from werkfluss.org.models import User
from werkfluss.org.roles import Role

Browser = Callable[[User | None], Client]
WHY = "Klage 3 Ca 17/26"


@pytest.fixture
def hr(world: World, browser: Browser) -> Client:
    return browser(world.users[Role.HR])


def url(world: World, name: str, **more: object) -> str:
    return reverse(name, kwargs={"firm": world.org.slug, **more})


def test_hold_on_a_person_stops_the_erasure_until_it_is_lifted(world: World, hr: Client) -> None:
    with world.open():
        person = take_on(world, active_to=clock.today() - timedelta(days=3))
    until = clock.today() + timedelta(days=90)
    address = url(world, "hold_on", kind="workforce.resource", pk=person.pk)
    assert address in hr.get(url(world, "person", pk=person.pk)).content.decode()
    missing = hr.post(address, {"reason": "", "until": clock.today() - timedelta(days=1)})
    assert missing.status_code == 422
    assert "liegt in der Vergangenheit" in missing.content.decode()
    placed = hr.post(address, {"reason": WHY, "until": until})
    assert placed.headers["Location"] == url(world, "holds")
    shown = hr.get(url(world, "holds")).content.decode()
    assert WHY in shown
    assert person.name in shown
    page = hr.get(url(world, "person_erase", pk=person.pk)).content.decode()
    assert f"darf bis {until:%d.%m.%Y} nicht gelöscht werden" in strip_tags(page)
    assert "Endgültig löschen" not in page
    form = {"name": person.name, "reason": "Antrag", "basis": "Art. 17(1)(a) GDPR"}
    refused = hr.post(url(world, "person_erase", pk=person.pk), form)
    assert refused.status_code == 422
    assert WHY in refused.content.decode()
    with world.open():
        hold = Hold.objects.get(reason=WHY)
    lifted = hr.post(url(world, "hold_lift", pk=hold.pk), {"reason": "Vergleich"})
    assert lifted.headers["Location"] == url(world, "holds")
    assert "Endgültig löschen" in hr.get(url(world, "person_erase", pk=person.pk)).content.decode()


def test_class_hold_is_shown_where_the_periods_are(world: World, hr: Client) -> None:
    until = clock.today() + timedelta(days=90)
    form = {"rules": ["evidence.invoice", "evidence.voucher"], "reason": "Betriebsprüfung", "until": until}
    assert hr.post(url(world, "hold_new"), form).status_code == 302
    page = hr.get(url(world, "data_protection")).content.decode()
    assert "2 in Kraft" in page, "and the sample's"
    assert f"Gehalten bis {until:%d.%m.%Y}: Betriebsprüfung" in strip_tags(page)
    assert "ganze Firma" in hr.get(url(world, "holds")).content.decode()


def test_unknown_kind_or_foreign_object_is_not_found(world: World, other_world: World, hr: Client) -> None:
    with other_world.open():
        stranger = take_on(other_world)
    assert hr.get(url(world, "hold_on", kind="workforce.resource", pk=stranger.pk)).status_code == 404
    assert hr.get(url(world, "hold_on", kind="org.user", pk=stranger.pk)).status_code == 404


def test_auditor_reads_but_does_not_hold(world: World, browser: Browser) -> None:
    auditor = browser(world.users[Role.AUDITOR])
    page = auditor.get(url(world, "holds"))
    assert page.status_code == 200
    assert url(world, "hold_new") not in page.content.decode()
    assert auditor.get(url(world, "hold_new")).status_code == 403
