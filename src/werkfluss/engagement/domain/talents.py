"""The talent network: kept with consent and for a time, contacted as the law allows, ranked by nobody.

Whoever is in it sees all that is held about them behind a link of their own, changes it, lets it be kept for a year, or
has it deleted. Lists are in dictionary order; there is no score and no match rate of a person.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import QuerySet
from django.urls import reverse

from werkfluss.compliance.domain.checks import Question, Verdict
from werkfluss.compliance.domain.explain import answer
from werkfluss.engagement.invitations import letter
from werkfluss.engagement.models import Outreach, Talent, TalentSource
from werkfluss.evidence.domain.documents import keep_file
from werkfluss.evidence.domain.retention import delete_on_request
from werkfluss.formats.resume import Resume
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, Refused
from werkfluss.kernel.text import Text, sort_key
from werkfluss.org.actor import Actor
from werkfluss.org.domain.firms import next_number
from werkfluss.org.events import Event, record
from werkfluss.org.models import Organisation
from werkfluss.org.tenancy import current_org_id
from werkfluss.workforce.domain import resources
from werkfluss.workforce.models import Kind, Rate, Resource

RIGHT = "talent.write"
RULE = "de/outreach/contact"
KEPT_FOR = timedelta(days=365)
UNANSWERED = timedelta(days=30)
LINK_FOR = timedelta(days=30)
_CITATION = "Talentnetz"
_ORIGINS = {"person": "–", "public": "WWW", "referral": "Empfehlung / referral", "partner": "Partner"}
_EDITABLE = ("name", "email", "phone", "city", "country", "language", "headline", "skills")


def talents() -> QuerySet[Talent]:
    """Everybody in the network who has not objected, in dictionary order."""
    return Talent.objects.filter(objected_at=None).select_related("source").order_by("sort_key", "number")


def sources() -> QuerySet[TalentSource]:
    """Sources in use, by name."""
    return TalentSource.objects.filter(ended_at=None).order_by("name")


def add_source(*, kind: str, name: str, url: str = "", note: str = "", by: Actor) -> TalentSource:
    """A partner university, platform or event."""
    by.require(RIGHT)
    source = TalentSource.objects.create(kind=kind, name=name.strip(), url=url, note=note.strip())
    record(Event("engagement.talent_source.added", source, {"kind": kind, "name": source.name}), by=by)
    return source


def end_source(source: TalentSource, *, by: Actor) -> None:
    """No longer used; whoever came from it stays.

    Raises:
        Conflict: it has ended already.
    """
    by.require(RIGHT)
    if source.ended_at is not None:
        raise Conflict(f"source {source.name}")
    source.edit(ended_at=clock.now())
    record(Event("engagement.talent_source.ended", source, {"name": source.name}), by=by)


def _address_digest(email: str) -> bytes:
    return hashlib.sha256(f"talent:{email.strip().casefold()}".encode()).digest()


def add_talent(
    *, name: str, recipient: str, origin: str, source: TalentSource | None = None, by: Actor, **more: Any
) -> Talent:
    """Somebody one would like to work with. Without consent within thirty days the entry goes.

    ``more``: email, phone, city, country, language, headline, skills, profile.

    Raises:
        Refused: no name; the person has objected earlier, or is there already.
    """
    by.require(RIGHT)
    return _add(name=name, recipient=recipient, origin=origin, source=source, by=by, **more)


def refer(*, name: str, recipient: str, headline: str, language: str, by: Actor) -> tuple[Talent, str]:
    """A member of staff names somebody; the token of the link to hand over in person exists only in what is returned.

    No address is asked for: the person gives it, or does not.

    Raises:
        NotPermitted: externals refer nobody here.
        Refused: no name.
    """
    by.require("talent.refer")
    talent = _add(
        name=name,
        recipient=recipient,
        origin="referral",
        headline=headline,
        language=language,
        referred_by_id=by.id,
        by=by,
    )
    return talent, issue_link(talent, by=by)


def _add(*, name: str, by: Actor, **says: Any) -> Talent:
    if not name.strip():
        raise _refused(Text("Der Name fehlt.", "The name is missing."), Text("Bitte ergänzen.", "Please add it."))
    email = says.get("email", "")
    if email and Talent.objects.filter(address_digest=_address_digest(email)).exists():
        raise _refused(
            Text("Diese Person möchte nicht angesprochen werden.", "This person does not want to be contacted."),
            Text("Bitte nicht aufnehmen und nicht anschreiben.", "Please do not add or contact them."),
        )
    if email and talents().filter(email__iexact=email).exists():
        raise _refused(
            Text("Unter dieser Adresse gibt es schon einen Eintrag.", "There is an entry with this address already."),
            Text("Öffnen Sie den vorhandenen Eintrag.", "Open the entry that is there."),
        )
    talent = Talent.objects.create(
        number=next_number("talent"), name=name.strip(), sort_key=sort_key(name), added_on=clock.today(), **says
    )
    record(Event("engagement.talent.added", talent, {"name": talent.name, "origin": talent.origin}), by=by)
    return talent


def _refused(reason: Text, what_to_do: Text) -> Refused:
    return Refused(reason, citation=_CITATION, what_to_do=what_to_do)


def from_resume(resume: Resume) -> dict[str, Any]:
    """The columns that a CV fills; shown for confirmation before anything is stored."""
    shape = resume.as_json()
    return {
        "name": resume.name,
        "email": resume.email,
        "phone": resume.phone,
        "city": resume.city,
        "country": resume.country,
        "headline": resume.headline,
        "skills": list(resume.skills),
        "profile": {key: shape[key] for key in ("positions", "education", "languages", "certificates")},
    }


def attach_cv(talent: Talent, content: bytes, *, filename: str, resume: Resume, by: Actor) -> None:
    """Keep the file with the entry, and what was read of it; skills already confirmed stay.

    Raises:
        Broken: the file is empty or larger than 25 MB.
    """
    read = from_resume(resume)
    document = keep_file(content, filename=filename, title=f"CV {talent.name}", belongs_to=talent, by=by)
    skills = list(dict.fromkeys([*talent.skills, *read["skills"]]))
    headline = talent.headline or read["headline"]
    talent.edit(cv=document, profile=read["profile"], skills=skills, headline=headline)
    record(Event("engagement.talent.cv", talent, {"source": resume.source, "document": document.pk}), by=by)


def issue_link(talent: Talent, *, by: Actor) -> str:
    """The token of the person's own way to this entry; it exists only in what is returned, an older one ends."""
    token = secrets.token_urlsafe(32)
    digest = hashlib.sha256(token.encode()).digest()
    talent.edit(link_digest=digest, link_until=clock.now() + LINK_FOR)
    record(Event("engagement.talent.link", talent, {"until": talent.link_until}), by=by)
    return token


def by_link(token: str) -> Talent | None:
    """The entry of this token, if the link still holds; changes nothing."""
    digest = hashlib.sha256(token.encode()).digest()
    return talents().filter(link_digest=digest, link_until__gt=clock.now()).first()


def link_address(token: str) -> str:
    """The whole address behind a token, in the firm at hand."""
    firm = Organisation.objects.get(pk=current_org_id())
    return settings.SITE_URL + reverse("my_talent", kwargs={"org": firm.slug, "token": token})


def contact_verdict(talent: Talent, *, channel: str, consent: str, on: date) -> Verdict:
    """What the law says of contacting this person by this way on a day."""
    return answer(Question.of(RULE, on, _facts(talent, channel, consent)))


def _facts(talent: Talent, channel: str, consent: str) -> dict[str, Any]:
    return {
        "channel": channel,
        "recipient": talent.recipient,
        "consent": consent,
        "objected": talent.objected_at is not None,
        "source": talent.origin,
    }


def make_contact(talent: Talent, *, channel: str, consent: str, basis: str, language: str, by: Actor) -> str:
    """Note a contact the law allows, and give the text with a fresh link; by e-mail it is sent.

    Raises:
        NotPermitted: the actor may not.
        Refused: the law forbids this way, or nothing says from what the consent follows.
    """
    by.require(RIGHT)
    today = clock.today()
    verdict = contact_verdict(talent, channel=channel, consent=consent, on=today)
    if verdict.outcome not in {"allowed", "allowed_with_conditions"}:
        raise Refused(
            verdict.reasons[0],
            citation="§ 7 UWG",
            what_to_do=verdict.conditions[0].text
            if verdict.conditions
            else Text("Nehmen Sie keinen Kontakt auf.", "Do not make contact."),
        )
    if consent != "none" and not basis.strip():
        raise _refused(
            Text("Es fehlt, woraus die Einwilligung folgt.", "It is not said from what the consent follows."),
            Text("Ein Satz genügt: wann, wo, wie.", "One sentence is enough: when, where, how."),
        )
    if channel == "email" and not talent.email:
        raise _refused(
            Text("Es ist keine E-Mail-Adresse bekannt.", "No e-mail address is known."),
            Text("Wählen Sie einen anderen Weg.", "Choose another way."),
        )
    text = written(talent, language=language, token=issue_link(talent, by=by))
    if channel == "email":
        firm = Organisation.objects.get(pk=current_org_id())
        send_mail(firm.name, text, settings.DEFAULT_FROM_EMAIL, [talent.email])
    Outreach.objects.create(
        talent=talent,
        channel=channel,
        facts=_facts(talent, channel, consent),
        outcome=verdict.outcome,
        pack_version=verdict.pack_version,
        basis=basis.strip()[:300],
        language=language,
        done_on=today,
        done_by=by.id,
    )
    record(Event("engagement.talent.contacted", talent, {"channel": channel, "outcome": verdict.outcome}), by=by)
    return text


def written(talent: Talent, *, language: str, token: str) -> str:
    """The first message with the person's link."""
    firm = Organisation.objects.get(pk=current_org_id())
    said = talent.source.name if talent.source is not None else _ORIGINS[talent.origin]
    return letter(language, name=talent.name, firm=firm.name, source=said, address=link_address(token)).text


def consent_to_keep(talent: Talent, *, changes: Mapping[str, Any], by: Actor) -> None:
    """The person confirms the entry, corrected as they say, for a year from today."""
    says = {key: changes[key] for key in _EDITABLE if key in changes}
    if "name" in says:
        says["sort_key"] = sort_key(says["name"])
    today = clock.today()
    talent.edit(**says, consented_at=clock.now(), consent_until=today + KEPT_FOR)
    record(Event("engagement.talent.consented", talent, {"until": talent.consent_until}), by=by)


def object_to_contact(talent: Talent, *, by: Actor) -> None:
    """The person wants to be left alone: everything goes, also from the chain; a digest of the address stays, so that
    nobody adds them again.

    Raises:
        Refused: the entry has to be kept.
    """
    digest = _address_digest(talent.email) if talent.email else b""
    delete_on_request(talent, reason="Widerspruch", basis="Art. 21(3), Art. 17(1)(c) GDPR", by=by)
    if not digest:
        return
    today = clock.today()
    marker = Talent.objects.create(
        number=next_number("talent"), name="–", added_on=today, objected_at=clock.now(), address_digest=digest
    )
    record(Event("engagement.talent.objected", marker, {}), by=by)


def take_on(talent: Talent, *, kind: Kind, rate: Rate, by: Actor) -> Resource:
    """Make a resource of somebody who has consented; the entry stays and points to it.

    Raises:
        NotPermitted: the actor may not add people.
        Refused: there is no consent, or it has been done.
    """
    by.require("people.write")
    if talent.consented_at is None:
        raise _refused(
            Text("Die Person hat noch nicht zugestimmt.", "The person has not consented yet."),
            Text("Laden Sie die Person zuerst ein.", "Invite the person first."),
        )
    if talent.resource_id is not None:
        raise _refused(
            Text("Die Person ist schon übernommen.", "The person was taken on already."),
            Text("Öffnen Sie ihre Seite unter Personal.", "Open their page under people."),
        )
    person = resources.add_resource(
        kind=kind, name=talent.name, rate=rate, email=talent.email, languages=_spoken(talent), by=by
    )
    talent.edit(resource=person)
    record(Event("engagement.talent.taken_on", talent, {"resource": person.pk}), by=by)
    return person


def _spoken(talent: Talent) -> Sequence[str]:
    listed = [one.get("code") for one in talent.profile.get("languages", ())]
    return list(dict.fromkeys([talent.language, *(code for code in listed if code)]))
