"""What the signatures of a PDF prove: who, when, whether the file is as it was signed; and what was not checked.

Everything runs offline: no trust list, no revocation, no time-stamp authority is asked. Hostile files do no harm: size
and number of signatures are limited, and whatever the reader raises becomes "unreadable".
"""

from __future__ import annotations

import hashlib
import io
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from werkfluss.kernel.text import Text

MOST_BYTES = 25 * 1024 * 1024
_MOST_SIGNATURES = 20
State = Literal["intact", "changed", "unsigned", "unreadable"]
# ETSI EN 319 412-5: statements of a qualified certificate.
_QC_EXTENSION = "1.3.6.1.5.5.7.1.3"
_QC_COMPLIANCE = "0.4.0.1862.1.1"
_QC_DEVICE = "0.4.0.1862.1.4"

NOT_CHECKED = (
    Text("ob der Aussteller auf der Vertrauensliste der EU steht", "whether the issuer is on the EU trust list"),
    Text("ob das Zertifikat gesperrt wurde", "whether the certificate was revoked"),
    Text("ein Zeitstempel: die Zeit ist die Angabe der signierenden Seite", "a time-stamp: the time is as claimed"),
)


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature. ``ours``: of this installation's authority. ``qualified``: the certificate claims it itself.

    ``intact``: the signed bytes are unchanged. ``covers``: nothing was added after it but further signatures.
    """

    who: str
    issuer: str
    serial: str
    at: datetime | None
    reason: str
    intact: bool
    covers: bool
    ours: bool
    qualified: bool
    device: bool

    @property
    def good(self) -> bool:
        return self.intact and self.covers


@dataclass(frozen=True, slots=True)
class Verified:
    """What a file proves. ``not_checked`` is what an offline look cannot say of signatures from elsewhere."""

    state: State
    sha256: str
    signatures: tuple[Signature, ...] = ()

    @property
    def not_checked(self) -> tuple[Text, ...]:
        if not self.signatures:
            return ()
        return NOT_CHECKED if any(not one.ours for one in self.signatures) else NOT_CHECKED[2:]


def verify_pdf(content: bytes, *, root: Any = None) -> Verified:
    """Look at every signature of a PDF. ``root``: the installation's own certificate (``cryptography``)."""
    digest = hashlib.sha256(content).hexdigest()
    if len(content) > MOST_BYTES or not content.startswith(b"%PDF-"):
        return Verified("unreadable", digest)
    # A refused file is an answer here, no fault of the program to be logged with its trace.
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        found = _signatures(content, root)
    except Exception:  # noqa: BLE001  # whatever a hostile file makes the reader raise, the answer is the same
        return Verified("unreadable", digest)
    if not found:
        return Verified("unsigned", digest)
    whole = all(one.good for one in found)
    return Verified("intact" if whole else "changed", digest, tuple(found))


def _signatures(content: bytes, root: Any) -> list[Signature]:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko_certvalidator import ValidationContext

    reader = PdfFileReader(io.BytesIO(content), strict=True)
    embedded = reader.embedded_signatures
    if len(embedded) > _MOST_SIGNATURES:
        raise ValueError("too many signatures")
    roots = [_asn1(root)] if root is not None else []
    context = ValidationContext(trust_roots=roots, allow_fetching=False, revocation_mode="soft-fail")
    return [_signature(one, context, roots) for one in embedded]


def _signature(embedded: Any, context: Any, roots: list[Any]) -> Signature:
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    status = validate_pdf_signature(embedded, signer_validation_context=context)
    certificate = embedded.signer_cert
    level = status.modification_level
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    revision = status.coverage == SignatureCoverageLevel.ENTIRE_REVISION
    harmless = level in (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING)
    statements = _statements(certificate)
    return Signature(
        who=str(certificate.subject.native.get("common_name", certificate.subject.human_friendly)),
        issuer=str(certificate.issuer.human_friendly),
        serial=f"{certificate.serial_number:x}",
        at=status.signer_reported_dt,
        reason=str(embedded.sig_object.get("/Reason", "")),
        intact=bool(status.intact and status.valid),
        covers=whole or (revision and harmless),
        ours=bool(roots and status.trusted),
        qualified=_QC_COMPLIANCE in statements,
        device=_QC_DEVICE in statements,
    )


def _statements(certificate: Any) -> set[str]:
    """The ids of the statements that a certificate makes about itself being qualified."""
    from asn1crypto import core

    for extension in certificate["tbs_certificate"]["extensions"]:
        if extension["extn_id"].dotted == _QC_EXTENSION:
            rows = core.SequenceOf.load(extension["extn_value"].contents, spec=core.Sequence)
            return {core.Sequence.load(row.dump())[0].dotted for row in rows}
    return set()


def _asn1(certificate: Any) -> Any:
    from asn1crypto import x509
    from cryptography.hazmat.primitives import serialization

    return x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
