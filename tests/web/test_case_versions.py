"""What happens to my open cases: seen before anything moves, confirmed by a person, then moved by the job."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.samples.case_versions import begun, ordered, two_versions, version
from tests.web.world import World
from werkfluss.org.models import User
from werkfluss.org.roles import Role
from werkfluss.web import move_view
from werkfluss.work.domain import case_moves
from werkfluss.work.models import Case, CaseMove, ProcessDefinition

Browser = Callable[[User | None], Client]


@pytest.fixture
def boss(world: World, browser: Browser) -> Client:
    return browser(world.users[Role.MANAGING_DIRECTOR])


@pytest.fixture
def both(world: World) -> tuple[ProcessDefinition, list[Case]]:
    with world.open():
        return two_versions(world)


def url(world: World, name: str, pk: object) -> str:
    return reverse(name, kwargs={"firm": world.org.slug, "pk": pk})


def finish(world: World, move: CaseMove) -> None:
    with world.open() as by:
        while case_moves.move_next(move.pk, by=by):
            pass


def versions(world: World, cases: list[Case]) -> list[int]:
    with world.open():
        rows = {one.pk: one.definition.revision for one in Case.objects.select_related("definition")}
        return [rows[one.pk] for one in cases]


def test_page_says_of_each_case_what_would_happen_and_moves_nothing(
    both: tuple[ProcessDefinition, list[Case]], world: World, boss: Client
) -> None:
    new, cases = both
    page = boss.get(url(world, "open_cases", new.pk))
    seen = page.context["seen"]
    assert [one.outlook for one in seen.found] == ["moves", "map", "stuck"]
    text = page.content.decode()
    assert "Vermutung, bitte prüfen" in text
    assert "kann nicht rückgängig gemacht werden" in text
    assert text.count("disabled") >= 2
    assert versions(world, cases) == [1, 1, 1]


def test_chosen_step_is_looked_at_again_and_then_counts(
    both: tuple[ProcessDefinition, list[Case]], world: World, boss: Client
) -> None:
    new, cases = both
    address = url(world, "open_cases", new.pk)
    assert boss.get(f"{address}?as-b=erfunden").context["seen"].moving == 1
    page = boss.get(f"{address}?as-b=b2")
    assert (page.context["seen"].moving, page.context["seen"].fields) == (2, [("as-b", "b2")])
    chosen = {"case": [str(one.pk) for one in cases], "as-b": "b2"}
    answers = [boss.post(address, chosen).headers["Location"] for _ in range(2)]
    assert answers[0] == answers[1]
    with world.open():
        move = CaseMove.objects.get(definition=new)
    finish(world, move)
    assert versions(world, cases) == [2, 2, 1]
    result = boss.get(url(world, "case_move", move.pk)).content.decode()
    assert "diesen Schritt gibt es in der neuen Fassung nicht" in result
    assert cases[2].title in result
    assert boss.post(address, chosen).headers["Location"] == answers[0]


@pytest.mark.parametrize(
    ("sent", "status"), [({}, 422), ({"case": "kein Schlüssel"}, 404), ({"as-b": "b2", "case": []}, 422)]
)
def test_nothing_chosen_moves_nothing(
    sent: dict[str, Any], status: int, both: tuple[ProcessDefinition, list[Case]], world: World, boss: Client
) -> None:
    new, cases = both
    assert boss.post(url(world, "open_cases", new.pk), sent).status_code == status
    assert versions(world, cases) == [1, 1, 1]


def test_case_of_another_firm_is_not_moved(
    both: tuple[ProcessDefinition, list[Case]], world: World, other_world: World, boss: Client
) -> None:
    new, _cases = both
    with other_world.open():
        _, foreign = two_versions(other_world)
    sent = {"case": [str(one.pk) for one in foreign]}
    assert boss.post(url(world, "open_cases", new.pk), sent).status_code == 422
    assert versions(other_world, foreign) == [1, 1, 1]


def test_all_that_can_are_moved_at_once(both: tuple[ProcessDefinition, list[Case]], world: World, boss: Client) -> None:
    new, _ = both
    boss.post(url(world, "open_cases", new.pk), {"all": "1"})
    with world.open():
        assert CaseMove.objects.get(definition=new).items.count() == 1


def test_bar_asks_again_until_all_are_through(world: World, boss: Client) -> None:
    with world.open():
        move = ordered(world)
    page = boss.get(url(world, "case_move", move.pk)).content.decode()
    assert 'hx-trigger="every 1s"' in page
    bar = boss.get(url(world, "case_move_progress", move.pk))
    assert (bar.headers.get("HX-Refresh"), "0 / 3" in bar.content.decode()) == (None, True)
    finish(world, move)
    assert boss.get(url(world, "case_move_progress", move.pk)).headers["HX-Refresh"] == "true"
    assert 'hx-trigger="every 1s"' not in boss.get(url(world, "case_move", move.pk)).content.decode()


def test_move_that_broke_off_is_said_and_goes_on_once(world: World, boss: Client) -> None:
    with world.open() as by:
        move = ordered(world)
        case_moves.break_move(move.pk, by=by)
    assert "abgebrochen" in boss.get(url(world, "case_move", move.pk)).content.decode()
    resume = url(world, "case_move_resume", move.pk)
    assert [boss.post(resume).status_code for _ in range(2)] == [302, 409]


def test_old_address_shows_the_newest_version_and_none_left_says_so(world: World, boss: Client) -> None:
    with world.open():
        old = version(world, "allein", ("a",))
        begun(world, old)
    page = boss.get(url(world, "open_cases", old.pk))
    assert "Kein offener Vorgang auf einer älteren Fassung" in page.content.decode()
    with world.open():
        version(world, "allein", ("a", "b"))
    assert boss.get(url(world, "open_cases", old.pk)).context["to"].revision == 2


def test_process_leads_to_its_open_cases(
    both: tuple[ProcessDefinition, list[Case]], world: World, boss: Client, browser: Browser
) -> None:
    new, _ = both
    process = url(world, "process", new.pk)
    link = url(world, "open_cases", new.pk)
    assert link in boss.get(process).content.decode()
    auditor = browser(world.users[Role.AUDITOR])
    assert link not in auditor.get(process).content.decode()
    assert auditor.get(link).status_code == 403


def test_more_cases_than_can_be_read_one_by_one_are_grouped_and_moved_by_group(
    world: World, boss: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(move_view, "MOST", 3)
    with world.open():
        new, cases = two_versions(world, (0, 0, 0, 1, 2))
    address = url(world, "open_cases", new.pk)
    page = boss.get(address)
    groups = page.context["seen"].groups
    assert [(one.count, one.alike.found.outlook) for one in groups] == [(3, "moves"), (1, "map"), (1, "stuck")]
    text = page.content.decode()
    assert "Diese 3 Vorgänge umziehen" in text
    assert all(reverse("case", kwargs={"firm": world.org.slug, "pk": one.pk}) in text for one in cases)
    assert boss.post(address, {"group": [groups[2].key, "erfunden"]}).status_code == 422
    assert boss.post(address, {"group": [one.key for one in groups]}).status_code == 302
    with world.open():
        assert CaseMove.objects.get(definition=new).items.count() == 3
