"""Money, dates, weeks and zones as they are written in both languages; and the drawn components."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import timezone, translation

from werkfluss.kernel.money import Money
from werkfluss.kernel.text import Text
from werkfluss.law.verdict import Citation, Condition, MissingFact, Verdict
from werkfluss.web.preferences import zone_of
from werkfluss.web.status import STATES, TONES
from werkfluss.web.templatetags import werkfluss as words

SPACE = "\u00a0"
NOON = datetime(2026, 12, 31, 11, 0, tzinfo=UTC)


def plain(text: str) -> str:
    """Without the tags."""
    import re

    return re.sub(r"<[^>]+>", "", str(text))


@pytest.mark.parametrize(
    ("language", "amount", "written"),
    [
        ("de", Money.of("1234.56"), f"1.234,56{SPACE}€"),
        ("en", Money.of("1234.56"), "€1,234.56"),
        ("de", Money.of("-1234567.5"), f"-1.234.567,50{SPACE}€"),
        ("de", Money.of(5, "CHF"), f"5,00{SPACE}CHF"),
        ("en", Money.of(5, "CHF"), f"CHF{SPACE}5.00"),
        ("de", Decimal("0.005"), f"0,01{SPACE}€"),
        ("de", None, "–"),
    ],
)
def test_money_is_written(language: str, amount: Money | Decimal | None, written: str) -> None:
    with translation.override(language):
        assert words.money(amount) == written


@pytest.mark.parametrize(("language", "written"), [("de", "31.12.2026"), ("en", "31 Dec 2026")])
def test_day_is_written(language: str, written: str) -> None:
    with translation.override(language):
        assert plain(words.day(date(2026, 12, 31))) == written


@pytest.mark.parametrize(
    ("language", "day", "written"),
    [
        ("de", date(2026, 12, 1), f"KW{SPACE}49"),
        ("en", date(2026, 12, 1), f"CW{SPACE}49"),
        ("de", date(2027, 1, 1), f"KW{SPACE}53/2026"),
    ],
)
def test_week_is_written(language: str, day: date, written: str) -> None:
    with translation.override(language):
        assert words.week(day) == written


def test_two_zones_show_both_clocks() -> None:
    with timezone.override(zone_of("Europe/Berlin")):
        both = plain(words.two_zones(NOON, "Asia/Kolkata"))
        assert both == f"31.12.2026, 12:00{SPACE}Berlin · 16:30{SPACE}Kolkata"
        assert plain(words.two_zones(NOON, "Europe/Berlin")) == f"31.12.2026, 12:00{SPACE}Berlin"
        late = datetime(2026, 12, 31, 20, 0, tzinfo=UTC)
        assert "01:30" in plain(words.two_zones(late, "Asia/Kolkata"))
        assert "1. Januar" in plain(words.two_zones(late, "Asia/Kolkata"))


def test_text_is_said_in_the_language_of_the_page() -> None:
    both = Text("Pruefung", "check")
    with translation.override("en"):
        assert words.say(both) == "check"
        assert words.say(both.as_json()) == "check"
    assert words.say(both) == "Pruefung"
    assert words.say(None) == ""


def test_every_state_has_a_tone_with_a_shape() -> None:
    assert all(status.tone in TONES for status in STATES.values())
    assert len(set(TONES.values())) == len(TONES), "each tone its own shape"


def test_status_is_word_and_shape() -> None:
    drawn = words.status("blocked")
    assert "nicht erlaubt" in drawn
    assert "#hand-stop" in drawn
    assert "a_state_nobody_knows".replace("_", " ") in words.status("a_state_nobody_knows")


def test_unknown_tone_is_refused() -> None:
    with pytest.raises(TemplateSyntaxError):
        words.badge("purple", "x")


def test_badge_escapes_its_word() -> None:
    assert "<b>" not in words.badge("good", "<b>")


def verdict(outcome: str = "allowed_with_conditions") -> Verdict:
    return Verdict(
        rule="de/rule",
        outcome=outcome,  # type: ignore[arg-type]
        as_of=date(2026, 1, 2),
        pack_version="2026.1",
        reasons=(Text("Grund", "reason"),),
        conditions=(Condition("paper", Text("A1 holen", "get A1"), Text("Personal", "HR"), "c1", lead_days=3),),
        citations=(Citation("c1", "§ 1 X", Text("Kurz", "short")),),
        missing=(MissingFact("zone", "bool", "", (), Text("Wo?", "Where?")),),
    )


def test_verdict_card_gives_the_answer_first() -> None:
    source = "{% load werkfluss %}{% verdict found act_url='/act/' fact_url='/fact/' csrf_token='abc' %}"
    html = Template(source).render(Context({"found": verdict()}))
    places = [html.index(part) for part in ("erlaubt unter Bedingungen", "Grund", "Wo?", "A1 holen", "§ 1 X")]
    assert places == sorted(places)
    assert '<button class="btn" name="condition" value="0">' in html
    assert 'href="/fact/?fact=zone"' in html
    assert "3 Tage Vorlauf" in html
    assert html.index("<details") < html.rindex("§ 1 X")


def test_stored_verdict_is_drawn_like_a_fresh_one() -> None:
    template = Template("{% load werkfluss %}{% verdict found %}")
    fresh = template.render(Context({"found": verdict("blocked")}))
    assert template.render(Context({"found": verdict("blocked").as_json()})) == fresh
    assert "Was den Weg frei macht" in fresh


def test_progress_stops_asking_when_done() -> None:
    template = Template("{% load werkfluss %}{% progress done 4 'x' '/poll/' %}")
    assert 'hx-get="/poll/"' in template.render(Context({"done": 3}))
    assert "hx-get" not in template.render(Context({"done": 4}))
