"""The example firm's orders: one finished, with its invoice; one offered, for the user to try."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from werkfluss.cli.example_firm import files
from werkfluss.cli.example_firm.people import ExampleFirm
from werkfluss.engagement.clauses import FAIR
from werkfluss.engagement.domain import deliveries, offers, orders
from werkfluss.kernel import clock


def give_orders(firm: ExampleFirm) -> None:
    """Everything goes the way it goes in life: offered, accepted, delivered, accepted, billed."""
    with firm.on_its_day():
        _finished(firm)
        _offered(firm)


def _finished(firm: ExampleFirm) -> None:
    person = firm.resources["f-albrecht"]
    with firm.inside("lead") as by:
        order = orders.draft_order(
            person,
            title="Lastenheft ERP prüfen",
            brief=(
                "Das Lastenheft für die ERP-Umstellung wird auf Lücken, Widersprüche und Prüfbarkeit gelesen.\n"
                "Wann und wo, entscheidet der Auftragnehmer."
            ),
            criteria=["Jede Anforderung ist bewertet", "Offene Punkte stehen mit Vorschlag in einer Liste"],
            price_cents=168_000,
            first_day=firm.today - timedelta(days=10),
            last_day=firm.today - timedelta(days=2),
            data_class="internal",
            payment_days=14,
            clauses=dict(FAIR),
            self_billing_agreed_on=firm.today - timedelta(days=13),
            by=by,
        )
        offer = orders.send_offer(order, by=by)
    with firm.external("f-albrecht") as by:
        offers.accept_offer(offer, by=by)
        delivery = deliveries.deliver_order(
            order,
            text="Alle 214 Anforderungen sind bewertet; 17 offene Punkte stehen mit Vorschlag in der Liste.",
            files=[("Offene-Punkte.csv", b"Nr.;Anforderung;Vorschlag\n1;3.2.4;Menge und Frist nennen\n")],
            by=by,
        )
    with firm.inside("lead") as by:
        deliveries.accept_delivery(delivery, met=[True] * len(order.criteria), by=by)


def _offered(firm: ExampleFirm) -> None:
    given = files.freelancer_order()
    terms, billing = given.order, given.self_billing
    with firm.inside("lead") as by:
        order = orders.draft_order(
            firm.resources[terms.freelancer],
            title=terms.title.de,
            brief=f"{terms.brief}\n\n{terms.outcome}",
            criteria=terms.acceptance_criteria,
            price_kind=terms.price.kind,
            price_cents=int(terms.price.amount * 100),
            currency=terms.price.currency,
            first_day=terms.window.first_day,
            last_day=terms.window.last_day,
            data_class=terms.data_class,
            payment_days=terms.payment_days,
            clauses=dict(FAIR),
            self_billing=billing.agreed,
            self_billing_agreed_on=billing.agreed_on if billing.agreed else None,
            by=by,
        )
        orders.release_file(
            order,
            content=b"Deutsch;Englisch\nSpannfutter;chuck\nNot-Halt;emergency stop\n",
            filename="Terminologie.csv",
            by=by,
        )
        wanted = datetime.combine(terms.answer_by, time(18), clock.FIRM_ZONE)
        latest = clock.now() + timedelta(days=orders.ANSWER_DAYS)
        # On another day than the example's own, the usual time to answer applies.
        orders.send_offer(order, answer_by=wanted if clock.now() < wanted <= latest else None, by=by)
