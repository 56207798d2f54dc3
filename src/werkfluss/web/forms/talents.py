"""Forms of the talent network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core import signing
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from werkfluss.engagement.domain import talents
from werkfluss.engagement.invitations import languages
from werkfluss.engagement.models import TalentSource
from werkfluss.web.forms import Form
from werkfluss.web.forms.law import countries
from werkfluss.workforce.models import Kind, Rate

if TYPE_CHECKING:
    _Choice = forms.ModelChoiceField[Any]
else:
    _Choice = forms.ModelChoiceField

RECIPIENTS = (("business", _("As a business: freelancer, team")), ("private", _("As a private person: employment")))
ORIGINS = (
    ("person", _("from the person")),
    ("public", _("public, such as the own website")),
    ("referral", _("referred by somebody")),
    ("partner", _("university, platform or event")),
)
CHANNELS = (
    ("in_person", _("in person, or handed over")),
    ("post", _("letter")),
    ("phone", _("call")),
    ("email", _("e-mail")),
    ("platform_message", _("message on a platform")),
)
CONSENTS = (
    ("none", _("none")),
    ("presumed", _("to be presumed from the circumstances")),
    ("express", _("express")),
)
KINDS = ((Kind.FREELANCER, _("Freelancer")), (Kind.PARTNER, _("Partner team")), (Kind.EMPLOYEE, _("Employee")))


def language_names() -> list[tuple[str, str]]:
    return [(code, str(own["name"])) for code, own in languages().items()]


class ByName(_Choice):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class OwnForm(Form):
    """What an entry says; the person corrects the same fields."""

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    city = forms.CharField(label=_("Town"), max_length=100, required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    language = forms.ChoiceField(label=_("Language of messages"), choices=language_names)
    headline = forms.CharField(label=_("In one line"), max_length=200, required=False)
    skills = forms.CharField(
        label=_("Skills"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=2000,
        help_text=_("One per line, in your own words."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["country"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "–"), *countries(get_language() or "de")]

    def clean_skills(self) -> list[str]:
        lines = (line.strip()[:80] for line in self.cleaned_data["skills"].splitlines())
        return list(dict.fromkeys(line for line in lines if line))[:100]


_READ = "werkfluss.talents.read"


def carried(profile: dict[str, Any]) -> str:
    """What was read of a CV, for the form that a person looks through before anything is stored."""
    return signing.dumps(profile, salt=_READ, compress=True)


class TalentForm(OwnForm):
    """A new entry, with where it comes from."""

    recipient = forms.ChoiceField(label=_("Addressed as"), choices=RECIPIENTS, widget=forms.RadioSelect)
    origin = forms.ChoiceField(label=_("Where do the data come from?"), choices=ORIGINS)
    source = ByName(label=_("Source"), queryset=TalentSource.objects.none(), required=False, empty_label="–")
    # What was read of a CV beside the fields above: positions, education, languages, certificates. Signed, so that it
    # is what was read and nothing else.
    read = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ("name", "recipient", "origin", "source")

    def clean_read(self) -> dict[str, Any]:
        given: str = self.cleaned_data["read"]
        try:
            found: dict[str, Any] = signing.loads(given, salt=_READ) if given else {}
        except signing.BadSignature:
            raise forms.ValidationError(_("Please read the CV once more.")) from None
        return found

    def says(self) -> dict[str, Any]:
        """What an entry is made of."""
        given = dict(self.cleaned_data)
        return given | {"profile": given.pop("read")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["source"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = talents.sources()


class CvForm(Form):
    file = forms.FileField(
        label=_("CV"), help_text=_("Europass (PDF or XML) or JSON Resume. Picture, birth and nationality are not read.")
    )


class SourceForm(Form):
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[
            ("university", _("Partner university")),
            ("platform", _("Platform")),
            ("event", _("Event")),
            ("other", _("Other")),
        ],
    )
    name = forms.CharField(label=_("Name"), max_length=200)
    url = forms.URLField(label=_("Website"), required=False, assume_scheme="https")
    note = forms.CharField(label=_("What was agreed"), max_length=300, required=False)


class ContactForm(Form):
    """By which way, on which consent, in which language."""

    channel = forms.ChoiceField(label=_("Way"), choices=CHANNELS)
    consent = forms.ChoiceField(label=_("Consent to be contacted"), choices=CONSENTS)
    basis = forms.CharField(
        label=_("From what does it follow?"),
        max_length=300,
        required=False,
        help_text=_("When, where and how; kept with the contact."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=language_names)


class ReferForm(Form):
    """Somebody a member of staff knows. No address: the person gives it, or does not."""

    name = forms.CharField(label=_("Name"), max_length=200)
    headline = forms.CharField(label=_("What do they do?"), max_length=200)
    recipient = forms.ChoiceField(label=_("Addressed as"), choices=RECIPIENTS, widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("Language of the invitation"), choices=language_names)


class TakeOnForm(Form):
    kind = forms.ChoiceField(label=_("As"), choices=KINDS)
    rate = ByName(label=_("Rate"), queryset=Rate.objects.none(), empty_label=_("Please choose"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["rate"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Rate.objects.order_by("name")
