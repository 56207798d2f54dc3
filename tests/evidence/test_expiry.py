"""Every rule of the register is carried out: on the last day of its period a row stays, on the next it goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from django.contrib.sessions.models import Session
from django.db import models
from hypothesis import given
from hypothesis import strategies as st

from tests.evidence import rows
from tests.evidence.conftest import Done
from werkfluss.agents.models import AiUse, AiUser, Run, Training
from werkfluss.agents.models import Paper as AiPaper
from werkfluss.care.models import AuthorityPaper, ExpatCase, FormEntry
from werkfluss.compliance.domain.facts import record_fact
from werkfluss.compliance.models import Check, Condition, Deadline, Fact
from werkfluss.engagement.models import Acceptance as Protocol
from werkfluss.engagement.models import (
    AcceptancePeriod,
    BankAccount,
    Claim,
    Contract,
    Declaration,
    Delivery,
    EarlyPayment,
    Measure,
    Objection,
    Offer,
    Order,
    OrderMessage,
    Outreach,
    PassportConsent,
    PassportPaper,
    PassportRequest,
    PaymentItem,
    PaymentRun,
    Pulse,
    PulseTicket,
    ReceivedInvoice,
    SelfBilledInvoice,
    StatusFile,
    Talent,
)
from werkfluss.evidence.domain import retention
from werkfluss.evidence.domain.documents import keep_file
from werkfluss.evidence.models import Blob, Document, Hold, ImportBatch
from werkfluss.evidence.retention import Counted, register
from werkfluss.kernel import clock
from werkfluss.kernel.ids import new_id
from werkfluss.law import api as law
from werkfluss.org import chain
from werkfluss.org.actor import Actor
from werkfluss.org.domain.firms import next_number
from werkfluss.org.models import (
    Entry,
    FeedToken,
    Invitation,
    LoginLink,
    Membership,
    Organisation,
    OutgoingMail,
    Payload,
    User,
)
from werkfluss.work.models import (
    Acceptance,
    Assignment,
    Case,
    CaseMessage,
    Plan,
    ProcessDefinition,
    Project,
    Result,
    ResultItem,
    Substitution,
    Task,
)
from werkfluss.workforce.models import (
    Absence,
    BusyInterval,
    Kind,
    Paper,
    Rate,
    Resource,
    ResourceSkill,
    Share,
    Skill,
    WorkingTime,
)

Acting = Callable[[Actor], AbstractContextManager[Actor]]
pytestmark = pytest.mark.usefixtures("db")

EVENT = date(2020, 3, 17)
AT = datetime(2020, 3, 17, 11, tzinfo=UTC)
DAY = timedelta(days=1)
# The last day on which something is kept whose event was on 17 March 2020; by hand, from FACTS and the register.
UNTIL = rows.UNTIL | {
    "agents.run_log": date(2023, 12, 31),
    "care.hire": date(2023, 12, 31),
    "compliance.checked": date(2023, 12, 31),
    "compliance.due": date(2023, 12, 31),
    "compliance.fact": date(2023, 12, 31),
    "compliance.status": date(2025, 12, 31),
    "agents.inventory": date(2023, 12, 31),
    "agents.literacy": date(2023, 12, 31),
    "agents.paper": date(2023, 12, 31),
    "care.authority_paper": date(2023, 12, 31),
    "care.form_entry": date(2020, 9, 17),
    "compliance.title": date(2020, 9, 17),
    "compliance.verdict": date(2025, 12, 31),
    "engagement.answer": date(2020, 9, 17),
    "engagement.asked": date(2020, 9, 17),
    "engagement.consent": date(2023, 3, 17),
    "engagement.invoice": date(2028, 12, 31),
    "engagement.measure": date(2023, 3, 17),
    "engagement.objection": date(2023, 3, 17),
    "engagement.order": date(2026, 12, 31),
    "engagement.passport": date(2020, 4, 17),
    "engagement.status": date(2025, 12, 31),
    "engagement.talent": date(2020, 3, 17),
    "engagement.ticket": date(2020, 3, 17),
    "engagement.unagreed": date(2020, 9, 17),
    "evidence.book": date(2030, 12, 31),
    "evidence.hold": date(2023, 12, 31),
    "evidence.import": date(2021, 3, 17),
    "evidence.invoice": date(2028, 12, 31),
    "evidence.letter": date(2026, 12, 31),
    "evidence.loose": date(2021, 3, 17),
    "evidence.voucher": date(2028, 12, 31),
    "org.account": date(2020, 9, 17),
    "org.chain": date(2030, 12, 31),
    "org.mail": date(2020, 6, 17),
    "org.membership": date(2023, 12, 31),
    "org.short": date(2020, 3, 17),
    "work.booking": date(2028, 12, 31),
    "work.case": date(2023, 12, 31),
    "work.given": date(2023, 12, 31),
    "work.message": date(2021, 3, 17),
    "work.plan": date(2021, 3, 17),
    "work.project": date(2023, 12, 31),
    "work.result": date(2023, 12, 31),
    "work.substitution": date(2021, 3, 17),
    "workforce.absence": date(2021, 3, 17),
    "workforce.busy": date(2020, 3, 17),
    "workforce.declared": date(2020, 3, 17),
    "workforce.paper": date(2023, 12, 31),
    "workforce.person": date(2023, 12, 31),
    "workforce.social": date(2025, 12, 31),
    "workforce.title_copy": date(2020, 9, 17),
}


class Maker:
    """Makes one row per table and rule whose event was on ``EVENT``."""

    def __init__(self, done: Done, by: Actor) -> None:
        self.done, self.by = done, by

    def person(self, kind: Kind = Kind.EMPLOYEE) -> Resource:
        rate, _ = Rate.objects.get_or_create(name="Probe", defaults={"cents_per_hour": 1})
        number = next_number("resource")
        return Resource.objects.create(
            number=number, kind=kind, name=f"Ehemals {number}", sort_key="e", rate=rate, active_to=EVENT + DAY
        )

    def file(self, **columns: Any) -> Document:
        document = keep_file(new_id().bytes, filename="datei.txt", by=self.by)
        return self.dated(document, **columns)

    @staticmethod
    def dated(row: Any, **columns: Any) -> Any:
        type(row)._default_manager.filter(pk=row.pk).update(created_at=AT, **columns)
        return row

    def fact(self, name: str) -> Fact:
        subject = self.person()
        return Fact.objects.create(
            subject_type="workforce.resource",
            subject_id=subject.pk,
            name=name,
            value="x",
            source="Akte",
            valid_from=date(2019, 1, 1),
        )

    def ai_use(self, **columns: Any) -> AiUse:
        return AiUse.objects.create(
            number=next_number("ai_use"),
            name="x",
            purpose="x",
            responsible=self.user(),
            used_from=date(2019, 1, 1),
            next_review=EVENT,
            **columns,
        )

    def check(self, **columns: Any) -> Check:
        row = Check.objects.create(
            rule="x",
            on=EVENT,
            facts_digest=new_id().bytes * 2,
            pack_version="1",
            outcome="allowed",
            verdict={},
            **columns,
        )
        return self.dated(row)  # type: ignore[no-any-return]

    def condition(self, code: str) -> Condition:
        return Condition.objects.create(
            check_ref=self.check(),
            subject_type="workforce.resource",
            subject_id=self.person().pk,
            code=code,
            text_de="x",
            text_en="x",
            state="done",
            done_at=AT,
        )

    def deadline(self, code: str) -> Deadline:
        return Deadline.objects.create(
            code=code,
            subject_type="workforce.resource",
            subject_id=new_id(),
            title_de="x",
            title_en="x",
            due=EVENT,
            start_by=EVENT,
            who="hr",
            basis="x",
            state="done",
            done_at=AT,
        )

    def order(self, state: str = Order.State.BILLED, *, agreed: bool = True) -> Order:
        person = self.person(Kind.FREELANCER)
        Resource.objects.filter(pk=person.pk).update(active_to=None)
        order = Order.objects.create(
            number=next_number("order"),
            resource=person,
            title="Anleitung",
            brief="Text",
            price_kind="fixed",
            price_cents=1,
            first_day=EVENT,
            last_day=EVENT,
            state=state,
        )
        if agreed:
            Offer.objects.create(order=order, revision=1, terms={}, state="accepted", answer_by=AT, answered_at=AT)
        return self.dated(order)  # type: ignore[no-any-return]

    def invoice(self) -> SelfBilledInvoice:
        xml = self.file(keep_as=Document.KeepAs.INVOICE)
        return SelfBilledInvoice.objects.create(
            number=f"G-{xml.pk}"[:30],
            order=self.order(),
            issued_on=EVENT,
            due_on=EVENT,
            net_cents=1,
            tax_cents=0,
            tax_category="S",
            xml=xml,
        )

    def project(self) -> Project:
        project = Project.objects.create(number=next_number("project"), name="Alt", start=EVENT, lead=self.user())
        return self.dated(project, state="closed")  # type: ignore[no-any-return]

    def task(self) -> Task:
        return Task.objects.create(project=self.project(), number=next_number("task"), title="Alt", brief="Frau X")

    def given(self) -> Assignment:
        return Assignment.objects.create(
            task=self.task(), resource=self.done.person, state="done", first_day=EVENT, last_day=EVENT
        )

    def result(self) -> Result:
        result = Result.objects.create(task=self.done.task, assignment=self.done.assignment, delivered_at=AT, text="x")
        Acceptance.objects.create(result=result, accepted=True, decided_at=AT)
        return result

    def item(self) -> ResultItem:
        return ResultItem.objects.create(
            result=self.result(), position=1, title="Beleg", light="sicher", decided_at=AT, source=self.file()
        )

    def case(self) -> Case:
        definition, _ = ProcessDefinition.objects.get_or_create(key="alt", defaults={"name": "Alt", "bpmn": "<x/>"})
        return Case.objects.create(
            number=next_number("case"),
            definition=definition,
            title="Alt",
            subject_type="workforce.resource",
            subject_id=new_id(),
            state="completed",
            ended_at=AT,
        )

    def plan(self) -> Plan:
        """Superseded on the day by the plan that was published then and is based on it."""
        first = Plan.objects.create(
            number=next_number("plan"), state="superseded", as_of=EVENT, published_at=AT - timedelta(days=400)
        )
        Plan.objects.create(number=next_number("plan"), state="published", as_of=EVENT, published_at=AT, based_on=first)
        return first

    def user(self, ended_at: datetime | None = None) -> User:
        user = User.objects.create_user(f"{new_id()}@muster.example", name="Ehemals Muster")
        Membership.objects.create(user=user, role="employee", ended_at=ended_at)
        return user

    def payload(self) -> Payload:
        """The entries are as old as the firm; the clock is what can be turned."""
        entry = Entry.objects.order_by("seq").first()
        assert entry is not None
        return entry.payload


def skill_of(make: Maker) -> ResourceSkill:
    skill, _ = Skill.objects.get_or_create(key="probe", defaults={"name_de": "Probe", "name_en": "sample"})
    return ResourceSkill.objects.create(resource=make.person(), skill=skill, proof=make.file())


def expat(make: Maker) -> ExpatCase:
    return ExpatCase.objects.create(
        number=next_number("expat_case"), person=make.person(), case=make.case(), route="blue_card", wished_start=EVENT
    )


def paper(kind: str) -> Callable[[Maker], Paper]:
    return lambda make: Paper.objects.create(resource=make.person(), kind=kind, document=make.file())


def unagreed(make: Maker) -> Order:
    return make.order(Order.State.DECLINED, agreed=False)


def answer(make: Maker) -> Offer:
    order = make.order(Order.State.AGREED)
    return Offer.objects.create(
        order=order, revision=2, terms={}, state="countered", answer_by=AT, answered_at=AT, note="zu weit weg"
    )


def contract(order: Order) -> Contract:
    return Contract.objects.create(number=next_number("contract"), order=order, kind="nda")


def passport_paper(**columns: Any) -> PassportPaper:
    user = User.objects.create_user(f"{new_id()}@muster.example", name="X")
    return PassportPaper.objects.create(user=user, key=new_id(), kind="a1", title="A1", **columns)


def delivery(make: Maker) -> Delivery:
    return Delivery.objects.create(order=make.order(), amount_cents=1, delivered_at=AT, state="accepted", decided_at=AT)


def protocol(make: Maker) -> Protocol:
    given = delivery(make)
    return Protocol.objects.create(
        number=next_number("protocol"), order=given.order, delivery=given, kind="full", net_cents=1, final=True,
        decided_at=AT,
    )  # fmt: skip


def claim(make: Maker) -> Claim:
    return Claim.objects.create(
        order=make.order(), number="G-1", currency="EUR", net_cents=1, gross_cents=1, due_on=EVENT, paid_on=EVENT
    )


def account(make: Maker) -> BankAccount:
    return BankAccount.objects.create(
        resource=make.person(Kind.FREELANCER), holder="X", iban="X", entered_at=AT, is_change=False
    )


def run_of_payments(make: Maker) -> PaymentRun:
    return PaymentRun.objects.create(
        number=next_number("run"), account=account(make), execute_on=EVENT, paid_on=EVENT, prepared_at=AT
    )


def payment(make: Maker) -> PaymentItem:
    run = run_of_payments(make)
    return PaymentItem.objects.create(
        run=run, claim=claim(make), account=run.account, cents=1, end_to_end="X", live=False
    )


def received(make: Maker) -> ReceivedInvoice:
    return ReceivedInvoice.objects.create(
        order=make.order(), number="1", seller_key="x", currency="EUR", net_cents=1, tax_cents=0, gross_cents=1,
        uploaded_at=AT,
    )  # fmt: skip


def ticket(make: Maker) -> PulseTicket:
    pulse = Pulse.objects.create(
        number=next_number("pulse"), audience="staff", first_day=EVENT, last_day=EVENT, invited=12, closed_at=AT
    )
    return PulseTicket.objects.create(pulse=pulse, user=make.user())


def talent(**columns: Any) -> Talent:
    return Talent.objects.create(number=next_number("talent"), name="X", added_on=EVENT, **columns)


def contact(_make: Maker) -> Outreach:
    return Outreach.objects.create(
        talent=talent(consent_until=EVENT), channel="post", outcome="allowed", language="de", done_on=EVENT
    )


def invitation(_make: Maker) -> Invitation:
    return Invitation.objects.create(email="x@muster.example", name="X", digest=new_id().bytes, expires_at=AT)


Build = Callable[[Maker], models.Model]
ROWS: dict[tuple[type[models.Model], str], Build] = rows.ROWS | {
    (Run, "agents.run_log"): lambda make: Run.objects.create(
        resource=make.done.person, key="alt", skill="x", state="done", brief={"who": "Frau X"}, ended_at=AT
    ),
    (AiUse, "agents.inventory"): lambda make: make.ai_use(used_to=EVENT + DAY),
    (AiUser, "agents.literacy"): lambda make: AiUser.objects.create(use=make.ai_use(), resource=make.person()),
    (Training, "agents.literacy"): lambda make: Training.objects.create(
        resource=make.person(), title="x", held_on=EVENT, content="x"
    ),
    (AiPaper, "agents.paper"): lambda _: AiPaper.objects.create(
        kind="guide", number=next_number("paper"), language="de", as_of=EVENT, sha256="0" * 64
    ),
    (AuthorityPaper, "care.authority_paper"): lambda make: make.dated(
        AuthorityPaper.objects.create(
            kind="registration", revision=1, person=make.done.person, content={}, digest=bytes(32), document=make.file()
        )
    ),
    (FormEntry, "care.form_entry"): lambda make: FormEntry.objects.create(
        person=make.person(), name="passport", value="X1", source="Pass", valid_from=EVENT
    ),
    (ExpatCase, "care.hire"): expat,
    (Check, "compliance.checked"): lambda make: make.check(facts={"age": 44}),
    (Check, "compliance.verdict"): lambda make: make.check(),
    (Condition, "compliance.due"): lambda make: make.condition("de/working_time/day:x"),
    (Condition, "compliance.status"): lambda make: make.condition("de/status/engagement:x"),
    (Deadline, "compliance.due"): lambda make: make.deadline("work_start"),
    (Deadline, "compliance.status"): lambda make: make.deadline("de/status/engagement:duty:x"),
    (Fact, "compliance.fact"): lambda make: make.fact("work_country"),
    (Fact, "compliance.status"): lambda make: make.fact("client_sets_hours"),
    (Fact, "compliance.title"): lambda make: make.fact("citizenship"),
    (Offer, "engagement.answer"): answer,
    (Offer, "engagement.order"): lambda make: Offer.objects.get(order=make.order()),
    (Order, "engagement.order"): lambda make: make.order(),
    (Order, "engagement.unagreed"): unagreed,
    (Contract, "engagement.order"): lambda make: contract(make.order()),
    (Contract, "engagement.unagreed"): lambda make: contract(unagreed(make)),
    (PassportPaper, "engagement.passport"): lambda _make: passport_paper(ended_at=AT),
    (PassportConsent, "engagement.consent"): lambda _make: PassportConsent.objects.create(
        paper=passport_paper(), scope="validity", purpose="x", given_at=AT, revoked_at=AT
    ),
    (PassportRequest, "engagement.asked"): lambda make: PassportRequest.objects.create(
        resource=make.person(Kind.FREELANCER), kind="a1", scope="validity", purpose="x", asked_at=AT, answered_at=AT
    ),
    (AcceptancePeriod, "engagement.order"): lambda make: AcceptancePeriod.objects.create(
        delivery=delivery(make), asked_at=AT, ends_on=EVENT
    ),
    (Protocol, "engagement.invoice"): protocol,
    (BankAccount, "engagement.invoice"): lambda make: payment(make).account,
    (Claim, "engagement.invoice"): claim,
    (EarlyPayment, "engagement.invoice"): lambda make: EarlyPayment.objects.create(
        claim=claim(make), asked_at=AT, wished_on=EVENT
    ),
    (PaymentItem, "engagement.invoice"): payment,
    (PaymentRun, "engagement.invoice"): run_of_payments,
    (ReceivedInvoice, "engagement.invoice"): received,
    (Measure, "engagement.measure"): lambda _make: Measure.objects.create(
        sign="days_to_pay", title="x", set_on=EVENT, look_on=EVENT, looked_at=AT
    ),
    (PulseTicket, "engagement.ticket"): ticket,
    (Talent, "engagement.talent"): lambda _make: talent(consent_until=EVENT),
    (Talent, "engagement.objection"): lambda _make: talent(objected_at=AT, address_digest=bytes(32)),
    (Outreach, "engagement.talent"): contact,
    (StatusFile, "engagement.status"): lambda make: StatusFile.objects.create(
        order=make.order(), outcome="allowed_with_conditions", level="green", asked_on=EVENT
    ),
    (Declaration, "engagement.status"): lambda make: Declaration.objects.create(
        order=make.order(), name="several_clients", value=True, said_at=AT
    ),
    (Delivery, "engagement.order"): lambda make: Delivery.objects.create(
        order=make.order(), amount_cents=1, delivered_at=AT, state="accepted", decided_at=AT
    ),
    (OrderMessage, "engagement.order"): lambda make: OrderMessage.objects.create(
        order=make.order(), text="x", from_external=True
    ),
    (SelfBilledInvoice, "engagement.invoice"): lambda make: make.invoice(),
    (Objection, "engagement.invoice"): lambda make: Objection.objects.create(
        invoice=make.invoice(), number="G-0", xml=make.file(keep_as="invoice"), reason="x", objected_at=AT
    ),
    (Document, "evidence.book"): lambda make: make.file(keep_as="book"),
    (Document, "evidence.invoice"): lambda make: make.file(keep_as="invoice"),
    (Document, "evidence.letter"): lambda make: make.file(keep_as="letter"),
    (Document, "evidence.loose"): lambda make: make.file(),
    (Document, "evidence.voucher"): lambda make: make.file(keep_as="voucher"),
    (Document, "work.project"): lambda make: make.file(object_type="work.task", object_id=make.task().pk),
    (Hold, "evidence.hold"): lambda _: Hold.objects.create(rules=["org.mail"], name="x", reason="x", until=EVENT),
    (ImportBatch, "evidence.import"): lambda make: make.dated(
        ImportBatch.objects.create(kind="staff", document=make.file())
    ),
    (User, "org.account"): lambda make: make.user(AT),
    (Membership, "org.membership"): lambda make: Membership.objects.get(user=make.user(AT)),
    (FeedToken, "org.short"): lambda make: FeedToken.objects.create(
        user=make.user(), digest=new_id().bytes, revoked_at=AT
    ),
    (LoginLink, "org.short"): lambda make: LoginLink.objects.create(
        user=make.user(), digest=new_id().bytes, target="/", expires_at=AT
    ),
    (Invitation, "org.short"): invitation,
    (Assignment, "work.given"): lambda make: make.given(),
    (Case, "work.case"): lambda make: make.case(),
    (CaseMessage, "work.message"): lambda make: make.dated(
        CaseMessage.objects.create(kind="message", name="x", key="x")
    ),
    (Plan, "work.plan"): lambda make: make.plan(),
    (Project, "work.project"): lambda make: make.project(),
    (Task, "work.project"): lambda make: make.task(),
    (Result, "work.result"): lambda make: make.result(),
    (Result, "work.booking"): lambda make: make.item().result,
    (ResultItem, "work.booking"): lambda make: make.item(),
    (Substitution, "work.substitution"): lambda make: Substitution.objects.create(
        resource=make.person(), substitute=make.done.person, ended_at=AT
    ),
    (Absence, "workforce.absence"): lambda make: Absence.objects.create(
        resource=make.done.person, start=AT - DAY, end=AT
    ),
    (Paper, "workforce.paper"): paper("forklift_licence"),
    (Paper, "workforce.social"): paper("a1"),
    (Paper, "workforce.title_copy"): paper("residence_title"),
    (Resource, "workforce.person"): lambda make: make.person(),
    (ResourceSkill, "workforce.declared"): skill_of,
    (Share, "workforce.declared"): lambda make: Share.objects.create(
        resource=make.person(), minutes_per_week=60, valid_from=EVENT
    ),
    (WorkingTime, "workforce.declared"): lambda make: WorkingTime.objects.create(
        resource=make.person(), weekday=0, start="08:00", end="16:00"
    ),
}


def confirmation(make: Maker) -> models.Model:
    user = make.user()
    address = EmailAddress.objects.create(user=user, email=user.email)
    # allauth lets a confirmation hold for three days.
    return EmailConfirmation.objects.create(email_address=address, key="x", sent=AT - 3 * DAY)  # type: ignore[no-any-return]


EVERYWHERE: dict[tuple[type[models.Model], str], Build] = rows.EVERYWHERE | {
    (OutgoingMail, "org.mail"): lambda _: OutgoingMail.objects.create(to=[], sender="x", subject="x", sent_at=AT),
    (Session, "org.short"): lambda _: Session.objects.create(session_key="x", session_data="x", expire_date=AT),
    (EmailConfirmation, "org.short"): confirmation,
    (BusyInterval, "workforce.busy"): lambda make: BusyInterval.objects.create(
        user=make.user(), start=AT - DAY, end=AT, source=new_id()
    ),
}
CHAIN = (Payload, "org.chain")


@pytest.fixture
def done(tell_story: Callable[..., Done]) -> Done:
    return tell_story()


def listed(model: type[models.Model], rule: str, key: UUID) -> bool:
    """Whether the row is still there for the rule: neither deleted nor emptied."""
    schedule = next(one for one in retention.schedules() if (one.model, one.rule) == (model, rule))
    return schedule.rows().filter(pk=key).exists()


@contextmanager
def night_of(day: date) -> Iterator[date]:
    with clock.frozen(datetime.combine(day, time(0, 5), clock.FIRM_ZONE)):
        yield day


def test_register_and_nightly_job_agree() -> None:
    """Whatever the register gives a period is carried out, and nothing is deleted that it does not know."""
    carried_out = {(one.label, one.rule) for one in retention.schedules()}
    # Files of tasks have no period of their own: they go with the free text of the task.
    assert carried_out - {("evidence.Document", "work.project")} == register().timed()


def test_every_schedule_has_a_row_below() -> None:
    assert {*ROWS, *EVERYWHERE, CHAIN} == {(one.model, one.rule) for one in retention.schedules()}


@pytest.mark.parametrize("until", sorted({UNTIL[rule] for _, rule in ROWS}), ids=str)
def test_rows_stay_to_their_last_day_and_go_on_the_next(
    until: date, done: Done, director: Actor, acting_in: Acting
) -> None:
    made: dict[tuple[type[models.Model], str], UUID] = {}
    with acting_in(director):
        make = Maker(done, director)
        for (model, rule), build in ROWS.items():
            if UNTIL[rule] == until:
                made[model, rule] = build(make).pk
    with night_of(until) as on, acting_in(director):
        retention.delete_expired(on=on, by=director)
        assert [where for where, key in made.items() if not listed(*where, key)] == []
        due = retention.due_for_deletion(on + DAY)
        assert {(model._meta.label, rule) for model, rule in made} <= set(due)
    with night_of(until + DAY) as on, acting_in(director):
        assert retention.delete_expired(on=on, by=director)
        assert [where for where, key in made.items() if listed(*where, key)] == []
    with acting_in(director):
        assert chain.verify().ok


@pytest.mark.parametrize(("model", "rule"), [pytest.param(*key, id=key[0].__name__) for key in EVERYWHERE])
def test_row_outside_firms_stays_to_its_last_day_and_goes_on_the_next(
    model: type[models.Model], rule: str, done: Done, director: Actor, acting_in: Acting
) -> None:
    with acting_in(director):
        key = EVERYWHERE[model, rule](Maker(done, director)).pk
    retention.delete_expired_everywhere(on=UNTIL[rule])
    assert listed(model, rule, key)
    assert retention.delete_expired_everywhere(on=UNTIL[rule] + DAY) == {model._meta.label: 1}
    assert not listed(model, rule, key)


def test_chain_forgets_what_it_said_and_still_holds(done: Done, director: Actor, acting_in: Acting) -> None:
    """The text goes with the row it speaks of, the digest stays; the entry about it holds numbers only."""
    with acting_in(director):
        person = Resource.objects.get(pk=done.person.pk)
        Resource.objects.filter(pk=person.pk).update(active_to=EVENT + DAY)
        fact = record_fact(
            person, name="citizenship", value="KANARIE-IN", source="KANARIE-Akte", valid_from=EVENT, by=director
        )
    with acting_in(director):
        before = Entry.objects.get(object_id=fact.pk)
        assert "KANARIE-IN" in str(before.payload.data)
    on = UNTIL["compliance.title"] + DAY
    with night_of(on), acting_in(director):
        gone = retention.delete_expired(on=on, by=director)
        assert gone["compliance.Fact"] == 1
    with acting_in(director):
        after = Entry.objects.get(pk=before.pk)
        assert after.payload.data is None
        assert (bytes(after.digest), bytes(after.hash)) == (bytes(before.digest), bytes(before.hash))
        told = Entry.objects.filter(kind=chain.ERASURE).order_by("-seq")[0].payload.data
        assert after.seq in told.pop("seqs")
        assert told.pop("deleted") == gone
        assert told == {"reason": "Aufbewahrungsfrist abgelaufen", "basis": "Art. 5(1)(e) GDPR"}
        assert chain.verify().ok


def test_entry_of_the_chain_is_emptied_after_its_period(
    done: Done, director: Actor, acting_in: Acting, firm: Organisation
) -> None:
    with acting_in(director):
        newest = Entry.objects.order_by("-at")[0].at.astimezone(clock.FIRM_ZONE).date()
        until = date(newest.year + 10, 12, 31)
        founded = Entry.objects.get(kind="org.firm.founded")
    with night_of(until) as on, acting_in(director):
        retention.delete_expired(on=on, by=director)
        assert Payload.objects.get(entry=founded).data == {"slug": firm.slug}
    with night_of(until + DAY) as on, acting_in(director):
        retention.delete_expired(on=on, by=director)
        assert Payload.objects.get(entry=founded).data is None
    with acting_in(director):
        assert chain.verify().ok
        kinds = set(Payload.objects.filter(erased_at=None).values_list("entry__kind", flat=True))
        assert kinds == {chain.ERASURE}, "what declares an erasure must stay readable"


def test_nothing_due_writes_nothing(done: Done, director: Actor, acting_in: Acting) -> None:
    with acting_in(director):
        entries = Entry.objects.count()
        assert retention.delete_expired(on=date(2020, 1, 1), by=director) == {}
    with acting_in(director):
        assert Entry.objects.count() == entries


def test_file_of_a_booking_stays_with_it_when_its_task_is_forgotten(
    done: Done, director: Actor, acting_in: Acting
) -> None:
    """Filed as an ordinary file of a task, but a booking rests on it: eight years, not three."""
    with acting_in(director):
        make = Maker(done, director)
        task = make.task()
        item = make.item()
        Document.objects.filter(pk=item.source_id).update(object_type="work.task", object_id=task.pk)
    after_three = UNTIL["work.project"] + DAY
    with night_of(after_three), acting_in(director):
        retention.delete_expired(on=after_three, by=director)
        assert Document.objects.filter(pk=item.source_id).exists()
        assert Task.objects.get(pk=task.pk).brief == ""
    after_eight = UNTIL["work.booking"] + DAY
    with night_of(after_eight), acting_in(director):
        retention.delete_expired(on=after_eight, by=director)
        assert not ResultItem.objects.filter(pk=item.pk).exists()
        assert not Document.objects.filter(pk=item.source_id).exists()
        assert not Blob.objects.filter(pk=item.source.blob_id).exists()


def test_files_are_classed_by_what_they_belong_to(done: Done, director: Actor, acting_in: Acting) -> None:
    with acting_in(director):
        make = Maker(done, director)
        books = make.task()
        books.edit(skill_folder="invoice_booking")
        owners = {
            "invoice": (make.invoice(), ""),
            "letter": (make.order(), ""),
            "voucher": (books, ""),
            "book": (done.result, "DATEV EXTF_Buchungsstapel.csv"),
        }
        for kind, (owner, title) in owners.items():
            document = keep_file(kind.encode(), filename=f"{kind}.pdf", title=title, belongs_to=owner, by=director)
            assert document.keep_as == kind
        for owner in (done.task, done.result, done.person, None):
            document = keep_file(b"x", filename="x.txt", belongs_to=owner, by=director)
            assert document.keep_as == "owner"


def test_login_stays_while_another_firm_needs_it(
    done: Done, director: Actor, other_director: Actor, acting_in: Acting
) -> None:
    """The membership elsewhere ended later: the log-in goes half a year after that one."""
    with acting_in(director):
        user = Maker(done, director).user(AT)
    with acting_in(other_director):
        Membership.objects.create(user=user, role="employee", ended_at=AT + 100 * DAY)
    first = UNTIL["org.account"] + DAY
    with night_of(first), acting_in(director):
        retention.delete_expired(on=first, by=director)
    user.refresh_from_db()
    assert user.name == "Ehemals Muster"
    last = first + 101 * DAY
    with night_of(last), acting_in(director):
        retention.delete_expired(on=last, by=director)
    user.refresh_from_db()
    assert (user.name, user.is_active, user.email) == ("", False, f"{user.pk}@geloescht.invalid")


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.sampled_from([0, 3, 6, 12, 36, 72, 120]), st.booleans())
def test_latest_event_that_is_over_is_the_last_whose_period_has_ended(on: date, months: int, by_year: bool) -> None:
    rule = replace(register().rules["org.mail"], months=months, counted=Counted.YEAR if by_year else Counted.DAY)
    latest = retention.latest_over(rule, on)
    assert retention.last_day(rule, latest) < on
    assert retention.last_day(rule, latest + DAY) >= on


def test_periods_agree_with_the_law_pack() -> None:
    """The pack de/retention answers the same question for people; both must say the same day."""
    classes = {
        "evidence.invoice": "invoice",
        "evidence.voucher": "voucher",
        "evidence.book": "books",
        "evidence.letter": "business_letter",
        "engagement.invoice": "invoice",
        "engagement.order": "business_letter",
        "engagement.status": "status_evidence",
        "work.booking": "voucher",
        "compliance.status": "status_evidence",
        "workforce.paper": "contract_file",
    }
    event = date(2026, 3, 17)
    for rule, data_class in classes.items():
        verdict = law.check("de/retention/period", {"data_class": data_class, "event": event}, date(2026, 11, 22))
        assert verdict.values["keep_until"] == retention.last_day(register().rules[rule], event).isoformat(), rule


def test_every_period_is_documented() -> None:
    """Rule, tables, length and source as the page for administrators tells them."""
    page = (Path(__file__).parents[2] / "docs" / "admin" / "retention.md").read_text(encoding="utf-8")
    lines = {line.split("`")[1]: line for line in page.splitlines() if line.startswith("| `")}
    tables: dict[str, set[str]] = {}
    for model, key in register().timed():
        tables.setdefault(key, set()).add(model.partition(".")[2])
    assert set(lines) == set(tables)
    for key, names in tables.items():
        rule = register().rules[key]
        _, _, told, length, after, source, request, _ = (cell.strip() for cell in lines[key].split("|"))
        assert set(told.split(", ")) == names
        number = rule.months // 12 if "years" in length else rule.months
        assert length.split(" ")[0] == (str(number) if rule.months else "to"), key
        assert after == rule.after.en
        assert source.startswith(rule.source or "own reasoning")
        assert request == (f"waits, {rule.waits}" if rule.waits else "at once")
