"""The person's own settings: language, time zone, look, keyboard."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from werkfluss.org.models import User
from werkfluss.web import preferences
from werkfluss.web.access import FORM, WRITE, personal_page, public_page
from werkfluss.web.forms.settings import ProfileForm


def profile(request: HttpRequest) -> HttpResponse:
    user = cast("User", request.user)
    form = ProfileForm(request.POST or None, instance=user, initial={"keys": preferences.look_of(request).keys})
    if not form.is_valid():
        return render(request, "settings/profile.html", {"form": form}, status=422 if form.is_bound else 200)
    form.save()
    translation.activate(user.language)
    messages.success(request, _("Your profile has been saved."))
    response = redirect("profile")
    preferences.keep(response, settings.LANGUAGE_COOKIE_NAME, user.language)
    preferences.keep(response, preferences.KEYS_COOKIE, "on" if form.cleaned_data["keys"] else "off")
    return response


def set_language(request: HttpRequest) -> HttpResponse:
    """Switch the pages to another language, for this device and, if logged in, for the person."""
    language = request.POST.get("language", "")
    response = _back(request)
    if language in dict(settings.LANGUAGES):
        preferences.keep(response, settings.LANGUAGE_COOKIE_NAME, language)
        if request.user.is_authenticated:
            request.user.language = language
            request.user.save(update_fields=["language"])
    return response


def set_look(request: HttpRequest) -> HttpResponse:
    """Switch this device to light, dark, hard contrast or whatever its system says."""
    response = _back(request)
    look = request.POST.get("look", "")
    if look in preferences.LOOKS:
        preferences.keep(response, preferences.LOOK_COOKIE, look)
    return response


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page the form stood on; never to another site."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(target if safe else "/")


urlpatterns = [
    personal_page("me/", profile, methods=FORM),
    public_page("language/", set_language, methods=WRITE),
    public_page("look/", set_look, methods=WRITE),
]
