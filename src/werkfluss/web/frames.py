"""Answers that may stand in a frame on our own pages: a source document beside its fields. All others may not."""

from __future__ import annotations

from csp.constants import SELF
from csp.decorators import csp_replace
from django.views.decorators.clickjacking import xframe_options_sameorigin

from werkfluss.web.access import View


def shown_in_own_frame(view: View) -> View:
    """Let the answers of ``view`` be framed by pages of this site, and by no other."""
    framed: View = csp_replace({"frame-ancestors": [SELF]})(xframe_options_sameorigin(view))
    return framed
