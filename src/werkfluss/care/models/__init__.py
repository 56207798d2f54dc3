"""Tables of care for international people, one module per object."""

from werkfluss.care.models.authorities import Authority, AuthorityPaper, FormEntry
from werkfluss.care.models.cases import CasePaper, ExpatCase

__all__ = [
    "Authority",
    "AuthorityPaper",
    "CasePaper",
    "ExpatCase",
    "FormEntry",
]
