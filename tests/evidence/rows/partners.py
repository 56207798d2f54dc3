"""Partner teams: ways in of their people, sub-processors, capacity."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from werkfluss.engagement.models import CapacityOffer, HandOver, PartnerMember, ServiceClock, SubProcessor
from werkfluss.org.domain.firms import next_number
from werkfluss.workforce.models import Kind, Skill

EVENT = date(2020, 3, 17)
AT = datetime(2020, 3, 17, 11, tzinfo=UTC)


def member(make: Any) -> PartnerMember:
    team = make.person(Kind.PARTNER)
    return PartnerMember.objects.create(resource=team, user=make.user(), role="technical", ended_at=AT)


def processor(make: Any) -> SubProcessor:
    says = {"name": "Brno Hosting", "country": "CZ", "purpose": "Server", "data_class": "none"}
    team = make.person(Kind.PARTNER)
    return SubProcessor.objects.create(resource=team, state="ended", decided_at=AT, **says)


def capacity(make: Any, state: str) -> CapacityOffer:
    skill, _made = Skill.objects.get_or_create(key="plc", defaults={"name_de": "SPS", "name_en": "PLC"})
    return CapacityOffer.objects.create(
        number=next_number("capacity_offer"),
        resource=make.person(Kind.PARTNER),
        skill=skill,
        minutes_per_week=600,
        first_day=EVENT,
        last_day=EVENT,
        price_cents=5000,
        price_per="hour",
        state=state,
        decided_at=AT,
    )


def hand_over(make: Any) -> HandOver:
    texts = {"side": "firm", "standing": "x", "next_step": "y"}
    return HandOver.objects.create(order=make.order(), number=1, written_at=AT, answer_by=AT, **texts)


def service_clock(make: Any) -> ServiceClock:
    says = {"kind": "response", "side": "firm", "about": "1", "title": "x", "state": "met"}
    return ServiceClock.objects.create(order=make.order(), started_at=AT, due_at=AT, ended_at=AT, **says)


UNTIL = {"engagement.partner": date(2023, 12, 31)}
ROWS = {
    (PartnerMember, "engagement.partner"): member,
    (SubProcessor, "engagement.partner"): processor,
    (HandOver, "engagement.order"): hand_over,
    (ServiceClock, "engagement.order"): service_clock,
    (CapacityOffer, "engagement.order"): lambda make: capacity(make, "accepted"),
    (CapacityOffer, "engagement.unagreed"): lambda make: capacity(make, "declined"),
}
