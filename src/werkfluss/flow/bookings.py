"""Bookings on their way out: the approved lines from ``work``, the description of the procedure from ``agents``."""

from __future__ import annotations

from importlib.metadata import version
from typing import cast
from uuid import UUID

from werkfluss.agents.models import Run
from werkfluss.agents.skills.invoice_booking.accounts import Chart
from werkfluss.agents.skills.invoice_booking.verfahrensdokumentation import Facts, render_pdf
from werkfluss.evidence.models import Document
from werkfluss.kernel import clock
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.models import FirmProfile, Organisation
from werkfluss.org.tenancy import current_org_id
from werkfluss.work.domain import bookings
from werkfluss.work.models import Result
from werkfluss.workforce.models import AgentFile

_APPROVER = Text("die Geschäftsführung oder die Leitung", "the managing director or a lead")
_STORAGE = Text(
    "Die Dateien liegen unverändert in der Datenbank von Werkfluss, jede mit ihrer Prüfsumme; die Nachweiskette hält "
    "fest, wer was wann getan hat.",
    "The files lie unchanged in the database of Werkfluss, each with its checksum; the chain of evidence says who did "
    "what and when.",
)


def export_bookings(result: Result, *, by: Actor) -> list[Document]:
    """DATEV batch, documents and Verfahrensdokumentation of a result; raises what ``bookings.export_batch`` raises."""
    return bookings.export_batch(result, procedure=procedure_description(result), by=by)


def procedure_description(result: Result) -> bytes:
    """How the bookings came about, from the tables and checks in use, as PDF/A."""
    org = Organisation.objects.get(pk=current_org_id())
    profile = FirmProfile.objects.get()
    responsible = _responsible(result.agent_run) if result.agent_run else ""
    return render_pdf(
        Facts(
            firm=org.name,
            chart=cast("Chart", profile.chart_of_accounts),
            on=clock.today(),
            version=version("werkfluss"),
            approver_role=_APPROVER,
            responsible=responsible or org.name,
            storage=_STORAGE,
        )
    )


def _responsible(run_id: UUID) -> str:
    """Who answers for the agent that prepared the lines."""
    run = Run.objects.get(pk=run_id)
    file = AgentFile.objects.select_related("responsible").get(resource_id=run.resource_id)
    return str(file.responsible)
