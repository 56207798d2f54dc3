"""Payments: what is due, runs with two people, the file for the bank, and whose bank details are right."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from werkfluss.engagement.domain import bank_statements, early, ledger, payees, runs
from werkfluss.engagement.models import BankAccount, Claim, EarlyPayment, PaymentRun
from werkfluss.formats import camt
from werkfluss.formats.sepa import shown_iban
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Broken
from werkfluss.kernel.money import Money
from werkfluss.org.models import Organisation, User
from werkfluss.web import today
from werkfluss.web.access import FORM, WRITE, FirmRequest, as_uuid, firm_page
from werkfluss.web.downloads import as_download
from werkfluss.web.forms.law import here
from werkfluss.web.forms.payments import AccountForm, StatementForm, day_of
from werkfluss.web.payment_view import due_list, earliest_run_day


def payments(request: FirmRequest) -> HttpResponse:
    """What is due with what it waits for, the accounts that wait for a second person, and the runs."""
    rows = due_list(request.actor, on=clock.today())
    ready = [row for row in rows if row.now]
    found = list(runs.runs().prefetch_related("items")[:20])
    context = {
        "rows": rows,
        "total": Money.from_cents(sum(row.amount.cents for row in ready)),
        "ready": len(ready),
        "run_day": earliest_run_day(),
        "runs": [(run, Money.from_cents(sum(item.cents for item in run.items.all()))) for run in found],
        "accounts": [(account, shown_iban(account.iban)) for account in payees.accounts_to_confirm()],
        "actor_id": request.actor.id,
        "heads": [
            ("text", _("Choose")),
            ("text", _("Invoice")),
            ("text", _("Payee")),
            ("money", _("Amount")),
            ("date", _("Due")),
            ("text", _("Waits for")),
        ],
        "own": payees.confirmed_account(None),
        "asked": [
            (one, Money.from_cents(one.discount_cents, one.claim.currency)) for one in early.open_requests()[:20]
        ],
        "today": clock.today(),
    }
    return render(request, "payments/list.html", context)


def payment_prepare(request: FirmRequest) -> HttpResponse:
    day = day_of(request.POST.get("day", ""))
    keys = [as_uuid(key) for key in request.POST.getlist("claim")]
    run = runs.prepare_run(Claim.objects.filter(pk__in=keys), execute_on=day, by=request.actor)
    messages.success(request, _("The run is prepared. Another person releases it."))
    return redirect("payment_run", firm=request.org.slug, pk=run.pk)


def payment_run(request: FirmRequest, pk: UUID) -> HttpResponse:
    run = _run(pk)
    items = list(run.items.select_related("account", "claim__order__resource"))
    people = User.objects.filter(pk__in=[key for key in (run.prepared_by, run.released_by) if key])
    names: dict[UUID | None, str] = {user.pk: user.name for user in people}
    context = {
        "run": run,
        "items": [(item, shown_iban(item.account.iban), Money.from_cents(item.cents)) for item in items],
        "total": Money.from_cents(sum(item.cents for item in items)),
        "prepared_by": names.get(run.prepared_by, ""),
        "released_by": names.get(run.released_by, ""),
        "is_own": run.prepared_by == request.actor.id,
        "today": clock.today(),
    }
    return render(request, "payments/run.html", context)


def _run(pk: UUID) -> PaymentRun:
    return get_object_or_404(runs.runs().select_related("org"), pk=pk)


def payment_release(request: FirmRequest, pk: UUID) -> HttpResponse:
    runs.release_run(_run(pk), by=request.actor)
    messages.success(request, _("Released. The payment file is ready to be handed to the bank."))
    return redirect("payment_run", firm=request.org.slug, pk=pk)


def payment_paid(request: FirmRequest, pk: UUID) -> HttpResponse:
    runs.confirm_paid(_run(pk), paid_on=day_of(request.POST.get("day", "")), by=request.actor)
    messages.success(request, _("Noted as paid. Everybody who gets money has been told."))
    return redirect("payment_run", firm=request.org.slug, pk=pk)


def payment_drop(request: FirmRequest, pk: UUID) -> HttpResponse:
    runs.drop_run(_run(pk), reason=request.POST.get("reason", ""), by=request.actor)
    messages.success(request, _("The run has been dropped; its payments are due again."))
    return redirect("payments", firm=request.org.slug)


def payment_file(_request: FirmRequest, pk: UUID) -> HttpResponse:
    """The file as it was released: the bytes are compared with the digest of the release."""
    run = _run(pk)
    data = runs.payment_file(run)
    assert run.file is not None  # its bytes are there
    return as_download(run.file, data)


def payment_bookings(_request: FirmRequest, pk: UUID) -> HttpResponse:
    """The booking proposal of a run for the tax adviser (EXTF)."""
    run = _run(pk)
    response = HttpResponse(ledger.batch_of(run), content_type="text/csv")
    name = f"EXTF_Zahllauf_{run.number}.csv"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def payment_statement(request: FirmRequest) -> HttpResponse:
    """What the bank has booked: runs are noted as paid by its statement. The file is not kept."""
    form = StatementForm(request.POST or None, request.FILES or None)
    found = None
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            read = camt.read(file.read(), filename=file.name)
        except Broken as error:
            form.add_error("file", f"{here(error.fault.cause)} {here(error.fault.next_step)}")
        else:
            found = bank_statements.take_statement(read, by=request.actor)
    bad = form.is_bound and not form.is_valid()
    context = {"form": form, "found": found}
    return render(request, "payments/statement.html", context, status=422 if bad else 200)


def payment_outside(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Paid at the bank by hand, where SEPA does not reach."""
    day = day_of(request.POST.get("day", ""))
    runs.pay_outside(get_object_or_404(Claim, pk=pk), paid_on=day, by=request.actor)
    messages.success(request, _("Noted as paid."))
    return redirect("payments", firm=request.org.slug)


def payment_early(request: FirmRequest, pk: UUID) -> HttpResponse:
    granted = request.POST.get("answer") == "granted"
    early.answer_request(get_object_or_404(EarlyPayment, pk=pk), granted=granted, by=request.actor)
    messages.success(request, _("The external has been told."))
    return redirect("payments", firm=request.org.slug)


def payment_account(request: FirmRequest) -> HttpResponse:
    """The firm's own account."""
    name = Organisation.objects.get(pk=request.org.pk).name
    form = AccountForm(request.POST or None, initial={"holder": name[:70]})
    if not form.is_valid():
        return render(request, "payments/account.html", {"form": form}, status=422 if form.is_bound else 200)
    given = form.cleaned_data
    payees.enter_account(None, iban=given["iban"], holder=given["holder"], bic=given["bic"], by=request.actor)
    messages.success(request, _("Entered. A second person confirms it before money leaves it."))
    return redirect("payments", firm=request.org.slug)


def payment_account_decide(request: FirmRequest, pk: UUID) -> HttpResponse:
    account = get_object_or_404(BankAccount, pk=pk)
    if request.POST.get("answer") == "confirm":
        payees.confirm_account(account, by=request.actor)
        messages.success(request, _("Confirmed."))
    else:
        payees.refuse_account(account, by=request.actor)
        messages.success(request, _("Refused. What was confirmed before stays in use."))
    return redirect("payments", firm=request.org.slug)


@today.answers("mine")
def payments_waiting(request: FirmRequest) -> list[today.Item]:
    """Runs that wait for this person's release, and accounts for a second look."""
    if not request.actor.may("payment.prepare"):
        return []
    firm = {"firm": request.org.slug}
    found = []
    if request.actor.may("payment.release"):
        waiting = runs.runs().filter(state="prepared").exclude(prepared_by=request.actor.id)[:20]
        found = [
            today.Item(
                _("Payment run %(number)s") % {"number": run.number},
                reverse("payment_run", kwargs={**firm, "pk": run.pk}),
                why=_("waits for a second person"),
                action=_("Release"),
            )
            for run in waiting
        ]
    accounts = payees.accounts_to_confirm().exclude(entered_by=request.actor.id)[:20]
    return found + [
        today.Item(
            account.holder,
            reverse("payments", kwargs=firm),
            why=_("bank details to confirm"),
            action=_("Compare"),
            tone="caution" if account.is_change else "open",
            word=_("changed") if account.is_change else _("new"),
        )
        for account in accounts
    ]


urlpatterns = [
    firm_page("payments/", payments, permission="payment.read"),
    firm_page("payments/prepare/", payment_prepare, permission="payment.prepare", methods=WRITE),
    firm_page("payments/statement/", payment_statement, permission="payment.prepare", methods=FORM),
    firm_page("payments/account/", payment_account, permission="payment.prepare", methods=FORM),
    firm_page("payments/accounts/<uuid:pk>/", payment_account_decide, permission="payment.prepare", methods=WRITE),
    firm_page("payments/early/<uuid:pk>/", payment_early, permission="payment.prepare", methods=WRITE),
    firm_page("payments/claims/<uuid:pk>/outside/", payment_outside, permission="payment.release", methods=WRITE),
    firm_page("payments/<uuid:pk>/", payment_run, permission="payment.read"),
    firm_page("payments/<uuid:pk>/release/", payment_release, permission="payment.release", methods=WRITE),
    firm_page("payments/<uuid:pk>/paid/", payment_paid, permission="payment.prepare", methods=WRITE),
    firm_page("payments/<uuid:pk>/drop/", payment_drop, permission="payment.release", methods=WRITE),
    firm_page("payments/<uuid:pk>/file/", payment_file, permission="payment.read"),
    firm_page("payments/<uuid:pk>/bookings/", payment_bookings, permission="payment.read"),
]
