"""The passport: papers that belong to an external, shown to a client only with consent."""

from __future__ import annotations

from django.db import models

from werkfluss.engagement.models.order import Order
from werkfluss.evidence.models import Document
from werkfluss.org.models import User
from werkfluss.org.tenancy import TenantModel
from werkfluss.workforce.models import Resource


class PassportPaper(TenantModel):
    """A paper in the keeping of the person. The firm of the row holds it for the person and sees it with consent only.

    ``key`` is the same for copies of one paper at several clients, so that the person sees it once.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField()
    kind = models.CharField(max_length=30, help_text="engagement/passport/kinds.py")
    title = models.CharField(max_length=200)
    issuer = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    expires = models.DateField(null=True, blank=True, help_text="last day on which it is valid")
    details = models.TextField(blank=True, help_text="of references and skills: what they say")
    confirmed_by = models.CharField(max_length=200, blank=True, help_text="who has looked at it; empty: nobody")
    confirmed_on = models.DateField(null=True, blank=True)
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    origin = models.CharField(max_length=200, blank=True, help_text="installation it was brought from")
    reminded_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="taken out of the passport by the person")

    class Meta:
        ordering = ["kind", "-expires"]
        constraints = [
            models.UniqueConstraint(
                fields=["org", "user", "key"], condition=models.Q(ended_at=None), name="one_passport_paper_per_key"
            )
        ]


class PassportConsent(TenantModel):
    """The person lets this firm see one paper: that it is valid, or the document too. Can be revoked at any time."""

    SCOPES = [("validity", "kind and validity"), ("document", "the document too")]
    paper = models.ForeignKey(PassportPaper, on_delete=models.CASCADE, related_name="consents")
    scope = models.CharField(max_length=10, choices=SCOPES)
    purpose = models.CharField(max_length=200)
    given_at = models.DateTimeField()
    until = models.DateField(null=True, blank=True, help_text="last day; none: as long as the work together lasts")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-given_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["org", "paper"], condition=models.Q(revoked_at=None), name="one_open_consent_per_paper"
            )
        ]


class PassportRequest(TenantModel):
    """The firm asks for a kind of paper, once, with the purpose; answered by a consent."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="passport_requests")
    order = models.ForeignKey(Order, null=True, blank=True, on_delete=models.CASCADE, related_name="passport_requests")
    kind = models.CharField(max_length=30)
    scope = models.CharField(max_length=10, choices=PassportConsent.SCOPES)
    purpose = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    declined = models.BooleanField(default=False)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["org", "resource", "kind"],
                condition=models.Q(answered_at=None),
                name="one_open_request_per_paper",
            )
        ]
