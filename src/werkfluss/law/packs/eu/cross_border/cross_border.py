"""Work across borders beyond the A1: posting notices, tax, establishment, and states outside the regulation."""

from __future__ import annotations

from werkfluss.law.packs.eu.cross_border.notices import posting_notice
from werkfluss.law.packs.eu.cross_border.tax import days_183, home_office
from werkfluss.law.packs.eu.cross_border.treaties import third_country_posting

__all__ = ["days_183", "home_office", "posting_notice", "third_country_posting"]
