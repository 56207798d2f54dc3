"""Calendar feeds: an address of one's own for Outlook, Google or the phone, to be taken back at any time."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.formats.ics_feed import FeedEvent, write_feed
from werkfluss.kernel import clock
from werkfluss.org import tenancy
from werkfluss.org.actor import Actor
from werkfluss.org.domain import feeds, firms
from werkfluss.org.models import Organisation, User
from werkfluss.web import happenings
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page, public_page
from werkfluss.web.limits import HOUR, Limits
from werkfluss.web.radar import Due, own_radar
from werkfluss.web.radar_list import radar
from werkfluss.work.domain.assignments import own_assignments
from werkfluss.workforce.models import Resource

MOST_EVENTS = 2000
# An address is fetched by a few devices every few minutes; many people may stand behind one network address, so only
# wrong secrets are counted by that.
RATES = {"feed": "60/h/key", "wrong": "20/h/ip"}
LIMITS = Limits("feeds", RATES)
happenings.KINDS.update(
    {
        "org.feed.issued": gettext_lazy("Calendar feed created"),
        "org.feed.revoked": gettext_lazy("Calendar feed revoked"),
    }
)
happenings.OBJECTS["org.feedtoken"] = gettext_lazy("Calendar feed")


def calendar_feed(request: FirmRequest) -> HttpResponse:
    """The person's own feed. Its address is shown once, right after it was made: only a digest of it is kept."""
    address = ""
    if request.method == "POST":
        token = feeds.issue_feed(request.user, by=request.actor)
        path = reverse("feed", kwargs={"place": request.org.slug, "token": token})
        address = request.build_absolute_uri(path)
    context = {"feed": feeds.open_feed(request.user), "address": address}
    response = render(request, "deadlines/feed.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def calendar_feed_revoke(request: FirmRequest) -> HttpResponse:
    feed = feeds.open_feed(request.user)
    if feed is not None:
        feeds.revoke_feed(feed, by=request.actor)
        messages.success(request, _("The feed has been revoked; its address answers nothing any more."))
    return redirect("calendar_feed", firm=request.org.slug)


def feed(request: HttpRequest, place: str, token: str) -> HttpResponse:
    """The calendar itself; whoever has the address sees what its owner may see now, nothing more."""
    if not LIMITS.allow_secret(request, "feed", f"{place}/{token}"):
        return _later()
    try:
        content = _content(request, place, token)
    except Http404:
        LIMITS.count_wrong(request)
        raise
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="werkfluss.ics"'
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _later() -> HttpResponse:
    text = "Zu viele Abrufe; bitte in einer Stunde wieder. Too many requests; please try again in an hour.\n"
    response = HttpResponse(text, content_type="text/plain; charset=utf-8", status=HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(HOUR)
    return response


def _content(request: HttpRequest, place: str, token: str) -> bytes:
    org = Organisation.objects.filter(slug=place).first()
    if org is None:
        raise Http404
    with tenancy.acting(org.pk, Actor.system(org.pk)):
        user = feeds.reader_of(token)
        actor = firms.user_actor(org.pk, user) if user else None
        if user is None or actor is None or not actor.roles:
            raise Http404
        with translation.override(user.language):
            return _calendar(request, org, user, actor)


def _calendar(request: HttpRequest, org: Organisation, user: User, actor: Actor) -> bytes:
    events = {event.uid: event for event in _events(request, org, user, actor)}
    listed = sorted(events.values(), key=lambda event: (event.first_day, event.uid))[:MOST_EVENTS]
    return write_feed(listed, name=f"Werkfluss · {org.name}", language=user.language.upper(), at=clock.now())


def _events(request: HttpRequest, org: Organisation, user: User, actor: Actor) -> Iterator[FeedEvent]:
    """Deadlines by right, and what concerns the person: own papers and tasks."""
    on = clock.today()
    rows = (
        radar(actor, firm=org.slug, on=on).sort("due", down=False)[:MOST_EVENTS] if actor.may("deadline.read") else []
    )
    for person in Resource.objects.filter(user=user).exclude(active_to__lte=on):
        rows += own_radar(person, actor=actor, firm=org.slug, on=on)
        for assignment in own_assignments(person):
            task = assignment.task
            yield FeedEvent(
                uid=f"assignment-{assignment.pk}@{org.slug}.werkfluss",
                title=task.title,
                first_day=assignment.first_day,
                last_day=max(assignment.first_day, assignment.last_day),
                text=task.project.name,
            )
    for row in rows:
        yield _event(request, org, row)


def _event(request: HttpRequest, org: Organisation, row: Due) -> FeedEvent:
    start = _("Start by %(day)s") % {"day": f"{row.start_by:%d.%m.%Y}"}
    return FeedEvent(
        uid=f"{row.key}@{org.slug}.werkfluss",
        title=f"{row.title}: {row.about}" if row.about else row.title,
        first_day=row.due,
        last_day=row.due,
        text=" · ".join(part for part in (start, row.who, row.basis) if part),
        url=request.build_absolute_uri(row.url) if row.url else "",
        alarm_days=max(0, (row.due - row.start_by).days),
    )


urlpatterns = [
    firm_page("calendar-feed/", calendar_feed, permission="firm.enter", methods=FORM),
    firm_page("calendar-feed/revoke/", calendar_feed_revoke, permission="firm.enter", methods=WRITE),
    public_page("feeds/<slug:place>/<str:token>/werkfluss.ics", feed),
]
