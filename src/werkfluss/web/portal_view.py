"""What the pages of the portal show, in the words of the portal's own catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from werkfluss.care.domain import languages
from werkfluss.care.domain.portal import Portal, next_steps, portals_of
from werkfluss.care.models import CareConsent, CareMessage
from werkfluss.care.routes import care_route
from werkfluss.kernel import clock
from werkfluss.kernel.text import Text
from werkfluss.web import portal_catalogue
from werkfluss.web.access import FirmRequest

# Word and tone; the words are those of the portal, not of the other pages.
STATES: dict[str, tuple[str, Promise]] = {
    "open": ("open", _("still to do")),
    "waiting": ("active", _("under way")),
    "done": ("good", _("done")),
    "asked": ("caution", _("your answer is wanted")),
    "given": ("good", _("allowed")),
    "declined": ("ended", _("not allowed")),
    "revoked": ("ended", _("taken back")),
    "over": ("ended", _("run out")),
}
RECIPIENTS: dict[str, Promise] = {
    "hr": _("HR of the firm"),
    "managing_director": _("Management of the firm"),
    "provider": _("Provider"),
    "family": _("Family"),
}
WHATS: dict[str, Promise] = {
    "course": _("Next step and checklist"),
    "papers": _("List of papers"),
    "contact": _("Name and e-mail address"),
    "messages": _("Messages"),
}
RELATIONS: dict[str, Promise] = {
    "spouse": _("Spouse or partner"),
    "child": _("Child"),
    "parent": _("Parent"),
    "other": _("Other relative"),
}


@dataclass(frozen=True, slots=True)
class Page:
    """An entry of the portal's menu."""

    name: str
    label: Promise
    icon: str
    needs: str = ""


PAGES = (
    Page("portal", _("What happens next"), "route"),
    Page("portal_checklist", _("Checklist"), "checklist"),
    Page("portal_papers", _("Papers"), "folder", "papers"),
    Page("portal_duties", _("My duties"), "scale", "messages"),
    Page("portal_threads", _("Messages"), "mail", "messages"),
    Page("portal_care", _("My care"), "heart-handshake", "messages"),
    Page("portal_consents", _("Consents and family"), "shield-lock", "messages"),
    Page("portal_data", _("My data"), "download", "messages"),
)


CASE_COOKIE = "portal-case"


def chosen(request: FirmRequest, case: object = None) -> Portal | None:
    """Of several cases the one that ``case`` names, else the one a form was drawn for, the one chosen, or the first."""
    wanted = str(case or request.POST.get("case") or request.COOKIES.get(CASE_COOKIE, ""))
    rows = portals_of(request.actor, on=clock.today())
    found = next((one for one in rows if str(one.expat.pk) == wanted), None)
    # What belongs to a certain case is never taken for another one.
    return found if found is not None or case or request.POST.get("case") else next(iter(rows), None)


def opened(request: FirmRequest, *, sees: str = "", own: bool = False, case: object = None) -> Portal:
    """The reader's portal on one case.

    Raises:
        Http404: there is none, or this part of it is not shown to the reader.
    """
    found = chosen(request, case)
    if found is None or (sees and sees not in found.sees) or (own and not found.own):
        raise Http404
    return found


def frame(request: FirmRequest, portal: Portal | None, **more: Any) -> dict[str, Any]:
    """What every page of the portal needs: menu, languages, whether the words are confirmed."""
    tag = get_language() or "en"
    language = portal_catalogue.LANGUAGES[tag]
    firm = {"firm": request.org.slug}
    menu = [
        {"url": reverse(page.name, kwargs=firm), "label": page.label, "icon": page.icon, "name": page.name}
        for page in PAGES
        if portal is not None and (portal.own or page.needs in {"", *portal.sees})
    ]
    return {
        "portal": portal,
        "menu": [{**entry, "current": entry["url"] == request.path} for entry in menu],
        "case_name": case_name(portal) if portal else None,
        "languages": portal_catalogue.LANGUAGES.values(),
        "chosen": language,
        "unconfirmed": not is_confirmed(tag),
        "beside": tag != "de",
        **more,
    }


def case_name(portal: Portal) -> Text:
    """The own case by its route; a case that somebody shares by that person, as the route is not released with it."""
    name = portal.expat.person.name
    return care_route(portal.expat.route).name if portal.own else Text(name, name)


def shown_cases(request: FirmRequest, current: Portal | None) -> list[dict[str, Any]]:
    """The cases to choose from, each with its next step; empty where there is one only."""
    if current is None or not current.several:
        return []
    return [
        {
            "portal": one,
            "name": case_name(one),
            "current": one.expat.pk == current.expat.pk,
            "step": next(iter(next_steps(one.expat)), None) if "course" in one.sees else None,
        }
        for one in portals_of(request.actor, on=clock.today())
    ]


def is_confirmed(tag: str) -> bool:
    """Whether a person has confirmed the words of this language as they are now."""
    if tag in portal_catalogue.OWN:
        return True
    return languages.confirmed(tag, portal_catalogue.version(tag)) is not None


def state(name: str) -> dict[str, Any]:
    tone, word = STATES[name]
    return {"tone": tone, "word": word}


def shown_consents(rows: Any) -> list[dict[str, Any]]:
    today = clock.today()
    return [_shown_consent(row, "over" if row.state == "given" and row.until < today else row.state) for row in rows]


def _shown_consent(row: CareConsent, now: str) -> dict[str, Any]:
    name = row.provider.name if row.provider else row.member.name if row.member else ""
    return {"row": row, "recipient": RECIPIENTS[row.recipient], "name": name, "what": WHATS[row.what], **state(now)}


def shown_messages(rows: Any, own_side: str) -> list[dict[str, Any]]:
    return [{"row": row, "own": row.side == own_side, "who": _SIDES[row.side]} for row in rows]


_SIDES: dict[str, Promise] = {
    "person": _("The person"),
    "hr": _("HR of the firm"),
    "provider": _("Provider"),
}
assert set(_SIDES) == set(dict(CareMessage.SIDES))
