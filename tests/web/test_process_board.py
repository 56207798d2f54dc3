"""The process board by role, and before and after the agreement of the works council."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.web.samples.ai import agree
from tests.web.samples.process_board import invoice_case
from tests.web.world import World
from werkfluss.evidence.domain.documents import documents_of
from werkfluss.org.models import User
from werkfluss.org.roles import Role
from werkfluss.work.models import Case

Browser = Callable[[User | None], Client]
OFF = "Zeiten erledigter Schritte bleiben aus"


def url(world: World, name: str, pk: UUID) -> str:
    return reverse(name, kwargs={"firm": world.org.slug, "pk": pk})


@pytest.fixture
def waiting(world: World) -> Case:
    with world.open():
        return invoice_case(world)


@pytest.mark.parametrize("agreed", [False, True], ids=["locked", "agreed"])
def test_times_and_their_columns_appear_only_after_the_agreement(
    agreed: bool, waiting: Case, world: World, browser: Browser
) -> None:
    if agreed:
        with world.open():
            agree(world)
    page = browser(world.users[Role.LEAD]).get(url(world, "process_board", waiting.definition_id)).content.decode()
    assert (OFF in page) is not agreed
    assert ("Was von selbst gehen könnte" in page) is agreed
    assert (">Liegt<" in page) is agreed
    assert waiting.title in page


def test_works_council_sees_how_many_wait_but_no_case(waiting: Case, world: World, browser: Browser) -> None:
    council = browser(world.users[Role.WORKS_COUNCIL])
    page = council.get(url(world, "process_board", waiting.definition_id)).content.decode()
    assert "Rechnung auslesen" in page
    assert waiting.title not in page
    assert council.get(url(world, "case", waiting.pk)).status_code == 403
    assert (
        browser(world.users[Role.EMPLOYEE]).get(url(world, "process_board", waiting.definition_id)).status_code == 403
    )


def test_file_is_kept_with_its_case(waiting: Case, world: World, browser: Browser) -> None:
    given = {"file": SimpleUploadedFile("beleg.txt", b"Beleg"), "title": "Beleg vom 3. Mai"}
    boss = browser(world.users[Role.MANAGING_DIRECTOR])
    assert boss.post(url(world, "keep_case_file", waiting.pk), given, follow=True).status_code == 200
    with world.open():
        (kept,) = documents_of(waiting)
    assert (kept.title, kept.filename) == ("Beleg vom 3. Mai", "beleg.txt")
    assert "Beleg vom 3. Mai" in boss.get(url(world, "case", waiting.pk)).content.decode()
    assert boss.post(url(world, "keep_case_file", waiting.pk), {}, follow=True).status_code == 200
    with world.open():
        assert documents_of(waiting).count() == 1


def test_case_of_an_order_keeps_its_papers_at_the_order(world: World, browser: Browser) -> None:
    order = world.kwargs["case"]["pk"]
    assert isinstance(order, UUID)
    given = {"file": SimpleUploadedFile("beleg.txt", b"Beleg")}
    boss = browser(world.users[Role.MANAGING_DIRECTOR])
    assert boss.post(url(world, "keep_case_file", order), given).status_code == 422
