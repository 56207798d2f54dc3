"""What the law says today of work that was given out on an earlier answer."""

from __future__ import annotations

from django.db import models

from werkfluss.org.tenancy import TenantModel
from werkfluss.work.models.plans import Assignment


class Recheck(TenantModel):
    """The law's answer to an assignment differs from the one it was given on. Nothing is taken away by itself.

    ``since`` is the first day of the work on which it differs; ``checks`` are keys of stored verdicts.
    """

    class State(models.TextChoices):
        OPEN = "open", "open"
        SETTLED = "settled", "settled"

    class Because(models.TextChoices):
        PERMITTED = "permitted", "permitted as before"
        ENDED = "ended", "the work is done or was taken back"
        CHANGED = "changed", "the law answers otherwise again"
        NOTED = "noted", "a person took note"

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="rechecks")
    was = models.CharField(max_length=24, blank=True, help_text="empty: nobody had asked")
    now = models.CharField(max_length=24)
    since = models.DateField()
    explanation = models.JSONField(default=dict, help_text="reasons, citations, conditions, remedy")
    digest = models.CharField(max_length=64, help_text="of the answer, so that the same one is kept once")
    checks = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.UUIDField(null=True, blank=True)
    settled_because = models.CharField(max_length=10, choices=Because.choices, blank=True)

    class Meta:
        indexes = [models.Index(fields=["org", "state", "since"], name="recheck_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["org", "assignment"], condition=models.Q(state="open"), name="one_open_recheck"
            )
        ]
