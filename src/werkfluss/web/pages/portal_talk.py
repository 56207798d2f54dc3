"""Messages of the person in the portal: one thread with HR, one with each provider; and a model's translation."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from werkfluss.care.domain import message_templates, threads
from werkfluss.care.domain.translations import may_translate, order_translation
from werkfluss.care.models import CareMessage, CareProvider, CareThread
from werkfluss.kernel import clock
from werkfluss.web import portal_record as _words_of_the_record  # noqa: F401 - says what the record calls it
from werkfluss.web.access import FORM, WRITE, FirmRequest
from werkfluss.web.forms.portal import MessageForm
from werkfluss.web.portal_pages import portal_page
from werkfluss.web.portal_view import frame, opened, shown_messages


def portal_threads(request: FirmRequest) -> HttpResponse:
    """The person's threads; a new one begins with the first look at it."""
    found = opened(request, own=True)
    threads.thread_with(found.expat, by=request.actor)
    rows = threads.threads_of(found.expat, request.actor, on=clock.today())
    begun = {row.provider_id for row in rows if row.provider_id}
    others = CareProvider.objects.filter(ended_on=None).exclude(user=None).exclude(pk__in=begun)
    return render(
        request, "portal/threads.html", frame(request, found, threads=rows, providers=others.order_by("name"))
    )


def portal_thread_begin(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = opened(request, own=True)
    provider = get_object_or_404(CareProvider, pk=pk)
    thread = threads.begin_with_provider(found.expat, provider, by=request.actor)
    return redirect("portal_thread", firm=request.org.slug, pk=thread.pk)


def portal_thread(request: FirmRequest, pk: UUID) -> HttpResponse:
    """One thread, the newest message last; an answer wanted by a time is shown in both zones."""
    thread = _thread(pk)
    found = opened(request, own=True, case=thread.expat_case_id)
    form = MessageForm(request.POST or None)
    if form.is_bound and form.is_valid():
        threads.write_message(thread, **form.cleaned_data, by=request.actor)
        messages.success(request, _("Sent. The other side hears by mail that there is a message."))
        return redirect("portal_thread", firm=request.org.slug, pk=thread.pk)
    if form.is_bound:
        messages.error(request, _("Please fill in all fields."))
    context = _context(thread) | {
        "form": form,
        "templates": message_templates.for_person(thread, request.LANGUAGE_CODE),
    }
    status = 422 if form.is_bound else 200
    return render(request, "portal/thread.html", frame(request, found, **context), status=status)


def _thread(pk: UUID) -> CareThread:
    rows = CareThread.objects.select_related("provider__user", "expat_case__person__user")
    return get_object_or_404(rows, pk=pk)


def _context(thread: CareThread) -> dict[str, Any]:
    now = clock.now()
    rows = thread.messages.all()
    return {
        "thread": thread,
        "rows": shown_messages(rows, "person"),
        "theirs": threads.hours_of_other(thread, now=now),
        "mine": threads.hours_of_person(thread.expat_case, now=now),
        "translates": may_translate(thread, on=timezone.localdate(now)),
    }


def portal_translate(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Ask the model of this installation for the reader's language beside the original."""
    rows = CareMessage.objects.select_related("thread__expat_case__person", "thread__provider")
    message = get_object_or_404(rows, pk=pk)
    opened(request, own=True, case=message.thread.expat_case_id)
    if message.side == "person":
        raise Http404
    order_translation(message, to=request.LANGUAGE_CODE, on=clock.today(), by=request.actor)
    messages.success(request, _("The translation is being made; it will stand beside the message."))
    return redirect("portal_thread", firm=request.org.slug, pk=message.thread_id)


urlpatterns = [
    portal_page("messages/", portal_threads),
    portal_page("messages/with/<uuid:pk>/", portal_thread_begin, methods=WRITE),
    portal_page("messages/<uuid:pk>/", portal_thread, methods=FORM),
    portal_page("messages/<uuid:pk>/translate/", portal_translate, methods=WRITE),
]
