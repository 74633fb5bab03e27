"""What the tests of staff and desk pages do before they look."""

from __future__ import annotations

import datetime as dt
import re

from django.test import Client

from stores.models import Store, User
from tests.cast import now_utc


def signed_in(user: User) -> Client:
    """A browser of somebody of the staff, in English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def coming_day(store: Store) -> dt.date:
    """In three days, by the store's clock."""
    return now_utc().astimezone(store.zone).date() + dt.timedelta(days=3)


def chosen_in(page: str) -> dict[str, str]:
    """What a browser would send of the page without a touch."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page):
        facts = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if facts.get("type") == "hidden" or " checked" in tag:
            ticked = "on" if " checked" in tag else ""
            found[facts["name"]] = facts.get("value", ticked)
    for name, options in re.findall(
        r'<select[^>]* name="([^"]*)".*?>(.*?)</select>', page, re.DOTALL
    ):
        chosen = re.findall(r'value="([^"]*)"\s+selected', options)
        found[name] = chosen[0] if chosen else ""
    return found
