"""The way in from a mail: looking at the link does nothing, confirming it logs its person in, once."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import EmailAddress, Login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from werkfluss.engagement.domain import links, mails
from werkfluss.kernel.errors import Refused
from werkfluss.org import tenancy
from werkfluss.org.actor import Actor
from werkfluss.org.models import LoginLink, Organisation
from werkfluss.web.access import FORM, public_page
from werkfluss.web.limits import INVITATIONS, LINKS
from werkfluss.web.pages.errors import too_many


def link(request: HttpRequest, org: str, token: str) -> HttpResponse:
    if not LINKS.allow_secret(request, "opened", f"{org}/{token}"):
        return too_many(request)
    firm = Organisation.objects.filter(slug=org).first()
    if firm is None:
        LINKS.count_wrong(request)
        raise Http404
    if request.method == "POST":
        return _send_again(request, firm, token) if "again" in request.POST else _enter(request, firm, token)
    with tenancy.acting(firm.pk, Actor.system(firm.pk)):
        found = links.open_link(token)
        closed = None if found else links.closed_link(token)
    if found is None:
        return _refused(request, closed)
    others = request.user.is_authenticated and request.user.pk != found.user_id
    return render(request, "links/link.html", {"found": found, "client": firm, "others": others})


def _refused(request: HttpRequest, closed: LoginLink | None) -> HttpResponse:
    """Used up and expired are told to whoever holds the link; one that never was says no more than that."""
    LINKS.count_wrong(request)
    why = "" if closed is None else "used" if closed.used_at else "expired"
    return render(request, "links/link.html", {"found": None, "why": why}, status=404)


def _send_again(request: HttpRequest, firm: Organisation, token: str) -> HttpResponse:
    """A fresh link, by mail to the person whom the old one was for."""
    with tenancy.acting(firm.pk, Actor.system(firm.pk)) as system:
        closed = links.closed_link(token)
        if closed is None:
            return _refused(request, None)
        if not INVITATIONS.allow(request, "mailed", key=f"link/{closed.user_id}"):
            return too_many(request)
        mails.send_again(closed, by=system)
    return render(request, "links/link.html", {"found": None, "why": "sent"})


def _enter(request: HttpRequest, firm: Organisation, token: str) -> HttpResponse:
    try:
        with tenancy.acting(firm.pk, Actor.system(firm.pk)) as system:
            found = links.use_link(token, by=system)
            _verified(found)
    except Refused:
        with tenancy.acting(firm.pk, Actor.system(firm.pk)):
            closed = links.closed_link(token)
        return _refused(request, closed)
    # All stages of the log-in follow: whoever has a second factor is asked for it here too.
    record_authentication(request, found.user, method="code", email=found.user.email)
    return perform_login(request, Login(user=found.user, redirect_url=found.target, email=found.user.email))


def _verified(found: LoginLink) -> None:
    """Whoever reads the mail has shown that the address is right."""
    EmailAddress.objects.update_or_create(
        user=found.user, email=found.user.email, defaults={"verified": True, "primary": True}
    )


urlpatterns = [public_page("link/<slug:org>/<str:token>/", link, methods=FORM)]
