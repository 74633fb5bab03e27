"""The legal pages at the foot of each page of a customer."""

from __future__ import annotations

from django import template

from stores.legal.texts import pages_of
from stores.models import Brand

register = template.Library()


@register.simple_tag
def legal_pages(brand: object) -> list[tuple[str, str]]:
    """None where a page is of no brand."""
    return pages_of(brand) if isinstance(brand, Brand) else []
