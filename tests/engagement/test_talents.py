"""The talent network: consent or gone, contact as the law allows, no trace after an objection, no order but the alphabet."""

from __future__ import annotations

import inspect
from datetime import timedelta

import pytest

from werkfluss.engagement import invitations
from werkfluss.engagement.domain import talents
from werkfluss.engagement.models import Outreach, Talent
from werkfluss.evidence.domain import retention
from werkfluss.formats.cv import read
from werkfluss.kernel import clock
from werkfluss.kernel.errors import NotPermitted, Refused
from werkfluss.org import chain
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.models import Payload
from werkfluss.org.roles import Role
from werkfluss.workforce.domain import resources
from werkfluss.workforce.models import Kind

CV = b'{"basics": {"name": "Ana Beispiel", "email": "ana@beispiel.example"}, "skills": [{"name": "Drehen"}]}'


def _add(by: Actor, **changes: object) -> Talent:
    says = {"name": "Ana Beispiel", "email": "ana@beispiel.example", "recipient": "business", "origin": "public"}
    return talents.add_talent(**(says | changes), by=by)


def test_list_is_in_dictionary_order_and_no_function_takes_or_gives_a_rank(in_firm):
    for name in ("Özil Zwei", "Ana Beispiel", "Zoe Drei"):
        _add(in_firm, name=name, email="")
    assert [one.name for one in talents.talents()] == ["Ana Beispiel", "Özil Zwei", "Zoe Drei"]
    columns = {field.name for field in Talent._meta.fields}
    words = columns | {
        name
        for function in vars(talents).values()
        if inspect.isfunction(function)
        for name in inspect.signature(function).parameters
    }
    assert not {word for word in words if any(bad in word for bad in ("score", "rank", "rating", "match", "speed"))}


@pytest.mark.parametrize(
    ("channel", "consent", "outcome"),
    [("email", "presumed", "blocked"), ("email", "express", "allowed_with_conditions"), ("phone", "presumed", "allowed_with_conditions"), ("post", "none", "allowed_with_conditions"), ("platform_message", "none", "blocked")],
)  # fmt: skip
def test_contact_is_made_only_as_the_law_allows(in_firm, mailoutbox, channel, consent, outcome):
    talent = _add(in_firm)
    verdict = talents.contact_verdict(talent, channel=channel, consent=consent, on=clock.today())
    assert verdict.outcome == outcome
    act = {"channel": channel, "consent": consent, "basis": "Messe, 3. November", "language": "tr", "by": in_firm}
    if outcome == "blocked":
        with pytest.raises(Refused):
            talents.make_contact(talent, **act)
        assert not Outreach.objects.exists()
        assert not mailoutbox
        return
    text = talents.make_contact(talent, **act)
    assert "itiraz" in text
    assert "widersprechen" in text
    assert len(mailoutbox) == (channel == "email")
    kept = Outreach.objects.get()
    assert (kept.outcome, kept.facts["consent"]) == (outcome, consent)


def test_consent_without_a_basis_and_mail_without_an_address_are_refused(in_firm):
    talent = _add(in_firm, email="")
    for wrong in ({"basis": " "}, {"basis": "Messe"}):
        with pytest.raises(Refused):
            talents.make_contact(talent, channel="email", consent="express", language="de", by=in_firm, **wrong)


def test_link_opens_the_own_entry_until_another_is_made_or_it_expires(in_firm, time_machine):
    talent = _add(in_firm)
    first = talents.issue_link(talent, by=in_firm)
    assert talents.by_link(first) == talent
    second = talents.issue_link(talent, by=in_firm)
    assert talents.by_link(first) is None
    assert talents.by_link("") is None
    assert talents.by_link(second) == talent
    time_machine.move_to(clock.now() + talents.LINK_FOR + timedelta(seconds=1))
    assert talents.by_link(second) is None


def test_person_corrects_and_consents_for_a_year(in_firm):
    talent = _add(in_firm)
    talents.consent_to_keep(talent, changes={"name": "Ana Neu", "skills": ["Fräsen"], "number": 99}, by=in_firm)
    talent.refresh_from_db()
    assert (talent.name, talent.sort_key[:3], talent.skills) == ("Ana Neu", "ana", ["Fräsen"])
    assert talent.number != 99
    assert talent.consent_until == clock.today() + talents.KEPT_FOR


def test_objection_leaves_a_digest_and_nobody_adds_the_person_again(in_firm, director, acting_in):
    talent = _add(in_firm)
    read_cv = read(CV, filename="cv.json")
    talents.attach_cv(talent, CV, filename="cv.json", resume=read_cv, by=in_firm)
    talents.object_to_contact(talent, by=in_firm)
    assert not talents.talents().exists()
    marker = Talent.objects.get()
    assert (marker.name, marker.email, marker.cv) == ("–", "", None)
    with pytest.raises(Refused) as refused:
        _add(in_firm, name="Jemand", email="Ana@Beispiel.example ")
    assert "nicht angesprochen" in refused.value.reason.de


def test_chain_forgets_the_person_and_still_holds(director, acting_in):
    with acting_in(director) as by:
        talent = _add(by)
    with acting_in(director) as by:
        talents.object_to_contact(Talent.objects.get(pk=talent.pk), by=by)
    with acting_in(director):
        assert chain.verify().ok
        assert "Ana Beispiel" not in str(list(Payload.objects.values_list("data", flat=True)))


@pytest.mark.parametrize(("days", "gone"), [(30, False), (31, True)])
def test_entry_without_consent_goes_after_thirty_days_with_it_after_a_year(in_firm, days, gone):
    asked, agreed = _add(in_firm), _add(in_firm, name="Zoe", email="")
    talents.consent_to_keep(agreed, changes={}, by=in_firm)
    retention.delete_expired(on=clock.today() + timedelta(days=days), by=in_firm)
    left = set(talents.talents().values_list("name", flat=True))
    assert left == ({"Zoe"} if gone else {"Zoe", asked.name})
    retention.delete_expired(on=clock.today() + talents.KEPT_FOR + timedelta(days=1), by=in_firm)
    assert not talents.talents().exists()


def test_staff_refer_without_an_address_and_externals_refer_nobody(in_firm):
    colleague = Actor(in_firm.org_id, ActorKind.USER, in_firm.id, frozenset({Role.EMPLOYEE}))
    made, token = talents.refer(name="Zoe", recipient="private", headline="Schweißerin", language="uk", by=colleague)
    assert (made.email, made.origin, made.referred_by_id) == ("", "referral", in_firm.id)
    assert token in talents.written(made, language="uk", token=token)
    outsider = Actor(in_firm.org_id, ActorKind.USER, in_firm.id, frozenset({Role.FREELANCER}))
    with pytest.raises(NotPermitted):
        talents.refer(name="Zoe", recipient="private", headline="x", language="de", by=outsider)


def test_only_who_consented_is_taken_on_and_once(in_firm):
    talent = _add(in_firm)
    rate = resources.set_rate(name="Extern", cents_per_hour=8000, by=in_firm)
    with pytest.raises(Refused):
        talents.take_on(talent, kind=Kind.FREELANCER, rate=rate, by=in_firm)
    talents.consent_to_keep(talent, changes={}, by=in_firm)
    person = talents.take_on(talent, kind=Kind.FREELANCER, rate=rate, by=in_firm)
    assert (person.name, person.email) == (talent.name, talent.email)
    with pytest.raises(Refused):
        talents.take_on(talent, kind=Kind.FREELANCER, rate=rate, by=in_firm)


def test_same_address_is_not_added_twice(in_firm):
    _add(in_firm)
    with pytest.raises(Refused):
        _add(in_firm, name="Anna")


@pytest.mark.parametrize("language", list(invitations.languages()))
def test_invitation_says_who_whence_how_long_and_the_right_to_object(language):
    found = invitations.letter(language, name="Ana", firm="Muster GmbH", source="Messe", address="https://x.example/t")
    assert all(
        word in found.text for word in ("Ana", "Muster GmbH", "Messe", "https://x.example/t", "30", "widersprechen")
    )
    assert found.confirmed == (language in {"de", "en"})
    assert found.right_to_left == (language == "ar")
