"""The shapes of the two other threads: the international hire and the freelancer's order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from werkfluss.kernel.text import Text

from .shapes import DataClass, SkillNeed

# --- blue_card_case.yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    country: str
    state: str
    city: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Salary:
    """Gross."""

    amount: Decimal
    currency: str
    per: Literal["year", "month"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """``contract_months`` None: open-ended."""

    title: Text
    isco_08: str
    occupation_regulated: bool
    work_place: Region
    contract_signed_on: date
    contract_months: int | None
    salary: Salary
    weekly_hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    citizenship: str
    birth_year: int
    lives_in: Region
    spouse_moves_too: bool
    children_moving: int
    previous_stay_in_germany: bool
    german_level: str
    english_level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Degree:
    title: str
    institution: str
    country: str
    awarded_on: date
    years_of_study: int
    anabin_institution: str
    anabin_degree: str
    checked_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Experience:
    years_in_occupation: int
    years_in_last_seven: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    fast_track_81a: bool
    power_of_attorney: bool
    agreement_signed_on: date
    foreigners_authority: str
    visa_mission: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteFacts:
    """Work from a third country before arrival; None = not recorded."""

    planned: bool
    local_payroll: bool | None
    permanent_establishment_checked: bool | None
    data_transfer_basis: str | None
    export_control_checked: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDocument:
    """``expires``: last valid day; ``lead_days``: calendar days; ``needed_for``: id of a step."""

    id: str
    name: Text
    state: Literal["missing", "requested", "present"]
    issued: date | None
    expires: date | None
    lead_days: int
    needed_for: str
    blocks_start: bool
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStep:
    """``responsible``: personnel number."""

    id: str
    name: Text
    date: date | None
    done: bool
    responsible: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BlueCardCase:
    person: str
    route: str
    desired_start: date
    responsible: str
    languages: tuple[str, ...]
    job: Job
    person_facts: PersonFacts
    degree: Degree
    experience: Experience
    procedure: Procedure
    remote_before_arrival: RemoteFacts
    documents: tuple[CaseDocument, ...]
    steps: tuple[CaseStep, ...]


# --- freelancer_order.yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class DateWindow:
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedPrice:
    """Net."""

    kind: Literal["fixed"]
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """``effort_hours``: the firm's own estimate for the price, not a duty; ``accepted_by``: personnel number."""

    reference: str
    freelancer: str
    title: Text
    brief: str
    skills: tuple[SkillNeed, ...]
    outcome: str
    acceptance_criteria: tuple[str, ...]
    data_class: DataClass
    effort_hours: int
    window: DateWindow
    answer_by: date
    price: FixedPrice
    rework_rounds: int
    payment_days: int
    may_decline: bool
    may_substitute: bool
    rights: str
    accepted_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfBilling:
    """Prior agreement on the Gutschrift, s. 14(2) UStG; ``type_code`` of UNTDID 1001."""

    agreed: bool
    agreed_on: date
    agreement: str
    type_code: Literal["389"]
    small_business: bool
    exemption_note: str
    service_description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FreelancerOrder:
    order: Order
    self_billing: SelfBilling
