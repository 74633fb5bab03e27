"""The place that the address of a refused page names: brand and store, whose look and
telephone the refusal takes, and the code of what is lost there.

A bookmark or a link that somebody passed on may come long after what it led to.

| code | address |
|---|---|
| `link_unknown` | a secret: of a visit, of an invitation, of a mail |
| `link_needed`, `link_without_cookie` | a visit, in a browser that opened no link |
| `hold_unknown` | the details of an hour that this browser does not hold |
| `offer_unknown` | a store, a topic, a channel or an adviser of the brand |

The words are the same for what is over, for what is another's and for what never was:
they tell nobody which.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest

from booking.lost.links import brand_of_browser
from stores.access import brand_for_slug, only_brand, store_for_slug
from stores.models import Brand, Store


class Place:
    """The target of a request, as its address says it. Reads nothing until asked; at
    most two queries, or three."""

    def __init__(self, request: HttpRequest) -> None:
        match = request.resolver_match
        self._request = request
        self._named: dict[str, Any] = match.kwargs if match else {}
        self._has_cookies = bool(request.COOKIES)

    @cached_property
    def brand(self) -> Brand | None:
        """None where no brand is named, or none that is open."""
        slug = self._named.get("brand") or self._named.get("brand_slug")
        if "token" in self._named:
            return self._known
        try:
            return brand_for_slug(slug) if slug else None
        except Http404:
            return None

    @property
    def _known(self) -> Brand | None:
        """A wrong secret names no brand: the one whose link this browser opened last,
        or the only one there is."""
        return brand_of_browser(self._request) or only_brand()

    @cached_property
    def store(self) -> Store | None:
        """The store whose topics can be chosen again."""
        slug = self._named.get("store")
        try:
            return store_for_slug(self.brand, slug) if self.brand and slug else None
        except Http404:
            return None

    @property
    def lost(self) -> str:
        """The code of a customer's address that opens nothing; empty for any other."""
        if "token" in self._named:
            return "link_unknown"
        if self.brand is None:
            return ""
        if "hold_id" in self._named:
            return "hold_unknown"
        if "appointment_id" in self._named:
            return "link_needed" if self._has_cookies else "link_without_cookie"
        return "offer_unknown" if "store" in self._named else ""
