"""The installation's own certificate authority: made at first use, its key in the data folder for the owner only.

A certificate of it says: this installation saw this person, logged in this way, press the button. That is an advanced
or simple electronic signature (Art. 3 nos. 10 and 11 eIDAS), never a qualified one. Each act gets a key pair of its
own; the private key is forgotten after the one signature.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

FILE = "signing-authority.pem"
_YEARS = timedelta(days=3653)
_AUTHORITY_YEARS = timedelta(days=7305)


@dataclass(frozen=True, slots=True)
class Authority:
    """``certificate`` and ``key`` as of the library ``cryptography``."""

    certificate: Any
    key: Any

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, hex."""
        from cryptography.hazmat.primitives import hashes

        digest: bytes = self.certificate.fingerprint(hashes.SHA256())
        return digest.hex()


def authority(folder: Path, *, at: datetime) -> Authority:
    """The authority of this folder; the first call makes it. Two first calls at once end with the same one.

    Raises:
        OSError: the folder cannot be written.
        ValueError: the file was damaged.
    """
    path = folder / FILE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_once(path, _new(at))
    return _read(path.read_bytes())


def issue(found: Authority, *, name: str, email: str, firm: str, at: datetime) -> tuple[Any, Any]:
    """A certificate for one act of one person, and its private key: (certificate, key)."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(name, firm)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(found.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(minutes=5))
        .not_valid_after(at + _YEARS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(found.key.public_key()), critical=False)
    )
    if email.isascii() and "@" in email:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.RFC822Name(email)]), critical=False)
    return builder.sign(found.key, hashes.SHA256()), key


def _new(at: datetime) -> bytes:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(f"Werkfluss-Installation {secrets.token_hex(4)}", "")
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + _AUTHORITY_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(sign=False), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)


def _write_once(path: Path, content: bytes) -> None:
    """Whole and for the owner only, or not at all; who comes second leaves the first one's file alone."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            return
    finally:
        fresh.unlink(missing_ok=True)


def _read(content: bytes) -> Authority:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    return Authority(x509.load_pem_x509_certificate(content), load_pem_private_key(content, password=None))


def _name(common: str, firm: str) -> Any:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    parts = [x509.NameAttribute(NameOID.COMMON_NAME, common[:64])]
    if firm:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, firm[:64]))
    return x509.Name(parts)


def _usage(*, sign: bool) -> Any:
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=sign, content_commitment=sign, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=not sign, crl_sign=not sign, encipher_only=False, decipher_only=False,
    )  # fmt: skip
