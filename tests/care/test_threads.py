"""One communication: each side sees its own thread, mail and Teams carry not a word, a model only where it may."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from werkfluss.agents import language_model
from werkfluss.agents.language_model import Answer
from werkfluss.agents.models import AiUse
from werkfluss.care.domain import consents, expat_cases, message_templates, teams, threads, translations
from werkfluss.care.models import CareMessage, CareProvider, CareThread, ExpatCase, TeamsPost
from werkfluss.flow import care_mails, care_translations
from werkfluss.flow import teams as carrier
from werkfluss.kernel import clock
from werkfluss.kernel.errors import NotPermitted, Refused
from werkfluss.org.actor import Actor
from werkfluss.org.domain import firms
from werkfluss.org.models import LoginLink, Organisation, User
from werkfluss.org.roles import Role
from werkfluss.workforce.domain import resources
from werkfluss.workforce.models import Kind

CANARY_A, CANARY_B, CANARY_HR = "KANARIE-ANTON", "KANARIE-BERTA", "KANARIE-PERSONAL"


@pytest.fixture
def hr(in_firm: Actor, firm: Organisation, member_of: Callable[..., Actor]) -> Actor:
    return member_of(firm, Role.HR)


@pytest.fixture
def herself(in_firm: Actor, firm: Organisation, member_of: Callable[..., Actor]) -> Actor:
    return member_of(firm, Role.EMPLOYEE, "ananya@muster.example")


@pytest.fixture
def expat(in_firm: Actor, hr: Actor, herself: Actor) -> ExpatCase:
    user = User.objects.get(pk=herself.id)
    user.language = "hi"
    user.save()
    rate = resources.set_rate(name="Entwicklung", cents_per_hour=7800, by=in_firm)
    given: dict[str, Any] = {"email": user.email, "user": user, "country": "IN", "time_zone": "Asia/Kolkata"}
    person = resources.add_resource(kind=Kind.EMPLOYEE, name="Ananya Kulkarni", rate=rate, by=in_firm, **given)
    return expat_cases.open_case(person, route="blue_card", wished_start=date(2027, 3, 1), by=hr)


@pytest.fixture
def make_provider(firm: Organisation, member_of: Callable[..., Actor]) -> Callable[[str], tuple[CareProvider, Actor]]:
    def make(name: str) -> tuple[CareProvider, Actor]:
        actor = member_of(firm, Role.PROVIDER, f"{name}@anbieter.example")
        user = User.objects.get(pk=actor.id)
        given = {"source": "Vertrag", "checked_on": date(2026, 11, 1)}
        return CareProvider.objects.create(name=name, email=user.email, user=user, **given), actor

    return make


@pytest.fixture
def talk(
    expat: ExpatCase, herself: Actor, make_provider: Callable[[str], tuple[CareProvider, Actor]]
) -> dict[str, tuple[CareThread, Actor]]:
    """A thread with each of two providers and one with HR, a canary in each; the two providers as actors."""
    found = {}
    for name, canary in (("anton", CANARY_A), ("berta", CANARY_B)):
        provider, actor = make_provider(name)
        thread = threads.begin_with_provider(expat, provider, by=herself)
        threads.write_message(thread, text=f"{canary}: Schlafstörung", by=herself)
        found[name] = thread, actor
    thread = threads.thread_with(expat, by=herself)
    threads.write_message(thread, text=CANARY_HR, by=herself)
    found["hr"] = thread, herself
    return found


def read(actor: Actor, expat: ExpatCase) -> str:
    """All that an actor can read of a case."""
    rows = threads.threads_of(expat, actor, on=clock.today())
    own = [row for row in threads.own_threads(actor) if row.expat_case_id == expat.pk]
    return " ".join(text for row in {*rows, *own} for text in row.messages.values_list("text", flat=True))


def test_each_side_reads_its_own_thread_alone(
    talk: dict[str, tuple[CareThread, Actor]], expat: ExpatCase, hr: Actor, in_firm: Actor, herself: Actor
) -> None:
    canaries = {CANARY_A, CANARY_B, CANARY_HR}

    def seen(actor: Actor) -> set[str]:
        return {canary for canary in canaries if canary in read(actor, expat)}

    assert seen(herself) == canaries
    assert seen(talk["anton"][1]) == {CANARY_A}
    assert seen(talk["berta"][1]) == {CANARY_B}
    assert seen(hr) == {CANARY_HR}
    assert seen(in_firm) == set()


def test_released_messages_are_read_until_the_consent_is_taken_back(
    talk: dict[str, tuple[CareThread, Actor]], expat: ExpatCase, hr: Actor, herself: Actor
) -> None:
    until = clock.today() + timedelta(days=5)
    given = consents.give_consent(expat, recipient="hr", what="messages", purpose="Hilfe", until=until, by=herself)
    assert CANARY_A in read(hr, expat)
    with pytest.raises(NotPermitted):
        threads.write_message(talk["anton"][0], text="ich lese mit", by=hr)
    consents.revoke_consent(given, by=herself)
    assert CANARY_A not in read(hr, expat)


def test_provider_learns_no_name_before_it_is_released(
    talk: dict[str, tuple[CareThread, Actor]], expat: ExpatCase, herself: Actor
) -> None:
    anton, berta = talk["anton"][0], talk["berta"][0]
    given = {"recipient": "provider", "what": "contact", "purpose": "Termin", "until": clock.today()}
    consents.give_consent(expat, provider=anton.provider, **given, by=herself)
    assert threads.may_name(anton, on=clock.today())
    assert not threads.may_name(berta, on=clock.today())


def test_mail_holds_no_word_and_goes_to_the_other_side_once(
    talk: dict[str, tuple[CareThread, Actor]], firm: Organisation, hr: Actor
) -> None:
    keys = CareMessage.objects.order_by("created_at").values_list("pk", flat=True)
    sent = [care_mails.tell_about_message(firm.pk, key) for key in keys]
    assert sent == [1, 1, 1]
    assert [care_mails.tell_about_message(firm.pk, key) for key in keys] == [0, 0, 0]
    mails = {letter.to[0]: f"{letter.subject} {letter.body}" for letter in mail.outbox}
    assert set(mails) == {"anton@anbieter.example", "berta@anbieter.example", User.objects.get(pk=hr.id).email}
    for text in mails.values():
        assert not any(word in text for word in ("KANARIE", "Schlafstörung", "Ananya", "Kulkarni"))
    # A link belongs to one person, works once, and leads to that thread.
    targets = set(LoginLink.objects.values_list("user__email", "target"))
    assert targets == {
        (f"{name}@anbieter.example", f"/o/{firm.slug}/my-care-messages/{talk[name][0].pk}/")
        for name in ("anton", "berta")
    }


def test_answer_of_hr_reaches_the_person_in_her_portal(
    talk: dict[str, tuple[CareThread, Actor]], firm: Organisation, hr: Actor, herself: Actor
) -> None:
    message = threads.write_message(talk["hr"][0], text="Antwort", by=hr)
    assert care_mails.tell_about_message(firm.pk, message.pk) == 1
    link = LoginLink.objects.get()
    assert (link.user_id, link.target) == (herself.id, f"/o/{firm.slug}/portal/messages/{talk['hr'][0].pk}/")
    # Hindi, made by machine, with the German that counts below.
    text = str(mail.outbox[-1].body)
    assert mail.outbox[-1].to == ["ananya@muster.example"]
    assert text.index("नमस्ते") < text.index("यह अनुवाद मशीन का है") < text.index("Guten Tag")
    assert "Dear" not in text


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001])
def test_empty_and_endless_messages_are_refused(
    text: str, talk: dict[str, tuple[CareThread, Actor]], herself: Actor
) -> None:
    with pytest.raises(Refused):
        threads.write_message(talk["hr"][0], text=text, by=herself)


def test_hours_of_both_sides_are_local(talk: dict[str, tuple[CareThread, Actor]], expat: ExpatCase) -> None:
    friday_evening = datetime(2026, 11, 27, 20, tzinfo=ZoneInfo("Europe/Berlin"))
    theirs = threads.hours_of_other(talk["hr"][0], now=friday_evening)
    assert theirs.start == datetime(2026, 11, 30, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    mine = threads.hours_of_person(expat, now=friday_evening)
    assert (mine.zone, mine.start.astimezone(ZoneInfo("Asia/Kolkata")).weekday()) == ("Asia/Kolkata", 0)


def test_ready_text_is_filled_in_her_language_with_german_below(
    talk: dict[str, tuple[CareThread, Actor]], expat: ExpatCase
) -> None:
    text = message_templates.for_hr(talk["hr"][0])["papers_received"]
    hindi, german = text.split("\n\n")
    assert str(expat.number) in hindi
    assert german == f"Ihre Unterlagen zum Vorgang {expat.number} sind angekommen. Wir prüfen sie und melden uns."
    languages = [set(one["text"]) for one in message_templates.templates().values()]
    assert all(each == {"de", "en", "es", "pt", "tr", "uk", "hi", "ar"} for each in languages)


class Model:
    """A model that answers in capitals and remembers what it was told."""

    name = "probe"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def most_cents(self, prompt: str) -> Decimal:
        return Decimal(0)

    def answer(self, prompt: str) -> Answer:
        self.asked.append(prompt)
        return Answer("ÜBERSETZT", Decimal(0))


@pytest.fixture
def model() -> Iterator[Model]:
    made = Model()
    language_model.configure(made)
    yield made
    language_model.configure(None)


def contract(responsible: Actor) -> None:
    told: dict[str, Any] = {"name": "probe", "provider": "probe", "purpose": "Übersetzen", "number": 1}
    told |= {"data_classes": ["internal", "personal"], "agreement": AiUse.Agreement.YES}
    told |= {"used_from": date(2026, 1, 1), "next_review": date(2027, 1, 1), "responsible_id": responsible.id}
    AiUse.objects.create(**told)


def test_without_model_or_contract_nothing_is_translated(
    talk: dict[str, tuple[CareThread, Actor]], herself: Actor, model: Model
) -> None:
    message = talk["hr"][0].messages.get()
    with pytest.raises(Refused):
        translations.order_translation(message, to="de", on=clock.today(), by=herself)
    assert model.asked == []


def test_translation_stands_beside_the_original_and_never_of_a_providers_thread(
    talk: dict[str, tuple[CareThread, Actor]], firm: Organisation, herself: Actor, hr: Actor, model: Model
) -> None:
    contract(hr)
    message = talk["hr"][0].messages.get()
    translations.order_translation(message, to="de", on=clock.today(), by=hr)
    assert care_translations.translate(firm.pk, message.pk)
    message.refresh_from_db()
    assert (message.text, message.translation, message.translated_by) == (CANARY_HR, "ÜBERSETZT", "probe")
    with pytest.raises(Refused):
        translations.order_translation(talk["anton"][0].messages.get(), to="de", on=clock.today(), by=herself)
    assert len(model.asked) == 1
    assert CANARY_A not in model.asked[0]


HOOK = "https://prod-12.westeurope.logic.azure.com/workflows/abc/triggers/manual/paths/invoke?sig=geheim"


@pytest.mark.parametrize(
    "address",
    [
        "http://prod-12.westeurope.logic.azure.com/x",
        "https://logic.azure.com.angreifer.example/x",
        "https://angreifer.example/?.logic.azure.com",
        "https://u:p@prod.logic.azure.com/x",
        "https://prod.logic.azure.com:8443/x",
        "https://127.0.0.1/x",
    ],
)
def test_only_webhooks_of_teams_are_allowed(address: str, in_firm: Actor) -> None:
    with pytest.raises(Refused):
        teams.set_channel(address, by=in_firm)
    with pytest.raises(carrier.NotTaken, match="not allowed"):
        carrier.post(address, {}, key="k")


def test_address_inside_a_network_is_not_called() -> None:
    with pytest.raises(carrier.NotTaken, match="inside a network"):
        carrier._checked("localhost", 443, loopback=False)


@pytest.fixture
def server() -> Iterator[tuple[str, list[tuple[str, dict[str, Any]]]]]:
    """A webhook on this machine: refuses the first call and takes the next ones."""
    got: list[tuple[str, dict[str, Any]]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((self.headers["Idempotency-Key"], json.loads(body)))
            self.send_response(202 if len(got) > 1 else 503)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    made = HTTPServer(("localhost", 0), Hook)
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{made.server_port}/hook", got
    made.shutdown()
    made.server_close()


def test_teams_hears_once_under_one_key_and_reads_no_word(
    expat: ExpatCase,
    herself: Actor,
    in_firm: Actor,
    firm: Organisation,
    server: tuple[str, list[tuple[str, dict[str, Any]]]],
) -> None:
    address, got = server
    teams.set_channel(HOOK, by=in_firm).edit(address=address)
    threads.write_message(threads.thread_with(expat, by=herself), text=CANARY_HR, by=herself)
    key = TeamsPost.objects.get().pk
    with pytest.raises(carrier.NotTaken, match="status 503"):
        carrier.tell_teams(firm.pk, key, loopback=True)
    assert carrier.tell_teams(firm.pk, key, loopback=True)
    assert not carrier.tell_teams(firm.pk, key, loopback=True)
    assert [each for each, _ in got] == [str(key)] * 2
    said = json.dumps(got[-1][1])
    assert "AdaptiveCard" in said
    assert str(expat.number) in said
    assert not any(word in said for word in (CANARY_HR, "Ananya", "Kulkarni", "blue_card"))


def test_provider_threads_and_answers_of_hr_are_no_news_for_teams(
    talk: dict[str, tuple[CareThread, Actor]], in_firm: Actor, hr: Actor, herself: Actor
) -> None:
    teams.set_channel(HOOK, by=in_firm)
    threads.write_message(talk["hr"][0], text="Antwort", by=hr)
    threads.write_message(talk["anton"][0], text="noch etwas", by=herself)
    assert not TeamsPost.objects.exists()
    found = teams.channel()
    assert found is not None
    teams.end_channel(found, by=in_firm)
    found.refresh_from_db()
    assert found.address == ""


def test_portal_actor_of_another_role_writes_nowhere(expat: ExpatCase, in_firm: Actor) -> None:
    with pytest.raises(NotPermitted):
        threads.thread_with(expat, by=in_firm)
    assert firms.user_actor(in_firm.org_id, User.objects.get(pk=in_firm.id)).roles == {Role.MANAGING_DIRECTOR}
