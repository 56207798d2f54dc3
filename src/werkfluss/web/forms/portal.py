"""Forms of the portal. Their controls are drawn by the portal's own templates, in the words of its catalogue."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise

from werkfluss.care.domain.participants import RELATIONS as KNOWN_RELATIONS
from werkfluss.care.domain.participants import family_of
from werkfluss.care.models import CareProvider, ExpatCase
from werkfluss.web.forms import Form
from werkfluss.web.forms.orders import FilesField
from werkfluss.web.portal_view import RECIPIENTS, RELATIONS, WHATS

assert set(RELATIONS) == set(KNOWN_RELATIONS)


class UploadForm(Form):
    """The file of a paper."""

    file = FilesField()


class TickForm(Form):
    """A line of the checklist; ``version`` is the state the tick stands on, 0 for none yet."""

    item = forms.CharField(max_length=80)
    done = forms.BooleanField(required=False)
    version = forms.IntegerField(min_value=0)


class AnswerForm(Form):
    """The answer to a question for consent, or taking one back."""

    answer = forms.ChoiceField(choices=[("allow", "allow"), ("decline", "decline"), ("revoke", "revoke")])


class RelativeForm(Form):
    """Somebody of the family who gets a login."""

    name = forms.CharField(max_length=200)
    email = forms.EmailField(max_length=200)
    relation = forms.ChoiceField(choices=[*RELATIONS.items()])


class MessageForm(Form):
    """A message; ``answer_by`` is local to the writer."""

    text = forms.CharField(max_length=4000)
    answer_by = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M"])


class ReleaseForm(Form):
    """Who may see what, what for, until when."""

    who = forms.ChoiceField(choices=())
    what = forms.ChoiceField(choices=[*WHATS.items()])
    purpose = forms.CharField(max_length=200)
    until = forms.DateField()

    def __init__(self, *args: Any, expat: ExpatCase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._providers = {f"provider:{row.pk}": row for row in CareProvider.objects.filter(ended_on=None)}
        self._members = {f"family:{row.pk}": row for row in family_of(expat) if row.logs_in}
        who = self.fields["who"]
        assert isinstance(who, forms.ChoiceField)
        named: list[tuple[str, Promise | str]] = [(key, RECIPIENTS[key]) for key in ("hr", "managing_director")]
        named += [(key, row.name) for key, row in self._providers.items()]
        named += [(key, row.name) for key, row in self._members.items()]
        who.choices = named

    def released(self) -> dict[str, Any]:
        """The arguments of ``consents.give_consent``."""
        given = self.cleaned_data
        return {
            "recipient": given["who"].partition(":")[0],
            "provider": self._providers.get(given["who"]),
            "member": self._members.get(given["who"]),
            "what": given["what"],
            "purpose": given["purpose"],
            "until": given["until"],
        }
