"""Forms of members: whom to invite, and in which roles."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.domain.members import GIVEN, RESERVED
from werkfluss.org.roles import LABELS, Role
from werkfluss.web.forms import Form

# What a role is for, in a few words; the table of rights says it exactly.
MEANING: dict[Role, Text] = {
    Role.MANAGING_DIRECTOR: Text("sieht und darf alles in der Firma", "sees and may do everything in the firm"),
    Role.HR: Text("Personal, Fristen, internationale Fälle, Mitglieder", "people, deadlines, care cases, members"),
    Role.LEAD: Text("Projekte, Planung, Aufträge, Abnahme", "projects, planning, orders, acceptance"),
    Role.EMPLOYEE: Text("eigene Aufgaben, Projekte lesen", "own tasks, reads projects"),
    Role.WORKS_COUNCIL: Text("liest Personal, Projekte, Pläne und KI-Akten", "reads people, projects, plans, AI files"),
    Role.AUDITOR: Text("liest fast alles, dazu das Protokoll", "reads nearly everything, and the record"),
}


def role_choices(actor: Actor) -> list[tuple[str, str]]:
    """The roles this actor may give."""
    spoken = get_language() or "de"
    return [
        (role.value, f"{LABELS[role].in_language(spoken)}: {MEANING[role].in_language(spoken)}")
        for role in GIVEN
        if role not in RESERVED or actor.may("firm.manage")
    ]


class RolesForm(Form):
    """The roles of a member. Those that this actor may not touch are kept as they are."""

    chosen = forms.MultipleChoiceField(
        label=_("Roles"), widget=forms.CheckboxSelectMultiple, error_messages={"required": _("Choose a role.")}
    )

    def __init__(self, *args: Any, actor: Actor, held: list[str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.initial = {"chosen": held}
        field: Any = self.fields["chosen"]
        field.choices = role_choices(actor)
        self._kept = {Role(role) for role in held if Role(role) in RESERVED and not actor.may("firm.manage")}
        field.required = not self._kept
        self.may_end = not self._kept

    def roles(self) -> set[Role]:
        return self._kept | {Role(role) for role in self.cleaned_data["chosen"]}


class InviteForm(Form):
    """Whom to invite, and as what."""

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("de", "Deutsch"), ("en", "English")],
        help_text=_("Of the mail, and of the pages at first."),
    )
    chosen = forms.MultipleChoiceField(
        label=_("Roles"), widget=forms.CheckboxSelectMultiple, error_messages={"required": _("Choose a role.")}
    )

    def __init__(self, *args: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*args, **more)
        field: Any = self.fields["chosen"]
        field.choices = role_choices(actor)

    def roles(self) -> set[Role]:
        return {Role(role) for role in self.cleaned_data["chosen"]}
