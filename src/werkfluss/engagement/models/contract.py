"""Contracts of an order, their versions, and how they are signed."""

from __future__ import annotations

from django.db import models

from werkfluss.engagement.models.order import Order
from werkfluss.evidence.models import Document
from werkfluss.org.models import User
from werkfluss.org.tenancy import TenantModel


class Contract(TenantModel):
    """A contract made from an order: facts once, clauses of the library or own words, in German and English."""

    class State(models.TextChoices):
        DRAFT = "draft", "draft"
        SIGNING = "signing", "waits for signatures"
        SIGNED = "signed", "signed"
        WITHDRAWN = "withdrawn", "withdrawn"

    number = models.PositiveIntegerField()
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="contracts")
    frame = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="call_offs")
    kind = models.CharField(max_length=30, help_text="engagement/contracts/kinds.yaml")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    shown_at = models.DateTimeField(null=True, blank=True, help_text="since then the external sees it")
    signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["org", "number"], name="one_contract_per_number")]


class ContractVersion(TenantModel):
    """What the contract said at one time; never changed, only followed by the next."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="versions")
    revision = models.PositiveSmallIntegerField()
    content = models.JSONField(help_text="kind, facts, clauses: contracts/assemble.Draft")
    change = models.JSONField(default=dict, help_text="what differs from the version before: {what, clause}")
    made_by = models.UUIDField(null=True)

    class Meta:
        ordering = ["-revision"]
        constraints = [models.UniqueConstraint(fields=["org", "contract", "revision"], name="one_version_per_contract")]


class Signing(TenantModel):
    """One round of signatures under one version; the file grows by one signature after the other."""

    STATES = [("open", "open"), ("complete", "complete"), ("cancelled", "cancelled")]
    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="signings")
    contract_version = models.ForeignKey(ContractVersion, on_delete=models.CASCADE, related_name="+")
    unsigned = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    current = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    proof = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=STATES, default="open")
    written_form = models.JSONField(default=list, help_text="provisions that ask for written form; empty: text form")
    expires_at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True, help_text="why it was cancelled")

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["org", "contract"], condition=models.Q(state="open"), name="one_open_signing_per_contract"
            )
        ]


class Signer(TenantModel):
    """One who signs, in the order of ``position``, by an act of the own."""

    SIDES = [("client", "client"), ("contractor", "contractor")]
    STATES = [("waiting", "waiting"), ("signed", "signed"), ("declined", "declined")]
    METHODS = [("seal", "signature of this installation"), ("qualified_upload", "signature made elsewhere")]
    signing = models.ForeignKey(Signing, on_delete=models.CASCADE, related_name="signers")
    position = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=10, choices=SIDES)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=STATES, default="waiting")
    method = models.CharField(max_length=20, choices=METHODS, blank=True)
    identified = models.CharField(max_length=20, blank=True, help_text="how: password, code of the app, passkey, link")
    signed_at = models.DateTimeField(null=True, blank=True)
    digest_before = models.CharField(max_length=64, blank=True)
    digest_after = models.CharField(max_length=64, blank=True)
    certificate = models.JSONField(default=dict, blank=True, help_text="subject, issuer, serial, what was checked")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["org", "signing", "position"], name="one_signer_per_position"),
            models.UniqueConstraint(fields=["org", "signing", "user"], name="one_signature_per_person"),
        ]
