"""The passport: the external keeps papers, shows them by consent and takes them along; the firm sees what it may."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.engagement.domain import orders, passport, passport_files
from werkfluss.engagement.models import PassportPaper, PassportRequest
from werkfluss.engagement.passport import bundle
from werkfluss.engagement.passport.kinds import DOCUMENT, KINDS, VALIDITY, is_valid, runs_out
from werkfluss.evidence.domain.documents import content_of
from werkfluss.kernel import clock
from werkfluss.org.actor import Actor
from werkfluss.org.domain import firms
from werkfluss.org.models import Organisation
from werkfluss.org.tenancy import acting
from werkfluss.web import today
from werkfluss.web.access import FORM, WRITE, FirmRequest, PersonRequest, as_uuid, firm_page, personal_page
from werkfluss.web.downloads import as_download
from werkfluss.web.forms.passport import AskForm, BringForm, ConsentForm, PaperForm
from werkfluss.web.happenings import KINDS as WORDS
from werkfluss.web.happenings import OBJECTS

WORDS.update(
    {
        "engagement.passport.paper_added": gettext_lazy("Paper put into the passport"),
        "engagement.passport.paper_ended": gettext_lazy("Paper taken out of the passport"),
        "engagement.passport.consent_given": gettext_lazy("Consent given"),
        "engagement.passport.consent_revoked": gettext_lazy("Consent taken back"),
        "engagement.passport.requested": gettext_lazy("Paper asked for"),
        "engagement.passport.request_declined": gettext_lazy("Paper not given"),
        "engagement.passport.document_read": gettext_lazy("Document of a passport opened"),
        "engagement.passport.reminded": gettext_lazy("Reminded of a paper that runs out"),
        "engagement.passport.confirmed": gettext_lazy("Paper confirmed"),
        "engagement.passport.exported": gettext_lazy("Passport taken along as a file"),
        "engagement.passport.imported": gettext_lazy("Passport brought in"),
    }
)
OBJECTS.update(
    {
        "engagement.passportpaper": gettext_lazy("Passport paper"),
        "engagement.passportrequest": gettext_lazy("Question for a paper"),
    }
)


def _rows(request: FirmRequest) -> list[dict[str, Any]]:
    on = clock.today()
    return [
        {
            "paper": one,
            "kind": KINDS[one.kind].name,
            "valid": is_valid(one.valid_from, one.expires, on=on),
            "renew": runs_out(one.kind, one.expires, on=on),
            "consent": next((each for each in one.consents.all() if each.revoked_at is None), None),
        }
        for one in passport.own_papers(request.actor)
    ]


def my_passport(request: FirmRequest) -> HttpResponse:
    asked = [(one, KINDS[one.kind].name) for one in passport.open_requests(request.actor)]
    return render(request, "passport/mine.html", {"rows": _rows(request), "asked": asked})


def my_passport_add(request: FirmRequest) -> HttpResponse:
    form = PaperForm(request.POST or None, request.FILES or None, initial={"kind": request.GET.get("kind", "")})
    if not form.is_valid():
        return render(request, "passport/add.html", {"form": form}, status=422 if form.is_bound else 200)
    given = form.cleaned_data["paper"]
    paper = passport.add_paper(
        form.new(), content=given.read() if given else b"", filename=given.name if given else "", by=request.actor
    )
    messages.success(request, _("It is in your passport. The client sees nothing of it before you allow it."))
    return redirect("my_passport_consent", firm=request.org.slug, pk=paper.pk)


def _mine(request: FirmRequest, pk: UUID) -> PassportPaper:
    return get_object_or_404(passport.own_papers(request.actor), pk=pk)


def my_passport_consent(request: FirmRequest, pk: UUID) -> HttpResponse:
    paper = _mine(request, pk)
    wanted = PassportRequest.objects.filter(resource__user=request.user, kind=paper.kind, answered_at=None).first()
    start = {
        "scope": wanted.scope if wanted and paper.document_id else VALIDITY,
        "purpose": wanted.purpose if wanted else "",
    }
    form = ConsentForm(request.POST or None, initial=start)
    if not form.is_valid():
        context = {"form": form, "paper": paper, "kind": KINDS[paper.kind]}
        return render(request, "passport/consent.html", context, status=422 if form.is_bound else 200)
    passport.give_consent(paper, **form.cleaned_data, by=request.actor)
    messages.success(request, _("The client may see it now. You can take that back at any time."))
    return redirect("my_passport", firm=request.org.slug)


def my_passport_revoke(request: FirmRequest, pk: UUID) -> HttpResponse:
    passport.revoke_consent(_mine(request, pk), by=request.actor)
    messages.success(request, _("Taken back. From now on the client sees nothing of it."))
    return redirect("my_passport", firm=request.org.slug)


def my_passport_end(request: FirmRequest, pk: UUID) -> HttpResponse:
    passport.end_paper(_mine(request, pk), by=request.actor)
    messages.success(request, _("Taken out of your passport."))
    return redirect("my_passport", firm=request.org.slug)


def my_passport_file(request: FirmRequest, pk: UUID) -> HttpResponse:
    document = _mine(request, pk).document
    if document is None:
        return redirect("my_passport", firm=request.org.slug)
    return as_download(document, content_of(document))


def my_passport_decline(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(passport.open_requests(request.actor), pk=pk)
    passport.decline_request(found, by=request.actor)
    messages.success(request, _("The client reads that you do not give it, nothing else."))
    return redirect("my_passport", firm=request.org.slug)


def my_passport_export(request: FirmRequest) -> HttpResponse:
    return _file(passport_files.export_passport(by=request.actor))


def _file(content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type="application/octet-stream")
    name = f"pass-{clock.today():%Y-%m-%d}.wfpass"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def my_passport_import(request: FirmRequest) -> HttpResponse:
    """Bring papers in; a foreign key is shown first and the person has to agree to it."""
    kept = request.POST.get("kept", "")
    form = BringForm(None if kept else request.POST or None, request.FILES or None)
    content = _decoded(kept) if kept else form.cleaned_data["passport"].read() if form.is_valid() else None
    if content is None:
        return render(request, "passport/bring.html", {"form": form}, status=422 if form.is_bound else 200)
    found = bundle.read(content)
    if passport_files.is_foreign(found) and request.POST.get("trust") != found.key:
        context = {"form": form, "found": found, "kept": base64.b64encode(content).decode()}
        return render(request, "passport/bring.html", context)
    count = passport_files.import_passport(content, trust=request.POST.get("trust", ""), by=request.actor)
    messages.success(request, _("New in your passport: %(count)s.") % {"count": count})
    return redirect("my_passport", firm=request.org.slug)


def _decoded(kept: str) -> bytes:
    try:
        return base64.b64decode(kept, validate=True)
    except ValueError:
        # Not what this page wrote; the reader says so.
        return b""


def order_passport(request: FirmRequest, pk: UUID) -> HttpResponse:
    """What the firm may see of the external of an order, and what it asks for."""
    order = get_object_or_404(orders.orders().select_related("org", "resource__user"), pk=pk)
    form = AskForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        scope = DOCUMENT if given["document"] else VALIDITY
        passport.request_paper(
            order.resource, kind=given["kind"], purpose=given["purpose"], scope=scope, order=order, by=request.actor
        )
        messages.success(request, _("Asked for. You will not need to ask again."))
        return redirect("order_passport", firm=request.org.slug, pk=pk)
    asked = order.resource.passport_requests.all()[:30]
    context = {
        "order": order,
        "form": form,
        "shown": [(one, KINDS[one.kind].name) for one in passport.shown_papers(order.resource)],
        "asked": [(one, KINDS[one.kind].name) for one in asked],
    }
    return render(request, "passport/order.html", context, status=422 if form.is_bound else 200)


def order_passport_file(request: FirmRequest, pk: UUID, paper: UUID) -> HttpResponse:
    order = get_object_or_404(orders.orders().select_related("resource"), pk=pk)
    if all(one.paper != paper for one in passport.shown_papers(order.resource)):
        raise Http404
    row, content = passport.read_document(paper, by=request.actor)
    assert row.document is not None  # read_document has looked
    return as_download(row.document, content)


def order_passport_confirm(request: FirmRequest, pk: UUID) -> HttpResponse:
    order = get_object_or_404(orders.orders().select_related("resource"), pk=pk)
    paper = as_uuid(request.POST.get("paper"))
    if all(one.paper != paper for one in passport.shown_papers(order.resource)):
        raise Http404
    passport.confirm_paper(paper, by=request.actor)
    messages.success(request, _("Confirmed in the firm's name."))
    return redirect("order_passport", firm=request.org.slug, pk=pk)


def _clients(request: PersonRequest) -> list[tuple[Organisation, list[bundle.Carried], set[str]]]:
    """The firms for which the person works as an external: papers kept there, and which the firm may see."""
    found = []
    for firm in firms.firms_of(request.user):
        with acting(firm.pk, Actor.system(firm.pk)):
            actor = firms.user_actor(firm.pk, request.user)
            if not actor.may("own_orders.answer"):
                continue
            seen = {
                str(key)
                for key in passport.live_consents()
                .filter(paper__user=request.user)
                .values_list("paper__key", flat=True)
            }
            found.append((firm, passport_files.carried(actor), seen))
    return found


def passport_home(request: PersonRequest) -> HttpResponse:
    """The whole passport, over all clients on this installation; no client sees this page."""
    clients = _clients(request)
    papers = {one.key: one for _firm, kept, _seen in clients for one in kept}
    rows = [
        {
            "paper": one,
            "kind": KINDS[one.kind].name,
            "firms": [(firm, any(each.key == key for each in kept), key in seen) for firm, kept, seen in clients],
        }
        for key, one in papers.items()
    ]
    context = {"rows": rows, "clients": [firm for firm, _kept, _seen in clients]}
    return render(request, "passport/home.html", context)


def passport_copy(request: PersonRequest) -> HttpResponse:
    """Take a paper over to another client's keeping; that client sees it only after a consent there."""
    clients = _clients(request)
    key = request.POST.get("key", "")
    target = next(
        (
            firm
            for firm, kept, _s in clients
            if str(firm.pk) == request.POST.get("firm") and all(o.key != key for o in kept)
        ),
        None,
    )
    paper = next((one for _firm, kept, _seen in clients for one in kept if one.key == key), None)
    if target is None or paper is None:
        return redirect("passport_home")
    with acting(target.pk, Actor.system(target.pk)):
        made = passport_files.take_over(paper, by=firms.user_actor(target.pk, request.user))
        to = reverse("my_passport_consent", kwargs={"firm": target.slug, "pk": made.pk})
    messages.success(request, _("Taken over. Now say what this client may see."))
    return redirect(to)


def passport_export(request: PersonRequest) -> HttpResponse:
    """The whole passport as one signed file."""
    papers = {one.key: one for _firm, kept, _seen in _clients(request) for one in kept}
    return _file(passport_files.packed(list(papers.values()), request.user))


@today.answers("mine")
def papers_to_see_to(request: FirmRequest) -> list[today.Item]:
    """What a client asks for, and what runs out."""
    if not request.actor.may("own_orders.answer"):
        return []
    to = reverse("my_passport", kwargs={"firm": request.org.slug})
    spoken = request.LANGUAGE_CODE
    asked = [
        today.Item(KINDS[one.kind].name.in_language(spoken), to, why=one.purpose, action=_("Answer"))
        for one in passport.open_requests(request.actor)[:20]
    ]
    return asked + [
        today.Item(one.title, to, why=_("runs out"), action=_("Renew"), tone="caution", word=_("runs out"))
        for one in passport.expiring(request.actor)[:20]
    ]


urlpatterns = [
    firm_page("my-passport/", my_passport, permission="own_orders.read"),
    firm_page("my-passport/add/", my_passport_add, permission="own_orders.answer", methods=FORM),
    firm_page("my-passport/export/", my_passport_export, permission="own_orders.answer", methods=WRITE),
    firm_page("my-passport/import/", my_passport_import, permission="own_orders.answer", methods=FORM),
    firm_page("my-passport/<uuid:pk>/consent/", my_passport_consent, permission="own_orders.answer", methods=FORM),
    firm_page("my-passport/<uuid:pk>/revoke/", my_passport_revoke, permission="own_orders.answer", methods=WRITE),
    firm_page("my-passport/<uuid:pk>/end/", my_passport_end, permission="own_orders.answer", methods=WRITE),
    firm_page("my-passport/<uuid:pk>/file/", my_passport_file, permission="own_orders.read"),
    firm_page(
        "my-passport/requests/<uuid:pk>/decline/", my_passport_decline, permission="own_orders.answer", methods=WRITE
    ),
    firm_page("orders/<uuid:pk>/passport/", order_passport, permission="order.write", methods=FORM),
    firm_page("orders/<uuid:pk>/passport/<uuid:paper>/file/", order_passport_file, permission="order.read"),
    firm_page("orders/<uuid:pk>/passport/confirm/", order_passport_confirm, permission="order.write", methods=WRITE),
    personal_page("passport/", passport_home),
    personal_page("passport/copy/", passport_copy, methods=WRITE),
    personal_page("passport/export/", passport_export, methods=WRITE),
]
