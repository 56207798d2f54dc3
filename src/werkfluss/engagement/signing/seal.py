"""One signature into a PDF as an incremental update: what was signed before stays byte for byte."""

from __future__ import annotations

import io
import warnings
from datetime import datetime
from typing import Any

from .authority import Authority, issue


def sign_pdf(
    content: bytes, found: Authority, *, name: str, email: str, firm: str, reason: str, field: str, at: datetime
) -> tuple[bytes, dict[str, str]]:
    """The PDF with one more PAdES signature (B-B), and what its certificate says: subject, issuer, serial.

    Raises:
        ValueError: the bytes are no PDF that can be signed.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign import signers
    from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter

    certificate, key = issue(found, name=name, email=email, firm=firm, at=at)
    out = io.BytesIO()
    metadata = signers.PdfSignatureMetadata(
        field_name=field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, name=name, reason=reason
    )
    try:
        with warnings.catch_warnings():
            # The zone of this process is the firm's, that of the machine another; the instant is right either way.
            warnings.filterwarnings("ignore", message="Timezone offset does not match")
            signers.sign_pdf(
                IncrementalPdfFileWriter(io.BytesIO(content)),
                metadata,
                signer=_signer(certificate, key, found),
                new_field_spec=SigFieldSpec(field),
                output=out,
            )
    except PdfError as error:
        raise ValueError(str(error)) from error
    said = {
        "subject": certificate.subject.rfc4514_string(),
        "issuer": certificate.issuer.rfc4514_string(),
        "serial": f"{certificate.serial_number:x}",
    }
    return out.getvalue(), said


def _signer(certificate: Any, key: Any, found: Authority) -> Any:
    from asn1crypto import keys, x509
    from cryptography.hazmat.primitives import serialization
    from pyhanko.sign import signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    def plain(one: Any) -> Any:
        return x509.Certificate.load(one.public_bytes(serialization.Encoding.DER))

    private = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    store = SimpleCertificateStore()
    store.register_multiple([plain(found.certificate)])
    return signers.SimpleSigner(
        signing_cert=plain(certificate), signing_key=keys.PrivateKeyInfo.load(private), cert_registry=store
    )
