"""Signing a contract: in an agreed order, each by an act of the own, on exactly the bytes that were shown.

The seal is an advanced or simple electronic signature of this installation (see ``signing/authority.py``). Where the
law demands written form nobody is led to believe that it is one: only qualified signatures made elsewhere are taken
then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from werkfluss.engagement.contracts import assemble, files
from werkfluss.engagement.domain import contracts, signing_files, signing_mails
from werkfluss.engagement.domain.externals import invite
from werkfluss.engagement.models import Contract, Signer, Signing
from werkfluss.engagement.signing.verify import verify_pdf
from werkfluss.evidence.domain.documents import content_of, keep_file
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.domain.members import open_members
from werkfluss.org.events import Event, record
from werkfluss.org.models import User

DAYS = 14
_MOST_DAYS = 60
CITATION = "§ 126b BGB, Art. 25 eIDAS-VO"


def possible_signers() -> list[User]:
    """Members who may sign for the firm: whoever may write orders, by name."""
    users = {one.user.pk: one.user for one in open_members().filter(role__in=["managing_director", "lead", "hr"])}
    return sorted(users.values(), key=lambda user: user.name)


def waiting_for(user: User) -> QuerySet[Signer]:
    """The signatures that are this person's turn now."""
    rows = Signer.objects.filter(user=user, state="waiting", signing__state="open", signing__expires_at__gt=clock.now())
    earlier = Signer.objects.filter(state="waiting").values("signing_id", "position")
    mine = rows.select_related("signing__contract__org", "signing__contract__order__resource")
    first = {row["signing_id"]: 0 for row in earlier}
    for row in earlier:
        first[row["signing_id"]] = min(first[row["signing_id"]] or row["position"], row["position"])
    turns = [one.pk for one in mine if first.get(one.signing_id) == one.position]
    return mine.filter(pk__in=turns)


def start_signing(
    contract: Contract, *, signers: Sequence[User], contractor_first: bool = True, days: int = DAYS, by: Actor
) -> Signing:
    """Close the draft and ask for signatures, in this order: the external first or last, then or before ``signers``.

    Raises:
        NotPermitted: the actor may not write orders, or a signer may not sign for the firm.
        Refused: fields are open, it is no draft, nobody signs for the firm, or the time is too long.
    """
    by.require("order.write")
    contract = contracts.locked(contract.pk)
    version = contracts.latest_version(contract)
    draft = contracts.content_of(version)
    _require_ready(contract, draft, signers, days)
    external = invite(contract.order.resource, by=by)
    people = [("client", user) for user in signers]
    people.insert(0 if contractor_first else len(people), ("contractor", external))
    sides = {"client": str(draft.facts["client_name"]), "contractor": str(draft.facts["contractor_name"])}
    lines = tuple(f"{number}. {sides[side]}: {user.name}" for number, (side, user) in enumerate(people, start=1))
    content = files.as_pdf(draft, contracts.sheet_of(version, lines))
    name = f"vertrag-{contract.number}-fassung-{version.revision}.pdf"
    document = keep_file(content, filename=name, title=f"V-{contract.number}", belongs_to=contract, by=by)
    signing = Signing.objects.create(
        contract=contract,
        contract_version=version,
        unsigned=document,
        current=document,
        written_form=list(assemble.written_form(draft)),
        expires_at=clock.now() + timedelta(days=days),
    )
    Signer.objects.bulk_create(
        Signer(signing=signing, position=number, side=side, user=user, name=user.name)
        for number, (side, user) in enumerate(people, start=1)
    )
    contract.edit(state=Contract.State.SIGNING, shown_at=contract.shown_at or clock.now())
    data = {"revision": version.revision, "sha256": sha256(content), "signers": [user.pk for _side, user in people]}
    record(Event("engagement.signing.started", contract, data), by=by)
    signing_mails.ask_next(signing, by=by)
    return signing


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def current_digest(signing: Signing) -> str:
    """SHA-256 of the file that waits for the next signature."""
    return bytes(signing.current.blob.sha256).hex()


def next_signer(signing: Signing) -> Signer | None:
    """Whose turn it is; nobody if the round is over."""
    if signing.state != "open":
        return None
    return signing.signers.filter(state="waiting").order_by("position").first()


def is_late(signing: Signing) -> bool:
    return signing.state == "open" and signing.expires_at <= clock.now()


def sign_contract(signing: Signing, *, user: User, identified: str, digest: str, by: Actor) -> Signing:
    """The person's own act: the file as it was shown (``digest``) gets a seal in the person's name.

    Raises:
        NotPermitted: the person does not sign this contract.
        Conflict: the person signed already, it is not the turn, or the file is another one than was shown.
        Refused: the round is over or expired, or the law demands written form.
        Broken: the stored file was changed.
    """
    signing, signer = _turn(signing.pk, user, by)
    if signing.written_form:
        raise needs_written_form(signing.written_form)
    if digest != current_digest(signing):
        raise Conflict(f"V-{signing.contract.number}")
    before = content_of(signing.current)
    signing_files.require_untouched(signing, before)
    at = clock.now()
    after, said = signing_files.sealed(
        before,
        name=user.name,
        email=user.email,
        firm=_firm_of(signer),
        reason=f"Vertrag V-{signing.contract.number}",
        field=f"Signatur{signer.position}",
        at=at,
    )
    _take(signing, signer, after, method="seal", identified=identified, said=said, at=at, by=by)
    return signing


def upload_signature(signing: Signing, *, user: User, identified: str, content: bytes, by: Actor) -> Signing:
    """Take a file that the person signed elsewhere, as with a qualified certificate; offline checks, and what was not.

    Raises:
        NotPermitted: the person does not sign this contract.
        Conflict: the person signed already, or it is not the turn.
        Refused: another file, no new intact signature, or not qualified though the law demands written form.
    """
    signing, signer = _turn(signing.pk, user, by)
    before = content_of(signing.current)
    signing_files.require_untouched(signing, before)
    made = signing_files.new_signature(before, content)
    if signing.written_form and not made.qualified:
        raise needs_written_form(signing.written_form)
    said = {
        "subject": made.who,
        "issuer": made.issuer,
        "serial": made.serial,
        "qualified_claimed": str(made.qualified).lower(),
        "device_claimed": str(made.device).lower(),
    }
    at = clock.now()
    _take(signing, signer, content, method="qualified_upload", identified=identified, said=said, at=at, by=by)
    return signing


def decline_signature(signing: Signing, *, user: User, note: str = "", by: Actor) -> None:
    """Not sign: the round ends, the contract is a draft again. That has no consequence for the person.

    Raises:
        NotPermitted: the person does not sign this contract.
        Conflict: the person signed already.
        Refused: the round is over.
    """
    signing, signer = _signer(signing.pk, user, by)
    _require_open(signing)
    if signer.state != "waiting":
        raise Conflict(f"V-{signing.contract.number}")
    signer.edit(state="declined", note=note[:300])
    _end(signing, reason=note[:300])
    record(Event("engagement.signing.declined", signing.contract, {"note": note[:300]}), by=by)


def cancel_signing(signing: Signing, *, reason: str, by: Actor) -> None:
    """Take the file back before all have signed, or after the time is over; the contract is a draft again.

    Raises:
        NotPermitted: the actor may not write orders.
        Refused: the round is over, or there is no reason.
    """
    by.require("order.write")
    signing = _locked(signing.pk)
    if signing.state != "open":
        raise _over()
    if not reason.strip():
        raise Refused(
            Text("Bitte nennen Sie den Grund.", "Please give the reason."),
            citation="Verträge",
            what_to_do=Text("Ein Satz genügt.", "One sentence is enough."),
        )
    _end(signing, reason=reason[:300])
    record(Event("engagement.signing.cancelled", signing.contract, {"reason": reason[:300]}), by=by)


def needs_written_form(provisions: Sequence[str]) -> Refused:
    """Why a click does not sign this contract."""
    named = ", ".join(provisions)
    return Refused(
        Text(
            f"Dieser Vertrag braucht Schriftform ({named}); ein Klick genügt dafür nicht.",
            f"This contract needs written form ({named}); a click is not enough for that.",
        ),
        citation="§ 126, § 126a BGB",
        what_to_do=Text(
            "Unterschreiben Sie auf Papier oder mit einer qualifizierten elektronischen Signatur und laden Sie die "
            "Datei "
            "hier hoch; oder nehmen Sie die Regelung aus dem Vertrag.",
            "Sign on paper or with a qualified electronic signature and upload the file here; or take the clause out "
            "of "
            "the contract.",
        ),
    )


def _require_ready(contract: Contract, draft: assemble.Draft, signers: Sequence[User], days: int) -> None:
    if contract.state != Contract.State.DRAFT:
        raise _over()
    able = {user.pk for user in possible_signers()}
    if any(user.pk not in able for user in signers):
        raise NotPermitted("order.write")
    open_fields = assemble.missing_facts(draft)
    reasons = {
        Text("Es sind noch Angaben offen.", "There are open fields."): bool(open_fields),
        Text("Für die Firma muss jemand unterschreiben.", "Somebody has to sign for the firm."): not signers,
        Text("Jede Person unterschreibt nur einmal.", "Each person signs once only."): len({u.pk for u in signers})
        != len(signers),
        Text(
            f"Die Frist liegt zwischen 1 und {_MOST_DAYS} Tagen.", f"The time is between 1 and {_MOST_DAYS} days."
        ): not (1 <= days <= _MOST_DAYS),
    }
    wrong = next((text for text, is_so in reasons.items() if is_so), None)
    if wrong is not None:
        raise Refused(
            wrong,
            citation="Verträge",
            what_to_do=Text("Bitte ergänzen Sie das zuerst.", "Please complete that first."),
        )


def _turn(key: UUID, user: User, by: Actor) -> tuple[Signing, Signer]:
    """The round and the person's row, locked, if it is this person's turn."""
    signing, signer = _signer(key, user, by)
    _require_open(signing)
    upcoming = next_signer(signing)
    if signer.state != "waiting" or upcoming is None or upcoming.pk != signer.pk:
        raise Conflict(f"V-{signing.contract.number}")
    return signing, signer


def _signer(key: UUID, user: User, by: Actor) -> tuple[Signing, Signer]:
    signing = _locked(key)
    signer = signing.signers.filter(user=user).first()
    if signer is None or by.id != user.pk:
        raise NotPermitted("own_orders.answer")
    return signing, signer


def _locked(key: UUID) -> Signing:
    rows = Signing.objects.select_for_update(of=("self",)).select_related("contract__order__resource__user")
    return rows.select_related("current__blob", "unsigned__blob", "contract__org", "contract__order__resource").get(
        pk=key
    )


def _require_open(signing: Signing) -> None:
    if signing.state != "open":
        raise _over()
    if is_late(signing):
        raise Refused(
            Text("Die Zeit für die Unterschriften ist vorbei.", "The time to sign is over."),
            citation="Verträge",
            what_to_do=Text("Bitte lassen Sie die Unterschriften neu anfordern.", "Please have them asked for anew."),
        )


def _take(
    signing: Signing, signer: Signer, content: bytes, *, method: str, identified: str, said: dict[str, str],
    at: datetime, by: Actor,
) -> None:  # fmt: skip
    """Keep the grown file, note the act, and go on to the next person or to the end."""
    contract = signing.contract
    name = f"vertrag-{contract.number}-signiert-{signer.position}.pdf"
    document = keep_file(content, filename=name, title=f"V-{contract.number}", belongs_to=contract, by=by)
    before = current_digest(signing)
    signer.edit(
        state="signed",
        method=method,
        identified=identified[:20],
        signed_at=at,
        digest_before=before,
        digest_after=sha256(content),
        certificate=said,
    )
    signing.edit(current=document)
    data = {"position": signer.position, "method": method, "identified": identified, "sha256": signer.digest_after}
    record(Event("engagement.contract.signed_by", contract, data | {"before": before}), by=by)
    if next_signer(signing) is not None:
        signing_mails.ask_next(signing, by=by)
        return
    proof = signing_files.keep_proof(signing, by=by)
    signing.edit(state="complete", proof=proof)
    contract.edit(state=Contract.State.SIGNED, signed_at=at)
    record(Event("engagement.contract.signed", contract, {"sha256": signer.digest_after}), by=by)
    signing_mails.tell_complete(signing, by=by)


def _end(signing: Signing, *, reason: str) -> None:
    signing.edit(state="cancelled", reason=reason)
    signing.contract.edit(state=Contract.State.DRAFT)


def _firm_of(signer: Signer) -> str:
    return signer.signing.contract.org.name if signer.side == "client" else ""


def known_file(content: bytes) -> Signing | None:
    """The round of this firm to which exactly these bytes belong."""
    digest = hashlib.sha256(content).digest()
    rows = Signing.objects.select_related("contract").order_by("-created_at")
    found: Signing | None = (
        rows.filter(current__blob__sha256=digest).first() or rows.filter(unsigned__blob__sha256=digest).first()
    )
    return found


def verify(content: bytes) -> object:
    """What the signatures of a file prove, against this installation's own authority."""
    return verify_pdf(content, root=signing_files.root_certificate())


def _over() -> Refused:
    return Refused(
        Text("Hier ist nichts mehr zu unterschreiben.", "There is nothing left to sign here."),
        citation="Verträge",
        what_to_do=Text("Bitte öffnen Sie den Vertrag neu.", "Please open the contract again."),
    )
