"""Statements of the product in the portal: in the reader's language where they are known, the German beside."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from werkfluss.kernel.text import Text

register = template.Library()


@register.filter
def said(text: Text) -> SafeString:
    """In German or English as it is; in another language as its catalogue says, else in English and marked as such."""
    tag = get_language() or "en"
    if tag in {"de", "en"}:
        return format_html("{}", text.in_language(tag))
    found = gettext(text.en)
    # What no catalogue holds comes back as it was, or in the language of the installation.
    if found in {text.en, text.de}:
        return format_html('<span lang="en" dir="ltr">{}</span>', text.en)
    return format_html("{}", found)


@register.filter
def german(text: Text | str) -> SafeString:
    """The German original, to stand beside: what the law says counts in German."""
    return format_html(
        '<span class="original" lang="de" dir="ltr">{}</span>', text.de if isinstance(text, Text) else text
    )
