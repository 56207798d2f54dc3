"""States and happenings of the care catalogue in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from werkfluss.care.domain.providers import offers
from werkfluss.care.models import CareOffer
from werkfluss.care.modules import GROUPS, CareModule, care_modules
from werkfluss.web.happenings import KINDS, OBJECTS
from werkfluss.web.status import STATES, Status

STATES.update(
    {
        "gap": Status(_("missing"), "bad"),
        "not_known": Status(_("not known"), "unknown"),
        "ordered": Status(_("ordered"), "active"),
        "covered": Status(_("covered"), "good"),
        "delivered": Status(_("delivered"), "caution"),
    }
)
KINDS.update(
    {
        "care.provider.added": _("Care provider entered"),
        "care.provider.changed": _("Care provider changed"),
        "care.provider.ended": _("Care provider ended"),
        "care.offer.added": _("Offer of a care provider entered"),
        "care.offer.ended": _("Offer of a care provider ended"),
        "care.link.issued": _("Link sent to a care provider"),
        "care.booking.planned": _("Care order planned"),
        "care.booking.ordered": _("Care order sent"),
        "care.booking.accepted": _("Care order taken on"),
        "care.booking.declined": _("Care order declined"),
        "care.booking.delivered": _("Care order delivered"),
        "care.booking.done": _("Care order accepted"),
        "care.booking.cancelled": _("Care order cancelled"),
        "care.booking.released": _("Person decided what a provider may see"),
        "care.answer.given": _("Question of the gap check answered"),
        "care.answer.released": _("Person decided what HR may see"),
        "care.cover.added": _("Time of insurance entered"),
        "care.cover.dropped": _("Time of insurance taken out"),
        "care.package.made": _("Care package made"),
        "care.package.changed": _("Care package changed"),
        "care.package.ended": _("Care package ended"),
        "care.package.applied": _("Care package applied"),
        "care.vouchers.bought": _("Codes bought"),
        "care.vouchers.invoiced": _("Invoice for codes entered"),
    }
)
OBJECTS.update(
    {
        "care.careprovider": _("Care provider"),
        "care.careoffer": _("Offer of a care provider"),
        "care.carebooking": _("Care order"),
        "care.careanswer": _("Answer of the gap check"),
        "care.carecover": _("Time of insurance"),
        "care.carepackage": _("Care package"),
        "care.voucherlot": _("List of codes"),
    }
)


def grouped() -> list[tuple[Any, list[CareModule]]]:
    """The modules under the headings of their groups."""
    return [(name, [one for one in care_modules() if one.group == key]) for key, name in GROUPS.items()]


def offers_by_module() -> dict[str, list[CareOffer]]:
    found: dict[str, list[CareOffer]] = {}
    for offer in offers():
        found.setdefault(offer.module, []).append(offer)
    return found
