"""``werkfluss cases``: the preview keeps everything as it is; the move says what became of each case."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from click.testing import CliRunner

from tests.work.case_world import complete, deploy, start
from tests.work.test_case_moves import OTHER
from tests.work.test_cases_versions import OLD
from werkfluss.cli import main
from werkfluss.org.actor import Actor
from werkfluss.org.models import Organisation, User
from werkfluss.work.models import Case

Firm = Callable[[], AbstractContextManager[Actor]]


@pytest.fixture
def in_the_firm(director: Actor, acting_in: Callable[[Actor], AbstractContextManager[Actor]]) -> Firm:
    return lambda: acting_in(director)


@pytest.fixture
def kept(db: None, in_the_firm: Firm) -> tuple[str, str]:
    """Two cases at different steps, and a newer version that has another id for one of them: slug and mail address."""
    with in_the_firm() as by:
        old = deploy(OLD, by=by)
        start(old, by=by)
        complete(start(old, by=by), "a", by=by)
        deploy(OTHER, by=by)
        return Organisation.objects.get(pk=by.org_id).slug, User.objects.get(pk=by.id).email


def answered(*arguments: str, status: int = 0) -> dict[str, Any]:
    done = CliRunner().invoke(main, [*arguments, "--json"])
    assert done.exit_code == status, done.output
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_preview_says_it_of_each_case_and_moves_none(kept: tuple[str, str], in_the_firm: Firm) -> None:
    found = answered("cases", "preview", "p", "--firm", kept[0])
    assert [(one["number"], one["outlook"]) for one in found["cases"]] == [(1, "map"), (2, "map")]
    assert {one["element"]: one["guess"] for one in found["questions"]} == {"a": "x9", "b": ""}
    seen = answered("cases", "preview", "p", "--firm", kept[0], "--map", "a=x9")
    assert [one["outlook"] for one in seen["cases"]] == ["moves", "map"]
    with in_the_firm():
        assert {one.definition.revision for one in Case.objects.select_related("definition")} == {1}


def test_move_says_what_became_of_each_case(kept: tuple[str, str], in_the_firm: Firm) -> None:
    asked = (
        "cases",
        "move",
        "p",
        "--firm",
        kept[0],
        "--by",
        kept[1],
        "--yes",
        "--map",
        "a=x9",
        "--case",
        "1",
        "--case",
        "2",
    )
    found = answered(*asked)
    assert [(one["number"], one["state"]) for one in found["cases"]] == [(1, "moved"), (2, "stayed")]
    assert "Buchen" in found["cases"][1]["why"]["de"]
    with in_the_firm():
        assert [one.definition.revision for one in Case.objects.order_by("number").select_related("definition")] == [
            2,
            1,
        ]


@pytest.mark.parametrize(
    "arguments",
    [
        ("preview", "p", "--firm", "gibt-es-nicht"),
        ("preview", "gibt-es-nicht", "--firm", ""),
        ("move", "p", "--firm", "", "--by", "niemand@firma.example", "--yes"),
        ("move", "p", "--firm", "", "--by", "@", "--yes", "--case", "99"),
    ],
)
def test_what_is_not_there_is_refused_as_a_document(arguments: tuple[str, ...], kept: tuple[str, str]) -> None:
    given = [kept[0] if one == "" else kept[1] if one == "@" else one for one in arguments]
    (fault,) = answered("cases", *given, status=1)["errors"]
    assert {"where", "cause", "expected", "next_step"} <= set(fault)


def test_move_without_a_yes_moves_nothing(kept: tuple[str, str], in_the_firm: Firm) -> None:
    asked = ["cases", "move", "p", "--firm", kept[0], "--by", kept[1], "--map", "a=x9"]
    assert CliRunner().invoke(main, asked, input="n\n").exit_code == 1
    with in_the_firm():
        assert {one.definition.revision for one in Case.objects.select_related("definition")} == {1}


def test_mapping_that_is_none_is_wrong_usage(kept: tuple[str, str]) -> None:
    assert CliRunner().invoke(main, ["cases", "preview", "p", "--firm", kept[0], "--map", "a"]).exit_code == 2
