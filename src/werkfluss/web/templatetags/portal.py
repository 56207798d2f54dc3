"""Statements of the product in the portal: in the reader's language where they are known, the German beside."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from werkfluss.care import spoken
from werkfluss.kernel.text import Text

register = template.Library()


@register.filter
def said(text: Text) -> SafeString:
    """In German or English as it is; in another language as its catalogue says, else in English and marked as such."""
    found = spoken.in_language(text, get_language() or "en")
    if found is None:
        return format_html('<span lang="en" dir="ltr">{}</span>', text.en)
    return format_html("{}", found)


@register.filter
def german(text: Text | str) -> SafeString:
    """The German original, to stand beside: what the law says counts in German."""
    return format_html(
        '<span class="original" lang="de" dir="ltr">{}</span>', text.de if isinstance(text, Text) else text
    )
