"""The files of a signature round: seals, what was signed elsewhere, and the proof sheet."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from werkfluss.engagement.models import Signer, Signing
from werkfluss.engagement.signing import authority as authorities
from werkfluss.engagement.signing import seal
from werkfluss.engagement.signing.verify import NOT_CHECKED, Signature, verify_pdf
from werkfluss.evidence.domain import drawing
from werkfluss.evidence.domain.documents import keep_file
from werkfluss.evidence.domain.dossiers import Section
from werkfluss.evidence.models import Document
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Broken, Fault, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor

HONEST = Text(
    "Diese Signaturen sind fortgeschrittene oder einfache elektronische Signaturen (Art. 3 Nr. 10, 11 eIDAS-VO), keine "
    "qualifizierten. Das Zertifikat stammt von dieser Installation: Sie bezeugt, dass die angemeldete Person "
    "gehandelt hat, "
    "und dass die Datei seither unverändert ist.",
    "These are advanced or simple electronic signatures (Art. 3 nos. 10 and 11 eIDAS), not qualified ones. The "
    "certificate is "
    "of this installation: it attests that the person logged in has acted and that the file is unchanged since.",
)
IDENTIFIED = {
    "password": Text("mit Passwort angemeldet", "logged in with a password"),
    "code": Text("über den persönlichen Link aus der E-Mail", "by the personal link in the mail"),
    "webauthn": Text("mit Passkey", "with a passkey"),
    "totp": Text("mit Passwort und Code der App", "with a password and a code of the app"),
    "recovery_codes": Text("mit Wiederherstellungscode", "with a recovery code"),
}
METHODS = {
    "seal": Text("Signatur dieser Installation", "signature of this installation"),
    "qualified_upload": Text("anderswo signiert und hochgeladen", "signed elsewhere and uploaded"),
}


def root() -> authorities.Authority:
    """The installation's authority, made at first use beside the anchors in the data folder."""
    return authorities.authority(Path(settings.ANCHOR_FOLDER).parent / "signing", at=clock.now())


def root_certificate() -> Any:
    return root().certificate


def sealed(
    content: bytes, *, name: str, email: str, firm: str, reason: str, field: str, at: datetime
) -> tuple[bytes, dict[str, str]]:
    """The file with one more signature of the installation in this person's name."""
    return seal.sign_pdf(content, root(), name=name, email=email, firm=firm, reason=reason, field=field, at=at)


def require_untouched(signing: Signing, content: bytes) -> None:
    """Raises Broken if a signature that is there already no longer holds, or one is missing."""
    given = signing.signers.filter(state="signed").order_by("-position").first()
    found = verify_pdf(content, root=root_certificate())
    wanted = signing.signers.filter(state="signed").count()
    if wanted != len(found.signatures) or found.state not in ("intact", "unsigned"):
        raise _changed(signing)
    if given is not None and given.digest_after != found.sha256:
        raise _changed(signing)


def new_signature(before: bytes, after: bytes) -> Signature:
    """The signature that a file from elsewhere adds to the one that waits.

    Raises:
        Refused: it is another file, nothing was signed, or what was signed does not hold.
    """
    found = verify_pdf(after, root=root_certificate())
    old = verify_pdf(before, root=root_certificate())
    if not after.startswith(before) or found.state == "unreadable":
        raise _refused(
            Text(
                "Das ist nicht die Datei, die auf Ihre Unterschrift wartet.", "This is not the file that waits for you."
            ),
            Text(
                "Bitte laden Sie die Datei hier herunter, signieren Sie genau diese und laden Sie das Ergebnis hoch.",
                "Please download the file here, sign exactly this one and upload the result.",
            ),
        )
    if len(found.signatures) != len(old.signatures) + 1 or found.state != "intact":
        raise _refused(
            Text("Die Datei enthält keine neue, unversehrte Signatur.", "The file holds no new, intact signature."),
            Text("Bitte signieren Sie die Datei erneut.", "Please sign the file again."),
        )
    return found.signatures[-1]


def keep_proof(signing: Signing, *, by: Actor) -> Document:
    """The proof sheet beside the contract: who, when, how identified, which bytes; sealed by the installation."""
    contract = signing.contract
    at = clock.now()
    signers = list(signing.signers.order_by("position"))
    facts = [
        (_both("Vertrag", "Contract"), f"V-{contract.number}"),
        (_both("Fassung", "Version"), str(signing.contract_version.revision)),
        (_both("SHA-256 vor der ersten Unterschrift", "SHA-256 before the first signature"), signers[0].digest_before),
        (_both("SHA-256 der fertigen Datei", "SHA-256 of the finished file"), signers[-1].digest_after),
        (
            _both("SHA-256 des Zertifikats dieser Installation", "SHA-256 of the installation's certificate"),
            root().fingerprint,
        ),
        (_both("Form", "Form"), HONEST.de),
        (_both("Form (englisch)", "Form (English)"), HONEST.en),
    ]
    pdf = drawing.as_pdf(
        title="Signaturblatt / Proof of signatures",
        firm=contract.org.name,
        address="",
        facts=facts,
        parts=[(_both("Unterschriften", "Signatures"), [drawing.drawn(_section(one), "de") for one in signers])],
        language="de",
        at=at,
    )
    done, _said = sealed(
        pdf, name="Signaturblatt", email="", firm=contract.org.name, reason="Signaturblatt", field="Siegel", at=at
    )
    name = f"vertrag-{contract.number}-signaturblatt.pdf"
    return keep_file(done, filename=name, title=f"Signaturblatt V-{contract.number}", belongs_to=contract, by=by)


def _section(one: Signer) -> Section:
    how = IDENTIFIED.get(one.identified, Text(one.identified or "–", one.identified or "–"))
    method = METHODS[one.method]
    said = one.certificate
    pairs: list[tuple[Text, Any]] = [
        (_both("Zeit", "Time"), one.signed_at),
        (_both("Erkannt", "Identified"), f"{how.de} / {how.en}"),
        (_both("Art", "Kind"), f"{method.de} / {method.en}"),
        (_both("Zertifikat", "Certificate"), said.get("subject", "")),
        (_both("Aussteller", "Issuer"), said.get("issuer", "")),
        (_both("Seriennummer", "Serial"), said.get("serial", "")),
        (_both("SHA-256 davor", "SHA-256 before"), one.digest_before),
        (_both("SHA-256 danach", "SHA-256 after"), one.digest_after),
    ]
    if one.method == "qualified_upload":
        not_checked = "; ".join(text.de for text in NOT_CHECKED)
        claims = "ja / yes" if said.get("qualified_claimed") == "true" else "nein / no"
        pairs += [(_both("Zertifikat nennt sich qualifiziert", "Claims to be qualified"), claims)]
        pairs += [(_both("Nicht geprüft", "Not checked"), not_checked)]
    return Section(Text(f"{one.position}. {one.name}", f"{one.position}. {one.name}"), pairs=tuple(pairs))


def _both(german: str, english: str) -> Text:
    told = german if german == english else f"{german} / {english}"
    return Text(told, told)


def _changed(signing: Signing) -> Broken:
    return Broken(
        Fault(
            f"V-{signing.contract.number}",
            Text(
                "Die Datei hat sich seit der letzten Unterschrift verändert.",
                "The file was changed since it was signed last.",
            ),
            Text("Dieselben Bytes wie nach der letzten Unterschrift.", "The same bytes as after the last signature."),
            Text(
                "Nicht unterschreiben. Bitte die Unterschriften zurückziehen und die Datensicherung prüfen.",
                "Do not sign. Please take the signatures back and check the backup.",
            ),
        )
    )


def _refused(reason: Text, way_out: Text) -> Refused:
    return Refused(reason, citation="Art. 26, 32 eIDAS-VO", what_to_do=way_out)
