"""What templates say about money, dates, time zones and status; and the drawn components that compute something."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.template import Context
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from werkfluss.compliance.domain.explain import provision_names
from werkfluss.kernel.money import Money
from werkfluss.kernel.text import Text
from werkfluss.law.verdict import Verdict
from werkfluss.web.preferences import zone_of
from werkfluss.web.status import TONES, Status, status_of

register = template.Library()
_NARROW_SPACE = "\u202f"
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "CHF": "CHF"}


def _language() -> str:
    return get_language() or "de"


@register.filter
def say(text: Text | Mapping[str, str] | str | None) -> str:
    """A ``Text`` (also as JSON) in the language of the page; a plain string as it is."""
    if isinstance(text, Mapping):
        text = Text.from_json(dict(text))
    return text.in_language(_language()) if isinstance(text, Text) else str(text or "")


@register.filter
def money(amount: Money | Decimal | int | None, currency: str = "EUR") -> str:
    """German ``1.234,56 €``, English ``€1,234.56``; a missing amount is a dash."""
    if amount is None:
        return "–"
    if not isinstance(amount, Money):
        amount = Money.of(amount, currency)
    number = formats.number_format(amount.rounded().amount, 2, use_l10n=True, force_grouping=True)
    sign = _SIGNS.get(amount.currency, amount.currency)
    if _language().startswith("de"):
        return f"{number}\u00a0{sign}"
    return f"{sign}{number}" if len(sign) == 1 else f"{sign}\u00a0{number}"


@register.filter
def number(value: Decimal | float | None, places: int | None = None) -> str:
    """With the separators of the language; a missing number is a dash."""
    return "–" if value is None else formats.number_format(value, places, use_l10n=True, force_grouping=True)


@register.filter
def day(value: date | datetime | None) -> SafeString | str:
    """German ``31.12.2026``, English ``31 Dec 2026``, with the ISO date for machines."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), formats.date_format(value, "DATE_FORMAT"))


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """Day and time in the reader's zone."""
    if value is None:
        return "–"
    local = timezone.localtime(value)
    return format_html(
        '<time datetime="{}">{}</time>', local.isoformat(), formats.date_format(local, "DATETIME_FORMAT")
    )


@register.filter
def week(value: date) -> str:
    """The ISO week: German ``KW 49``, English ``CW 49``; with the year if it is not this date's own."""
    iso = value.isocalendar()
    name = f"KW\u00a0{iso.week}" if _language().startswith("de") else f"CW\u00a0{iso.week}"
    return name if iso.year == value.year else f"{name}/{iso.year}"


@register.filter
def two_zones(value: datetime, other: str) -> SafeString:
    """An instant in the reader's zone and in the other person's: ``14:00 Berlin · 18:30 Kolkata``."""
    here, there = timezone.localtime(value), value.astimezone(zone_of(other))
    first, second = (f"{formats.time_format(each, 'TIME_FORMAT')}\u00a0{_city(each)}" for each in (here, there))
    stamp = format_html('<time datetime="{}">{}</time>', here.isoformat(), formats.date_format(here, "DATE_FORMAT"))
    if _city(here) == _city(there):
        return format_html("{}, {}", stamp, first)
    if there.date() != here.date():
        second = f"{second} ({formats.date_format(there, 'MONTH_DAY_FORMAT')})"
    return format_html("{}, {} · {}", stamp, first, second)


def _city(value: datetime) -> str:
    return str(value.tzinfo).rsplit("/", 1)[-1].replace("_", " ")


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite; decoration unless it has a ``label``."""
    address = f"{static('vendor/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}" focusable="false"><use href="{}"></use></svg>', label, address
        )
    return format_html('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"></use></svg>', address)


@register.filter
def state_word(state: object) -> str:
    """The word of a state alone, for options of a list where no badge can stand."""
    return str(status_of(state).word)


@register.simple_tag
def status(state: object, word: object = "") -> SafeString:
    """Word + shape + colour for a stored state; ``word`` says it more exactly than the table."""
    known = status_of(state)
    return badge(known.tone, word or known.word)


@register.simple_tag
def badge(tone: str, word: object) -> SafeString:
    """Word + shape + colour; ``tone`` is a name of ``status.TONES``."""
    if tone not in TONES:
        raise template.TemplateSyntaxError(f"no such tone: {tone}")
    return format_html('<span class="status tone-{}">{}{}</span>', tone, icon(Status("", tone).shape), word)


@register.inclusion_tag("components/verdict.html", takes_context=True)
def verdict(
    context: Context, found: Verdict | Mapping[str, Any], act_url: str = "", fact_url: str = "", csrf_token: str = ""
) -> Any:
    """The card of a legal check: answer first, conditions as buttons, citations folded.

    With ``act_url`` each condition is a button that posts ``condition=<its number>`` there; with ``fact_url`` each
    missing fact is a link to the page that records it. Pass ``csrf_token`` along with ``act_url``. Those who may read
    the law open the wording of each provision.
    """
    known = found if isinstance(found, Verdict) else Verdict.from_json(found)
    actor = getattr(context.get("request"), "actor", None)
    pack = known.rule.rpartition("/")[0]
    return {
        "verdict": known,
        "wording_of": pack.split("/"),
        "wording_ids": provision_names(pack) if actor is not None and actor.may("law.read") else (),
        "firm": context.get("firm"),
        "answer": status_of(known.outcome),
        "act_url": act_url,
        "fact_url": fact_url,
        "csrf_token": csrf_token,
        "certainty": {
            "A": _("clear from the text of the law"),
            "B": _("prevailing opinion"),
            "C": _("contested or not yet settled"),
        }[known.certainty],
    }


@register.inclusion_tag("components/traffic_light.html")
def traffic_light(light: str, reasons: Any = ()) -> Any:
    """*sicher / unsicher / unvollständig* with its reasons (``Text`` or plain)."""
    return {"light": status_of(light), "reasons": list(reasons)}


@register.inclusion_tag("components/progress.html")
def progress(done: int, total: int, label: str, poll_url: str = "") -> Any:
    """A bar drawn by the server; with ``poll_url`` it asks there every second until a full bar comes back."""
    share = min(100, round(100 * done / total)) if total else 0
    return {
        "done": done,
        "total": total,
        "share": share,
        "label": label,
        "poll_url": poll_url if done < total else "",
    }


@register.filter
def control(field: BoundField) -> SafeString:
    """A form field's control with the classes of the design system."""
    widget = field.field.widget
    kind = "form-control"
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        kind = ""  # it would go to the box around them as well
    elif isinstance(widget, forms.CheckboxInput):
        kind = "form-check-input"
    elif isinstance(widget, forms.Select):
        kind = "form-select"
    classes = " ".join(filter(None, [widget.attrs.get("class"), kind, "is-invalid" if field.errors else ""]))
    widget.attrs.pop("placeholder", None)  # no label (WCAG 3.3.2); allauth sets some
    return field.as_widget(attrs={"class": classes} if classes else None)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, forms.CheckboxInput)
