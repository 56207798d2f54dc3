"""Decision tables in the browser: a file looked at first, rules changed in the grid, tried out and tested."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.web.samples.decisions import dmn_file, kept_table
from tests.web.world import World
from werkfluss.org.models import User
from werkfluss.org.roles import Role
from werkfluss.work.models import Decision

Browser = Callable[[User | None], Client]


@pytest.fixture
def boss(world: World, browser: Browser) -> Client:
    return browser(world.users[Role.MANAGING_DIRECTOR])


@pytest.fixture
def kept(world: World) -> Decision:
    with world.open():
        return kept_table(world)


def url(world: World, name: str, row: Decision | None = None, **more: object) -> str:
    return reverse(name, kwargs={"firm": world.org.slug, **({"pk": row.pk} if row else {}), **more})


def count(world: World) -> int:
    with world.open():
        return Decision.objects.count()


def again(world: World, row: Decision) -> Decision:
    with world.open():
        return Decision.objects.filter(key=row.key).latest("revision")


def grid(row: Decision, rows: Sequence[tuple[int | str, ...]], **more: str) -> dict[str, str]:
    """What the form of the first table sends: number before, condition, outcome, note."""
    data = {"rows": str(len(rows)), "first": "0", "do": "check", **more}
    for number, (was, *cells) in enumerate(rows):
        data[f"was-{number}"] = str(was)
        data |= {f"cell-{number}-{index}": str(text) for index, text in enumerate(cells)}
    return data


def test_file_is_looked_at_first_and_then_taken_over_once(world: World, boss: Client) -> None:
    before = count(world)
    page = boss.post(url(world, "decision_upload"), {"file": SimpleUploadedFile("x.dmn", dmn_file("Frisch"))})
    text = page.content.decode()
    assert (page.status_code, count(world)) == (200, before)
    assert "Frisch Freigabe" in text
    assert "Genau eine Regel trifft zu" in text
    given = {"source": page.context["source"], "filename": "x.dmn"}
    for _ in range(2):
        assert boss.post(url(world, "decision_deploy"), given).status_code == 302
    assert count(world) == before + 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "leer"),
        (b"<html/>", "keine DMN-Datei"),
        (b"PK\x03\x04", "ZIP-Archiv"),
        (dmn_file("Kaputt", ("< < 5|1",)), "Es wurde nichts übernommen"),
        (dmn_file("Eng", ("< 5|1|2",)), "Zellen"),
    ],
)
def test_bad_file_says_where_and_why_and_keeps_nothing(data: bytes, said: str, world: World, boss: Client) -> None:
    before = count(world)
    page = boss.post(url(world, "decision_upload"), {"file": SimpleUploadedFile("x.dmn", data)})
    assert said in page.content.decode()
    assert "source" not in page.context or page.context["found"].blockers
    assert count(world) == before


def test_upload_that_was_tampered_with_is_refused(world: World, boss: Client) -> None:
    assert boss.post(url(world, "decision_deploy"), {"source": "kein base64!"}).status_code == 404
    assert boss.post(url(world, "decision_deploy"), {"source": "PGh0bWwvPg==", "filename": "x"}).status_code == 422


def test_grid_changes_rows_without_keeping_anything(kept: Decision, world: World, boss: Client) -> None:
    address = url(world, "decision_rules", kept, place=0)
    assert boss.get(address).content.decode().count('name="was-') == 2
    sent = [(1, "< 100", "0", ""), (2, ">= 100", "5", "")]
    for what, rows in (("add:0", [1, 0, 2]), ("remove:0", [2]), ("up:1", [2, 1]), ("down:0", [2, 1]), ("up:0", [1, 2])):
        page = boss.post(address, grid(kept, sent, do=what))
        assert [one.was for one in page.context["rows"]] == rows
    assert again(world, kept) == kept


def test_grid_saves_a_new_version_of_the_same_file_once(kept: Decision, world: World, boss: Client) -> None:
    address = url(world, "decision_rules", kept, place=0)
    sent = grid(kept, [(1, "< 50", "0", ""), (0, "[50..100)", "2", "neu seit Mai"), (2, ">= 100", "5", "")], do="save")
    answers = [boss.post(address, sent) for _ in range(2)]
    made = again(world, kept)
    assert made.revision == 2
    assert [one.headers["Location"] for one in answers] == [url(world, "decision", made)] * 2
    assert "neu seit Mai" in boss.get(url(world, "decision", made)).content.decode()
    later = grid(kept, [(1, "< 70", "0", "")], do="save", accept="1")
    assert boss.post(address, later).status_code == 409
    assert again(world, kept) == made


def test_cell_that_cannot_be_read_is_named_with_its_place(kept: Decision, world: World, boss: Client) -> None:
    address = url(world, "decision_rules", kept, place=0)
    sent = grid(kept, [(1, "< < 100", "0", ""), (2, ">= 100", '"viel"', "")], do="save", accept="1")
    page = boss.post(address, sent)
    text = page.content.decode()
    assert page.status_code == 422
    assert 'id="cell-0-0-error"' in text
    assert 'id="cell-1-1-error"' in text
    assert "1:3" in text
    assert "vom Typ string" in text
    assert "&lt; &lt; 100" in text
    assert again(world, kept) == kept


def test_rule_that_breaks_a_test_or_names_nothing_is_saved_after_a_look_only(
    kept: Decision, world: World, boss: Client
) -> None:
    address = url(world, "decision_rules", kept, place=0)
    sent = grid(kept, [(1, "< 100", "0", ""), (2, ">= grenze", "7", "")], do="save")
    page = boss.post(address, sent)
    text = page.content.decode()
    assert page.status_code == 422
    assert "„grenze“ ist kein Name des Modells" in text
    assert "Testfall würde scheitern" in text
    assert again(world, kept) == kept
    assert boss.post(address, {**sent, "accept": "1"}).status_code == 302
    assert again(world, kept).revision == 2


@pytest.mark.parametrize("wrong", [{"rows": "x"}, {"rows": "9"}, {"was-0": "7"}, {"was-1": "1"}, {"rows": "-1"}])
def test_grid_that_is_not_one_is_refused(wrong: dict[str, str], kept: Decision, world: World, boss: Client) -> None:
    sent = grid(kept, [(1, "< 100", "0", ""), (2, ">= 100", "5", "")], do="save") | wrong
    assert boss.post(url(world, "decision_rules", kept, place=0), sent).status_code == 409
    assert boss.post(url(world, "decision_rules", kept, place=7), sent).status_code == 404
    assert again(world, kept) == kept


def test_long_table_is_edited_part_by_part(world: World, boss: Client) -> None:
    rules = tuple(f"{number}|{number}" for number in range(100))
    with world.open() as by:
        from werkfluss.work.domain.decisions import deploy_decisions

        row = deploy_decisions(dmn_file("Lang", rules), filename="x.dmn", by=by)
    address = url(world, "decision_rules", row, place=0)
    page = boss.get(f"{address}?first=40")
    assert (page.context["grid"].first, len(page.context["rows"])) == (40, 40)
    sent = grid(row, [(41, "40", "999", "")], do="save", accept="1", first="40")
    assert boss.post(address, sent).status_code == 302
    with world.open():
        from werkfluss.process.dmn.walking import tables
        from werkfluss.work.domain.decisions import model_of

        found = tables(model_of(again(world, row)))["Lang Rabatt"].rules
    assert [one.conditions[0] for one in found] == [str(n) for n in range(100) if not 40 < n < 80]
    assert found[40].outcomes[0].text == "999"


def asked(kept: Decision, **more: str) -> dict[str, str]:
    return {"decision": kept.decisions[0][0], "version": "1", "do": "try", "in-v0": "250", **more}


def test_decision_is_tried_out_and_says_which_rule_fired_and_why(kept: Decision, world: World, boss: Client) -> None:
    page = boss.post(url(world, "decision_try", kept), {**asked(kept), "decision": kept.decisions[1][0]})
    text = page.content.decode()
    assert page.context["value"] == "Leitung"
    (top, low) = page.context["steps"]
    assert [(row.number, row.state) for row in low[2][0].rows] == [(1, "missed"), (2, "fired")]
    assert [cell.mark for cell in low[2][0].rows[0].cells][:1] == ["unmet"]
    assert [(row.number, row.state) for row in top[2][0].rows] == [(1, "fired"), (2, "unread")]
    assert "nicht erfüllt" in text
    assert "nicht angesehen" in text


@pytest.mark.parametrize("amount", ["viel", "1,2,3"])
def test_input_that_is_no_number_is_named(amount: str, kept: Decision, world: World, boss: Client) -> None:
    page = boss.post(url(world, "decision_try", kept), asked(kept, **{"in-v0": amount}))
    assert page.status_code == 422
    assert page.context["inputs"].errors


def test_test_case_is_kept_run_changed_and_removed(kept: Decision, world: World, boss: Client) -> None:
    tests = url(world, "decision_tests", kept)
    new = asked(kept, do="keep", name="klein", **{"in-v0": "12,50", "out-v0": "1"})
    for _ in range(2):
        assert boss.post(url(world, "decision_try", kept), new).headers["Location"] == tests
    page = boss.get(tests)
    assert (page.context["report"].passed, len(page.context["report"].outcomes)) == (1, 2)
    assert "0 statt 1" in page.content.decode()
    one = url(world, "decision_test", kept, number=2)
    assert boss.get(one).context["outputs"]["v0"].value() == 1
    assert boss.post(one, {**new, "out-v0": "0"}).status_code == 409  # it was changed since: version 2
    assert boss.post(one, {**new, "out-v0": "0", "version": "2"}).status_code == 302
    assert boss.get(tests).context["report"].passed == 2
    assert boss.get(tests).context["report"].coverage[0].missed == ()
    remove = url(world, "decision_test_remove", kept, number=2)
    assert boss.post(remove, {"version": "3"}).status_code == 302
    assert [len(again(world, kept).tests), again(world, kept).revision] == [1, 1]
    assert boss.get(url(world, "decision_test", kept, number=2)).status_code == 404


def test_test_case_without_a_name_shows_every_fault_at_once(kept: Decision, world: World, boss: Client) -> None:
    page = boss.post(url(world, "decision_try", kept), asked(kept, do="keep", **{"in-v0": "x", "out-v0": "y"}))
    assert page.status_code == 422
    assert all(page.context[name].errors for name in ("inputs", "outputs", "name"))
    assert len(again(world, kept).tests) == 1


def test_auditor_reads_and_tries_out_but_keeps_nothing(kept: Decision, world: World, browser: Browser) -> None:
    auditor = browser(world.users[Role.AUDITOR])
    page = auditor.post(url(world, "decision_try", kept), asked(kept))
    assert page.context["value"] == 5
    assert "Testfall speichern" not in page.content.decode()
    new: dict[str, Any] = asked(kept, do="keep", name="x", **{"out-v0": "5"})
    assert auditor.post(url(world, "decision_try", kept), new).status_code == 403
    assert auditor.get(url(world, "decision_rules", kept, place=0)).status_code == 403


def columns(inputs: list[tuple[str, ...]], outputs: list[tuple[str, ...]], **more: str) -> dict[str, str]:
    """What the form of the columns sends: number before, heading, expression (or name, heading), type, allowed."""
    data = {"inputs": str(len(inputs)), "outputs": str(len(outputs)), "policy": "U", "do": "save", **more}
    for kind, rows, names in (
        ("input", inputs, ("was", "label", "expression", "type", "allowed")),
        ("output", outputs, ("was", "name", "label", "type", "allowed")),
    ):
        for number, row in enumerate(rows):
            data |= {f"{kind}-{number}-{name}": text for name, text in zip(names, row, strict=True)}
    return data


def test_table_is_made_in_the_browser_ruled_and_tried_out(world: World, boss: Client) -> None:
    new = url(world, "decision_new")
    page = boss.post(
        new, columns([("0", "Bestellwert", "", "number", "")], [("0", "Skonto", "", "number", "")], do="add-input")
    )
    assert [form["label"].value() for form in page.context["columns"].inputs] == ["Bestellwert", None]
    sent = columns(
        [("0", "Bestellwert", "", "number", ""), ("0", "Art", "Kunden Art", "string", '"neu", "alt"')],
        [("0", "Skonto", "", "number", "")],
        name="Skonto für Kunden",
    )
    answer = boss.post(new, sent)
    with world.open():
        made = Decision.objects.get(name="Skonto für Kunden")
    grid_url = url(world, "decision_rules", made, place=0)
    assert answer.headers["Location"] == grid_url
    assert len(boss.get(grid_url).context["rows"]) == 1  # a row to be filled in
    rules = grid(made, [(0, ">= 100", '"alt"', "3", "")], do="save", accept="1")
    assert boss.post(grid_url, rules).status_code == 302
    tried = {"decision": made.decisions[0][0], "version": "2", "do": "try", "in-v0": "200", "in-v1": "alt"}
    assert boss.post(url(world, "decision_try", again(world, made)), tried).context["value"] == 3
    twice = boss.post(new, sent)
    assert twice.status_code == 422
    assert "gibt es schon" in twice.content.decode()


def test_wrong_column_is_named_and_everything_typed_is_kept(world: World, boss: Client) -> None:
    before = count(world)
    sent = columns([("0", "Wert", "< <", "number", "gold")], [("0", "", "Satz & mehr", "number", "")], name="Schief")
    page = boss.post(url(world, "decision_new"), sent)
    text = page.content.decode()
    assert (page.status_code, count(world)) == (422, before)
    assert {"expression", "allowed"} == set(page.context["columns"].inputs[0].errors)
    assert "name" in page.context["columns"].outputs[0].errors
    assert page.context["columns"].faults
    assert all(
        said in text for said in ('value="Schief"', 'value="&lt; &lt;"', 'value="gold"', 'value="Satz &amp; mehr"')
    )
    assert boss.post(url(world, "decision_new"), {**sent, "inputs": "999"}).status_code == 409
    for kept in ("input", "output"):
        less = boss.post(url(world, "decision_new"), {**sent, "do": f"remove-{kept}:0"})
        assert less.status_code == 200
        assert "Schief" in less.content.decode()


def test_columns_are_renamed_added_and_removed_as_a_new_version(kept: Decision, world: World, boss: Client) -> None:
    address = url(world, "decision_columns", kept, place=0)
    shown = boss.get(address).context["columns"]
    name = shown.inputs[0]["label"].value()
    old = ("1", "Betrag netto", name, "number", "")
    sent = columns(
        [old, ("0", "Land", "", "string", '"DE"')], [("1", shown.outputs[0]["name"].value(), "Satz", "number", "")]
    )
    assert boss.post(address, sent).status_code == 302
    made = again(world, kept)
    text = boss.get(url(world, "decision", made)).content.decode()
    assert all(said in text for said in ("Betrag netto", "Land", "Satz"))
    assert boss.post(address, sent | {"input-0-label": "Anders"}).status_code == 409  # a newer version is in use
    less = columns(
        [("2", "Land", "", "string", '"DE"')], [("1", shown.outputs[0]["name"].value(), "Satz", "string", "")]
    )
    now = url(world, "decision_columns", made, place=0)
    page = boss.post(now, less)
    assert page.status_code == 422
    assert "passen nicht mehr" in page.content.decode()
    assert again(world, kept) == made
    assert boss.post(now, {**less, "accept": "1"}).status_code == 302
    assert "Betrag netto" not in boss.get(url(world, "decision", again(world, kept))).content.decode()
