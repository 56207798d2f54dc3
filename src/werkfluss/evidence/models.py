"""Files and what was brought in with them."""

from __future__ import annotations

from django.db import models

from werkfluss.org.tenancy import TenantModel

MAX_FILE_BYTES = 25 * 1024 * 1024


class Blob(TenantModel):
    """The bytes of a file, once per firm and content."""

    sha256 = models.BinaryField(max_length=32)
    size = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "sha256"], name="one_blob_per_content")]


class Document(TenantModel):
    """A file with its name and what it belongs to; the object is named, not linked, since it may be in any room."""

    class KeepAs(models.TextChoices):
        """What a file is to tax and commercial law: its period follows from it (``retention.yaml``)."""

        OWNER = "owner", "goes with what it belongs to"
        INVOICE = "invoice", "invoice"
        VOUCHER = "voucher", "booking voucher"
        BOOK = "book", "part of the books"
        LETTER = "letter", "business letter or other tax paper"

    title = models.CharField(max_length=200)
    filename = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.UUIDField(null=True, blank=True)
    keep_as = models.CharField(max_length=8, choices=KeepAs.choices, default=KeepAs.OWNER)
    dated_on = models.DateField(null=True, blank=True, help_text="date it bears, from which its period runs")
    uploaded_by = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["org", "object_type", "object_id"], name="document_by_object")]


class Hold(TenantModel):
    """A legal hold (Sperrvermerk): an object, or classes of data by their rules, kept from deletion until a day."""

    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.UUIDField(null=True, blank=True)
    rules = models.JSONField(default=list, blank=True, help_text="rules of retention.yaml: all data of the firm")
    name = models.CharField(max_length=300)
    reason = models.CharField(max_length=300)
    until = models.DateField(help_text="last day")
    placed_by = models.UUIDField(null=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.UUIDField(null=True, blank=True)
    lifted_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["org", "object_type", "object_id"], name="hold_by_object")]


class ImportBatch(TenantModel):
    """One import: the file, how its columns were understood, what it made. Can be taken back as a whole."""

    STATES = [("done", "done"), ("rolled_back", "rolled back")]
    kind = models.CharField(max_length=20)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    mapping = models.JSONField(default=dict)
    created = models.JSONField(default=list, help_text="[[model label, id], …] in the order they were made")
    state = models.CharField(max_length=12, choices=STATES, default="done")
    imported_by = models.UUIDField(null=True)
