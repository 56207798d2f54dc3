"""The shapes of the example firm's YAML files: one dataclass per kind of entry.

Amounts are decimals in the currency named beside them, hours are hours, percentages whole numbers, dates inclusive on
both sides as people write them. A default means that the key may be left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from werkfluss.kernel.money import Money
from werkfluss.kernel.text import Text

Kind = Literal["employee", "freelancer", "fractional", "partner", "agent"]
DataClass = Literal["public", "internal", "confidential", "personal"]
RoleName = Literal[
    "managing_director",
    "hr",
    "lead",
    "employee",
    "freelancer",
    "provider",
    "works_council",
    "auditor",
    "agent",
]
Gap = Literal[
    "skills",
    "outcome",
    "acceptance_criteria",
    "effort",
    "data_class",
    "deadline_or_predecessor",
    "ai_purpose",
]


# --- firm.yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    street: str
    postcode: str
    city: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Entry in the commercial register."""

    court: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Datev:
    """Numbers of the tax adviser and of the firm with the adviser; both stand in every booking batch."""

    consultant: int
    client: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    slug: str
    name: str
    main: bool
    address: Address
    state: str
    vat_id: str
    tax_number: str
    register: Register
    iban: str
    email: str
    phone: str
    chart: Literal["SKR03", "SKR04"]
    datev: Datev
    fiscal_year_start: str
    works_council: bool
    industry: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place as the lists write it; ``state`` is the subdivision code of the library of public holidays."""

    name: str
    country: str
    state: str
    state_name: str
    time_zone: str
    working_hours: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    organisation: str
    role: RoleName


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """``person``: personnel number or id of an external; ``shown``: printed on first start."""

    key: str
    name: str
    email: str
    language: Literal["de", "en"]
    shown: bool
    person: str | None
    memberships: tuple[Membership, ...]
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRate:
    """``role`` is the function as the staff list writes it."""

    role: str
    hour: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RateCard:
    currency: str
    roles: tuple[RoleRate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    planned_today: date
    organisations: tuple[Organisation, ...]
    sites: tuple[Site, ...]
    logins: tuple[Login, ...]
    rate_card: RateCard


# --- skills.yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """``valid_years``: when the paper has to be renewed; None: never."""

    kind: Literal["qualification", "welder", "training", "cefr", "licence"]
    standard: str
    valid_years: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    id: str
    de: str
    en: str
    also: tuple[str, ...]
    group: str
    certificate: Certificate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    groups: Mapping[str, Text]
    skills: tuple[Skill, ...]


# --- externals.yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentedSkill:
    """A skill of a natural person: there is a document, and no level."""

    id: str
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedSkill:
    """A skill of a partner organisation or an agent, level 1 to 5."""

    id: str
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Net, in EUR."""

    hour: Decimal
    day: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    first_day: date
    last_day: date
    hours_per_week: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """``facts``: what the legal gate asks; None = not recorded. See ``Externals.indicators``."""

    status: Literal["draft", "signed"]
    signed_on: date | None
    recorded_on: date
    source: str
    facts: Mapping[str, bool | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Freelancer:
    """``small_business``: Kleinunternehmer, s. 19 UStG."""

    id: str
    name: str
    business: str
    email: str
    site: str
    address: Address
    languages: tuple[str, ...]
    vat_id: str | None
    small_business: bool
    iban: str | None
    skills: tuple[DocumentedSkill, ...]
    rates: Rates
    availability: Availability
    contract: Contract
    tax_number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    organisation: str
    days_per_week: int
    weekdays: tuple[Literal["monday", "tuesday", "wednesday", "thursday", "friday"], ...]
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Fractional(Freelancer):
    function: Text
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerContract:
    status: Literal["draft", "signed"]
    signed_on: date | None
    recorded_on: date
    source: str
    works_council_consulted: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingFacts:
    """Facts for Art. 12 Reg. 883/2004 and the posting notice; ``a1_needed_for``: sites of the client."""

    works_from: str
    a1_needed_for: tuple[str, ...]
    social_insurance_state: str
    a1_issued: bool
    usually_active_in_home_state: bool
    replaces_posted_person: bool
    longest_stay_months: int
    posting_notice_filed: bool
    recorded_on: date
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerDataProtection:
    processor_agreement_signed: bool
    third_country: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """An organisation; its ``team_size`` people are never named. ``parallel``: orders at the same time."""

    id: str
    name: str
    email: str
    site: str
    address: Address
    languages: tuple[str, ...]
    vat_id: str
    iban: str
    team_size: int
    skills: tuple[RatedSkill, ...]
    rates: Rates
    availability: Availability
    parallel: int
    contract: PartnerContract
    a1: PostingFacts
    data_protection: PartnerDataProtection


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    currency: str
    per_run: Decimal
    per_month: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """``ai_act``: facts in the names of the classification's questions; ``skill_folder`` None: cannot be started."""

    id: str
    name: str
    skill_folder: str | None
    purpose: Text
    responsible: str
    deputy: str
    label: Text
    skills: tuple[RatedSkill, ...]
    rates: Rates
    budget: Budget
    availability: Availability
    parallel: int
    expires_on: date
    data_classes: tuple[DataClass, ...]
    rights: tuple[str, ...]
    ai_act: Mapping[str, str]
    recorded_on: date
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Externals:
    """``indicators``: contract fact -> indicator of the status assessment that it answers."""

    indicators: Mapping[str, str]
    freelancers: tuple[Freelancer, ...]
    fractionals: tuple[Fractional, ...]
    partners: tuple[Partner, ...]
    agents: tuple[Agent, ...]


# --- erp_tasks.yaml and templates.yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillNeed:
    """``level`` is asked of agents and partner organisations alone."""

    id: str
    level: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    country: str
    city: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What a task says besides its name, effort and order; whatever is empty the clarity check must find."""

    skills: tuple[SkillNeed, ...] = ()
    outcome: str = ""
    acceptance_criteria: tuple[str, ...] = ()
    data_class: DataClass | None = None
    kinds_allowed: tuple[Kind, ...] = ()
    ai_allowed: bool = False
    ai_purpose: str = ""
    ai_use: str = ""
    skill_folder: str = ""
    four_eyes: bool = False
    only_people: bool = False
    customer_facing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ErpTask(Brief):
    """One PSP number. ``unclear_on_purpose`` names what is missing, here or in the work breakdown."""

    wbs: str
    title_en: str
    earliest_start: date | None = None
    deadline: date | None = None
    export_controlled: bool = False
    place: Place | None = None
    unclear_on_purpose: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    wbs: str
    title_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErpProject:
    """``capacity_shares``: personnel number -> percent of the weekly hours released for the project."""

    name: str
    name_en: str
    goal: str
    goal_en: str
    wbs_file: str
    start: date
    deadline: date
    end: date
    lead: str
    late_per_day: Money
    capacity_shares: Mapping[str, int]
    separations: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Erp:
    project: ErpProject
    phases: tuple[Phase, ...]
    tasks: tuple[ErpTask, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateTask(Brief):
    """``after``: keys of the same template; ``due_after_days``: calendar days after the start of the tree."""

    key: str
    title: Text
    effort_hours: int
    duration_days: int
    after: tuple[str, ...] = ()
    due_after_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    id: str
    name: Text
    description: str
    words: tuple[str, ...]
    tasks: tuple[TemplateTask, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Templates:
    templates: tuple[Template, ...]
