"""Pages around cases of care: as many queries with 300 cases as with one; and figures that name nobody."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING

import openpyxl

from tests.web.many_cases import NAME, add_cases
from werkfluss.org.roles import Role
from werkfluss.web.figures_view import as_data

if TYPE_CHECKING:
    from django.test import Client

    from tests.web.world import World
    from werkfluss.org.models import User

Browser = Callable[["User | None"], "Client"]


def _queries(client: Client, urls: dict[str, str]) -> dict[str, int]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    found = {}
    for name, url in urls.items():
        assert client.get(url).status_code == 200, name
        with CaptureQueriesContext(connection) as counted:
            client.get(url)
        found[name] = len(counted)
    return found


def test_pages_take_the_same_queries_for_one_and_300_cases(world: World, browser: Browser) -> None:
    director = browser(world.users[Role.MANAGING_DIRECTOR])
    urls = {name: world.url(name) for name in ("care", "care_case", "portal", "deadlines", "figures")}
    add_cases(world, 1)
    add_cases(world, 1, first=9100, over=False)
    once = _queries(director, urls)
    add_cases(world, 149, first=9200)
    add_cases(world, 150, first=9500, over=False)
    many = _queries(director, urls)
    # A full page of one kind of row may need fewer than a mixed one, never more.
    assert {name: count for name, count in many.items() if count > once[name]} == {}


def test_figures_need_ten_people_and_name_nobody(world: World, browser: Browser) -> None:
    client, url = browser(world.users[Role.MANAGING_DIRECTOR]), world.url("figures")
    add_cases(world, 9)
    few = client.get(url).content.decode()
    assert "zu wenige für eine Zahl" in few
    assert "60\u00a0Tage" not in few
    add_cases(world, 3, first=9300, route="remote_abroad")
    add_cases(world, 14, first=9400)
    add_cases(world, 12, first=9500, over=False)
    many = client.get(url).content.decode()
    # Begun 100 days ago, first day 40 days ago; 20 of 23 are in full tens, the three of the other route in no number.
    assert "60\u00a0Tage" in many
    assert "480,00" in many
    assert "zu wenige für eine Zahl" in many
    assert NAME not in few + many
    sheet = openpyxl.load_workbook(BytesIO(client.get(url, {"format": "xlsx"}).content)).active
    assert sheet is not None
    lines = {(row[1], row[2]): row[3:] for row in sheet.iter_rows(values_only=True)}
    assert lines["Ab Beginn des Vorgangs", "Bürgerin oder Bürger der EU"][:2] == (20, 60)
    assert lines["Ab Beginn des Vorgangs", "Arbeit von einem anderen Staat aus"][:2] == (None, None)
    assert ("Ab Beginn des Vorgangs", "alles Gezeigte zusammen") not in lines
    assert NAME not in str(lines)
    with world.open():
        said = as_data()
    assert NAME not in str(said)
    told = [line for section in said["sections"] for part in section["parts"] for line in part["lines"]]
    assert any(line["people"] == 20 for line in told)
    assert all(line["people"] is None or line["people"] % 10 == 0 for line in told)


def test_times_of_steps_wait_for_the_works_council(world: World, browser: Browser) -> None:
    """The furnished firm has a works council that has not agreed."""
    add_cases(world, 30)
    page = browser(world.users[Role.MANAGING_DIRECTOR]).get(world.url("figures")).content.decode()
    assert "solange der Betriebsrat nicht zugestimmt hat" in page
    assert "Beendete Wartezeiten" not in page


def test_figures_are_for_the_director_and_hr(world: World, browser: Browser) -> None:
    allowed = {role for role in Role if browser(world.users[role]).get(world.url("figures")).status_code == 200}
    assert allowed == {Role.MANAGING_DIRECTOR, Role.HR}
