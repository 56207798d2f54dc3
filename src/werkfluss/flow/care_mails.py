"""That a message waits in a case of care: to the other side, never with a word of it.

The mail holds the number of the case and a way in; whoever it is for reads the rest behind the log-in. Somebody of HR
gets the plain address; the person, the family and providers a link that is theirs alone and can be used once.
"""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse

from werkfluss.care import spoken
from werkfluss.care.domain import threads
from werkfluss.care.models import CareMessage, Participant
from werkfluss.engagement.domain.links import issue_link
from werkfluss.kernel import clock
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.models import Organisation, User
from werkfluss.org.tenancy import acting

_SUBJECT = Text("Nachricht zum Vorgang {number}", "Message about case {number}")
_GREETING = Text("Guten Tag {name},", "Dear {name},")
_PLAIN = Text("im Vorgang {number} wartet eine Nachricht:", "A message waits in case {number}:")
_LINK = Text(
    "im Vorgang {number} wartet eine Nachricht. Der Link ist persönlich, einmal verwendbar und 14 Tage gültig; "
    "dahinter lesen und antworten Sie:",
    "A message waits in case {number}. The link is personal, can be used once and is valid for 14 days; behind it you "
    "read and answer:",
)
_INVITED_SUBJECT = Text("Zugang zum Portal", "Access to the portal")
_INVITED = Text(
    "{person} hat Ihnen einen Zugang zum Portal gegeben. Er zeigt, was {person} Ihnen zeigt. Der Link ist persönlich, "
    "einmal verwendbar und 14 Tage gültig:",
    "{person} has given you access to the portal. It shows what {person} shows you. The link is personal, can be used "
    "once and is valid for 14 days:",
)
_FROM = Text("Freundliche Grüße\n{firm}", "Kind regards\n{firm}")
# What the catalogue of the further languages must hold.
WORDS = (_SUBJECT, _GREETING, _PLAIN, _LINK, _INVITED_SUBJECT, _INVITED, _FROM)


def tell_about_message(org_id: UUID, message_id: UUID) -> int:
    """Write to whoever is to read a message; returns the mails. Run twice it sends nothing again."""
    with acting(org_id, Actor.system(org_id)) as system:
        rows = CareMessage.objects.select_related("thread__expat_case__person__user", "thread__provider__user")
        message = rows.select_for_update(of=("self",)).filter(pk=message_id, told_at=None).first()
        if message is None:
            return 0
        firm = Organisation.objects.get(pk=org_id)
        users = threads.readers_of(message)
        for user in users:
            _tell(firm, user, message, by=system)
        message.edit(told_at=clock.now())
        return len(users)


def _tell(firm: Organisation, user: User, message: CareMessage, *, by: Actor) -> None:
    number = message.thread.expat_case.number
    key = {"firm": firm.slug, "pk": message.thread_id}
    to_hr = message.side == "person" and message.thread.provider_id is None
    if to_hr:
        address, said = reverse("care_thread", kwargs=key), _PLAIN
    else:
        page = "my_care_thread" if message.side == "person" else "portal_thread"
        _, token = issue_link(user, target=reverse(page, kwargs=key), by=by)
        address, said = reverse("link", kwargs={"org": firm.slug, "token": token}), _LINK
    _mail(firm, user, _SUBJECT, said, address, number=number)


def invite_family(org_id: UUID, login_id: UUID) -> int:
    """The way in for somebody of the family; a second run finds the link issued and sends nothing."""
    with acting(org_id, Actor.system(org_id)) as system:
        rows = Participant.objects.select_related("user", "expat_case__person").select_for_update(of=("self",))
        login = rows.filter(pk=login_id, login_ended_at=None, ended_on=None, told_at=None).first()
        if login is None or login.user is None:
            return 0
        firm = Organisation.objects.get(pk=org_id)
        _, token = issue_link(login.user, target=reverse("portal", kwargs={"firm": firm.slug}), by=system)
        address = reverse("link", kwargs={"org": firm.slug, "token": token})
        _mail(firm, login.user, _INVITED_SUBJECT, _INVITED, address, person=login.expat_case.person.name)
        login.edit(told_at=clock.now())
        return 1


def _mail(firm: Organisation, user: User, subject: Text, said: Text, address: str, **values: object) -> None:
    """In the person's language with German below; in English with German for whoever speaks none of ours."""
    languages = spoken.languages_of_mail(user.language)
    letters = [
        _letter(firm, user, f"{spoken.or_english(said, one).format(**values)}\n\n{settings.SITE_URL}{address}", one)
        for one in languages
    ]
    text = f"\n\n{'-' * 60}\n\n".join(letters)
    title = spoken.or_english(subject, languages[0]).format(**values)
    send_mail(title, text, settings.DEFAULT_FROM_EMAIL, [user.email])


def _letter(firm: Organisation, user: User, body: str, language: str) -> str:
    parts = [
        spoken.or_english(_GREETING, language).format(name=user.name),
        body,
        spoken.or_english(_FROM, language).format(firm=firm.name),
    ]
    if language in spoken.FURTHER:
        parts.append(spoken.or_english(spoken.MADE_BY_MACHINE, language))
    return "\n\n".join(parts)
