"""Papers for authorities as their pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from werkfluss.care.authority import paper_forms
from werkfluss.care.authority.sheets import Sheet, forms_for, sheet_of
from werkfluss.care.authority.subjects import Known, Subject
from werkfluss.care.domain.authority_papers import PACKAGE, own_papers, papers_about
from werkfluss.care.models import AuthorityPaper
from werkfluss.care.rules import expat_cases
from werkfluss.engagement.domain import orders
from werkfluss.engagement.models import Order
from werkfluss.kernel import clock
from werkfluss.kernel.money import Money
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.web import people_view
from werkfluss.web.forms.law import here
from werkfluss.workforce.models import Resource

_PACKAGE = Text("Behördenpaket (ZIP)", "Package for authorities (ZIP)")


def subject_named(about: str, pk: UUID) -> Subject:
    """The subject an address names.

    Raises:
        Http404: there is none, or details of the person are locked.
    """
    if about == "case":
        expat = get_object_or_404(expat_cases().select_related("org"), pk=pk)
        return Subject(expat.person, expat)
    if about == "order":
        return of_order(get_object_or_404(orders.orders(), pk=pk))
    if about == "person":
        person = get_object_or_404(Resource, pk=pk)
        if not people_view.is_locked(person):
            return Subject(person)
    raise Http404


def of_order(order: Order) -> Subject:
    """An order as the room of care may know it: its rows as plain values."""
    source = Text(f"Auftrag {order.number}", f"order {order.number}")
    price = Money.from_cents(order.price_cents, order.currency).rounded().amount
    fixed = order.price_kind == "fixed"
    said = Text("Festpreis", "fixed price") if fixed else Text("nach Stunden, höchstens", "by the hour, at most")
    values = {
        "title": order.title,
        "brief": order.brief,
        "first_day": order.first_day,
        "last_day": order.last_day,
        "price": Text(f"{price} {order.currency} netto, {said.de}", f"{order.currency} {price} net, {said.en}"),
    }
    return Subject(
        order.resource, about=order, rows={f"order.{key}": Known(value, source) for key, value in values.items()}
    )


def names_of(subject: Subject) -> tuple[str, UUID]:
    """How an address names a subject."""
    return subject.kind, subject.about_key or subject.person.pk


def subject_of(paper: AuthorityPaper) -> Subject:
    """The subject a paper was made for."""
    if paper.expat_case_id is not None:
        return subject_named("case", paper.expat_case_id)
    if paper.about_id is not None:
        return subject_named("order", paper.about_id)
    return subject_named("person", paper.person_id)


def back_to(subject: Subject, firm: str) -> tuple[str, str]:
    """Address and name of the page a subject has."""
    page = {"case": "care_case", "order": "order", "person": "person"}[subject.kind]
    label = str(_("Order")) if subject.kind == "order" else subject.person.name
    return reverse(page, kwargs={"firm": firm, "pk": names_of(subject)[1]}), label


@dataclass(frozen=True, slots=True)
class Offered:
    """A kind of paper with its state for a subject; ``made`` is the last version."""

    sheet: Sheet
    made: AuthorityPaper | None
    url: str

    @property
    def missing(self) -> int:
        return len(self.sheet.missing)


def offered(subject: Subject, firm: str) -> list[Offered]:
    """Every kind of paper for this subject, with the last one made."""
    on = clock.today()
    last: dict[str, AuthorityPaper] = {}
    for paper in papers_about(subject):
        last.setdefault(paper.kind, paper)
    about, pk = names_of(subject)
    return [
        Offered(
            sheet_of(subject, form.id, on=on),
            last.get(form.id),
            reverse("authority_paper", kwargs={"firm": firm, "about": about, "pk": pk, "kind": form.id}),
        )
        for form in forms_for(subject)
    ]


def kind_word(kind: str) -> str:
    return here(_PACKAGE if kind == PACKAGE else paper_forms()[kind].title)


def kinds() -> list[tuple[str, Any]]:
    return [(kind, kind_word(kind)) for kind in (*paper_forms(), PACKAGE)]


def own_of(actor: Actor) -> list[tuple[str, AuthorityPaper]]:
    """The last version of each own paper that is made to be shown to the person, for each case or order."""
    if actor.kind is not ActorKind.USER or actor.id is None:
        return []
    shown = [form.id for form in paper_forms().values() if form.shown_to_person]
    last: dict[tuple[UUID | str | None, ...], AuthorityPaper] = {}
    # Who was a freelancer and is an employee now is there twice.
    for person in Resource.objects.filter(user_id=actor.id):
        for paper in own_papers(person, shown):
            last.setdefault((person.pk, paper.kind, paper.expat_case_id, paper.about_id), paper)
    return [(kind_word(paper.kind), paper) for paper in last.values()]
