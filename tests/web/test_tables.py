"""Lists: sort, filter, search, pages, Excel, memory, empty states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from http.cookies import SimpleCookie
from io import BytesIO

import openpyxl
import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory

from werkfluss.kernel.money import Money
from werkfluss.web.tables import Column, Empty, Filter, Table


@dataclass(frozen=True)
class Row:
    name: str
    cost: Money | None
    due: date | None
    kind: str


ROWS = [
    Row("Ölwechsel", Money.of("12.50"), date(2026, 3, 1), "care"),
    Row("=HYPERLINK(1)", Money.of("1000"), None, "work"),
    Row("anreißen", None, date(2026, 1, 1), "work"),
]
TABLE = Table(
    "rows",
    caption="Zeilen",
    columns=(
        Column("name", "Name", order="name", link=lambda row: f"/rows/{row.name}/"),
        Column("cost", "Kosten", kind="money"),
        Column("due", "Fällig", order="due", kind="date"),
    ),
    filters=(Filter("kind", "Art", [("care", "Pflege"), ("work", "Arbeit")]),),
    search=("name",),
    default_order="name",
    per_page=2,
    empty=Empty("Noch keine Zeile", "Hier stünde sie.", "Anlegen", url=lambda request: "/new/"),
)


def ask(query: str = "", rows: list[Row] = ROWS, cookies: str = "", **headers: str) -> HttpResponse:
    request = RequestFactory(headers=headers).get(f"/list/?{query}" if query else "/list/")
    request.user = AnonymousUser()
    request.COOKIES = {key: morsel.value for key, morsel in SimpleCookie(cookies).items()}
    return TABLE.page(request, rows, template="components/table.html")


def names(response: HttpResponse) -> list[str]:
    html = response.content.decode()
    return sorted((row.name for row in ROWS if f">{row.name}<" in html), key=html.index)


def test_rows_come_in_the_order_asked_for() -> None:
    assert names(ask("sort=name")) == ["=HYPERLINK(1)", "anreißen"]
    assert names(ask("sort=-name")) == ["Ölwechsel", "anreißen"]
    assert 'aria-sort="descending"' in ask("sort=-name").content.decode()


def test_unknown_sort_falls_back_to_the_given_order() -> None:
    assert names(ask("sort=secret")) == ["Ölwechsel", "=HYPERLINK(1)"]


def test_empty_cells_sort_last() -> None:
    assert names(ask("sort=due")) == ["anreißen", "Ölwechsel"]


def test_filter_narrows_and_an_unknown_value_does_not() -> None:
    assert names(ask("kind=care")) == ["Ölwechsel"]
    assert "3 Einträge" in ask("kind=nonsense").content.decode()


def test_search_wants_every_word() -> None:
    assert names(ask("q=öl wechsel")) == ["Ölwechsel"]
    assert "Kein Eintrag passt" in ask("q=öl nix").content.decode()


@pytest.mark.parametrize("number", ["2", "99", "x", "-1"])
def test_page_number_out_of_range_is_answered(number: str) -> None:
    response = ask(f"page={number}")
    assert response.status_code == 200
    assert names(response)


def test_second_page_has_the_rest() -> None:
    assert names(ask("page=2")) == ["Ölwechsel"]
    assert 'aria-current="page">2<' in ask("page=2").content.decode()


def test_workbook_holds_all_rows_and_no_formula() -> None:
    response = ask("format=xlsx&kind=work&page=2")
    assert "attachment" in response.headers["Content-Disposition"]
    sheet = openpyxl.load_workbook(BytesIO(response.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows())
    assert [cell.value for cell in rows[0]] == ["Name", "Kosten", "Fällig"]
    assert rows[1][0].value == "=HYPERLINK(1)"
    assert rows[1][0].data_type == "s"
    assert rows[1][1].value == 1000
    assert len(rows) == 3


def test_what_was_asked_for_is_remembered_for_this_address() -> None:
    cookie = ask("kind=care&page=1").cookies["werkfluss_list_rows"]
    assert cookie["path"] == "/list/"
    assert cookie["httponly"]
    assert names(ask(cookies=f"werkfluss_list_rows={cookie.value}")) == ["Ölwechsel"]


def test_reset_forgets() -> None:
    response = ask("reset=1", cookies="werkfluss_list_rows=kind%3Dcare")
    assert "3 Einträge" in response.content.decode()
    assert response.cookies["werkfluss_list_rows"].value == ""


def test_empty_list_says_what_would_stand_there() -> None:
    html = ask(rows=[]).content.decode()
    assert "Noch keine Zeile" in html
    assert 'href="/new/"' in html


def test_null_byte_is_survived() -> None:
    assert ask("q=%00&sort=%00").status_code == 200


def test_cells_of_a_table_are_labelled_for_the_phone() -> None:
    assert 'data-label="Fällig"' in ask().content.decode()


def test_cells_are_escaped() -> None:
    html = ask(rows=[Row("<b>fett</b>", None, None, "work")]).content.decode()
    assert "<b>fett" not in html
    assert "&lt;b&gt;fett&lt;/b&gt;</a>" in html
