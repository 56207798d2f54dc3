"""What an external is told by mail: in German, and beside it in English for whoever does not speak German here."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse

from werkfluss.engagement.domain.externals import invite
from werkfluss.engagement.domain.links import issue_link
from werkfluss.engagement.models import Order, PartnerMember
from werkfluss.engagement.price import amount
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.models import LoginLink, Organisation, User
from werkfluss.org.tenancy import current_org_id
from werkfluss.workforce.models import Kind, Resource

__all__ = [
    "amount",
    "send_again",
    "tell_at",
    "tell_external",
    "tell_member",
    "tell_of_all",
    "tell_person",
    "tell_team",
]

_GREETING = Text("Guten Tag {name},", "Dear {name},")
_WAY_IN = Text(
    "Hier geht es weiter (persönlicher Link, einmal verwendbar, 14 Tage gültig):",
    "This is where it goes on (personal link, can be used once, valid for 14 days):",
)
_PAGE = Text("Hier geht es weiter, nach dem Anmelden:", "This is where it goes on, once you have logged in:")
_FROM = Text("Freundliche Grüße\n{firm}", "Kind regards\n{firm}")


def tell_external(order: Order, *, subject: Text, body: Text, by: Actor) -> LoginLink:
    """Write to the external of an order, with a personal link to it."""
    firm = Organisation.objects.get(pk=current_org_id())
    target = reverse("my_order", kwargs={"firm": firm.slug, "pk": order.pk})
    return _write(order.resource, firm, target=target, subject=subject, body=body, by=by)


def tell_at(resource: Resource, *, target: str, subject: Text, body: Text, by: Actor) -> LoginLink:
    """Write to an external, with a personal link to the page ``target``."""
    firm = Organisation.objects.get(pk=current_org_id())
    return _write(resource, firm, target=target, subject=subject, body=body, by=by)


def tell_member(user: User, firm: Organisation, *, target: str, subject: Text, body: Text) -> None:
    """Write to somebody who has a login of the own, with the address of the page ``target``."""
    _send(user, firm, subject=subject, body=body, way_in=_PAGE, address=settings.SITE_URL + target)


def send_again(link: LoginLink, *, by: Actor) -> None:
    """A fresh link in the place of one that is used up or has expired, to the address of its person and to no other."""
    firm = Organisation.objects.get(pk=current_org_id())
    _fresh, token = issue_link(link.user, target=link.target, by=by)
    address = settings.SITE_URL + reverse("link", kwargs={"org": firm.slug, "token": token})
    subject = Text("Ihr neuer Link", "Your new link")
    body = Text(
        "Sie haben um einen neuen Link gebeten. Waren Sie es nicht, brauchen Sie nichts zu tun.",
        "You have asked for a new link. If it was not you, you need not do anything.",
    )
    _send(link.user, firm, subject=subject, body=body, way_in=_WAY_IN, address=address)


def tell_team(resource: Resource, *, subject: Text, body: Text, by: Actor) -> LoginLink:
    """Write to a partner team, with a personal link to the page of the team."""
    firm = Organisation.objects.get(pk=current_org_id())
    target = reverse("my_team", kwargs={"firm": firm.slug})
    return _write(resource, firm, target=target, subject=subject, body=body, by=by)


def tell_person(user: User, firm: Organisation, *, target: str, subject: Text, body: Text, by: Actor) -> LoginLink:
    """Write to one person, with a personal link to the page ``target``."""
    link, token = issue_link(user, target=target, by=by)
    address = settings.SITE_URL + reverse("link", kwargs={"org": firm.slug, "token": token})
    _send(user, firm, subject=subject, body=body, way_in=_WAY_IN, address=address)
    return link


def tell_of_all(resource: Resource, *, subject: Text, body: Text, by: Actor) -> LoginLink:
    """Write to an external, with a personal link to the list of the own orders."""
    firm = Organisation.objects.get(pk=current_org_id())
    target = reverse("my_orders", kwargs={"firm": firm.slug})
    return _write(resource, firm, target=target, subject=subject, body=body, by=by)


def _write(resource: Resource, firm: Organisation, *, target: str, subject: Text, body: Text, by: Actor) -> LoginLink:
    user = invite(resource, by=by)
    # A partner's people hear of what concerns the team each by a link of the own.
    if resource.kind == Kind.PARTNER:
        for member in PartnerMember.objects.filter(resource=resource, ended_at=None).select_related("user"):
            tell_person(member.user, firm, target=target, subject=subject, body=body, by=by)
    return tell_person(user, firm, target=target, subject=subject, body=body, by=by)


def _send(user: User, firm: Organisation, *, subject: Text, body: Text, way_in: Text, address: str) -> None:
    letter = Text(
        *(
            "\n\n".join(
                (
                    _GREETING.format(name=user.name).in_language(language),
                    body.in_language(language),
                    f"{way_in.in_language(language)}\n{address}",
                    _FROM.format(firm=firm.name).in_language(language),
                )
            )
            for language in ("de", "en")
        )
    )
    send_mail(
        _both(user, subject, " · "),
        _both(user, letter, f"\n\n{'-' * 60}\n\n"),
        settings.DEFAULT_FROM_EMAIL,
        [user.email],
    )


def _both(user: User, text: Text, between: str) -> str:
    return text.de if user.language.startswith("de") else f"{text.in_language(user.language)}{between}{text.de}"
