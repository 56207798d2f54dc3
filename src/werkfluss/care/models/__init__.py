"""Tables of care for international people, one module per object."""

from werkfluss.care.models.authorities import Authority, AuthorityPaper, FormEntry
from werkfluss.care.models.cases import CasePaper, ExpatCase, PaperVersion, Participant
from werkfluss.care.models.portal import CareConsent, CatalogueConfirmation, ChecklistTick, DutyReading, FamilyMember
from werkfluss.care.models.threads import CareMessage, CareThread, TeamsChannel, TeamsPost

__all__ = [
    "Authority",
    "AuthorityPaper",
    "CareConsent",
    "CareMessage",
    "CareThread",
    "CasePaper",
    "CatalogueConfirmation",
    "ChecklistTick",
    "DutyReading",
    "ExpatCase",
    "FamilyMember",
    "FormEntry",
    "PaperVersion",
    "Participant",
    "TeamsChannel",
    "TeamsPost",
]
