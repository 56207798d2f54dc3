"""Signing a contract in the browser, and checking what a signed file proves."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.engagement.domain import contracts, signing_files, signing_mails
from werkfluss.engagement.domain import signing as rounds
from werkfluss.engagement.models import Signer, Signing
from werkfluss.evidence.domain.documents import content_of
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.web import today
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page
from werkfluss.web.downloads import as_download
from werkfluss.web.forms.signing import PdfForm, StartForm
from werkfluss.web.happenings import KINDS

KINDS.update(
    {
        "engagement.signing.started": gettext_lazy("Signatures asked for"),
        "engagement.signing.declined": gettext_lazy("Signature declined"),
        "engagement.signing.cancelled": gettext_lazy("Signatures taken back"),
        "engagement.contract.signed_by": gettext_lazy("Signed by one side"),
        "engagement.contract.signed": gettext_lazy("Contract signed by all"),
    }
)
_VERDICTS = {
    "intact": (gettext_lazy("intact"), "good"),
    "changed": (gettext_lazy("changed since it was signed"), "bad"),
    "unsigned": (gettext_lazy("no signature in it"), "unknown"),
    "unreadable": (gettext_lazy("no readable PDF"), "bad"),
}


def proven(request: FirmRequest) -> str:
    """How the person proved a moment ago to be the one; empty if that is too long ago."""
    records = get_authentication_records(request, request.user)
    fresh = [one for one in records if time.time() - one["at"] < REAUTHENTICATION_TIMEOUT]
    if not fresh:
        return ""
    return str(fresh[-1].get("type") or fresh[-1].get("method", ""))


def _visible(request: FirmRequest, pk: UUID) -> Signing:
    """A round that the person signs in, or whose contract the person may read."""
    rows = Signing.objects.select_related("contract__org", "contract__order__resource", "current__blob", "proof")
    found = get_object_or_404(rows, pk=pk)
    if not request.actor.may("order.read") and not found.signers.filter(user=request.user).exists():
        raise Http404
    return found


def _signed_by(request: FirmRequest, pk: UUID) -> Signing:
    """A round in which the person signs; to others it is not there."""
    found = _visible(request, pk)
    if not found.signers.filter(user=request.user).exists():
        raise Http404
    return found


def signing_start(request: FirmRequest, pk: UUID) -> HttpResponse:
    contract = get_object_or_404(contracts.contracts(), pk=pk)
    form = StartForm(request.POST or None, user=request.user)
    if not form.is_valid():
        context = {
            "contract": contract,
            "form": form,
            "honest": signing_files.HONEST,
            "name": contracts.name_of(contract),
        }
        return render(request, "signing/start.html", context, status=422 if form.is_bound else 200)
    given = form.cleaned_data
    made = rounds.start_signing(
        contract,
        signers=form.signers(),
        contractor_first=given["first"] == "contractor",
        days=given["days"],
        by=request.actor,
    )
    messages.success(request, _("Signatures have been asked for; whoever is next has been told by mail."))
    return redirect("signing", firm=request.org.slug, pk=made.pk)


def signing(request: FirmRequest, pk: UUID) -> HttpResponse:
    return render(request, "signing/signing.html", _context(request, _visible(request, pk)))


def _context(request: FirmRequest, found: Signing) -> dict[str, Any]:
    upcoming = rounds.next_signer(found)
    mine = upcoming if upcoming is not None and upcoming.user_id == request.user.pk else None
    how = proven(request)
    return {
        "signing": found,
        "contract": found.contract,
        "name": contracts.name_of(found.contract),
        "signers": [
            (one, signing_files.IDENTIFIED.get(one.identified), signing_files.METHODS.get(one.method))
            for one in found.signers.order_by("position")
        ],
        "mine": mine,
        "late": rounds.is_late(found),
        "digest": rounds.current_digest(found),
        "honest": signing_files.HONEST,
        "how": signing_files.IDENTIFIED.get(how, Text("gerade angemeldet", "just logged in")) if how else None,
        "can_confirm": bool(get_reauthentication_flows(request.user)),
        "confirm_url": f"{reverse('account_reauthenticate')}?{urlencode({'next': request.path})}",
        "pdf_form": PdfForm(),
        "is_external": not request.actor.may("order.read"),
    }


def _require_proven(request: FirmRequest) -> str:
    how = proven(request)
    if not how:
        raise Refused(
            Text("Ihre Anmeldung liegt zu lange zurück.", "You logged in too long ago."),
            citation="Unterschrift",
            what_to_do=Text(
                "Bitte bestätigen Sie auf der Seite noch einmal, dass Sie es sind.",
                "Please confirm on the page once more that it is you.",
            ),
        )
    return how


def signing_sign(request: FirmRequest, pk: UUID) -> HttpResponse:
    """The act itself: on the file that was shown, by who has just proved to be the one, after saying yes to it."""
    found = _visible(request, pk)
    how = _require_proven(request)
    if request.POST.get("read") != "yes":
        raise Refused(
            Text(
                "Sie haben nicht bestätigt, dass Sie die Datei gelesen haben.",
                "You did not confirm that you read the file.",
            ),
            citation="Unterschrift",
            what_to_do=Text("Bitte lesen Sie sie und setzen Sie den Haken.", "Please read it and tick the box."),
        )
    digest = request.POST.get("digest", "")
    rounds.sign_contract(found, user=request.user, identified=how, digest=digest, by=request.actor)
    messages.success(request, _("You have signed."))
    return redirect("signing", firm=request.org.slug, pk=pk)


def signing_upload(request: FirmRequest, pk: UUID) -> HttpResponse:
    """A file that was signed elsewhere, as with a qualified certificate."""
    found = _visible(request, pk)
    form = PdfForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "signing/signing.html", _context(request, found) | {"pdf_form": form}, status=422)
    how, content = _require_proven(request), form.cleaned_data["pdf"].read()
    rounds.upload_signature(found, user=request.user, identified=how, content=content, by=request.actor)
    messages.success(request, _("Your signed file has been taken."))
    return redirect("signing", firm=request.org.slug, pk=pk)


def signing_decline(request: FirmRequest, pk: UUID) -> HttpResponse:
    rounds.decline_signature(
        _signed_by(request, pk), user=request.user, note=request.POST.get("note", ""), by=request.actor
    )
    messages.success(request, _("You have not signed. That has no consequences for you."))
    return redirect("signing", firm=request.org.slug, pk=pk)


def signing_link(request: FirmRequest, pk: UUID) -> HttpResponse:
    """A fresh link by mail, for whoever has neither password nor passkey."""
    signer = get_object_or_404(Signer.objects.select_related("signing"), signing=pk, user=request.user, state="waiting")
    signing_mails.send_link(signer, by=request.actor)
    messages.success(request, _("The link is on its way to your address."))
    return redirect("signing", firm=request.org.slug, pk=pk)


def signing_cancel(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = _visible(request, pk)
    rounds.cancel_signing(found, reason=request.POST.get("reason", ""), by=request.actor)
    messages.success(request, _("Taken back. The contract is a draft again."))
    return redirect("contract", firm=request.org.slug, pk=found.contract_id)


def signing_file(request: FirmRequest, pk: UUID, which: str) -> HttpResponse:
    found = _visible(request, pk)
    document = {"contract": found.current, "proof": found.proof}.get(which)
    if document is None:
        raise Http404
    return as_download(document, content_of(document))


def signature_verify(request: FirmRequest) -> HttpResponse:
    """What the signatures of a file prove; the file is not kept. ``?signing=``: the stored file of a round."""
    context: dict[str, Any] = {
        "form": PdfForm(request.POST or None, request.FILES or None),
        "honest": signing_files.HONEST,
    }
    content = None
    if request.method == "POST" and context["form"].is_valid():
        content = context["form"].cleaned_data["pdf"].read()
    elif request.GET.get("signing"):
        try:
            content = content_of(_visible(request, UUID(request.GET["signing"])).current)
        except ValueError:
            raise Http404 from None
    if content is not None:
        found: Any = rounds.verify(content)
        word, tone = _VERDICTS[found.state]
        known = rounds.known_file(content)
        if (
            known is not None
            and not request.actor.may("order.read")
            and not known.signers.filter(user=request.user).exists()
        ):
            known = None
        context |= {"found": found, "word": word, "tone": tone, "known": known}
    bad = context["form"].is_bound and not context["form"].is_valid()
    return render(request, "signing/verify.html", context, status=422 if bad else 200)


@today.answers("mine")
def signatures_to_give(request: FirmRequest) -> list[today.Item]:
    return [
        today.Item(
            contracts.name_of(one.signing.contract).in_language(request.LANGUAGE_CODE),
            reverse("signing", kwargs={"firm": request.org.slug, "pk": one.signing_id}),
            why=one.signing.contract.order.title,
            action=_("Sign"),
        )
        for one in rounds.waiting_for(request.user)[:20]
    ]


urlpatterns = [
    firm_page("orders/contracts/<uuid:pk>/signing/", signing_start, permission="order.write", methods=FORM),
    firm_page("orders/signing/<uuid:pk>/", signing, permission="own_tasks.read"),
    firm_page("orders/signing/<uuid:pk>/sign/", signing_sign, permission="own_tasks.work", methods=WRITE),
    firm_page("orders/signing/<uuid:pk>/upload/", signing_upload, permission="own_tasks.work", methods=WRITE),
    firm_page("orders/signing/<uuid:pk>/decline/", signing_decline, permission="own_tasks.work", methods=WRITE),
    firm_page("orders/signing/<uuid:pk>/link/", signing_link, permission="own_tasks.work", methods=WRITE),
    firm_page("orders/signing/<uuid:pk>/cancel/", signing_cancel, permission="order.write", methods=WRITE),
    firm_page("orders/signing/<uuid:pk>/file/<slug:which>/", signing_file, permission="own_tasks.read"),
    firm_page("orders/signatures/check/", signature_verify, permission="own_tasks.read", methods=FORM),
]
