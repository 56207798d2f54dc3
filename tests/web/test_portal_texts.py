"""Steps, duties, papers, modules and mails are said in each of the person's languages, and what is missing is named."""

from __future__ import annotations

import re
from datetime import date, datetime
from itertools import product

import pytest
from django.utils import formats, translation

from werkfluss.care import spoken
from werkfluss.care.domain import duties
from werkfluss.care.routes import care_route, duty_sources, route_names
from werkfluss.kernel.text import Text
from werkfluss.process import library
from werkfluss.web import catalogue, portal_catalogue
from werkfluss.web.portal_texts import texts

FURTHER = portal_catalogue.further()
PLACEHOLDER = re.compile(r"\{\w+\}")
# Every statement with the first place where it stands.
STATEMENTS = dict(reversed([*texts()]))
ENGLISH = {text.en for text in STATEMENTS}
# Told to the rules so that duties with a day come out; what they leave open is asked for and no duty.
KNOWN = {"moved_in_on": "2027-03-02", "vested": True, "transfer_value": "1000", "ended_on": "2027-09-01"}


def case_words(tag: str) -> dict[str, str]:
    return {str(one.id): str(one.string) for one in catalogue.portal(tag) if one.context == spoken.CONTEXT}


@pytest.mark.parametrize("tag", FURTHER)
def test_every_statement_is_said_with_its_placeholders(tag: str) -> None:
    known = case_words(tag)
    missing = [f"{place}: {text.en!r} has no {tag}" for text, place in STATEMENTS.items() if text.en not in known]
    assert not missing, f"write these into locale/{tag}/case.po:\n" + "\n".join(missing)
    wrong = [one for one in ENGLISH if set(PLACEHOLDER.findall(known[one])) != set(PLACEHOLDER.findall(one))]
    german = [text.en for text in STATEMENTS if known[text.en] == text.de]
    assert (wrong, german) == ([], [])
    assert set(known) - ENGLISH == set(), "said, and shown nowhere"


def test_statements_hold_steps_and_papers_of_every_route() -> None:
    for name in route_names():
        route = care_route(name)
        assert {paper.name.en for paper in route.papers.values()} <= ENGLISH
        assert any(place.endswith(f"{route.process}.bpmn") for place in STATEMENTS.values())
        assert library.load(route.process)
    assert {"Apply for the visa", "Passport", "Housing", "Register your address"} <= ENGLISH


def test_duties_that_the_law_words_for_the_person_are_among_the_statements() -> None:
    day, left = date(2027, 3, 1), []
    for citizenship, country, fast in product(("IN", "FR"), ("AT", "IN"), (True, False)):
        given = {
            "$day": day,
            "$today": date(2026, 11, 22),
            "$ends_on": date(2027, 9, 30),
            "$country": country,
            "$citizenship": citizenship,
            "$lives_abroad": True,
            "$months": "7",
            "$weeks": "30",
            "$accelerated": fast,
        }
        for key, source in duty_sources().items():
            if source.statute is None:
                verdict = duties._ask(source, KNOWN, given, day)
                rows = duties._of_verdict(source, verdict, day)
                left += [f"{key}: {row.what.en}" for row in rows if _is_open(row)]
    assert left == [], "add them to portal_texts.LAW"


def _is_open(row: duties.CaseDuty) -> bool:
    return duties._role(row.who) == "person" and row.due is not None and row.what.en not in ENGLISH


@pytest.mark.parametrize(
    ("text", "tag", "said"),
    [
        (Text("Reisepass", "Passport"), "es", "Pasaporte"),
        (Text("Reisepass", "Passport"), "pt-BR", "Passaporte"),
        (Text("Reisepass verlängern", "Renew: Passport"), "tr", "Yenileyin: Pasaport"),
        (Text("Reisepass (Kind 1)", "Passport (Kind 1)"), "uk", "Паспорт (Kind 1)"),
        (Text("Aufenthaltstitel (Visum (D))", "Residence title (Visum (D))"), "es", "Título de residencia (Visum (D))"),
        (Text("Reisepass", "Passport"), "de", "Reisepass"),
        (Text("Reisepass", "Passport"), "fr", None),
        (Text("Eigener Schritt der Firma", "A step of the firm's own"), "ar", None),
    ],
)
def test_statement_is_said_as_far_as_the_catalogue_knows_it(text: Text, tag: str, said: str | None) -> None:
    assert spoken.in_language(text, tag) == said


def test_mails_are_in_the_own_language_with_german_below() -> None:
    assert [tuple(spoken.languages_of_mail(tag)) for tag in ("de-AT", "en", "hi", "pt-BR", "fr")] == [
        ("de",),
        ("en",),
        ("hi", "de"),
        ("pt", "de"),
        ("en", "de"),
    ]


@pytest.mark.parametrize("tag", [*portal_catalogue.OWN, *FURTHER])
def test_an_hour_after_midnight_is_not_taken_for_one_after_noon(tag: str) -> None:
    night = datetime(2027, 3, 1, 0, 47)
    with translation.override(tag):
        assert "00:47" in formats.date_format(night, "DATETIME_FORMAT")
        assert formats.time_format(night, "TIME_FORMAT") == "00:47"
        assert "2027" in formats.date_format(night, "DATE_FORMAT")
