"""The web sites that may show a brand's hours in a frame, as their origins."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from django.db import transaction

from stores.errors import SiteRefused
from stores.models import Brand

MOST_SITES = 20
LONGEST_SITE = 200
TRYING = ("localhost", "127.0.0.1")
"""Hosts of who builds a site: nobody else sees it, so `http` is enough."""
USUAL_PORTS = {"https": 443, "http": 80}

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")


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
