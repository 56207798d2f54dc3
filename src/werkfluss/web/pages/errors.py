"""What a person sees when something did not work: what happened and what to do."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader

from werkfluss.web.limits import HOUR


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  (Django's signature)
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  (Django's signature)
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  (Django's signature)
    return render(request, "errors/404.html", status=404)


def too_many(request: HttpRequest) -> HttpResponse:
    """Asked too often, here or at the log-in, which calls this too."""
    response = render(request, "errors/429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(HOUR)
    return response


def broken(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  (Django's signature)
    """Drawn without the request: whatever broke may break again while drawing."""
    return HttpResponse(loader.render_to_string("errors/500.html"), status=500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  (Django's signature)
    """The form came from an old page or another site (setting CSRF_FAILURE_VIEW)."""
    return render(request, "errors/csrf.html", status=403)
