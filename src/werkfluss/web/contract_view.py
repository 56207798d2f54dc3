"""A contract as its pages show it: clauses side by side, what to look at, versions, files, who signs."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from werkfluss.engagement.contracts import assemble, fairness, library
from werkfluss.engagement.domain import contracts
from werkfluss.engagement.models import Contract, ContractVersion
from werkfluss.evidence.domain.dossiers import names_of
from werkfluss.web.happenings import KINDS, OBJECTS
from werkfluss.web.status import STATES, Status

STATES.update(
    {
        "signing": Status(_("waits for signatures"), "active"),
        "signed": Status(_("signed"), "good"),
        "withdrawn": Status(_("withdrawn"), "ended"),
    }
)
KINDS.update(
    {
        "engagement.contract.drafted": _("Contract drafted"),
        "engagement.contract.edited": _("Contract changed"),
        "engagement.contract.shown": _("Contract shown to the external"),
        "engagement.contract.withdrawn": _("Contract withdrawn"),
    }
)
OBJECTS.update({"engagement.contract": _("Contract")})
SIDES = {"contractor": _("burdens the contractor"), "client": _("burdens the client"), "both": _("concerns both sides")}
FAVOURS = {"even": _("fair to both"), "client": _("favours the client"), "contractor": _("favours the contractor")}
CHANGES = {
    "drafted": _("drafted"),
    "variant": _("other variant"),
    "own_text": _("own words"),
    "dropped": _("taken out"),
    "facts": _("facts filled in"),
    "order": _("facts of the order taken over"),
}


def contract_url(row: Contract) -> str:
    return reverse("contract", kwargs={"firm": row.org.slug, "pk": row.pk})


def contract_context(contract: Contract, version: ContractVersion) -> dict[str, Any]:
    """What both sides see of a version."""
    draft = contracts.content_of(version)
    found = fairness.check_draft(draft)
    labels = {asked.word: asked.label for asked in library.asks().values()}
    return {
        "contract": contract,
        "order": contract.order,
        "name": contracts.name_of(contract),
        "version": version,
        "paragraphs": [
            (one, [each for each in found if each.clause == one.clause.key]) for one in assemble.paragraphs(draft)
        ],
        "findings": [
            {
                "it": one,
                "side": SIDES[one.burdens],
                "title": library.clauses()[one.clause].title,
                "can_mend": fairness.can_mend(draft, one),
            }
            for one in found
        ],
        "note": fairness.PLEASE_LOOK,
        "missing": [labels.get(one) for one in assemble.missing_facts(draft) if one in labels],
        "missing_names": [one for one in assemble.missing_facts(draft) if one not in labels],
        "written_form": assemble.written_form(draft),
        "is_latest": version.pk == contracts.latest_version(contract).pk,
    }


def versions_of(contract: Contract) -> list[dict[str, Any]]:
    """Every version with who made it and what differs."""
    rows = list(contract.versions.order_by("-revision"))
    names = names_of(row.made_by for row in rows)
    every = library.clauses()
    return [
        {
            "row": row,
            "who": names.get(row.made_by, ""),
            "what": _change(row.change.get("what", "")),
            "clause": every[row.change["clause"]].title if row.change.get("clause") in every else None,
        }
        for row in rows
    ]


def additions(contract: Contract, version: ContractVersion) -> list[library.Clause]:
    """The additional clauses that the contract could still take."""
    has = {one["clause"] for one in version.content["clauses"]}
    return [library.clauses()[key] for key in assemble.kind_of(contract.kind).optional if key not in has]


def _change(what: str) -> Any:
    return _("fairness finding mended") if what.startswith("mended:") else CHANGES.get(what, what)
