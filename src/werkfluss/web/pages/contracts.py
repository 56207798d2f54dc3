"""Contracts of an order: drafted from it, read side by side, edited clause by clause, mended, taken as a file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from werkfluss.engagement.contracts import assemble, fairness, library, reading
from werkfluss.engagement.domain import contract_facts, contracts, offers, orders
from werkfluss.engagement.models import Contract, ContractVersion
from werkfluss.engagement.rules import own_contracts
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page
from werkfluss.web.contract_view import FAVOURS, SIDES, additions, contract_context, contract_url, versions_of
from werkfluss.web.forms.contracts import ClauseForm, FactsForm, LookForm
from werkfluss.web.forms.order_terms import spoken
from werkfluss.web.tables import Column, Empty, Filter, Table

_STATES = (
    ("draft", gettext_lazy("draft")),
    ("signing", gettext_lazy("waits for signatures")),
    ("signed", gettext_lazy("signed")),
    ("withdrawn", gettext_lazy("withdrawn")),
)
CONTRACTS = Table(
    "contracts",
    caption=gettext_lazy("Contracts"),
    columns=(
        Column("number", gettext_lazy("No."), order="number", kind="number"),
        Column(
            "kind",
            gettext_lazy("Contract"),
            value=lambda row: contracts.name_of(row).in_language(spoken()),
            link=contract_url,
        ),
        Column("order", pgettext_lazy("contract", "Order"), value="order.title", order="order__title"),
        Column("external", gettext_lazy("External"), value="order.resource.name", order="order__resource__sort_key"),
        Column("state", gettext_lazy("State"), order="state", kind="status"),
        Column("signed_at", gettext_lazy("Signed on"), order="signed_at", kind="date", secondary=True),
    ),
    filters=(Filter("state", gettext_lazy("State"), _STATES),),
    search=("order__title__icontains", "order__resource__name__icontains"),
    default_order="-number",
    empty=Empty(
        gettext_lazy("No contracts yet"), gettext_lazy("A contract is made from an order; open the order to begin.")
    ),
)


def contracts_list(request: FirmRequest) -> HttpResponse:
    return CONTRACTS.page(request, contracts.contracts(), template="contracts/list.html")


def contract_new(request: FirmRequest, pk: UUID) -> HttpResponse:
    """First which kind, then what the order does not know."""
    order = get_object_or_404(orders.orders().select_related("org"), pk=pk)
    kind = library.kinds().get(request.POST.get("kind") or request.GET.get("kind", ""))
    frames = list(contracts.frames_for(order))
    if kind is None:
        context = {"order": order, "kinds": list(library.kinds().values()), "frames": frames}
        return render(request, "contracts/kinds.html", context)
    facts = contract_facts.facts_of(order)
    unknown = tuple(name for name in ("client_address", "contractor_address") if name not in facts)
    form = FactsForm(request.POST or None, kind=kind.key, facts=facts, extra=unknown)
    if not form.is_valid():
        context = {"order": order, "kind": kind, "form": form, "frames": frames}
        return render(request, "contracts/new.html", context, status=422 if form.is_bound else 200)
    frame = next((one for one in frames if str(one.pk) == request.POST.get("frame")), None)
    made = contracts.draft_contract(order, kind=kind.key, asked=form.facts(), frame=frame, by=request.actor)
    messages.success(request, _("Draft made. Please read it, and look at the fairness check."))
    return redirect("contract", firm=request.org.slug, pk=made.pk)


def _one(pk: UUID) -> Contract:
    return get_object_or_404(contracts.contracts(), pk=pk)


def _version(contract: Contract, wanted: str | None) -> ContractVersion:
    if not wanted:
        return contracts.latest_version(contract)
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 5):
        raise Http404
    return get_object_or_404(contract.versions.select_related("contract"), revision=int(wanted))


def contract(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = _one(pk)
    version = _version(found, request.GET.get("version"))
    context = contract_context(found, version) | {
        "versions": versions_of(found),
        "additions": additions(found, version),
        "stale": found.state == "draft" and contracts.stale_facts(found),
        "signing": found.signings.select_related("current", "proof").first(),
        "optional": set(assemble.kind_of(found.kind).optional),
    }
    context["may_edit"] = request.actor.may("order.write") and found.state == "draft" and context["is_latest"]
    return render(request, "contracts/contract.html", context)


def contract_clause(request: FirmRequest, pk: UUID, clause: str) -> HttpResponse:
    """Choose a variant, or write own words in both languages."""
    found = _one(pk)
    known = library.clauses().get(clause)
    version = contracts.latest_version(found)
    now = next((one for one in contracts.content_of(version).clauses if one.clause == clause), None)
    if known is None or (now is None and known not in additions(found, version)):
        raise Http404
    text = (now.own if now and now.own else None) or known.variant(now.variant if now else "").text
    form = ClauseForm(request.POST if "own" in request.POST else None, initial=text.as_json())
    if "variant" in request.POST:
        contracts.expected_revision(found, request.POST.get("revision", ""))
        contracts.choose_variant(found, clause=clause, variant=request.POST["variant"], by=request.actor)
        return redirect("contract", firm=request.org.slug, pk=pk)
    if form.is_valid():
        contracts.expected_revision(found, request.POST.get("revision", ""))
        contracts.write_clause(found, clause=clause, text=form.text(), by=request.actor)
        return redirect("contract", firm=request.org.slug, pk=pk)
    context = {"contract": found, "clause": known, "now": now, "form": form, "version": version, "text": text}
    context["variants"] = [(one, FAVOURS[one.favours]) for one in known.variants]
    return render(request, "contracts/clause.html", context, status=422 if form.is_bound else 200)


def contract_mend(request: FirmRequest, pk: UUID) -> HttpResponse:
    clause, _dot, code = request.POST.get("finding", "").partition(".")
    contracts.mend_clause(_one(pk), clause=clause, code=code, by=request.actor)
    messages.success(request, _("Mended. The version before is still there."))
    return redirect("contract", firm=request.org.slug, pk=pk)


def contract_drop(request: FirmRequest, pk: UUID) -> HttpResponse:
    contracts.drop_clause(_one(pk), clause=request.POST.get("clause", ""), by=request.actor)
    return redirect("contract", firm=request.org.slug, pk=pk)


def contract_answers(request: FirmRequest, pk: UUID) -> HttpResponse:
    """What the order does not know; also for additional clauses with fields of their own."""
    found = _one(pk)
    draft = contracts.content_of(contracts.latest_version(found))
    words = {asked.word: key for key, asked in library.asks().items()}
    extra = tuple(words[name] for name in assemble.missing_facts(draft) if name in words)
    form = FactsForm(request.POST or None, kind=found.kind, facts=dict(draft.facts), extra=extra)
    if not form.is_valid():
        context = {"contract": found, "form": form}
        return render(request, "contracts/answers.html", context, status=422 if form.is_bound else 200)
    contracts.answer_facts(found, facts=form.facts(), by=request.actor)
    return redirect("contract", firm=request.org.slug, pk=pk)


def contract_refresh(request: FirmRequest, pk: UUID) -> HttpResponse:
    contracts.refresh_facts(_one(pk), by=request.actor)
    messages.success(request, _("The facts of the order have been taken over."))
    return redirect("contract", firm=request.org.slug, pk=pk)


def contract_show(request: FirmRequest, pk: UUID) -> HttpResponse:
    contracts.show_contract(_one(pk), by=request.actor)
    messages.success(request, _("The external can read the contract now and has been told by mail."))
    return redirect("contract", firm=request.org.slug, pk=pk)


def contract_withdraw(request: FirmRequest, pk: UUID) -> HttpResponse:
    contracts.withdraw_contract(_one(pk), reason=request.POST.get("reason", ""), by=request.actor)
    return redirect("contract", firm=request.org.slug, pk=pk)


def contract_file(request: FirmRequest, pk: UUID, form: str) -> HttpResponse:
    return _file(_one(pk), request.GET.get("version"), form)


def _file(found: Contract, wanted: str | None, form: str) -> HttpResponse:
    version = _version(found, wanted)
    if form == "pdf":
        content, kind = contracts.pdf_of(version), "application/pdf"
    elif form == "docx":
        content = contracts.docx_of(version)
        kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    else:
        raise Http404
    response = HttpResponse(content, content_type=kind)
    name = f"vertrag-{found.number}-fassung-{version.revision}.{form}"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def my_contracts(request: FirmRequest) -> HttpResponse:
    rows = list(own_contracts(request.actor))
    return render(request, "contracts/mine.html", {"rows": [(row, contracts.name_of(row)) for row in rows]})


def my_contract(request: FirmRequest, pk: UUID) -> HttpResponse:
    """The other side reads the same contract and the same findings."""
    found = get_object_or_404(own_contracts(request.actor), pk=pk)
    context = contract_context(found, contracts.latest_version(found))
    context["signing"] = found.signings.filter(signers__user=request.user).select_related("current", "proof").first()
    return render(request, "contracts/my_contract.html", context)


def my_contract_file(request: FirmRequest, pk: UUID, form: str) -> HttpResponse:
    return _file(get_object_or_404(own_contracts(request.actor), pk=pk), None, form)


def my_contract_wish(request: FirmRequest, pk: UUID) -> HttpResponse:
    """A wish for a change, in writing at the order; the firm sees which finding it is about."""
    found = get_object_or_404(own_contracts(request.actor), pk=pk)
    text = request.POST.get("text", "").strip()
    about = library.clauses().get(request.POST.get("clause", ""))
    where = f"V-{found.number}, {about.title.de}: " if about else f"V-{found.number}: "
    offers.ask_question(found.order, text=f"{where}{text}" if text else "", by=request.actor)
    messages.success(request, _("Your wish has been sent."))
    return redirect("my_contract", firm=request.org.slug, pk=pk)


def contract_look(request: FirmRequest) -> HttpResponse:
    """The fairness check of a contract from anywhere; nothing is kept."""
    form = LookForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "note": fairness.PLEASE_LOOK, "looked": False}
    if form.is_valid():
        given = form.cleaned_data["contract"]
        text = reading.read(given.read(), given.name)[0] if given else form.cleaned_data["words"]
        found = fairness.check_text(text)
        context |= {"looked": True, "findings": [{"it": one, "side": SIDES[one.burdens]} for one in found]}
    return render(
        request, "contracts/look.html", context, status=422 if form.is_bound and not context["looked"] else 200
    )


urlpatterns = [
    firm_page("orders/contracts/", contracts_list, permission="order.read", name="contracts"),
    firm_page("orders/contracts/look/", contract_look, permission="own_tasks.read", methods=FORM),
    firm_page("orders/<uuid:pk>/contracts/new/", contract_new, permission="order.write", methods=FORM),
    firm_page("orders/contracts/<uuid:pk>/", contract, permission="order.read"),
    firm_page(
        "orders/contracts/<uuid:pk>/clauses/<slug:clause>/", contract_clause, permission="order.write", methods=FORM
    ),
    firm_page("orders/contracts/<uuid:pk>/mend/", contract_mend, permission="order.write", methods=WRITE),
    firm_page("orders/contracts/<uuid:pk>/drop/", contract_drop, permission="order.write", methods=WRITE),
    firm_page("orders/contracts/<uuid:pk>/answers/", contract_answers, permission="order.write", methods=FORM),
    firm_page("orders/contracts/<uuid:pk>/refresh/", contract_refresh, permission="order.write", methods=WRITE),
    firm_page("orders/contracts/<uuid:pk>/show/", contract_show, permission="order.write", methods=WRITE),
    firm_page("orders/contracts/<uuid:pk>/withdraw/", contract_withdraw, permission="order.write", methods=WRITE),
    firm_page("orders/contracts/<uuid:pk>/file/<slug:form>/", contract_file, permission="order.read"),
    firm_page("my-contracts/", my_contracts, permission="own_orders.read"),
    firm_page("my-contracts/<uuid:pk>/", my_contract, permission="own_orders.read"),
    firm_page("my-contracts/<uuid:pk>/file/<slug:form>/", my_contract_file, permission="own_orders.read"),
    firm_page("my-contracts/<uuid:pk>/wish/", my_contract_wish, permission="own_orders.answer", methods=WRITE),
]
