"""The way to the money on the pages: nothing is typed from acceptance to the payment file; outsiders see nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from lxml import etree
from lxml.html import HtmlElement, document_fromstring

from tests.web.samples.cases import _offered
from tests.web.samples.objections import billed
from tests.web.samples.payments import THEIR_IBAN, claim, own_account, released_run
from tests.web.world import World
from werkfluss.engagement.models import BankAccount, Claim, PaymentRun
from werkfluss.formats import sepa
from werkfluss.org.models import User
from werkfluss.org.roles import Role

Browser = Callable[[User | None], Client]
_TYPED = {"text", "number", "email", "tel", "password", "search", "url"}


def url(name: str, world: World, **more: object) -> str:
    return reverse(name, kwargs={"firm": world.org.slug, **more})


def form_at(page: str, action: str) -> tuple[dict[str, list[str]], int]:
    """What the form to ``action`` sends as it stands, and how many of its fields somebody would have to type."""
    root = document_fromstring(page)
    (form,) = root.xpath("//form[@method='post'][@action=$to]", to=action)
    own: list[HtmlElement] = form.xpath(".//input | .//textarea | .//select")
    if form.get("id"):
        own += root.xpath("//input[@form=$id]", id=form.get("id"))
    sent: dict[str, list[str]] = {}
    typed = 0
    for field in own:
        name, kind = field.get("name"), field.get("type", "text")
        if not name or name == "csrfmiddlewaretoken":
            continue
        value = field.get("value") or (field.text if field.tag == "textarea" else "") or ""
        if kind in {"checkbox", "radio"} and field.get("checked") is None:
            continue
        if field.get("required") is not None and not value and kind in _TYPED | {"date"}:
            typed += 1
        sent.setdefault(name, []).append(value)
    return sent, typed


def test_from_acceptance_to_the_payment_file_nothing_is_typed(world: World, browser: Browser) -> None:
    """Ticking criteria and pressing buttons are decisions; the fields somebody must fill are counted, and are none."""
    lead, director = browser(world.users[Role.LEAD]), browser(world.users[Role.MANAGING_DIRECTOR])
    with world.open():
        own_account(world)
        paid_before = billed(world)  # whoever was paid once is known with everything, and works again
        entered = BankAccount.objects.create(
            resource=paid_before.order.resource,
            holder="Marlene Fuchs",
            iban=THEIR_IBAN,
            state="confirmed",
            entered_at=paid_before.created_at,
            is_change=False,
            usable_from=date(2026, 1, 1),
        )
        from werkfluss.engagement.domain import deliveries, offers, orders

        order, freelancer = _offered(world), world.actors[Role.FREELANCER]
        offer = orders.open_offer(order)
        assert offer is not None
        offers.accept_offer(offer, by=freelancer)
        order.refresh_from_db()
        deliveries.deliver_order(order, text="Fertig", by=freelancer)
    typed = 0
    page, accept = url("order", world, pk=order.pk), url("order_accept", world, pk=order.pk)
    sent, count = form_at(lead.get(page).content.decode(), accept)
    typed += count
    sent |= {"met": [str(index) for index in range(len(order.criteria))], "answer": ["accept"]}
    assert lead.post(accept, sent).status_code == 302
    listing, prepare = url("payments", world), url("payment_prepare", world)
    text = lead.get(listing).content.decode()
    sent, count = form_at(text, prepare)
    typed += count
    with world.open():
        owed = Claim.objects.get(order=order)
        sent["claim"] = [str(owed.pk)]  # ticked by hand where it is not due this week
    answer = lead.post(prepare, sent)
    assert answer.status_code == 302
    with world.open():
        run = PaymentRun.objects.get(pk=answer.headers["Location"].rstrip("/").rsplit("/", 1)[-1])
    release, paid = url("payment_release", world, pk=run.pk), url("payment_paid", world, pk=run.pk)
    assert lead.post(release).status_code == 422  # not who prepared it
    sent, count = form_at(director.get(answer.headers["Location"]).content.decode(), release)
    typed += count
    assert director.post(release, sent).status_code == 302
    file = director.get(url("payment_file", world, pk=run.pk))
    root = etree.fromstring(file.content)
    assert sepa.schema_fault(root) is None
    assert entered.iban.encode() in file.content
    assert owed.number.encode() in file.content
    sent, count = form_at(lead.get(answer.headers["Location"]).content.decode(), paid)
    typed += count
    assert lead.post(paid, sent).status_code == 302
    with world.open():
        owed.refresh_from_db()
        assert owed.state == "paid"
    assert typed == 0
    mine = browser(world.users[Role.FREELANCER]).get(url("my_order", world, pk=order.pk)).content.decode()
    assert "Überwiesen am" in mine


def test_external_sees_the_day_and_enters_an_account(world: World, browser: Browser) -> None:
    with world.open():
        owed = claim(world)
    freelancer = browser(world.users[Role.FREELANCER])
    text = freelancer.get(url("my_order", world, pk=owed.order_id)).content.decode()
    assert "spätestens am" in text
    assert "… 1511" in text
    page = url("my_order_account", world, pk=owed.order_id)
    bad = freelancer.post(page, {"holder": "M. Fuchs", "iban": "DE00 1234", "bic": ""})
    assert bad.status_code == 422
    assert freelancer.post(page, {"holder": "M. Fuchs", "iban": "AT611904300234573201", "bic": ""}).status_code == 302
    with world.open():
        entered = BankAccount.objects.get(state="proposed")
    assert (entered.iban, entered.is_change) == ("AT611904300234573201", True)
    shown = browser(world.users[Role.LEAD]).get(url("payments", world)).content.decode()
    assert "AT61 1904 3002 3457 3201" in shown


def test_upload_that_is_no_invoice_says_what_to_do(world: World, browser: Browser) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    with world.open():
        owed = claim(world)
    page = url("my_order_invoice", world, pk=owed.order_id)
    file = SimpleUploadedFile("rechnung.pdf", b"%PDF-1.4 <script>alert(1)</script>")
    answer = browser(world.users[Role.FREELANCER]).post(page, {"file": file})
    assert answer.status_code == 422
    assert "<script>alert" not in answer.content.decode()


def test_levies_are_there_as_page_list_and_report(world: World, browser: Browser) -> None:
    with world.open():
        claim(world)
    lead, page = browser(world.users[Role.LEAD]), url("payment_levies", world)
    assert "Künstlersozialabgabe" in lead.get(page).content.decode()
    assert lead.get(f"{page}?format=csv").content.startswith("\ufeffArt;".encode())
    assert lead.get(f"{page}?format=pdf").content.startswith(b"%PDF")
    for wrong in ("1990", "abc", "2999", "²"):
        assert lead.get(page, {"year": wrong}).status_code == 404


@pytest.mark.parametrize("role", [Role.FREELANCER, Role.EMPLOYEE, Role.WORKS_COUNCIL])
def test_payments_are_closed_to_others(role: Role, world: World, browser: Browser) -> None:
    with world.open():
        key = released_run(world)["pk"]
    client = browser(world.users[role])
    for name, more in (("payments", {}), ("payment_run", {"pk": key}), ("payment_file", {"pk": key})):
        assert client.get(url(name, world, **more)).status_code == 403
