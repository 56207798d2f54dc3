"""Tables of care for international people, one module per object."""

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
from werkfluss.care.models.portal import CareConsent, CatalogueConfirmation, ChecklistTick, DutyReading, FamilyLogin
from werkfluss.care.models.threads import CareMessage, CareThread, TeamsChannel, TeamsPost
from werkfluss.care.models.vouchers import VoucherCode, VoucherLot

__all__ = [
    "Authority",
    "AuthorityPaper",
    "CareAnswer",
    "CareBooking",
    "CareConsent",
    "CareCover",
    "CareMessage",
    "CareOffer",
    "CarePackage",
    "CareProvider",
    "CareThread",
    "CasePaper",
    "CatalogueConfirmation",
    "ChecklistTick",
    "DutyReading",
    "ExpatCase",
    "FamilyLogin",
    "FormEntry",
    "PackageItem",
    "PaperVersion",
    "Participant",
    "ServiceCount",
    "TeamsChannel",
    "TeamsPost",
    "VoucherCode",
    "VoucherLot",
]
