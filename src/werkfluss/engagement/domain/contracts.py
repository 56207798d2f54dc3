"""Contracts: made from an order, edited clause by clause, shown to the other side, withdrawn; each edit a version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from werkfluss.engagement.contracts import assemble, fairness, files
from werkfluss.engagement.contracts.assemble import Draft
from werkfluss.engagement.domain import contract_facts, mails, orders
from werkfluss.engagement.models import Contract, ContractVersion, Order
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.domain.firms import next_number
from werkfluss.org.events import Event, record
from werkfluss.org.models import Organisation
from werkfluss.org.tenancy import current_org_id


def contracts() -> QuerySet[Contract]:
    """All contracts of the firm, newest first."""
    return Contract.objects.select_related("org", "order__resource", "order__org", "frame").order_by("-number")


def latest_version(contract: Contract) -> ContractVersion:
    """What the contract says now."""
    return contract.versions.select_related("contract").order_by("-revision")[0]


def content_of(version: ContractVersion) -> Draft:
    return Draft.from_json(version.content)


def name_of(contract: Contract) -> Text:
    return assemble.kind_of(contract.kind).name


def frames_for(order: Order) -> QuerySet[Contract]:
    """The signed framework agreements with this external, under which an order may be called off."""
    return contracts().filter(kind="rahmenvertrag", state=Contract.State.SIGNED, order__resource=order.resource_id)


def draft_contract(
    order: Order, *, kind: str, asked: Mapping[str, Any] | None = None, frame: Contract | None = None, by: Actor
) -> Contract:
    """A contract of this kind from the order: its facts are taken over, only ``asked`` is new.

    Raises:
        NotPermitted: the actor may not write orders.
        Refused: no such kind, or a call-off without a signed framework agreement.
    """
    by.require("order.write")
    found = assemble.kind_of(kind)
    if found.under_frame and (frame is None or not frames_for(order).filter(pk=frame.pk).exists()):
        raise Refused(
            Text("Ein Abruf braucht einen unterschriebenen Rahmenvertrag.", "A call-off needs a signed framework."),
            citation="Verträge",
            what_to_do=Text(
                "Bitte schließen Sie zuerst einen Rahmenvertrag oder wählen Sie einen Werkvertrag.",
                "Please conclude a framework agreement first or choose a contract for work.",
            ),
        )
    facts = contract_facts.facts_of(order)
    facts |= assemble.defaults(kind, facts) | {key: value for key, value in (asked or {}).items() if value != ""}
    if frame is not None and found.under_frame:
        signed = f"{frame.signed_at:%d.%m.%Y}" if frame.signed_at else ""
        facts["frame_reference"] = {"de": f"V-{frame.number} vom {signed}", "en": f"V-{frame.number} of {signed}"}
    draft = assemble.new_draft(kind, facts, contract_facts.variants_of(order))
    contract = Contract.objects.create(
        number=next_number("contract"), order=order, kind=kind, frame=frame if found.under_frame else None
    )
    _keep(contract, draft, {"what": "drafted"}, by)
    record(Event("engagement.contract.drafted", contract, {"number": contract.number, "kind": kind}), by=by)
    return contract


def choose_variant(contract: Contract, *, clause: str, variant: str, by: Actor) -> ContractVersion:
    """A clause of the library in another variant, or an additional one.

    Raises:
        NotPermitted: the actor may not write orders.
        Refused: it is no draft, or the contract cannot have this clause.
    """
    return _edit(contract, lambda draft: assemble.with_variant(draft, clause, variant), "variant", clause, by=by)


def write_clause(contract: Contract, *, clause: str, text: Text, by: Actor) -> ContractVersion:
    """A clause in own words, marked as deviating from the library.

    Raises:
        NotPermitted: the actor may not write orders.
        Refused: it is no draft, the text is too long, or the contract cannot have this clause.
    """
    return _edit(contract, lambda draft: assemble.with_own_text(draft, clause, text), "own_text", clause, by=by)


def drop_clause(contract: Contract, *, clause: str, by: Actor) -> ContractVersion:
    """Take an additional clause out.

    Raises:
        NotPermitted: the actor may not write orders.
        Refused: it is no draft, or the kind needs the clause.
    """
    return _edit(contract, lambda draft: assemble.without_clause(draft, clause), "dropped", clause, by=by)


def mend_clause(contract: Contract, *, clause: str, code: str, by: Actor) -> ContractVersion:
    """The edit that mends a finding of the fairness check.

    Raises:
        NotPermitted: the actor may not write orders.
        Refused: it is no draft, or there is no such finding any more.
    """
    return _edit(
        contract, lambda draft: fairness.mended(draft, clause=clause, code=code), f"mended:{code}", clause, by=by
    )


def answer_facts(contract: Contract, *, facts: Mapping[str, Any], by: Actor) -> ContractVersion:
    """Fill what the order does not know; every place that shows it follows.

    Raises:
        NotPermitted: the actor may not write orders.
        Refused: it is no draft.
    """
    return _edit(contract, lambda draft: assemble.with_facts(draft, facts), "facts", "", by=by)


def refresh_facts(contract: Contract, *, by: Actor) -> ContractVersion:
    """Take the facts of the order over again after it changed; clauses stay as they are.

    Raises:
        NotPermitted: the actor may not write orders.
        Refused: it is no draft.
    """
    facts = contract_facts.facts_of(contract.order)
    return _edit(contract, lambda draft: assemble.with_facts(draft, facts), "order", "", by=by)


def stale_facts(contract: Contract) -> bool:
    """Whether the order says something else by now."""
    kept = latest_version(contract).content["facts"]
    return any(kept.get(key) != value for key, value in contract_facts.facts_of(contract.order).items())


def show_contract(contract: Contract, *, by: Actor) -> None:
    """Let the external read the draft with its fairness check, and tell by mail.

    Raises:
        NotPermitted: the actor may not write orders.
        Refused: it was withdrawn, or the order was not offered yet.
    """
    by.require("order.write")
    contract = locked(contract.pk)
    if contract.state == Contract.State.WITHDRAWN:
        raise _no_draft()
    if orders.latest_offer(contract.order) is None:
        raise Refused(
            Text("Der Auftrag wurde noch nicht angeboten.", "The order has not been offered yet."),
            citation="Verträge",
            what_to_do=Text("Bitte bieten Sie zuerst den Auftrag an.", "Please offer the order first."),
        )
    contract.edit(shown_at=clock.now())
    record(Event("engagement.contract.shown", contract, {"revision": latest_version(contract).revision}), by=by)
    name = name_of(contract)
    subject = Text(f"Vertragsentwurf: {contract.order.title}", f"Draft contract: {contract.order.title}")
    body = Text(
        f"für den Auftrag „{contract.order.title}“ liegt ein Entwurf bereit: {name.de}. Sie sehen ihn auf Deutsch und "
        "Englisch, mit einer Fairness-Prüfung für beide Seiten. Fragen und Wünsche können Sie dort gleich stellen.",
        f"For the order “{contract.order.title}” a draft is ready: {name.en}. You see it in German and English, with a "
        "fairness check for both sides. You may ask questions or for changes right there.",
    )
    mails.tell_external(contract.order, subject=subject, body=body, by=by)


def withdraw_contract(contract: Contract, *, reason: str, by: Actor) -> None:
    """Take back a contract that is not signed; open signatures end with it.

    Raises:
        NotPermitted: the actor may not write orders.
        Refused: it is signed, or there is no reason.
    """
    by.require("order.write")
    contract = locked(contract.pk)
    if contract.state not in (Contract.State.DRAFT, Contract.State.SIGNING):
        raise _no_draft()
    if not reason.strip():
        raise Refused(
            Text("Bitte nennen Sie den Grund.", "Please give the reason."),
            citation="Verträge",
            what_to_do=Text("Ein Satz genügt.", "One sentence is enough."),
        )
    contract.signings.filter(state="open").update(state="cancelled", reason=reason[:300])
    contract.edit(state=Contract.State.WITHDRAWN)
    record(Event("engagement.contract.withdrawn", contract, {"reason": reason}), by=by)


def findings_of(version: ContractVersion) -> tuple[fairness.Finding, ...]:
    """What both sides should look at."""
    return fairness.check_draft(content_of(version))


def pdf_of(version: ContractVersion) -> bytes:
    """The version as PDF/A, both languages side by side."""
    return files.as_pdf(content_of(version), sheet_of(version))


def docx_of(version: ContractVersion) -> bytes:
    """The version as a Word document."""
    return files.as_docx(content_of(version), sheet_of(version))


def sheet_of(version: ContractVersion, signers: tuple[str, ...] = ()) -> files.Sheet:
    """What stands around the clauses of a version."""
    contract = version.contract
    draft = content_of(version)
    return files.Sheet(
        title=name_of(contract),
        firm=Organisation.objects.get(pk=current_org_id()).name,
        reference=f"V-{contract.number}, Fassung / version {version.revision}",
        at=version.created_at,
        signers=signers or (str(draft.facts["client_name"]), str(draft.facts["contractor_name"])),
        written_form=assemble.written_form(draft),
    )


def locked(key: UUID) -> Contract:
    """The contract as it stands now, locked until commit."""
    rows = Contract.objects.select_for_update(of=("self",))
    return rows.select_related("order__resource__user", "order__org", "org").get(pk=key)


def _edit(contract: Contract, change: Any, what: str, clause: str, *, by: Actor) -> ContractVersion:
    by.require("order.write")
    contract = locked(contract.pk)
    if contract.state != Contract.State.DRAFT:
        raise _no_draft()
    before = latest_version(contract)
    after = change(content_of(before))
    if after.as_json() == before.content:
        return before
    version = _keep(contract, after, {"what": what, "clause": clause}, by)
    record(Event("engagement.contract.edited", contract, {"revision": version.revision, **version.change}), by=by)
    return version


def _keep(contract: Contract, draft: Draft, change: dict[str, Any], by: Actor) -> ContractVersion:
    last = contract.versions.order_by("-revision").first()
    return ContractVersion.objects.create(
        contract=contract,
        revision=last.revision + 1 if last else 1,
        content=draft.as_json(),
        change=change,
        made_by=by.id,
    )


def expected_revision(contract: Contract, revision: str) -> None:
    """Raises Conflict if somebody wrote another version since the page was drawn."""
    if str(latest_version(contract).revision) != revision:
        raise Conflict(f"V-{contract.number}")


def _no_draft() -> Refused:
    return Refused(
        Text("Dieser Vertrag ist kein Entwurf mehr.", "This contract is no draft any more."),
        citation="Verträge",
        what_to_do=Text(
            "Ziehen Sie die Unterschriften zurück oder legen Sie einen neuen Vertrag an.",
            "Take the signatures back, or make a new contract.",
        ),
    )
