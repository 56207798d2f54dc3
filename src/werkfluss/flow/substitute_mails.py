"""Who stands in for whom was named or taken back: the two people hear of it, each exactly once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse

from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.models import Organisation, User
from werkfluss.org.tenancy import acting
from werkfluss.work.domain import step_substitutes
from werkfluss.work.models import Substitution

_GREETING = Text("Guten Tag {name},", "Dear {name},")
_FROM = Text("Freundliche Grüße\n{firm}", "Kind regards\n{firm}")
_SUBJECT = Text("Vertretung {days}", "Substitution {days}")
_NAMED = {
    "person": Text(
        "{by} hat {other} als Ihre Vertretung benannt: {days}. In dieser Zeit stehen Ihre Schritte auch dort. "
        "Sind Sie nicht einverstanden, beenden Sie die Vertretung hier:",
        "{by} has named {other} to stand in for you: {days}. On these days your steps also stand there. "
        "If you do not agree, end the substitution here:",
    ),
    "substitute": Text(
        "{by} hat Sie als Vertretung von {other} benannt: {days}. Die Schritte finden Sie unter „Meine Aufgaben“:",
        "{by} has named you to stand in for {other}: {days}. You find the steps under “My tasks”:",
    ),
}
_ENDED = {
    "person": Text("{other} vertritt Sie nicht mehr: {days}.", "{other} no longer stands in for you: {days}."),
    "substitute": Text("Sie vertreten {other} nicht mehr: {days}.", "You no longer stand in for {other}: {days}."),
}


def tell_substitutes(org_id: UUID) -> int:
    """Write to both about what they have not heard of; returns the mails. A job that runs twice sends nothing again."""
    sent = 0
    with acting(org_id, Actor.system(org_id)):
        firm = Organisation.objects.get(pk=org_id)
        for row in step_substitutes.untold().select_for_update(of=("self",)):
            person, substitute = row.resource.user, row.substitute.user
            if person is None or substitute is None:
                continue
            _mail(firm, row, "person", person, row.substitute.name)
            _mail(firm, row, "substitute", substitute, row.resource.name)
            row.edit(told="ended" if row.ended_at else "named")
            sent += 2
    return sent


def _mail(firm: Organisation, row: Substitution, part: str, user: User, other: str) -> None:
    languages = ["de"] if user.language.startswith("de") else ["en"]
    if not user.language.startswith(("de", "en")):
        languages.append("de")
    letters = ["\n\n".join((_greeting(user, each), *_letter(firm, row, part, other, each))) for each in languages]
    subject = _SUBJECT.in_language(languages[0]).format(days=_days(row, languages[0]))
    send_mail(subject, f"\n\n{'-' * 60}\n\n".join(letters), settings.DEFAULT_FROM_EMAIL, [user.email])


def _greeting(user: User, language: str) -> str:
    return _GREETING.in_language(language).format(name=user.name)


def _letter(firm: Organisation, row: Substitution, part: str, other: str, language: str) -> Iterator[str]:
    said = (_ENDED if row.ended_at else _NAMED)[part].in_language(language)
    by = row.named_by.name if row.named_by else firm.name
    yield said.format(by=by, other=other, days=_days(row, language))
    if not row.ended_at:
        page = "my_substitute" if part == "person" else "my_tasks"
        yield settings.SITE_URL + reverse(page, kwargs={"firm": firm.slug})
    yield _FROM.in_language(language).format(firm=firm.name)


def _days(row: Substitution, language: str) -> str:
    form = "%d.%m.%Y" if language == "de" else "%d %b %Y"
    return "–".join(f"{one:{form}}" for one in dict.fromkeys((row.start, row.end)) if isinstance(one, date))
