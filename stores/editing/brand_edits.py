"""The facts of a brand, changed by who leads it; and the list of web sites that may
show its hours in a frame, as their origins."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from stores.editing.brands import LONGEST_SENDER, check_name
from stores.errors import BrandRefused, ColourRefused, LanguageRefused, SiteRefused
from stores.looks.colours import OURS, check_theme, colour_of, theme_of
from stores.models import Brand, Topic

LONGEST_WAY = 200
MOST_DAYS = 1095
MOST_SITES = 20
LONGEST_SITE = 200
TRYING = ("localhost", "127.0.0.1")
"""Hosts of who builds a site: nobody else sees it, so `http` is enough."""
USUAL_PORTS = {"https": 443, "http": 80}

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")
_SENDER = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 .&-]{0,9}[A-Za-z0-9])?")


@dataclass(frozen=True, kw_only=True)
class BrandFacts:
    """All that the page of a brand writes, as a whole. `languages` begins with the main
    one; of `colour` follow the other colours."""

    name: str
    short_name: str
    colour: str
    languages: Sequence[str]
    phone: str
    accessible_way: str
    erase_after_days: int

    def check(self, known: Brand) -> None:
        """Raises BrandRefused, which names the field. What stands there already is not
        judged again: it may be older than a rule."""
        if self.name != known.name:
            check_name(self.name, known=known)
        if self.short_name != known.short_name:
            _check_sender(self.short_name)
        if len(self.accessible_way) > LONGEST_WAY:
            raise BrandRefused("At most 200 characters.", "accessible_way", "long")
        if not 1 <= self.erase_after_days <= MOST_DAYS:
            raise BrandRefused("A day to three years.", "erase_after_days")
        _check_languages(self.languages, known)

    def theme(self, known: Brand) -> dict[str, str]:
        """Raises ColourRefused for a colour that could not be read."""
        theme = theme_for(known, colour_of(self.colour))
        check_theme(theme)
        return theme


def edit_brand(
    *,
    brand: Brand,
    facts: BrandFacts,
    check: Callable[[Brand], object] = lambda _brand: None,
) -> Brand:
    """Writes all of it or nothing. `check` sees the row under its lock. Raises
    BrandRefused, which names the field."""
    with transaction.atomic():
        row = Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)
        check(row)
        facts.check(row)
        changed: dict[str, Any] = {
            "theme": facts.theme(row),
            "languages": list(facts.languages),
            "name": facts.name,
            "short_name": facts.short_name,
            "phone": facts.phone,
            "accessible_way": facts.accessible_way,
            "erase_after_days": facts.erase_after_days,
        }
        for name, value in changed.items():
            setattr(row, name, value)
        row.save(update_fields=list(changed))
    return row


def brand_colour(brand: Brand) -> str:
    """The one that the others follow; ours where the brand has chosen none."""
    try:
        return colour_of(str(brand.theme.get("brand", "")))
    except ColourRefused:
        return OURS["brand"]


def theme_for(brand: Brand, colour: str) -> dict[str, str]:
    """The theme as it stands where the colour is the same and all of it is read: it may
    have been drawn by hand. Else what follows from the colour, read or not."""
    if colour == brand_colour(brand):
        with suppress(ColourRefused):
            check_theme(brand.theme)
            return dict(brand.theme)
    return theme_of(colour)


def _check_sender(name: str) -> None:
    if len(name) > LONGEST_SENDER:
        raise BrandRefused("At most eleven letters.", "short_name", "long")
    if not _SENDER.fullmatch(name) or name.isdecimal():
        raise BrandRefused("Letters without accents.", "short_name", "letters")


def _check_languages(languages: Sequence[str], known: Brand) -> None:
    """A language is taken up once each topic has a name in it."""
    if not languages or len(set(languages)) != len(languages):
        raise BrandRefused("One language at least.", "languages", "none")
    if not set(languages) <= set(dict(settings.LANGUAGES)):
        raise BrandRefused("No such language.", "languages", "unknown")
    topics = list(Topic.objects.for_brand(known).filter(active=True))
    for language in languages:
        is_new = language not in known.languages or languages[:1] != known.languages[:1]
        unnamed = [topic.label for topic in topics if not topic.name.get(language)]
        if is_new and unnamed:
            raise LanguageRefused(language, unnamed)


def site_of(text: str) -> str:
    """The origin of a web address, as browsers compare it: `https://shop.example` of
    `Shop.example/bikes`. Raises SiteRefused."""
    typed = text.strip()
    if "://" not in typed:
        typed = f"{'http' if typed.startswith(TRYING) else 'https'}://{typed}"
    try:
        parts = urlsplit(typed)
        host, port = _host_of(parts.hostname or ""), parts.port
    except ValueError:
        raise SiteRefused(text, "form") from None
    usual = USUAL_PORTS.get(parts.scheme)
    if usual is None or (usual == 80 and host not in TRYING):
        raise SiteRefused(text, "https")
    if not _is_name(host) or parts.username is not None or len(typed) > LONGEST_SITE:
        raise SiteRefused(text, "form")
    return f"{parts.scheme}://{host}" + ("" if port in (None, usual) else f":{port}")


def _is_name(host: str) -> bool:
    """False for a number of the internet: no shop's page is called so."""
    if host in TRYING:
        return True
    return bool(_HOST.fullmatch(host)) and not host.rsplit(".", 1)[1].isdecimal()


def _host_of(host: str) -> str:
    """In the letters of the name service. Raises ValueError."""
    return host.encode("idna").decode().lower()


def sites_in(text: str) -> list[str]:
    """The origins of a text with one address a line, each once, in its order. Raises
    SiteRefused for the first that is none."""
    lines = [line for line in text.splitlines() if line.strip()]
    found = list(dict.fromkeys(site_of(line) for line in lines))
    if len(found) > MOST_SITES:
        raise SiteRefused(found[MOST_SITES], "many")
    return found


def set_widget_sites(
    *,
    brand: Brand,
    sites: Sequence[str],
    check: Callable[[Brand], object] = lambda _brand: None,
) -> Brand:
    """Writes the list as a whole. `check` sees the row under its lock. Raises
    SiteRefused."""
    origins = sites_in("\n".join(sites))
    with transaction.atomic():
        row = Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)
        check(row)
        row.widget_sites = origins
        row.save(update_fields=["widget_sites"])
    return row
