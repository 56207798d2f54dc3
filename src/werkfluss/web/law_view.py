"""Stored checks as people read them: who may see which; and what stays off until the works council has agreed."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from werkfluss.compliance.domain import go_live
from werkfluss.compliance.models import Check
from werkfluss.kernel import clock
from werkfluss.org.actor import Actor
from werkfluss.org.models import Entry
from werkfluss.web.access import FirmRequest
from werkfluss.work.models import Case
from werkfluss.workforce.models import Kind, Resource

MADE = "compliance.checks.made"
SHOWN_CHECKS = 8
_STATUTES = ("AufenthG", "BeschV", "883/2004", "SGB IV")
# What only those who keep the personnel file may see; the law then answers without it.
PAY_FACTS = frozenset(
    {"salary", "age", "gross", "monthly_pay", "annual_pay", "pay_month", "pay_year"}
    | {"church_tax", "tax_class", "health", "private_health_premium", "private_care_premium"}
)


def locked(function: str = "law_checks") -> bool:
    """Whether a person-related function waits for the works council (s. 87(1) no. 6 BetrVG), as the law says today.

    ``function`` is an id of the pack's list: ``law_checks`` (checks, papers, the page of an employee),
    ``qualifications``, ``allocation``, ``task_times``, …
    """
    return go_live.is_locked(function, on=clock.today())


def an_employee() -> str:
    """What stands in the place of a name that stays off."""
    return _("an employee")


def unname(resources: Iterable[Resource | None], function: str) -> None:
    """Put a word in the place of the names of employees as long as the works council has not agreed. One query.

    The name is replaced on the rows as they were read, so that no template can show it by mistake; do not save them.
    """
    staff = [one for one in resources if one is not None and one.kind == Kind.EMPLOYEE]
    if staff and locked(function):
        for one in staff:
            one.name = an_employee()


def unname_cases(rows: Iterable[Case], actor: Actor) -> None:
    """The titles of care cases without the person, until the works council has agreed.

    HR sees the name: a residence case is how the employer keeps its duties (s. 4a(5) AufenthG), and the papers and
    steps cannot be seen to otherwise. Whoever only looks on needs no name for that.
    """
    care = [row for row in rows if row.subject_type == "care.expatcase"]
    if care and not actor.may("care.write") and locked("care_cases"):
        for row in care:
            row.title = f"{row.title.partition(':')[0]}: {an_employee()}"


def must_be_kept(actor: Actor, basis: str) -> bool:
    """Whether this person has to keep a deadline of which a statute leaves the employer no choice, name and all.

    Residence title (s. 4a(5) s. 3 AufenthG), A1 and social security: where a statute decides there is nothing to
    determine together (s. 87(1) first half-sentence BetrVG), and the duty falls on those who write deadlines.
    """
    return actor.may("deadline.write") and any(act in basis for act in _STATUTES)


def kept_rows(actor: Actor) -> Q:
    """The deadlines of which ``must_be_kept`` holds."""
    found = Q(pk__in=[])
    for act in _STATUTES if actor.may("deadline.write") else ():
        found |= Q(basis__contains=act)
    return found


def check_for(request: FirmRequest, pk: UUID) -> Check:
    """A stored check, for those who see people's data, and for whoever asked for it.

    Raises:
        Http404: there is none, or it is not this person's to see.
    """
    check = Check.objects.filter(pk=pk).first()
    if check is None or not (request.actor.may("people.read") or _own(request, [check.pk])):
        raise Http404
    return check


def recent_checks(request: FirmRequest) -> list[Check]:
    """The latest checks that this person asked for."""
    keys = _own(request, None)
    return list(Check.objects.filter(pk__in=keys).order_by("-created_at")) if keys else []


def _own(request: FirmRequest, keys: list[UUID] | None) -> list[UUID]:
    rows = Entry.objects.filter(kind=MADE, actor_id=request.actor.id).order_by("-seq")
    if keys is not None:
        rows = rows.filter(object_id__in=keys)
    return list(rows.values_list("object_id", flat=True)[:SHOWN_CHECKS])
