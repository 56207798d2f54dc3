"""The passport: the person's own, shown by consent, gone at once when taken back, travels only unchanged."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail
from hypothesis import given, settings
from hypothesis import strategies as st

from werkfluss.compliance.domain.deadlines import deadlines_about
from werkfluss.engagement.domain import passport, passport_files
from werkfluss.engagement.domain.passport import NewPaper
from werkfluss.engagement.models import Order, PassportPaper
from werkfluss.engagement.passport import bundle, signed
from werkfluss.engagement.passport.kinds import KINDS, is_valid, runs_out
from werkfluss.evidence.domain.erasure import erase_person
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Broken, Conflict, NotPermitted, Refused
from werkfluss.org import events
from werkfluss.org.actor import Actor
from werkfluss.workforce.models import Resource

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

As = Callable[[Resource], Actor]
INSURANCE = NewPaper("liability_insurance", "Police 4711", issuer="Muster Versicherung AG", expires=date(2030, 6, 30))


@pytest.fixture
def own_keys(settings: SettingsWrapper, tmp_path: Path) -> None:
    settings.ANCHOR_FOLDER = tmp_path / "anchors"


@pytest.fixture
def fuchs(sent: Order, as_external: As) -> Actor:
    return as_external(sent.resource)


@pytest.fixture
def paper(fuchs: Actor) -> PassportPaper:
    return passport.add_paper(INSURANCE, content=b"%PDF-1.7 Police", filename="police.pdf", by=fuchs)


def test_client_sees_nothing_without_a_consent(sent: Order, paper: PassportPaper, lead: Actor) -> None:
    assert passport.shown_papers(sent.resource) == []
    with pytest.raises(NotPermitted):
        passport.read_document(paper.pk, by=lead)
    with pytest.raises(NotPermitted):
        passport.confirm_paper(paper.pk, by=lead)


def test_validity_alone_shows_no_document(sent: Order, paper: PassportPaper, fuchs: Actor, lead: Actor) -> None:
    passport.give_consent(paper, scope="validity", purpose="Auftrag", by=fuchs)
    (shown,) = passport.shown_papers(sent.resource)
    assert (shown.kind, shown.valid, shown.document, shown.confirmed_by) == ("liability_insurance", True, False, "")
    with pytest.raises(NotPermitted):
        passport.read_document(paper.pk, by=lead)
    with pytest.raises(Refused):
        passport.confirm_paper(paper.pk, by=lead)


def test_document_is_read_by_consent_recorded_and_gone_when_taken_back(
    sent: Order, paper: PassportPaper, fuchs: Actor, lead: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[dict[str, Any]] = []
    kind = "engagement.passport.document_read"
    monkeypatch.setitem(events._handlers, kind, [lambda event, _by: heard.append(dict(event.data))])
    passport.give_consent(paper, scope="document", purpose="Prüfung am Arbeitsort", by=fuchs)
    assert passport.read_document(paper.pk, by=lead)[1] == b"%PDF-1.7 Police"
    assert heard == [{"purpose": "Prüfung am Arbeitsort"}]
    passport.confirm_paper(paper.pk, by=lead)
    assert [one.confirmed_by for one in passport.shown_papers(sent.resource)] == [sent.org.name]
    (deadline,) = deadlines_about(sent.resource).filter(code="passport:liability_insurance", state="open")
    assert deadline.due == date(2030, 6, 30)
    paper.refresh_from_db()
    passport.revoke_consent(paper, by=fuchs)
    assert passport.shown_papers(sent.resource) == []
    with pytest.raises(NotPermitted):
        passport.read_document(paper.pk, by=lead)
    assert not deadlines_about(sent.resource).filter(code="passport:liability_insurance").exists()
    with pytest.raises(Conflict):
        passport.revoke_consent(paper, by=fuchs)


def test_consent_ends_on_its_day(sent: Order, paper: PassportPaper, fuchs: Actor) -> None:
    consent = passport.give_consent(paper, scope="validity", purpose="Auftrag", until=clock.today(), by=fuchs)
    assert len(passport.shown_papers(sent.resource)) == 1
    consent.edit(until=clock.today() - timedelta(days=1))
    assert passport.shown_papers(sent.resource) == []
    with pytest.raises(Refused):
        passport.give_consent(paper, scope="validity", purpose="x", until=date(2020, 1, 1), by=fuchs)


def test_nobody_else_touches_a_paper(paper: PassportPaper, lead: Actor) -> None:
    for act in (
        lambda: passport.give_consent(paper, scope="validity", purpose="x", by=lead),
        lambda: passport.revoke_consent(paper, by=lead),
        lambda: passport.end_paper(paper, by=lead),
        lambda: passport.add_paper(INSURANCE, by=lead),
    ):
        with pytest.raises(NotPermitted):
            act()


def test_paper_is_asked_for_once_and_never_if_it_is_there(
    sent: Order, paper: PassportPaper, fuchs: Actor, lead: Actor
) -> None:
    asked = passport.request_paper(sent.resource, kind="liability_insurance", purpose="Vertrag", order=sent, by=lead)
    assert "Haftpflichtversicherung" in mail.outbox[-1].subject
    assert list(passport.open_requests(fuchs)) == [asked]
    with pytest.raises(Refused, match="asked for already"):
        passport.request_paper(sent.resource, kind="liability_insurance", purpose="Vertrag", by=lead)
    passport.give_consent(paper, scope="validity", purpose="Vertrag", by=fuchs)
    assert list(passport.open_requests(fuchs)) == []
    with pytest.raises(Refused, match="there already"):
        passport.request_paper(sent.resource, kind="liability_insurance", purpose="Vertrag", by=lead)


def test_more_than_the_purpose_needs_is_not_asked(sent: Order, lead: Actor, fuchs: Actor) -> None:
    with pytest.raises(Refused):
        passport.request_paper(sent.resource, kind="liability_insurance", purpose="x", scope="document", by=lead)
    asked = passport.request_paper(sent.resource, kind="a1", purpose="Einsatz", scope="document", by=lead)
    passport.decline_request(asked, by=fuchs)
    asked.refresh_from_db()
    assert asked.declined
    with pytest.raises(Conflict):
        passport.decline_request(asked, by=fuchs)
    with pytest.raises(NotPermitted):
        passport.request_paper(sent.resource, kind="skill", purpose="x", by=fuchs)


def test_taking_a_paper_out_ends_every_consent(sent: Order, paper: PassportPaper, fuchs: Actor) -> None:
    passport.give_consent(paper, scope="validity", purpose="Auftrag", by=fuchs)
    passport.end_paper(paper, by=fuchs)
    assert passport.shown_papers(sent.resource) == []
    assert not passport.own_papers(fuchs).exists()


def test_passport_goes_when_the_person_is_erased(sent: Order, paper: PassportPaper, in_firm: Actor) -> None:
    sent.resource.edit(active_to=clock.today())
    erase_person(sent.resource, reason="Wunsch", basis="Art. 17 DSGVO", by=in_firm)
    assert not PassportPaper.objects.filter(pk=paper.pk).exists()


def test_passport_goes_out_and_comes_back_unchanged(
    own_keys: None, sent: Order, paper: PassportPaper, fuchs: Actor
) -> None:
    packed = passport_files.export_passport(by=fuchs)
    assert passport_files.import_passport(packed, by=fuchs) == 0
    passport.end_paper(paper, by=fuchs)
    assert passport_files.import_passport(packed, by=fuchs) == 1
    (back,) = passport.own_papers(fuchs)
    assert (back.key, back.title, back.expires, back.origin) == (paper.key, "Police 4711", date(2030, 6, 30), "")


def test_foreign_key_is_asked_and_another_person_refused(
    own_keys: None, sent: Order, fuchs: Actor, tmp_path: Path
) -> None:
    address = sent.resource.email
    key = bundle.private_key(tmp_path / "elsewhere")
    foreign = _packed(email=address, key=key)
    with pytest.raises(Refused, match="does not know the key"):
        passport_files.import_passport(foreign, by=fuchs)
    assert passport_files.import_passport(foreign, trust=bundle.public_hex(key), by=fuchs) == 1
    assert passport.own_papers(fuchs)[0].origin == "https://anderswo.example"
    theirs = _packed(email="jemand@anderswo.example", key=key)
    with pytest.raises(Refused, match="another person"):
        passport_files.import_passport(theirs, trust=bundle.public_hex(key), by=fuchs)


CARRIED = bundle.Carried(
    "018f0000-0000-7000-8000-000000000001", "a1", "A1 2026", "DVKA", date(2026, 1, 1), date(2026, 12, 31), "", "", None,
    "a1.pdf", b"%PDF A1",
)  # fmt: skip


def _packed(*, email: str, key: Any) -> bytes:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    return bundle.write(
        [CARRIED], holder="Marlene Fuchs", email=email, installation="https://anderswo.example", at=at, key=key
    )


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return _packed(email="fuchs@redaktion.example", key=bundle.private_key(tmp_path_factory.mktemp("key")))


def test_bundle_says_the_same_again(good: bytes) -> None:
    found = bundle.read(good)
    assert found.papers == (CARRIED,)
    assert (found.holder, found.email) == ("Marlene Fuchs", "fuchs@redaktion.example")


def _changed(packed: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def _longer(files: dict[str, bytes]) -> None:
    document = json.loads(files["manifest.json"])
    document["papers"][0]["expires"] = "2031-12-31"
    files["manifest.json"] = json.dumps(document).encode()


@pytest.mark.parametrize(
    "change",
    [
        _longer,
        lambda files: files.update({"paper1.pdf": b"%PDF other"}),
        lambda files: files.pop("paper1.pdf"),
        lambda files: files.update({"more.pdf": b"x"}),
        lambda files: files.pop("signature.json"),
        lambda files: files.update({"signature.json": b"[]"}),
        lambda files: files.update({"../evil.pdf": b"x"}),
    ],
)
def test_tampered_passport_is_refused(good: bytes, change: Callable[[dict[str, bytes]], None]) -> None:
    with pytest.raises(Broken):
        bundle.read(_changed(good, change))


def test_nul_in_a_signed_file_is_refused() -> None:
    assert signed._object(b'{"holder": "ab"}', "manifest.json") == {"holder": "ab"}
    with pytest.raises(Broken):
        signed._object(b'{"holder": "a\\u0000b"}', "manifest.json")


@given(st.binary(max_size=400))
@settings(max_examples=50, deadline=None)
def test_any_bytes_are_refused_quietly(content: bytes) -> None:
    with pytest.raises(Broken):
        bundle.read(content)


def test_key_is_for_the_owner_alone(tmp_path: Path) -> None:
    first = bundle.private_key(tmp_path / "k")
    assert (tmp_path / "k" / bundle.KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert bundle.public_hex(bundle.private_key(tmp_path / "k")) == bundle.public_hex(first)


def test_days_of_a_paper() -> None:
    on = date(2026, 11, 22)
    assert is_valid(None, None, on=on)
    assert is_valid(on, on, on=on)
    assert not is_valid(None, on - timedelta(days=1), on=on)
    assert not is_valid(on + timedelta(days=1), None, on=on)
    assert runs_out("a1", on + timedelta(days=KINDS["a1"].lead_days), on=on)
    assert not runs_out("a1", on + timedelta(days=KINDS["a1"].lead_days + 1), on=on)
    assert not runs_out("a1", None, on=on)


def test_reminder_comes_once_before_the_expiry_and_not_where_another_holds_longer(
    sent: Order, fuchs: Actor, in_firm: Actor
) -> None:
    today = clock.today()
    soon = NewPaper("liability_insurance", "Police 4711", expires=today + timedelta(days=20))
    paper = passport.add_paper(soon, by=fuchs)
    later = NewPaper("business_registration", "Gewerbeschein", expires=today + timedelta(days=300))
    passport.add_paper(later, by=fuchs)
    mail.outbox.clear()
    assert passport.remind_of_expiry(on=today, by=in_firm) == 1
    assert passport.remind_of_expiry(on=today, by=in_firm) == 0
    (letter,) = mail.outbox
    assert letter.to == [sent.resource.email]
    assert "Police 4711" in letter.body
    paper.refresh_from_db()
    assert paper.reminded_on == today
    again = NewPaper("tax_residence", "Bescheinigung 2026", expires=today + timedelta(days=10))
    passport.add_paper(again, by=fuchs)
    passport.add_paper(NewPaper("tax_residence", "Bescheinigung 2027", expires=today + timedelta(days=375)), by=fuchs)
    assert passport.remind_of_expiry(on=today, by=in_firm) == 0
