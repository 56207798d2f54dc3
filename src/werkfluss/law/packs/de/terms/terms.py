"""Terms of employment in Germany: written terms, minimum wage, leave, fixed terms, probation."""

from __future__ import annotations

from werkfluss.law.packs.de.terms.fixed_term import fixed_term, probation
from werkfluss.law.packs.de.terms.leave import leave
from werkfluss.law.packs.de.terms.wage import minimum_wage
from werkfluss.law.packs.de.terms.written import written_terms, written_terms_before_text_form

__all__ = [
    "fixed_term",
    "leave",
    "minimum_wage",
    "probation",
    "written_terms",
    "written_terms_before_text_form",
]
