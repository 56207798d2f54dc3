"""Consent per recipient: who may see what of a case, what for, until when. Nothing passes before it is given."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet

from werkfluss.care.models import CareConsent, CareProvider, ExpatCase, Participant
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record

RECIPIENTS = dict(CareConsent.RECIPIENTS)
WHATS = dict(CareConsent.WHATS)
# What each recipient can be shown at all. HR runs the case and sees its course and papers without asking; what the
# person writes to a provider it does not see.
POSSIBLE = {
    "hr": ("messages",),
    "managing_director": ("messages",),
    "provider": ("course", "papers", "contact"),
    "family": ("course", "papers"),
}


def consents_of(expat: ExpatCase) -> QuerySet[CareConsent]:
    """All of a case; those that wait for an answer come first, as their state does in the alphabet."""
    rows = CareConsent.objects.filter(expat_case=expat).select_related("provider", "member")
    return rows.order_by("state", "-created_at")


def in_force(expat: ExpatCase, *, on: date) -> QuerySet[CareConsent]:
    """What is given, not taken back and not run out on a day."""
    return CareConsent.objects.filter(expat_case=expat, state="given", until__gte=on)


def is_released(expat: ExpatCase, *, recipient: str, what: str, provider: CareProvider | None = None, on: date) -> bool:
    """Whether this recipient may see this now. Without a consent in force the answer is no."""
    rows = in_force(expat, on=on).filter(recipient=recipient, what=what)
    return rows.filter(provider=provider).exists() if recipient == "provider" else rows.exists()


def released_to_family(relative: Participant, *, on: date) -> frozenset[str]:
    rows = in_force(relative.expat_case, on=on).filter(recipient="family", member=relative)
    return frozenset(rows.values_list("what", flat=True))


def ask_consent(
    expat: ExpatCase,
    *,
    recipient: str,
    what: str,
    purpose: str,
    until: date,
    provider: CareProvider | None = None,
    by: Actor,
) -> CareConsent:
    """HR, or the provider for itself, asks; nothing passes by that.

    Raises:
        NotPermitted: neither HR nor this provider.
        Refused: nothing that can be released, no purpose, or a day that is over.
    """
    if not by.may("care.write") and (provider is None or provider.user_id != by.id):
        raise NotPermitted("care.write")
    return _new(expat, recipient, what, purpose, until, provider=provider, state="asked", asked_by=by.id, by=by)


def give_consent(
    expat: ExpatCase,
    *,
    recipient: str,
    what: str,
    purpose: str,
    until: date,
    provider: CareProvider | None = None,
    member: Participant | None = None,
    by: Actor,
) -> CareConsent:
    """The person releases something by herself, without being asked.

    Raises:
        NotPermitted: somebody else.
        Refused: nothing that can be released, no purpose, or a day that is over.
    """
    require_person(expat, by)
    given: dict[str, Any] = {"provider": provider, "member": member, "state": "given", "answered_at": clock.now()}
    return _new(expat, recipient, what, purpose, until, by=by, **given)


def answer_consent(consent: CareConsent, *, allow: bool, by: Actor) -> None:
    """The person's answer to a question.

    Raises:
        NotPermitted: somebody else.
        Conflict: it was answered before.
    """
    require_person(consent.expat_case, by)
    if consent.state != "asked":
        raise Conflict("consent")
    consent.edit(state="given" if allow else "declined", answered_at=clock.now())
    kind = "care.consent.given" if allow else "care.consent.declined"
    record(Event(kind, consent, _says(consent)), by=by)


def revoke_consent(consent: CareConsent, *, by: Actor) -> None:
    """Taken back: from this moment nothing passes; what passed before stays lawful (Art. 7(3) GDPR).

    Raises:
        NotPermitted: somebody else.
        Conflict: it is not given.
    """
    require_person(consent.expat_case, by)
    if consent.state != "given":
        raise Conflict("consent")
    consent.edit(state="revoked", answered_at=clock.now())
    record(Event("care.consent.revoked", consent, _says(consent)), by=by)


def require_person(expat: ExpatCase, actor: Actor) -> None:
    """Raises NotPermitted unless the actor is the person of the case."""
    if actor.id is None or expat.person.user_id != actor.id:
        raise NotPermitted("portal.use")


def _new(
    expat: ExpatCase, recipient: str, what: str, purpose: str, until: date, *, by: Actor, **more: Any
) -> CareConsent:
    if what not in POSSIBLE.get(recipient, ()) or not purpose.strip() or until < clock.today():
        raise _incomplete()
    if (recipient == "provider") != (more.get("provider") is not None):
        raise _incomplete()
    if recipient == "family" and more.get("member") is None:
        raise _incomplete()
    made = CareConsent.objects.create(
        expat_case=expat, recipient=recipient, what=what, purpose=purpose.strip()[:200], until=until, **more
    )
    kind = "care.consent.asked" if made.state == "asked" else "care.consent.given"
    record(Event(kind, made, _says(made)), by=by)
    return made


def _says(consent: CareConsent) -> dict[str, Any]:
    return {"recipient": consent.recipient, "what": consent.what, "until": consent.until}


def _incomplete() -> Refused:
    return Refused(
        Text(
            "Empfänger, Inhalt, Zweck oder Tag fehlen oder passen nicht zusammen.",
            "Recipient, content, purpose or day are missing or do not fit together.",
        ),
        citation="Art. 7 DSGVO",
        what_to_do=Text(
            "Bitte sagen Sie, wer was wozu sehen darf, und bis zu welchem Tag ab heute.",
            "Please say who may see what and what for, and until which day from today on.",
        ),
    )
