"""Bookings that a human approved: what the firm has learnt from them, and their way to the tax adviser."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from werkfluss.org.models import FirmProfile, Organisation
from werkfluss.org.tenancy import current_org_id
from werkfluss.work.models import ResultItem, Task

KIND = "booking"


def decided_bookings(*, besides: Task | None = None) -> QuerySet[ResultItem]:
    """Approved booking lines of results that stand, oldest first; lines already exported always count."""
    rows = ResultItem.objects.filter(kind=KIND, state="approved").filter(
        Q(result__state__in=["delivered", "accepted"]) | Q(exported_at__isnull=False)
    )
    if besides is not None:
        rows = rows.exclude(result__task=besides, exported_at=None)
    return rows.order_by("decided_at")


def what_is_known(*, besides: Task) -> dict[str, Any]:
    """What an agent is told of the firm's books: chart, who we are, suppliers, habits, invoices received before.

    All of it comes from lines a human approved; without any, ``suppliers`` is ``None`` (there is no list yet).
    """
    firm = Organisation.objects.get(pk=current_org_id())
    profile = FirmProfile.objects.get()
    lines = [item.fields for item in decided_bookings(besides=besides)]
    return {
        "chart": profile.chart_of_accounts,
        "firm": {"name": firm.name, "vat_id": profile.vat_id},
        "suppliers": list(_suppliers(lines).values()) or None,
        "history": [
            {"creditor": line["contra_account"], "account": posting["account"]}
            for line in lines
            for posting in line.get("postings", ())
        ],
        "earlier": [line["key"] for line in lines if line.get("key")],
    }


def _suppliers(lines: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """One entry per seller, with every account a human has approved for it."""
    found: dict[str, dict[str, Any]] = {}
    for line in lines:
        key = (line.get("key") or {}).get("seller")
        if not key:
            continue
        entry = found.setdefault(
            key,
            {
                "name": line["supplier"],
                "creditor": line["contra_account"],
                "vat_id": line.get("supplier_vat_id", ""),
                "tax_number": line.get("supplier_tax_number", ""),
                "ibans": [],
            },
        )
        entry["creditor"] = line["contra_account"]
        entry["ibans"] += [iban for iban in line.get("ibans", ()) if iban not in entry["ibans"]]
    return found
