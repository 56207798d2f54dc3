"""Signing: in order, by own act, on the bytes that were shown; written form is never claimed by a click."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdf
import pytest
from django.core import mail

from werkfluss.engagement.contracts import library
from werkfluss.engagement.domain import contracts, signing, signing_files
from werkfluss.engagement.models import Contract, Order, Signing
from werkfluss.engagement.signing import authority as authorities
from werkfluss.engagement.signing import seal
from werkfluss.engagement.signing.verify import Verified, verify_pdf
from werkfluss.evidence.domain.documents import content_of, keep_file
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Broken, Conflict, NotPermitted, Refused
from werkfluss.org.actor import Actor
from werkfluss.org.models import User
from werkfluss.workforce.models import Resource

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

As = Callable[[Resource], Actor]


@pytest.fixture(autouse=True)
def own_folder(settings: SettingsWrapper, tmp_path: Path) -> Path:
    """The authority of this test alone."""
    settings.ANCHOR_FOLDER = tmp_path / "anchors"
    return tmp_path / "signing"


@pytest.fixture
def contract(sent: Order, lead: Actor) -> Contract:
    return contracts.draft_contract(sent, kind="nda", by=lead)


@pytest.fixture
def chief(lead: Actor) -> User:
    return User.objects.get(pk=lead.id)


@pytest.fixture
def fuchs(contract: Contract, as_external: As) -> tuple[User, Actor]:
    actor = as_external(contract.order.resource)
    return User.objects.get(pk=actor.id), actor


@pytest.fixture
def started(contract: Contract, chief: User, lead: Actor) -> Signing:
    return signing.start_signing(contract, signers=[chief], by=lead)


def _sign(row: Signing, user: User, actor: Actor, **more: Any) -> Signing:
    row = Signing.objects.select_related("current__blob").get(pk=row.pk)
    digest = more.pop("digest", signing.current_digest(row))
    return signing.sign_contract(row, user=user, identified="code", digest=digest, by=actor)


def _verify(content: bytes) -> Verified:
    return verify_pdf(content, root=signing_files.root_certificate())


def test_both_sign_in_order_and_the_proof_tells_of_it(
    started: Signing, fuchs: tuple[User, Actor], chief: User, lead: Actor
) -> None:
    assert "Bitte unterschreiben" in mail.outbox[-1].subject
    with pytest.raises(Conflict):
        _sign(started, chief, lead)
    _sign(started, *fuchs)
    assert Signing.objects.get(pk=started.pk).state == "open"
    done = _sign(started, chief, lead)
    done.refresh_from_db()
    assert (done.state, Contract.objects.get(pk=done.contract_id).state) == ("complete", "signed")
    final = content_of(done.current)
    found = _verify(final)
    assert found.state == "intact"
    assert [(one.who, one.ours, one.qualified) for one in found.signatures] == [
        ("Marlene Fuchs", True, False), (chief.name, True, False),
    ]  # fmt: skip
    assert done.proof is not None
    proof = content_of(done.proof)
    assert _verify(proof).state == "intact"
    told = "".join("".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(proof)).pages)
    for word in ("MarleneFuchs", found.sha256[:20], "keinequalifizierten", "notqualifiedones", "personallink"):
        assert word in told
    assert "Unterschrieben" in mail.outbox[-1].subject


def test_the_signed_file_holds_the_contract_in_both_languages(started: Signing, fuchs: tuple[User, Actor]) -> None:
    row = _sign(started, *fuchs)
    row.refresh_from_db()
    text = " ".join(
        " ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(content_of(row.current))).pages
    )
    assert "Diese Vereinbarung schützt beide Seiten" in text
    assert "This agreement protects both sides alike" in text
    assert "1. Marlene Fuchs: Marlene Fuchs" in text


def test_nobody_signs_twice_or_for_another(
    started: Signing, fuchs: tuple[User, Actor], chief: User, lead: Actor, in_firm: Actor
) -> None:
    _sign(started, *fuchs)
    with pytest.raises(Conflict):
        _sign(started, *fuchs)
    with pytest.raises(NotPermitted):
        _sign(started, chief, fuchs[1])
    stranger = User.objects.create_user("fremd@anderswo.example", name="Fremd")
    with pytest.raises(NotPermitted):
        _sign(started, stranger, lead)


def test_other_bytes_than_those_shown_are_not_signed(started: Signing, fuchs: tuple[User, Actor]) -> None:
    with pytest.raises(Conflict):
        _sign(started, *fuchs, digest="0" * 64)


def test_file_changed_between_two_signers_is_refused(
    started: Signing, fuchs: tuple[User, Actor], chief: User, lead: Actor
) -> None:
    row = _sign(started, *fuchs)
    row.refresh_from_db()
    other = keep_file(content_of(row.unsigned), filename="x.pdf", belongs_to=row.contract, by=lead)
    row.edit(current=other)
    with pytest.raises(Broken):
        _sign(started, chief, lead)


def test_expired_round_is_refused_and_can_be_asked_anew(
    started: Signing, fuchs: tuple[User, Actor], contract: Contract, chief: User, lead: Actor
) -> None:
    started.edit(expires_at=clock.now() - timedelta(minutes=1))
    with pytest.raises(Refused):
        _sign(started, *fuchs)
    assert list(signing.waiting_for(fuchs[0])) == []
    signing.cancel_signing(started, reason="abgelaufen", by=lead)
    again = signing.start_signing(contract, signers=[chief], by=lead)
    assert [one.signing_id for one in signing.waiting_for(fuchs[0])] == [again.pk]


def test_declining_makes_it_a_draft_again(started: Signing, fuchs: tuple[User, Actor]) -> None:
    signing.decline_signature(started, user=fuchs[0], note="Bitte Frist ändern", by=fuchs[1])
    assert Contract.objects.get(pk=started.contract_id).state == "draft"
    with pytest.raises(Refused):
        _sign(started, *fuchs)


def test_nothing_open_and_nobody_missing_before_signatures_are_asked(
    sent: Order, chief: User, lead: Actor, fuchs: tuple[User, Actor]
) -> None:
    made = contracts.draft_contract(sent, kind="avv", by=lead)
    with pytest.raises(Refused):
        signing.start_signing(made, signers=[chief], by=lead)
    made = contracts.draft_contract(sent, kind="nda", by=lead)
    with pytest.raises(Refused):
        signing.start_signing(made, signers=[], by=lead)
    with pytest.raises(Refused):
        signing.start_signing(made, signers=[chief, chief], by=lead)
    with pytest.raises(NotPermitted):
        signing.start_signing(made, signers=[fuchs[0]], by=lead)


def test_written_form_is_not_met_by_a_click(sent: Order, lead: Actor, chief: User, as_external: As) -> None:
    made = contracts.draft_contract(sent, kind="werkvertrag", by=lead)
    contracts.choose_variant(made, clause="noncompete", variant="paid", by=lead)
    contracts.answer_facts(made, facts={"competitors": "Muster Anlagenbau GmbH"}, by=lead)
    row = signing.start_signing(made, signers=[chief], by=lead)
    assert row.written_form == ["§ 74 Abs. 1 HGB"]
    actor = as_external(made.order.resource)
    with pytest.raises(Refused, match="written form"):
        _sign(row, User.objects.get(pk=actor.id), actor)
    simple = _elsewhere(content_of(row.current), qualified=False)
    with pytest.raises(Refused, match="written form"):
        signing.upload_signature(row, user=User.objects.get(pk=actor.id), identified="code", content=simple, by=actor)


def _elsewhere(content: bytes, *, qualified: bool, folder: Path | None = None) -> bytes:
    """The file with a signature of another authority, whose certificate may call itself qualified."""
    import tempfile

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    other = authorities.authority(folder or Path(tempfile.mkdtemp()), at=clock.now())
    if not qualified:
        return seal.sign_pdf(
            content, other, name="Extern", email="", firm="", reason="", field="Extern", at=clock.now()
        )[0]
    certificate, key = authorities.issue(other, name="Marlene Fuchs QES", email="", firm="", at=clock.now())
    # SEQUENCE { SEQUENCE { id-etsi-qcs-QcCompliance } }
    statement = bytes.fromhex("300a3008060604008e460101")
    builder = (
        x509.CertificateBuilder().subject_name(certificate.subject).issuer_name(certificate.issuer)
        .public_key(key.public_key()).serial_number(certificate.serial_number)
        .not_valid_before(certificate.not_valid_before_utc).not_valid_after(certificate.not_valid_after_utc)
        .add_extension(x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3"), statement), critical=False)
    )  # fmt: skip
    for extension in certificate.extensions:
        builder = builder.add_extension(extension.value, critical=extension.critical)
    return _sign_with(content, other, builder.sign(other.key, hashes.SHA256()), key)


def _sign_with(content: bytes, other: authorities.Authority, certificate: Any, key: Any) -> bytes:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers
    from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter

    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Timezone offset does not match")
        signers.sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(content)),
            signers.PdfSignatureMetadata(field_name="QES", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES),
            signer=seal._signer(certificate, key, other),  # a card of somebody else
            new_field_spec=SigFieldSpec("QES"),
            output=out,
        )
    return out.getvalue()


def test_qualified_signature_made_elsewhere_is_taken_with_what_was_not_checked(
    sent: Order, lead: Actor, chief: User, as_external: As
) -> None:
    made = contracts.draft_contract(sent, kind="nda", by=lead)
    row = signing.start_signing(made, signers=[chief], by=lead)
    actor = as_external(made.order.resource)
    user = User.objects.get(pk=actor.id)
    before = content_of(row.current)
    for wrong in (b"%PDF-1.7 rubbish", before, contracts.pdf_of(contracts.latest_version(made))):
        with pytest.raises(Refused):
            signing.upload_signature(row, user=user, identified="code", content=wrong, by=actor)
    made_elsewhere = _elsewhere(before, qualified=True)
    signing.upload_signature(row, user=user, identified="code", content=made_elsewhere, by=actor)
    signer = row.signers.get(user=user)
    assert (signer.method, signer.certificate["qualified_claimed"]) == ("qualified_upload", "true")
    done = _sign(row, chief, lead)
    done.refresh_from_db()
    assert done.proof is not None
    found = _verify(content_of(done.current))
    assert (found.state, [one.ours for one in found.signatures]) == ("intact", [False, True])
    assert any("Vertrauensliste" in text.de for text in found.not_checked)
    told = "".join(
        "".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(content_of(done.proof))).pages
    )
    assert "Vertrauensliste" in told


def test_key_of_the_authority_is_for_the_owner_alone_and_made_once(tmp_path: Path) -> None:
    first = authorities.authority(tmp_path / "a", at=clock.now())
    path = tmp_path / "a" / authorities.FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert authorities.authority(tmp_path / "a", at=clock.now()).fingerprint == first.fingerprint
    assert [one.name for one in path.parent.iterdir()] == [authorities.FILE]


def test_changed_and_hostile_files_are_told_apart(started: Signing, fuchs: tuple[User, Actor]) -> None:
    row = _sign(started, *fuchs)
    row.refresh_from_db()
    signed = content_of(row.current)
    assert _verify(content_of(row.unsigned)).state == "unsigned"
    for bad in (b"", b"GIF89a", b"%PDF-1.7\n" + b"[" * 50_000, signed[: len(signed) // 2], b"%PDF-1.4\n%%EOF"):
        assert _verify(bad).state == "unreadable"
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    writer.root["/Names"] = generic.DictionaryObject()
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    assert _verify(out.getvalue()).state == "changed"
    flipped = bytearray(signed)
    place = signed.index(b"stream\n") + 40
    flipped[place] ^= 1
    assert _verify(bytes(flipped)).state in ("changed", "unreadable")
    other = verify_pdf(signed)
    assert (other.state, other.signatures[0].ours) == ("intact", False)


def test_kept_file_is_recognised(started: Signing) -> None:
    assert signing.known_file(content_of(started.current)) == started
    assert signing.known_file(b"%PDF-1.7 other") is None


def test_clauses_that_need_written_form_are_the_ones_the_library_names() -> None:
    assert {key for key, one in library.clauses().items() if one.written_form} == {"noncompete"}
