"""Twelve invented facts are planted in care data; nobody finds one who may not: pages, workbooks, search, record, mail.

HR looks at every page it may open (by day at those about care, people and days), the managing director at those HR may
not open; a provider of another module at every page of providers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.conftest import THOROUGH
from tests.web import world as worlds
from tests.web.looking import content_of, further_looks
from tests.web.samples.care_catalogue import booking, lot, offer
from tests.web.world import World
from werkfluss.org.models import OutgoingMail, Payload, User
from werkfluss.org.roles import Role, roles_with
from werkfluss.web.access import TABLE

worlds.load_samples()
# What HR and the director may not see, and what one provider may not see of another.
OF_THE_PERSON = [f"KANARIE{at:02}" for at in range(1, 9)]
OF_ANOTHER_PROVIDER = [f"KANARIE{at:02}" for at in range(9, 13)]


def plant(world: World) -> None:
    """Twelve facts: said by the person and not released, wished, bought, ordered of one provider."""
    from werkfluss.care.domain import providers
    from werkfluss.care.models import (
        CareAnswer,
        CareCover,
        CareMessage,
        CareThread,
        ExpatCase,
        MentoringWish,
        VoucherCode,
    )
    from werkfluss.kernel import clock

    one = booking(world)
    person, today = one.person, clock.today()
    CareAnswer.objects.create(person=person, name="children_small", value="KANARIE01", own=True, valid_from=today)
    CareCover.objects.create(person=person, member="KANARIE02", kind="KANARIE03", first_day=today, own=True)
    MentoringWish.objects.filter(person=person).update(ended_on=today)
    MentoringWish.objects.create(
        person=person, side="seeks", topics=["KANARIE04"], languages=["KANARIE05"], said_on=today
    )
    VoucherCode.objects.create(lot=lot(world), code="KANARIE06")
    old = lot(world)
    old.edit(expires_on=today.replace(year=2020))
    VoucherCode.objects.create(lot=old, code="KANARIE07")
    expat = ExpatCase.objects.order_by("number").first()
    assert expat is not None
    thread = CareThread.objects.create(expat_case=expat, provider=one.offer.provider)
    CareMessage.objects.create(thread=thread, text="KANARIE08")
    hidden = offer(world)
    hidden.provider.edit(name="KANARIE09")
    hidden.edit(title="KANARIE10", accepted_when="KANARIE11")
    row = booking(world)
    row.edit(offer=hidden, state="delivered", invoice_reference="KANARIE12")
    # The provider of this world has an order of its own, so an empty page proves nothing.
    assert providers.providers().filter(user=world.users[Role.PROVIDER]).exists()


def seen_by(client: Client, world: World, names: list[str]) -> Iterator[tuple[str, bytes]]:
    """Every page by its name as bytes; of lists the workbook and a search too."""
    for name in names:
        url = world.url(name)
        page = client.get(url, follow=True)
        yield name, content_of(page)
        for more in further_looks(client, page, url):
            yield f"{name}, further", content_of(more)
    found = client.get(reverse("search", kwargs={"firm": world.org.slug}), {"q": "KANARIE"})
    # What was asked for is repeated by the page; a hit would stand in a link.
    yield "search", b"".join(part for part in content_of(found).split(b"<") if part.startswith(b"a "))


def test_no_canary_of_care_is_seen_by_who_may_not(
    world: World, browser: Callable[[User | None], Client], caplog: pytest.LogCaptureFixture
) -> None:
    mail.outbox = []
    with world.open():
        plant(world)
    pages = [name for name, rule in TABLE.items() if "GET" in rule.methods and "<slug:firm>" in rule.route]
    of_hr = [name for name in pages if Role.HR in roles_with(TABLE[name].permission)]
    of_director = [
        name for name in pages if name not in of_hr and Role.MANAGING_DIRECTOR in roles_with(TABLE[name].permission)
    ]
    of_provider = [name for name in pages if Role.PROVIDER in roles_with(TABLE[name].permission)]
    near = ("care", "people", "deadline", "own_", "firm.enter", "dossier")
    shared = [name for name in of_hr if TABLE[name].permission.startswith(near)]
    # To draw every page of the firm once more is for the night; these hold what care, people and days are about.
    of_hr = of_hr if THOROUGH else shared
    looks: list[tuple[Role, list[str], list[str]]] = [
        (Role.HR, of_hr, OF_THE_PERSON),
        (Role.MANAGING_DIRECTOR, [*of_director, *(shared if THOROUGH else ())], OF_THE_PERSON),
        (Role.PROVIDER, of_provider, [*OF_THE_PERSON, *OF_ANOTHER_PROVIDER]),
    ]
    found: list[tuple[Any, ...]] = []
    visited = 0
    for role, names, canaries in looks:
        for name, content in seen_by(browser(world.users[role]), world, names):
            visited += 1
            found += [(role.value, name, one) for one in canaries if one.encode() in content]
    assert found == []
    assert visited > len(of_hr)
    every = [*OF_THE_PERSON, *OF_ANOTHER_PROVIDER]
    with world.open():
        kept = [str(data) for data in Payload.objects.values_list("data", flat=True)]
    letters = [f"{one.subject}{one.text}{one.html}" for one in OutgoingMail.objects.all()]
    letters += [f"{one.subject}{one.body}" for one in mail.outbox]
    assert not [one for one in every for text in (*kept, *letters, caplog.text) if one in text]


def test_canaries_are_there_so_a_leak_would_show(world: World, browser: Callable[[User | None], Client]) -> None:
    """HR sees what it may: the order of the other provider."""
    with world.open():
        plant(world)
    page = browser(world.users[Role.HR]).get(world.url("care_bookings"))
    assert b"KANARIE09" in page.content
