"""An address of the portal: drawn in the reader's language out of eight, refusals too."""

from __future__ import annotations

import functools
from typing import Any

from django.db import transaction
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern
from django.utils import translation

from werkfluss.kernel.errors import Conflict, NotPermitted, WerkflussError
from werkfluss.web import portal_catalogue
from werkfluss.web.access import READ, FirmRequest, View, firm_page, typed_in


def portal_page(route: str, view: View, *, methods: tuple[str, ...] = READ) -> URLPattern:
    """``/o/<firm>/portal/<route>``, for whoever may use the portal; what of it one sees, the view says."""

    @functools.wraps(view)
    def spoken(request: FirmRequest, **kwargs: Any) -> HttpResponseBase:
        language = portal_catalogue.spoken(request.user.language)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = _drawn(request, view, kwargs)
        response.headers["Content-Language"] = language
        return response

    return firm_page(f"portal/{route}", spoken, permission="portal.use", methods=methods)


def _drawn(request: FirmRequest, view: View, kwargs: dict[str, Any]) -> HttpResponseBase:
    try:
        with transaction.atomic():
            return view(request, **kwargs)
    except WerkflussError as error:
        status = 403 if isinstance(error, NotPermitted) else 409 if isinstance(error, Conflict) else 422
        context = {"fault": error.fault, "typed": typed_in(request)}
        return render(request, "portal/refused.html", context, status=status)
