"""A firm with one agent, one person and one task with invoices."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from werkfluss.org.actor import Actor
    from werkfluss.work.models import Assignment

DAY = date(2026, 11, 23)


def invoice(
    number: str,
    *,
    name: str = "Kopierpapier",
    seller: str = "Papier Nord GmbH",
    price: str = "100.00",
    buyer: str = "Muster Maschinenbau GmbH",
) -> bytes:
    """A correct e-invoice (UBL) to the firm of the tests."""
    from werkfluss.formats.en16931 import model as m
    from werkfluss.formats.en16931.write import PEPPOL_BILLING, XRECHNUNG, complete
    from werkfluss.formats.en16931.write_ubl import to_ubl

    mail = m.Identifier("rechnung@papier-nord.example", "EM")
    bare = m.Invoice(
        syntax="ubl",
        id=number,
        type_code="380",
        issue_date=date(2026, 11, 3),
        currency="EUR",
        seller=m.Party(
            name=seller,
            vat_id="DE123456788",
            electronic_address=mail,
            address=m.Address(line1="Hafen 1", postcode="24103", city="Kiel", country="DE"),
            contact=m.Contact("Anna Nord", "+49 431 1000", "rechnung@papier-nord.example"),
        ),
        buyer=m.Party(
            name=buyer,
            electronic_address=m.Identifier("post@muster.example", "EM"),
            address=m.Address(line1="Werkstraße 1", postcode="34117", city="Kassel", country="DE"),
        ),
        totals=m.Totals(),
        lines=(
            m.Line(
                id="1",
                net=None,
                name=name,
                quantity=Decimal(1),
                unit="C62",
                price=Decimal(price),
                vat_category="S",
                vat_rate=Decimal(19),
            ),
        ),
        vat=(),
        profile=XRECHNUNG,
        process=PEPPOL_BILLING,
        due_date=date(2026, 12, 3),
        delivery=m.Delivery(day=date(2026, 11, 2)),
        references=m.References(buyer="Einkauf"),
        payment=m.Payment(means_code="58", accounts=(m.Account("DE89370400440532013000", seller),)),
    )
    return to_ubl(complete(bare))


@pytest.fixture
def make_invoice() -> Callable[..., bytes]:
    return invoice


@pytest.fixture
def agent_work(
    director: Actor, acting_in: Callable[[Actor], AbstractContextManager[Actor]]
) -> Callable[..., Assignment]:
    """``agent_work(files={"a.xml": bytes}, **file)``: an assignment of an agent, and its file with ``file`` changed."""

    def make(files: dict[str, bytes] | None = None, **changes: Any) -> Assignment:
        from werkfluss.evidence.domain.documents import keep_file
        from werkfluss.org.models import User
        from werkfluss.work.domain import tasks
        from werkfluss.work.models import Assignment
        from werkfluss.workforce.domain import resources
        from werkfluss.workforce.models import Kind

        with acting_in(director) as by:
            rate = resources.set_rate(name="Agent", cents_per_hour=600, by=by)
            agent = resources.add_resource(kind=Kind.AGENT, name="Rechnungs-Agent", rate=rate, by=by)
            facts = {
                "purpose": "Rechnungen vorbereiten",
                "skill_folder": "invoice_booking",
                "ai_act_class": "minimal",
                "ai_act_citation": "Art. 3 Nr. 1 KI-VO",
                "data_classes": ["internal"],
                "budget_cents_month": 4000,
                "budget_cents_run": 200,
                "label_de": "Vorschlag einer KI",
                "label_en": "Proposed by an AI",
                "expires": DAY + timedelta(days=3650),
            }
            user = User.objects.get(pk=by.id)
            resources.open_agent_file(agent, responsible=user, by=by, **{**facts, **changes})
            project = tasks.create_project(name="Rechnungen", start=DAY, by=by)
            task = tasks.create_task(
                project, title="Rechnungen buchen", ai_allowed=True, skill_folder="invoice_booking", by=by
            )
            tasks.fill_task(task, criteria=["Jede Rechnung hat einen Vorschlag"])
            default = {"a.xml": invoice("R-1"), "b.xml": invoice("R-2", price="50.00")}
            for name, content in (default if files is None else files).items():
                keep_file(content, filename=name, belongs_to=task, by=by)
            task.edit(state="assigned")
            return Assignment.objects.create(task=task, resource=agent, first_day=DAY, last_day=DAY, assigned_by=by.id)

    return make


@pytest.fixture
def in_the_firm(
    director: Actor, acting_in: Callable[[Actor], AbstractContextManager[Actor]]
) -> Callable[[], AbstractContextManager[Actor]]:
    """Opens the firm as its director, for a block."""
    return lambda: acting_in(director)
