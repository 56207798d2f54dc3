"""What stands in the side bar. An entry appears as soon as a page of its name exists and the person may open it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from werkfluss.org.actor import Actor
from werkfluss.org.models import Organisation
from werkfluss.web.access import TABLE


@dataclass(frozen=True, slots=True)
class Entry:
    """``page`` is the name of an address in ``access.TABLE``; ``key`` the letter after ``g`` on the keyboard.

    ``needs`` is a further right without which the page would only send elsewhere. ``also`` are the first parts of other
    addresses under which one is still at this entry; its own needs no mention. ``ends``: so do addresses that end so.
    """

    page: str
    label: Promise
    icon: str
    key: str = ""
    needs: str = "firm.enter"
    also: tuple[str, ...] = ()
    ends: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as drawn."""

    label: Promise
    icon: str
    key: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Links under one heading; an empty heading for the first group."""

    label: Promise | str
    links: tuple[Link, ...]


FIRM: tuple[tuple[Promise | str, tuple[Entry, ...]], ...] = (
    (
        "",
        (
            Entry("start", _("Today"), "home", "h"),
            # Externals work on their orders: theirs are the only entry.
            Entry(
                "my_tasks",
                _("My tasks"),
                "checklist",
                "t",
                needs="project.read",
                also=("steps", "my-substitute", "substitutes", "portal", "my-survey", "refer"),
            ),
            Entry("my_care", _("My care"), "heart-handshake", needs="own_care.read"),
            Entry("my_care_orders", _("Care orders"), "briefcase"),
            Entry("my_orders", _("My orders"), "file-certificate", "o", also=("my-survey",)),
            Entry("my_team", _("My team"), "users"),
            Entry("my_care_threads", _("Messages of care"), "messages"),
            Entry("approvals", _("Approvals"), "rubber-stamp", "a"),
            Entry("deadlines", _("Deadlines"), "alarm", "d", also=("calendar-feed",)),
        ),
    ),
    (
        _("Work"),
        (
            Entry("projects", _("Projects"), "folders", "p", also=("tasks", "templates", "decompose")),
            Entry("planner", _("Plan"), "timeline", "l"),
            Entry("cases", _("Cases"), "route", "v"),
            Entry("processes", _("Processes"), "sitemap", also=("steps-of-agents",)),
            Entry("decisions", _("Decisions"), "table"),
            Entry("process_boards", _("Process board"), "layout-kanban", ends="/board/"),
            Entry("payments", _("Payments"), "coin-euro"),
            Entry("bookings", _("Bookings"), "receipt-euro", "b"),
        ),
    ),
    (
        _("People and agents"),
        (
            Entry("people", _("People"), "users", "m"),
            Entry("mandates", _("Fractional executives"), "user-check", also=("powers", "competitors")),
            Entry("orders", _("Orders"), "briefcase", also=("engagement-cost",)),
            Entry("partners", _("Partner teams"), "users"),
            Entry("agents", _("AI files"), "robot", "k", also=("ai",)),
            Entry("care", _("Care"), "heart-handshake", also=("authority-papers", "openings", "applicants")),
            Entry("talents", _("Talent network"), "user-search", also=("talent", "talent-sources")),
            Entry("staying", _("Staying"), "heart"),
            Entry("figures", _("Figures"), "chart-bar"),
        ),
    ),
    (
        _("Law and records"),
        (
            Entry("law", _("Legal check"), "scale", "r"),
            Entry("documents", _("Documents"), "folder", "u"),
            Entry("evidence", _("Record"), "history", also=("dossiers",)),
        ),
    ),
    (
        _("Firm"),
        (
            Entry("imports", _("Import"), "file-import", "i"),
            Entry("members", _("Members"), "id-badge-2"),
            Entry("firm_profile", _("Firm profile"), "building-factory-2"),
        ),
    ),
)

PERSONAL: tuple[Entry, ...] = (
    Entry("home", _("Back to the firm"), "arrow-left"),
    Entry("my_firms", _("My days"), "calendar"),
    Entry("profile", _("Profile"), "user-circle"),
    Entry("mfa_index", _("Security"), "shield-lock"),
    Entry("account_email", _("E-mail address"), "mail"),
    Entry("account_change_password", _("Password"), "key"),
)


def groups_for(request: HttpRequest) -> list[Group]:
    """The side bar of this request: the firm's pages inside a firm, the person's own outside."""
    actor: Actor | None = getattr(request, "actor", None)
    org: Organisation | None = getattr(request, "org", None)
    if actor is None or org is None:
        links = tuple(_link(request, entry, {}) for entry in PERSONAL if entry.page in TABLE)
        return [Group("", links)] if request.user.is_authenticated else []
    firm = {"firm": org.slug}
    drawn = (
        Group(label, tuple(_link(request, entry, firm) for entry in entries if _open(actor, entry)))
        for label, entries in FIRM
    )
    return [group for group in drawn if group.links]


def _open(actor: Actor, entry: Entry) -> bool:
    return entry.page in TABLE and actor.may(TABLE[entry.page].permission) and actor.may(entry.needs)


def _link(request: HttpRequest, entry: Entry, kwargs: dict[str, str]) -> Link:
    url = reverse(entry.page, kwargs=kwargs)
    if entry.page in {"start", "home"}:
        # The address of a start page begins every other one, so only an exact match counts there.
        current = request.path == url
    else:
        current = _at(request.path, entry, kwargs) and not _nearer(request.path, entry, kwargs)
    return Link(entry.label, entry.icon, entry.key, url, current)


def _at(path: str, entry: Entry, kwargs: dict[str, str]) -> bool:
    # All addresses of a firm begin with it; the part after it says at which entry one is.
    firm = reverse("start", kwargs=kwargs) if kwargs else ""
    others = [f"{firm}{part}/" for part in entry.also] if firm else []
    begins = any(path.startswith(begin) for begin in (reverse(entry.page, kwargs=kwargs), *others))
    return begins or bool(entry.ends and path.endswith(entry.ends))


def _nearer(path: str, entry: Entry, kwargs: dict[str, str]) -> bool:
    """Whether one is at an entry that says more exactly where."""
    exact = (one for _label, entries in FIRM for one in entries if one.ends and one.page in TABLE)
    return bool(kwargs) and any(one is not entry and path.endswith(one.ends) for one in exact)
