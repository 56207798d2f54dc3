"""Projects and tasks: the smallest unit that is delegated."""

from __future__ import annotations

from django.db import models

from werkfluss.org.models import User
from werkfluss.org.tenancy import TenantModel
from werkfluss.workforce.models import Skill

# A working day in lags and leads, as Microsoft Project counts it.
MINUTES_PER_DAY = 480


class DataClass(models.TextChoices):
    PUBLIC = "public", "public"
    INTERNAL = "internal", "internal"
    CONFIDENTIAL = "confidential", "confidential"
    PERSONAL = "personal", "personal data"


class Project(TenantModel):
    """Tasks with an order among them, towards one goal."""

    STATES = [("open", "open"), ("closed", "closed")]
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    goal = models.TextField(blank=True)
    start = models.DateField()
    deadline = models.DateField(null=True, blank=True)
    late_cents_per_day = models.PositiveIntegerField(default=50_000)
    lead = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=STATES, default="open")
    of_cases = models.BooleanField(default=False, help_text="holds the steps of cases that the plan gives out")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org", "number"], name="one_project_per_number"),
            models.UniqueConstraint(
                fields=["org"], condition=models.Q(of_cases=True, state="open"), name="one_project_of_cases"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Task(TenantModel):
    """A brief with its acceptance criteria. A summary task only groups others."""

    class State(models.TextChoices):
        OPEN = "open", "open"
        OFFERED = "offered", "offered"
        ASSIGNED = "assigned", "assigned"
        STARTED = "started", "started"
        DELIVERED = "delivered", "delivered"
        ACCEPTED = "accepted", "accepted"
        DROPPED = "dropped", "dropped"

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="tasks")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    number = models.PositiveIntegerField()
    wbs = models.CharField(max_length=40, blank=True)
    position = models.PositiveIntegerField(default=0)
    title = models.CharField(max_length=200)
    brief = models.TextField(blank=True)
    outcome = models.TextField(blank=True)
    is_summary = models.BooleanField(default=False)
    effort_minutes = models.PositiveIntegerField(null=True, blank=True)
    earliest_start = models.DateField(null=True, blank=True)
    deadline = models.DateField(null=True, blank=True)
    data_class = models.CharField(max_length=12, choices=DataClass.choices, blank=True)
    kinds_allowed = models.JSONField(default=list, blank=True, help_text="kinds of resource; empty: all")
    ai_allowed = models.BooleanField(default=False)
    ai_purpose = models.CharField(max_length=300, blank=True)
    ai_use = models.CharField(max_length=60, blank=True, help_text="code of the use for the AI Act check")
    four_eyes = models.BooleanField(default=False, help_text="accepted by somebody who did not do it")
    place_country = models.CharField(max_length=2, blank=True, help_text="where it must be done; empty: anywhere")
    place_city = models.CharField(max_length=100, blank=True)
    export_controlled = models.BooleanField(default=False)
    skill_folder = models.SlugField(max_length=60, blank=True, help_text="agent skill that can do it")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    late_cents_per_hour = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["project", "position"]
        constraints = [models.UniqueConstraint(fields=["org", "number"], name="one_task_per_number")]
        indexes = [models.Index(fields=["org", "project", "state"], name="task_by_state")]

    def __str__(self) -> str:
        return self.title


class TaskSkill(TenantModel):
    """A skill the task needs; ``min_level`` is asked of agents and partner teams only."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="+")
    min_level = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "task", "skill"], name="one_skill_per_task")]


class Criterion(TenantModel):
    """One thing the result must fulfil: the same yardstick for human and machine."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)

    class Meta:
        ordering = ["position"]


class TaskLink(TenantModel):
    """An order between two tasks."""

    TYPES = [("FS", "FS"), ("SS", "SS"), ("FF", "FF"), ("SF", "SF")]
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="predecessors")
    predecessor = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="successors")
    type = models.CharField(max_length=2, choices=TYPES, default="FS")
    lag_minutes = models.IntegerField(default=0, help_text="working minutes; negative: a lead")
    lag_elapsed = models.BooleanField(default=False, help_text="the lag counts elapsed time, nights and weekends too")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "task", "predecessor"], name="one_link_per_pair")]

    @property
    def lag_days(self) -> int | float:
        """The lag in days of eight working hours, or of 24 hours where it is elapsed time."""
        days = self.lag_minutes / (1440 if self.lag_elapsed else MINUTES_PER_DAY)
        return int(days) if days.is_integer() else round(days, 2)


class TaskSeparation(TenantModel):
    """Two tasks that must not be done by the same resource (four-eyes pair)."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="separations")
    other = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="+")


class TaskTemplate(TenantModel):
    """A task tree to start from; ``tree`` holds the tasks with all clarity fields."""

    key = models.SlugField(max_length=60)
    name_de = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    tree = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "key"], name="one_template_per_key")]
