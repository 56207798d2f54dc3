"""The kinds of files that can be taken over."""

from __future__ import annotations

from werkfluss.web.access import FirmRequest
from werkfluss.web.wizard import absences, invoices, plans, staff
from werkfluss.web.wizard.kinds import Kind


def all_kinds() -> dict[str, Kind]:
    kinds: tuple[Kind, ...] = (
        staff.Staff(),
        plans.WorkBreakdown(),
        plans.MicrosoftProject(),
        absences.Absences(),
        invoices.Invoices(),
    )
    return {kind.key: kind for kind in kinds}


def kinds_for(request: FirmRequest) -> list[Kind]:
    """Those that this person may take over."""
    return [kind for kind in all_kinds().values() if request.actor.may(kind.permission)]
