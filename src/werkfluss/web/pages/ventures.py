"""Joint ventures on both sides: the share that is proposed or agreed, who has done what, the statements."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from werkfluss.engagement import venture as pure
from werkfluss.engagement.domain import orders, statements, ventures
from werkfluss.engagement.models import Venture, VentureItem, VentureStatement
from werkfluss.evidence.domain.documents import content_of
from werkfluss.kernel import clock
from werkfluss.kernel.money import Money
from werkfluss.web import today
from werkfluss.web.access import FORM, WRITE, FirmRequest, as_uuid, firm_page
from werkfluss.web.downloads import as_download
from werkfluss.web.forms.payments import day_of
from werkfluss.web.forms.ventures import StatementForm, TaxForm, TermsForm
from werkfluss.web.happenings import KINDS, OBJECTS
from werkfluss.web.status import STATES, Status
from werkfluss.web.tables import Column, Empty, Table

KINDS.update(
    {
        "engagement.venture.proposed": gettext_lazy("Share in the result proposed"),
        "engagement.venture.agreed": gettext_lazy("Joint venture agreed"),
        "engagement.venture.declined": gettext_lazy("Share in the result declined"),
        "engagement.venture.notice": gettext_lazy("Notice of the joint venture given"),
        "engagement.venture.ended": gettext_lazy("Joint venture ended"),
        "engagement.venture.tax_answered": gettext_lazy("Said what the share is for tax"),
        "engagement.ventureitem.done": gettext_lazy("Contribution or milestone reported"),
        "engagement.ventureitem.confirmed": gettext_lazy("Contribution or milestone confirmed"),
        "engagement.venturestatement.sent": gettext_lazy("Statement of a joint venture sent"),
        "engagement.venturestatement.agreed": gettext_lazy("Statement of a joint venture agreed"),
        "engagement.venturestatement.objected": gettext_lazy("Statement of a joint venture objected to"),
    }
)
OBJECTS.update(
    {
        "engagement.venture": gettext_lazy("Joint venture"),
        "engagement.ventureitem": gettext_lazy("Contribution or milestone"),
        "engagement.venturestatement": gettext_lazy("Statement of a joint venture"),
    }
)
STATES.update(
    {
        "replaced": Status(gettext_lazy("replaced"), "ended"),
    }
)


def venture_url(row: Venture) -> str:
    return reverse("venture", kwargs={"firm": row.org.slug, "pk": row.order_id})


VENTURES = Table(
    "ventures",
    caption=gettext_lazy("Joint ventures"),
    columns=(
        Column(
            "order", pgettext_lazy("contract", "Order"), value="order.title", order="order__title", link=venture_url
        ),
        Column("external", gettext_lazy("External"), value="order.resource.name", order="order__resource__sort_key"),
        Column("state", gettext_lazy("State"), order="state", kind="status"),
        Column("proposed", gettext_lazy("Proposed"), value="proposed_at", order="proposed_at", kind="date"),
        Column("ends_on", gettext_lazy("Ends on"), order="ends_on", kind="date"),
    ),
    search=("order__title__icontains", "order__resource__name__icontains"),
    default_order="-proposed",
    empty=Empty(
        gettext_lazy("No joint ventures yet"),
        gettext_lazy("On the page of an order you propose a share in the result."),
    ),
)


def ventures_list(request: FirmRequest) -> HttpResponse:
    return VENTURES.page(request, ventures.ventures(), template="ventures/list.html")


def _context(found: Venture | None, side: str) -> dict[str, Any]:
    """What both sides see alike."""
    context: dict[str, Any] = {"venture": found, "side": side, "notes": pure.NOTES, "today": clock.today()}
    if found is None:
        return context
    terms, currency = ventures.terms_of(found), found.order.currency
    proposal = ventures.proposal_of(found)
    return context | {
        "terms": _readable(terms, currency),
        "proposal": _readable(proposal, currency),
        "items": [(one, Money.from_cents(one.cents, currency)) for one in found.items.all()],
        "statements": [
            (one, Money.from_cents(one.share_cents, currency), _lines(one, currency))
            for one in statements.statements_of(found)
        ],
        "running": found.state == Venture.State.AGREED and found.ends_on is None,
        "waits": statements.waits_for(found),
        "tax": pure.TAX.get(found.tax),
    }


def _lines(statement: VentureStatement, currency: str) -> list[tuple[Any, str, str, Money]]:
    """Income and costs as they stand in the statement: kind, what, voucher, amount."""
    words = {"income": _("Income"), "cost": _("Costs")}
    return [
        (words[one["kind"]], one["what"], one.get("source", ""), Money.from_cents(int(one["cents"]), currency))
        for one in statement.lines
    ]


def _readable(terms: pure.Terms | None, currency: str) -> list[tuple[Any, Any]]:
    """The terms as pairs of label and value."""
    if terms is None:
        return []
    pairs: list[tuple[Any, Any]] = [
        (_("Common purpose"), terms.purpose),
        (_("Share of the external"), f"{terms.percent.normalize():f} %"),
        (_("Share of what"), pure.BASES[terms.base]),
        (_("If there is a loss"), pure.LOSSES[terms.loss]),
    ]
    for side, word in pure.SIDES.items():
        value = Money.from_cents(terms.value_of(side), currency)
        pairs.append((_("Contribution: %(side)s") % {"side": word.in_language(_language())}, value))
    if terms.floor_cents:
        pairs.append((_("At least, per statement"), Money.from_cents(terms.floor_cents, currency)))
    if terms.cap_cents is not None:
        pairs.append((_("At most, in all"), Money.from_cents(terms.cap_cents, currency)))
    pairs += [
        (_("Statement every"), _("%(months)s months") % {"months": terms.months}),
        (_("Notice, both sides"), _("%(days)s days") % {"days": terms.notice_days}),
        (_("Rights at the end"), terms.rights),
        (_("Value at the end"), terms.valuation),
    ]
    return pairs


def _language() -> str:
    from werkfluss.web.forms.order_terms import spoken

    return spoken()


def venture(request: FirmRequest, pk: UUID) -> HttpResponse:
    """The firm's page; an order without a venture says what one would be."""
    order = get_object_or_404(orders.orders().select_related("org"), pk=pk)
    found = ventures.ventures().filter(order=order).first()
    context = _context(found, "client") | {
        "order": order,
        "tax_form": TaxForm(),
        "may_write": request.actor.may("order.write"),
        "may_answer": request.actor.may("payment.prepare"),
    }
    return render(request, "ventures/venture.html", context)


def venture_edit(request: FirmRequest, pk: UUID) -> HttpResponse:
    order = get_object_or_404(orders.orders().select_related("org"), pk=pk)
    found = ventures.ventures().filter(order=order).first()
    now = (ventures.proposal_of(found) or ventures.terms_of(found)) if found else None
    form = TermsForm(request.POST or None, terms=now)
    if not form.is_valid():
        context = {"form": form, "order": order, "notes": pure.NOTES, "venture": found}
        return render(request, "ventures/form.html", context, status=422 if form.is_bound else 200)
    ventures.propose(order, terms=form.terms, by=request.actor)
    messages.success(request, _("The share has been proposed. Until it is accepted, nothing changes."))
    return redirect("venture", firm=request.org.slug, pk=pk)


def _firms(pk: UUID) -> Venture:
    return get_object_or_404(ventures.ventures(), order=pk)


def venture_statement(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = _firms(pk)
    first, last = statements.next_period(found)
    form = StatementForm(request.POST or None, initial={"last_day": min(last, clock.today())})
    if not form.is_valid():
        context = {"form": form, "venture": found, "first": first}
        return render(request, "ventures/statement.html", context, status=422 if form.is_bound else 200)
    statements.send_statement(found, last_day=form.cleaned_data["last_day"], lines=form.lines, by=request.actor)
    messages.success(request, _("The statement has been sent. The external checks it."))
    return redirect("venture", firm=request.org.slug, pk=pk)


def venture_tax(request: FirmRequest, pk: UUID) -> HttpResponse:
    statements.answer_tax(
        _firms(pk), tax=request.POST.get("tax", ""), source=request.POST.get("source", ""), by=request.actor
    )
    messages.success(request, _("Recorded with its source."))
    return redirect("venture", firm=request.org.slug, pk=pk)


def venture_act(request: FirmRequest, pk: UUID) -> HttpResponse:
    _acted(request, _firms(pk))
    return redirect("venture", firm=request.org.slug, pk=pk)


def _acted(request: FirmRequest, found: Venture) -> None:
    """What either side may do: report, confirm, give notice."""
    act = request.POST.get("act", "")
    if act == "notice":
        last = ventures.give_notice(found, by=request.actor)
        day = date_format(last, "DATE_FORMAT")
        messages.success(request, _("Notice is given; the last day is %(day)s.") % {"day": day})
        return
    item = get_object_or_404(
        VentureItem.objects.select_related("venture__order"), venture=found, pk=as_uuid(request.POST.get("item"))
    )
    if act == "done":
        ventures.done(item, on=day_of(request.POST.get("day", "")), by=request.actor)
        messages.success(request, _("Noted. The other side confirms it."))
    elif act == "confirm":
        ventures.confirm(item, by=request.actor)
        messages.success(request, _("Confirmed."))
    else:
        raise Http404


def venture_file(request: FirmRequest, pk: UUID, statement: UUID) -> HttpResponse:
    return _file(request, _firms(pk), statement)


def _file(request: FirmRequest, found: Venture, key: UUID) -> HttpResponse:
    row = get_object_or_404(
        VentureStatement.objects.select_related("pdf__blob", "translation__blob"), venture=found, pk=key
    )
    document = row.translation if "translation" in request.GET else row.pdf
    if document is None:
        raise Http404
    return as_download(document, content_of(document))


def _own(request: FirmRequest, pk: UUID) -> Venture:
    return get_object_or_404(ventures.own_ventures(request.actor), order=pk)


def my_venture(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = _own(request, pk)
    return render(
        request, "ventures/mine.html", _context(found, "contractor") | {"order": found.order, "may_write": True}
    )


def my_venture_act(request: FirmRequest, pk: UUID) -> HttpResponse:
    """The external's answers, to the proposal and to a statement."""
    found, act = _own(request, pk), request.POST.get("act", "")
    given = request.POST.get("revision", "")
    revision = int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0
    if act == "accept":
        ventures.accept(found, revision=revision, by=request.actor)
        messages.success(request, _("You have accepted. The share is agreed."))
    elif act == "decline":
        ventures.decline(found, revision=revision, by=request.actor)
        messages.success(request, _("You have declined. That has no consequences for you."))
    elif act in {"agree", "object"}:
        rows = VentureStatement.objects.filter(venture=found).select_related("venture__order__resource")
        row = get_object_or_404(rows, pk=as_uuid(request.POST.get("statement")))
        if act == "agree":
            statements.agree(row, by=request.actor)
            messages.success(request, _("You have agreed to the statement."))
        else:
            statements.object_to(row, text=request.POST.get("text", ""), by=request.actor)
            messages.success(request, _("Your objection has arrived. Nothing is paid on this statement."))
    else:
        _acted(request, found)
    return redirect("my_venture", firm=request.org.slug, pk=pk)


def my_venture_file(request: FirmRequest, pk: UUID, statement: UUID) -> HttpResponse:
    return _file(request, _own(request, pk), statement)


@today.answers("mine")
def ventures_waiting(request: FirmRequest) -> list[today.Item]:
    """Proposals and statements that wait for the external's answer; objections that wait for the firm's."""
    firm = {"firm": request.org.slug}
    if request.actor.may("own_orders.answer"):
        own = ventures.own_ventures(request.actor)
        waiting = own.filter(proposal__isnull=False) | own.filter(statements__state="sent")
        page, why = "my_venture", _("a share in the result waits for your answer")
    elif request.actor.may("order.write"):
        waiting = ventures.ventures().filter(statements__state="objected")
        page, why = "venture", _("the external objects to a statement")
    else:
        return []
    return [
        today.Item(row.order.title, reverse(page, kwargs={**firm, "pk": row.order_id}), why=why, action=_("Answer"))
        for row in waiting.distinct()[:20]
    ]


urlpatterns = [
    firm_page("orders/ventures/", ventures_list, permission="order.read", name="ventures"),
    firm_page("orders/<uuid:pk>/venture/", venture, permission="order.read"),
    firm_page("orders/<uuid:pk>/venture/edit/", venture_edit, permission="order.write", methods=FORM),
    firm_page("orders/<uuid:pk>/venture/act/", venture_act, permission="order.write", methods=WRITE),
    firm_page("orders/<uuid:pk>/venture/tax/", venture_tax, permission="payment.prepare", methods=WRITE),
    firm_page("orders/<uuid:pk>/venture/statement/", venture_statement, permission="order.write", methods=FORM),
    firm_page("orders/<uuid:pk>/venture/statements/<uuid:statement>/", venture_file, permission="order.read"),
    firm_page("my-orders/<uuid:pk>/venture/", my_venture, permission="own_orders.read"),
    firm_page("my-orders/<uuid:pk>/venture/act/", my_venture_act, permission="own_orders.answer", methods=WRITE),
    firm_page(
        "my-orders/<uuid:pk>/venture/statements/<uuid:statement>/", my_venture_file, permission="own_orders.read"
    ),
]
