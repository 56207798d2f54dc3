"""Steps that need somebody: what their time brings, and the mails about them, each exactly once.

Everything of one firm happens in one transaction: what a mail is noted under and the mail itself (a row of the outbox)
stand or fall together, so a job that breaks down has sent nothing, and one that runs twice sends nothing again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse

from werkfluss.care import spoken
from werkfluss.engagement.domain.externals import invite
from werkfluss.engagement.domain.links import issue_link
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.models import Organisation, User
from werkfluss.org.tenancy import acting
from werkfluss.work.domain import services, step_claims, step_clock
from werkfluss.work.domain.definitions import model_of
from werkfluss.work.domain.step_clock import News
from werkfluss.work.domain.step_lists import open_rows
from werkfluss.work.models import CaseTask
from werkfluss.workforce.models import EXTERNALS

_GREETING = Text("Guten Tag {name},", "Dear {name},")
_INTRO = Text("in diesen Vorgängen sind Sie gefragt:", "These cases need you:")
_EXTERNAL = Text(
    "ein Schritt wartet auf Sie. Der Link ist persönlich, einmal verwendbar und 14 Tage gültig:",
    "A step waits for you. The link is personal, can be used once and is valid for 14 days:",
)
_SUBJECT = Text("Schritte in Vorgängen: {count}", "Steps in cases: {count}")
_FROM = Text("Freundliche Grüße\n{firm}", "Kind regards\n{firm}")
_WHY = {
    "reminder": Text("fällig", "due"),
    "follow_up": Text("Wiedervorlage", "follow-up"),
    "question": Text("Rückfrage an Sie", "question to you"),
    "escalated": Text("überfällig, bitte kümmern Sie sich", "overdue, please see to it"),
    "tied": Text(
        "die Stimmen führen zu keinem Ergebnis, bitte entscheiden Sie",
        "the votes lead to no result, please decide",
    ),
    "opened": Text("neu für Sie", "new for you"),
}
_INSTEAD = Text("in Vertretung für {name}", "standing in for {name}")
# What the catalogue of the further languages must hold.
WORDS = (_GREETING, _INTRO, _EXTERNAL, _SUBJECT, _FROM, *_WHY.values(), _INSTEAD)
# Names of months are English here; elsewhere the order of the numbers must be plain without them.
_MOMENTS = {"de": "%d.%m.%Y %H:%M", "en": "%d %b %Y %H:%M"}


def firms_with_steps() -> list[UUID]:
    """Firms in which a step is open."""
    found = []
    for org_id in Organisation.objects.order_by("slug").values_list("pk", flat=True):
        with acting(org_id, Actor.system(org_id)):
            if CaseTask.objects.filter(state="open", case__state="running").exists():
                found.append(org_id)
    return found


def look_after_steps(org_id: UUID, now: datetime) -> int:
    """Give back what absent people claimed, end what has run out of time, and tell people; returns the mails."""
    with acting(org_id, Actor.system(org_id)) as system:
        step_claims.release_absent(now, by=system)
        step_clock.time_out(now, by=system)
        firm = Organisation.objects.get(pk=org_id)
        sent = _tell_externals(firm, by=system)
        for user, items in step_clock.news(now).items():
            fresh = step_clock.keep_news(items, by=system)
            if fresh:
                _mail(firm, user, fresh, _INTRO, [_address(firm, one) for one in fresh])
                sent += 1
        return sent


def _tell_externals(firm: Organisation, *, by: Actor) -> int:
    """An external hears of a step when it opens, with a way in that leads to this step alone."""
    sent = 0
    for step in open_rows().filter(resource__kind__in=EXTERNALS).exclude(notices__stage="opened"):
        if step.resource is None or services.is_led(step.case.definition.key, step.element):
            continue
        try:
            user = invite(step.resource, by=by)
        except Refused:
            continue  # no address, or the login was closed: the step stays with whoever works on cases
        fresh = step_clock.keep_news([News(step, user, "opened", "1")], by=by)
        if fresh:
            _, token = issue_link(user, target=_path(firm, step), by=by)
            address = settings.SITE_URL + reverse("link", kwargs={"org": firm.slug, "token": token})
            _mail(firm, user, fresh, _EXTERNAL, [address])
            sent += 1
    return sent


def _path(firm: Organisation, step: CaseTask) -> str:
    return reverse("step", kwargs={"firm": firm.slug, "pk": step.pk})


def _address(firm: Organisation, one: News) -> str:
    return settings.SITE_URL + _path(firm, one.step)


def _mail(firm: Organisation, user: User, items: Sequence[News], intro: Text, addresses: Sequence[str]) -> None:
    """In the person's language with German below; in English with German for whoever speaks none of ours."""
    languages = spoken.languages_of_mail(user.language)
    lines = list(zip(items, addresses, strict=True))
    letters = ["\n\n".join(_letter(firm, user, lines, intro, each)) for each in languages]
    subject = spoken.or_english(_SUBJECT, languages[0]).format(count=len(items))
    send_mail(subject, f"\n\n{'-' * 60}\n\n".join(letters), settings.DEFAULT_FROM_EMAIL, [user.email])


def _letter(
    firm: Organisation, user: User, lines: Sequence[tuple[News, str]], intro: Text, language: str
) -> Iterator[str]:
    yield spoken.or_english(_GREETING, language).format(name=user.name)
    yield spoken.or_english(intro, language)
    for one, address in lines:
        yield f"- {_line(one, language)}\n  {address}"
    yield spoken.or_english(_FROM, language).format(firm=firm.name)
    if language in spoken.FURTHER:
        yield spoken.or_english(spoken.MADE_BY_MACHINE, language)


def _line(one: News, language: str) -> str:
    step = one.step
    node = model_of(step.case.definition).nodes[step.element]
    why = spoken.or_english(_WHY["tied" if one.key == "tied" else one.stage], language)
    named = Text(node.name_in("de") or step.name, node.name_in("en") or step.name)
    parts = [f"{spoken.or_english(named, language)} ({step.case.title}): {why}"]
    if step.due is not None:
        local = step.due.astimezone(ZoneInfo(one.user.time_zone))
        form = _MOMENTS.get(language, "%Y-%m-%d %H:%M")
        parts.append(f"{local:{form}} ({one.user.time_zone})")
    if one.person is not None:
        parts.append(spoken.or_english(_INSTEAD, language).format(name=one.person.name))
    return ", ".join(parts)
