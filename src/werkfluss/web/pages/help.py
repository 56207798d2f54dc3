"""Pages for everybody: help, accessibility, what the product is not; and whether it is alive."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from werkfluss.web.access import public_page


def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "help/help.html")


def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "help/accessibility.html")


def legal_note(request: HttpRequest) -> HttpResponse:
    return render(request, "help/legal_note.html")


def health(request: HttpRequest) -> JsonResponse:  # noqa: ARG001  (Django's signature)
    """For the machine that watches this one: 200 while the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


urlpatterns = [
    public_page("help/", help_page, name="help"),
    public_page("accessibility/", accessibility),
    public_page("legal-note/", legal_note),
    public_page("health/", health),
]
