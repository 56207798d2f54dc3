"""What a person has chosen for the screen: language, time zone, look, keyboard.

Language and zone belong to the person and are kept with the user; look and keyboard belong to the device and are kept
in cookies, so that a page leaves the server in the right colours and nothing flashes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

LOOK_COOKIE = "werkfluss_look"
KEYS_COOKIE = "werkfluss_keys"
LOOKS = ("auto", "light", "dark", "contrast")
YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Look:
    """``theme`` goes into ``data-bs-theme``; ``contrast`` asks for hard lines and pure colours."""

    choice: str
    keys: bool

    @property
    def theme(self) -> str:
        return "light" if self.choice == "contrast" else self.choice

    @property
    def contrast(self) -> bool:
        return self.choice == "contrast"


def look_of(request: HttpRequest) -> Look:
    """The look this device asked for; the system's own if it asked for none."""
    choice = request.COOKIES.get(LOOK_COOKIE, "auto")
    return Look(choice if choice in LOOKS else "auto", request.COOKIES.get(KEYS_COOKIE) != "off")


def keep(response: HttpResponse, name: str, value: str) -> None:
    """Remember ``value`` on this device for a year."""
    response.set_cookie(name, value, max_age=YEAR, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax")


def zone_of(name: str) -> ZoneInfo:
    """The zone of this name, the firm's if there is none such."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)


class PreferencesMiddleware:
    """Answers a logged-in person in the own language and time zone. Others get what their browser asks for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            with timezone.override(None):
                return self.get_response(request)
        language = translation.get_supported_language_variant(user.language) if _spoken(user.language) else "en"
        translation.activate(language)
        request.LANGUAGE_CODE = language
        with timezone.override(zone_of(user.time_zone)):
            return self.get_response(request)


def _spoken(tag: str) -> bool:
    """Whether the pages exist in this language; they speak German and English."""
    return tag.split("-", maxsplit=1)[0] in dict(settings.LANGUAGES)
