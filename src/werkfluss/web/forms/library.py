"""The form that starts a case: what it is called, what it is about, who stands behind each lane, what is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.db import models
from django.http import QueryDict
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from werkfluss.kernel import clock
from werkfluss.org.roles import LABELS, Role
from werkfluss.process.start_data import Asked
from werkfluss.web.forms import Form
from werkfluss.web.forms.facts import fact_fields, facts_of
from werkfluss.work.domain.case_start import PERSON, SHARED_ROLES, Part, usual_role
from werkfluss.work.domain.cases import Performer
from werkfluss.work.domain.skill_wishes import Wish
from werkfluss.work.models import Project
from werkfluss.workforce.models import Kind as ResourceKind
from werkfluss.workforce.models import Resource, Skill

GROUPS = (
    (_("Own staff"), (ResourceKind.EMPLOYEE,)),
    (_("Externals"), (ResourceKind.FREELANCER, ResourceKind.FRACTIONAL, ResourceKind.PARTNER)),
    (_("AI agents"), (ResourceKind.AGENT,)),
)


def _spoken() -> str:
    return (get_language() or "de")[:2]


def people_now() -> list[Resource]:
    """Everybody who can stand behind a lane today, by name."""
    today = clock.today()
    rows = Resource.objects.exclude(active_to__lte=today).order_by("sort_key")
    return list(rows)


def _performers(people: Iterable[Resource]) -> list[tuple[Any, Any]]:
    listed = list(people)
    roles = [(f"role:{role.value}", LABELS[role].in_language(_spoken())) for role in SHARED_ROLES]
    groups: list[tuple[Any, Any]] = [("", say("nobody yet: the plan proposes somebody")), (say("Roles"), roles)]
    for label, kinds in GROUPS:
        rows = [(f"resource:{one.pk}", one.name) for one in listed if one.kind in kinds]
        if rows:
            groups.append((label, rows))
    return groups


def _usual(part: Part, people: Iterable[Resource]) -> str:
    """The role a lane falls to; an agent's lane falls to the firm's agent if there is only one."""
    role = usual_role(part)
    if role is not None:
        return f"role:{role.value}"
    agents = [one for one in people if one.kind == ResourceKind.AGENT]
    return f"resource:{agents[0].pk}" if part.usual == Role.AGENT.value and len(agents) == 1 else ""


class SkillsForm(Form):
    """One choice per word of a drawing that no skill of the firm is called."""

    def __init__(self, wishes: Sequence[Wish], data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.wishes = wishes
        self._skills = {one.key: one for one in Skill.objects.order_by("name_de")}
        names = [(key, one.name_en if _spoken() == "en" else one.name_de) for key, one in self._skills.items()]
        choices = [("", say("none of ours")), *sorted(names, key=lambda pair: pair[1].casefold())]
        for number, one in enumerate(wishes):
            steps = ", ".join(text.in_language(_spoken()) for text in one.steps[:3])
            self.fields[f"wish-{number}"] = forms.ChoiceField(
                label=one.said.in_language(_spoken()),
                choices=choices,
                required=False,
                initial=one.proposed,
                help_text=escape(say("For: %(steps)s") % {"steps": steps}),
            )

    def meant(self) -> dict[str, Skill]:
        """The firm's skill for each word that has one."""
        said = ((one.name, self.cleaned_data[f"wish-{number}"]) for number, one in enumerate(self.wishes))
        return {name: self._skills[key] for name, key in said if key}


class StartCaseForm(Form):
    """Title, subject, one choice per lane, one field per fact; ``performers()`` and ``variables()`` for the domain."""

    title = forms.CharField(label=_("Title of the case"), max_length=200)
    about = forms.ChoiceField(label=_("What it is about"), required=False)

    def __init__(
        self,
        parts: tuple[Part, ...],
        asked: tuple[Asked, ...],
        data: QueryDict | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.parts, self.asked = parts, asked
        people = people_now()
        self._people = {str(one.pk): one for one in people}
        projects = Project.objects.filter(state="open").order_by("-number")[:40]
        self._projects = {str(one.pk): one for one in projects}
        about = self.fields["about"]
        assert isinstance(about, forms.ChoiceField)
        about.choices = [
            ("", say("The firm")),
            (say("Projects"), [(key, f"{one.number} {one.name}") for key, one in self._projects.items()]),
        ]
        choices = _performers(people)
        for number, part in enumerate(parts):
            self.fields[f"part-{number}"] = forms.ChoiceField(
                label=part.label.in_language(_spoken()),
                choices=choices,
                required=False,
                initial=_usual(part, people),
                help_text=say("Whom the case is about.") if part.usual == PERSON else "",
            )
        self.fields.update(fact_fields(asked, {}))

    @property
    def part_fields(self) -> list[Any]:
        return [self[f"part-{number}"] for number in range(len(self.parts))]

    @property
    def fact_fields(self) -> list[Any]:
        return [self[f"fact-{one.name}"] for one in self.asked]

    def subject(self) -> models.Model | None:
        """The chosen project; ``None`` is the firm itself."""
        return self._projects.get(self.cleaned_data["about"])

    def performers(self) -> dict[str, Performer]:
        found: dict[str, Performer] = {}
        for number, part in enumerate(self.parts):
            kind, _colon, key = str(self.cleaned_data[f"part-{number}"]).partition(":")
            if kind == "role":
                found[part.lane] = Role(key)
            elif kind == "resource":
                found[part.lane] = self._people[str(UUID(key))]
        return found

    def variables(self) -> dict[str, Any]:
        """What was answered, as plain JSON; what was left out stays unknown."""
        return facts_of(self.asked, self.cleaned_data)
