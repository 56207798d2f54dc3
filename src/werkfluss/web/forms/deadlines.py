"""Forms of the deadline radar."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from werkfluss.web.forms import DateInput, Form


class MoveForm(Form):
    """Another day, another lead time or somebody else, with the reason."""

    due = forms.DateField(label=_("Due"), widget=DateInput)
    lead_days = forms.IntegerField(label=_("Lead time in days"), min_value=0, max_value=730)
    who = forms.CharField(label=_("Who"), max_length=40)
    reason = forms.CharField(label=_("Reason"), max_length=300)


class LeaveOutForm(Form):
    """Why proposals are left out."""

    reason = forms.CharField(label=_("Reason for leaving out"), max_length=300, required=False)
