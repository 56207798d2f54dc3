"""Tables of care for international people, one module per object."""

from werkfluss.care.models.applicants import Applicant, HiringSource, Opening
from werkfluss.care.models.authorities import Authority, AuthorityPaper, FormEntry
from werkfluss.care.models.cases import CasePaper, ExpatCase, PaperVersion, Participant
from werkfluss.care.models.catalogue import (
    CareAnswer,
    CareBooking,
    CareCover,
    CareOffer,
    CarePackage,
    CareProvider,
    PackageItem,
    ServiceCount,
)
from werkfluss.care.models.growing import Benefit, CareerChoice, CareerStep, MentoringWish, MentoringYes
from werkfluss.care.models.portal import CareConsent, CatalogueConfirmation, ChecklistTick, DutyReading
from werkfluss.care.models.threads import CareMessage, CareThread, TeamsChannel, TeamsPost
from werkfluss.care.models.vouchers import VoucherCode, VoucherLot

__all__ = [
    "Applicant",
    "Authority",
    "AuthorityPaper",
    "Benefit",
    "CareAnswer",
    "CareBooking",
    "CareConsent",
    "CareCover",
    "CareMessage",
    "CareOffer",
    "CarePackage",
    "CareProvider",
    "CareThread",
    "CareerChoice",
    "CareerStep",
    "CasePaper",
    "CatalogueConfirmation",
    "ChecklistTick",
    "DutyReading",
    "ExpatCase",
    "FormEntry",
    "HiringSource",
    "MentoringWish",
    "MentoringYes",
    "Opening",
    "PackageItem",
    "PaperVersion",
    "Participant",
    "ServiceCount",
    "TeamsChannel",
    "TeamsPost",
    "VoucherCode",
    "VoucherLot",
]
