"""The one communication of a case as HR and providers see it: threads, consents, duties read; languages of the portal.

Each side sees its own thread. What a provider reads names nobody before the person has released it.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from werkfluss.care.domain import consents, languages, message_templates, readings, threads
from werkfluss.care.domain.portal import checklist
from werkfluss.care.domain.translations import may_translate, order_translation
from werkfluss.care.models import CareMessage, CareThread, ExpatCase
from werkfluss.care.rules import expat_cases
from werkfluss.kernel import clock
from werkfluss.web import portal_catalogue, today
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page
from werkfluss.web.forms.care_contact import AskForm, WriteForm
from werkfluss.web.portal_view import RECIPIENTS, WHATS, shown_consents, shown_messages


def care_contact(request: FirmRequest, pk: UUID) -> HttpResponse:
    expat = get_object_or_404(expat_cases(), pk=pk)
    return _contact(request, expat, AskForm(expat=expat))


def _contact(request: FirmRequest, expat: ExpatCase, form: AskForm, status: int = 200) -> HttpResponse:
    on = clock.today()
    may_begin = threads.side_of(request.actor, expat, None) is not None
    context = {
        "expat": expat,
        "threads": threads.threads_of(expat, request.actor, on=on),
        "may_begin": may_begin,
        "consents": shown_consents(consents.consents_of(expat)),
        "duties": readings.duties_of(expat),
        "form": form,
        "may_ask": request.actor.may("care.write"),
    }
    return render(request, "care/contact.html", context, status=status)


def care_contact_begin(request: FirmRequest, pk: UUID) -> HttpResponse:
    """HR alone writes to the person; the management, which may read the case, finds no thread to begin."""
    expat = get_object_or_404(expat_cases(), pk=pk)
    if threads.side_of(request.actor, expat, None) is None:
        raise Http404
    thread = threads.thread_with(expat, by=request.actor)
    return redirect("care_thread", firm=request.org.slug, pk=thread.pk)


def care_consent_ask(request: FirmRequest, pk: UUID) -> HttpResponse:
    expat = get_object_or_404(expat_cases(), pk=pk)
    form = AskForm(request.POST, expat=expat)
    if not form.is_valid():
        return _contact(request, expat, form, 422)
    consents.ask_consent(expat, **form.asked(), by=request.actor)
    messages.success(request, _("The person is asked. Nothing passes before the answer."))
    return redirect("care_contact", firm=request.org.slug, pk=expat.pk)


def care_thread(request: FirmRequest, pk: UUID) -> HttpResponse:
    rows = CareThread.objects.select_related("provider__user", "expat_case__person__user")
    thread = get_object_or_404(rows, pk=pk)
    if not threads.may_read(thread, request.actor, on=clock.today()):
        raise Http404
    back = reverse("care_contact", kwargs={"firm": request.org.slug, "pk": thread.expat_case_id})
    return _thread(request, thread, back, thread.expat_case.person.name)


def care_translate(request: FirmRequest, pk: UUID) -> HttpResponse:
    rows = CareMessage.objects.select_related("thread__expat_case__person", "thread__provider")
    message = get_object_or_404(rows, pk=pk)
    if not threads.may_read(message.thread, request.actor, on=clock.today()):
        raise Http404
    order_translation(message, to=portal_catalogue.spoken(request.user.language), on=clock.today(), by=request.actor)
    messages.success(request, _("The translation is being made; it will stand beside the message."))
    return redirect("care_thread", firm=request.org.slug, pk=message.thread_id)


def my_care_threads(request: FirmRequest) -> HttpResponse:
    """A provider's own threads; a case without released name is called by its number."""
    on = clock.today()
    rows = [(row, threads.may_name(row, on=on)) for row in threads.own_threads(request.actor)]
    return render(request, "care/provider_threads.html", {"threads": rows})


def my_care_thread(request: FirmRequest, pk: UUID) -> HttpResponse:
    thread = get_object_or_404(threads.own_threads(request.actor), pk=pk)
    named = threads.may_name(thread, on=clock.today())
    title = thread.expat_case.person.name if named else _("Case %(number)s") % {"number": thread.expat_case.number}
    return _thread(request, thread, reverse("my_care_threads", kwargs={"firm": request.org.slug}), title)


def _thread(request: FirmRequest, thread: CareThread, back: str, title: str) -> HttpResponse:
    side = threads.side_of(request.actor, thread.expat_case, thread.provider)
    ready = message_templates.for_hr(thread) if side == "hr" else {}
    form = WriteForm(request.POST or None, initial={"text": ready.get(request.GET.get("text", ""), "")})
    if form.is_bound and form.is_valid():
        threads.write_message(thread, **form.cleaned_data, by=request.actor)
        messages.success(request, _("Sent. The other side hears by mail that there is a message."))
        return redirect(request.path)
    now = clock.now()
    context: dict[str, Any] = {
        "thread": thread,
        "title": title,
        "back": back,
        "form": form if side else None,
        "ready": ready,
        "rows": shown_messages(thread.messages.all(), side or ""),
        "person_hours": threads.hours_of_person(thread.expat_case, now=now),
        "own_hours": threads.hours_of_other(thread, now=now),
        "translates": side == "hr" and may_translate(thread, on=clock.today()),
        "released": _released(thread) if side == "provider" else None,
    }
    return render(request, "care/contact_thread.html", context, status=422 if form.is_bound else 200)


def _released(thread: CareThread) -> dict[str, Any]:
    """What the person lets this provider see, and nothing else."""
    expat, on = thread.expat_case, clock.today()

    def may(what: str) -> bool:
        return consents.is_released(expat, recipient="provider", what=what, provider=thread.provider, on=on)

    lines = [*checklist(expat)] if may("course") or may("papers") else []
    kinds = {kind for kind, what in (("step", "course"), ("paper", "papers")) if may(what)}
    return {
        "contact": expat.person if may("contact") else None,
        "lines": [line for line in lines if line.kind in kinds],
    }


def care_languages(request: FirmRequest) -> HttpResponse:
    """The six further languages, with every word beside its English, to be read and confirmed by a person."""
    chosen = request.GET.get("language", "")
    confirmed = {tag: languages.confirmed(tag, portal_catalogue.version(tag)) for tag in portal_catalogue.further()}
    context = {
        "languages": [(portal_catalogue.LANGUAGES[tag], row) for tag, row in confirmed.items()],
        "chosen": portal_catalogue.LANGUAGES.get(chosen) if chosen in confirmed else None,
        "words": portal_catalogue.beside(chosen) if chosen in confirmed else (),
        "digest": portal_catalogue.version(chosen).hex() if chosen in confirmed else "",
        "is_confirmed": bool(confirmed.get(chosen)),
        "may_confirm": request.actor.may("care.write"),
    }
    return render(request, "care/languages.html", context)


def care_language_confirm(request: FirmRequest) -> HttpResponse:
    tag = request.POST.get("language", "")
    if tag not in portal_catalogue.further():
        raise Http404
    languages.confirm(tag, digest=portal_catalogue.version(tag), read=request.POST.get("digest", ""), by=request.actor)
    messages.success(request, _("Confirmed. The mark is gone until a word changes."))
    return redirect("care_languages", firm=request.org.slug)


@today.answers("mine")
def new_messages(request: FirmRequest) -> list[today.Item]:
    """HR hears on the first screen where a person waits for an answer."""
    if not request.actor.may("care.write"):
        return []
    on = clock.today()
    waiting = threads.waiting_for_hr()[:20]
    return [
        today.Item(
            row.expat_case.person.name,
            reverse("care_thread", kwargs={"firm": request.org.slug, "pk": row.pk}),
            why=_("A message waits for an answer."),
            action=_("Read"),
        )
        for row in waiting
        if threads.may_read(row, request.actor, on=on)
    ]


assert set(consents.POSSIBLE) == set(RECIPIENTS)
assert {what for possible in consents.POSSIBLE.values() for what in possible} <= set(WHATS)
urlpatterns = [
    firm_page("care/<uuid:pk>/contact/", care_contact, permission="care.read"),
    firm_page("care/<uuid:pk>/contact/begin/", care_contact_begin, permission="care.write", methods=WRITE),
    firm_page("care/<uuid:pk>/contact/ask/", care_consent_ask, permission="care.write", methods=WRITE),
    firm_page("care/messages/<uuid:pk>/", care_thread, permission="care.read", methods=FORM),
    firm_page("care/messages/<uuid:pk>/translate/", care_translate, permission="care.read", methods=WRITE),
    firm_page("care/languages/", care_languages, permission="care.read"),
    firm_page("care/languages/confirm/", care_language_confirm, permission="care.write", methods=WRITE),
    firm_page("my-care-messages/", my_care_threads, permission="care_order.read"),
    firm_page("my-care-messages/<uuid:pk>/", my_care_thread, permission="care_order.answer", methods=FORM),
]
