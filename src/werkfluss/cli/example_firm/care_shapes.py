"""The shapes of ``care_catalogue.yaml``, what the example firm offers its people, and of ``venture.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

# --- care_catalogue.yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class CareOffer:
    """``price`` in EUR, net, per ``unit``. No ``countries``: everywhere."""

    module: str
    title: str
    unit: Literal["once", "month", "hour", "code"]
    price: Decimal
    accepted_when: str
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CareProvider:
    """``agreement_on``: day of the processing agreement; ``transfer``: basis of data going to its country.

    ``team``: several people work there, so that a figure about its services is about nobody.
    """

    id: str
    name: str
    contact: str
    email: str
    country: str
    languages: tuple[str, ...]
    agreement_on: date | None
    transfer: Literal["inside", "adequacy", "clauses", "missing"]
    source: str
    offers: tuple[CareOffer, ...]
    team: bool
    contract: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """A list of codes that was bought; ``valid_days`` from the day on which the firm is loaded."""

    module: str
    count: int
    prefix: str
    portal: str
    valid_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """``modules``: module to the id of the provider whose first offer is chosen, or None."""

    name: str
    route: str
    countries: tuple[str, ...]
    note: str
    modules: Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefit:
    kind: str
    name: str
    value_month: Decimal | None
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CareerStep:
    """The position in its path is its place in the file."""

    path: str
    title: str
    meaning: str
    skills: tuple[str, ...]
    courses: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A wish for mentoring of a login of ``firm.yaml``."""

    login: str
    side: Literal["seeks", "offers"]
    topics: tuple[str, ...]
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    id: str
    kind: Literal["university", "platform"]
    name: str
    url: str
    agreed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """``stage``: how far the application has come."""

    name: str
    email: str
    source: str
    language: str
    country: str
    stage: Literal["received", "review", "interview", "offer"]
    next_step: str
    skills: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Pay is EUR a year, gross; the questions are the interview guide."""

    title: str
    about: str
    pay_from: Decimal
    pay_to: Decimal
    questions: tuple[str, ...]
    applicants: tuple[Applicant, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CareCatalogue:
    providers: tuple[CareProvider, ...]
    codes: tuple[Codes, ...]
    packages: tuple[Package, ...]
    benefits: tuple[Benefit, ...]
    career: tuple[CareerStep, ...]
    wishes: tuple[Wish, ...]
    sources: tuple[Source, ...]
    openings: tuple[Opening, ...]


# --- venture.yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class VentureOrder:
    """``price`` in EUR; ``days`` from the day on which the firm is loaded to the last day of the order."""

    title: str
    brief: str
    criteria: tuple[str, ...]
    price: Decimal
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """``value`` in EUR; ``due_after``: days after the start."""

    side: Literal["client", "contractor"]
    kind: str
    what: str
    value: Decimal
    due_after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    title: str
    due_after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VentureTerms:
    """``percent`` is the external's share; ``floor`` and ``cap`` in EUR."""

    purpose: str
    percent: Decimal
    base: str
    loss: str
    months: int
    notice_days: int
    floor: Decimal
    cap: Decimal
    rights: str
    valuation: str
    contributions: tuple[Contribution, ...]
    goals: tuple[Goal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Venture:
    """``done``: contributions of the firm that have been made."""

    partner: str
    order: VentureOrder
    terms: VentureTerms
    done: tuple[str, ...]
