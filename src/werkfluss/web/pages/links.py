"""The way in from a mail: looking at the link does nothing, confirming it logs its person in, once."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import EmailAddress, Login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from werkfluss.engagement.domain import links
from werkfluss.kernel.errors import Refused
from werkfluss.org import tenancy
from werkfluss.org.actor import Actor
from werkfluss.org.models import LoginLink, Organisation
from werkfluss.web.access import FORM, public_page
from werkfluss.web.limits import LINKS
from werkfluss.web.pages.errors import too_many


def link(request: HttpRequest, org: str, token: str) -> HttpResponse:
    if not LINKS.allow_secret(request, "opened", f"{org}/{token}"):
        return too_many(request)
    firm = Organisation.objects.filter(slug=org).first()
    if firm is None:
        LINKS.count_wrong(request)
        raise Http404
    if request.method == "POST":
        return _enter(request, firm, token)
    with tenancy.acting(firm.pk, Actor.system(firm.pk)):
        found = links.open_link(token)
    if found is None:
        LINKS.count_wrong(request)
    context = {"found": found, "client": firm if found else None}
    return render(request, "links/link.html", context, status=200 if found else 404)


def _enter(request: HttpRequest, firm: Organisation, token: str) -> HttpResponse:
    try:
        with tenancy.acting(firm.pk, Actor.system(firm.pk)) as system:
            found = links.use_link(token, by=system)
            _verified(found)
    except Refused:
        LINKS.count_wrong(request)
        return render(request, "links/link.html", {"found": None}, status=404)
    # All stages of the log-in follow: whoever has a second factor is asked for it here too.
    record_authentication(request, found.user, method="code", email=found.user.email)
    return perform_login(request, Login(user=found.user, redirect_url=found.target, email=found.user.email))


def _verified(found: LoginLink) -> None:
    """Whoever reads the mail has shown that the address is right."""
    EmailAddress.objects.update_or_create(
        user=found.user, email=found.user.email, defaults={"verified": True, "primary": True}
    )


urlpatterns = [public_page("link/<slug:org>/<str:token>/", link, methods=FORM)]
