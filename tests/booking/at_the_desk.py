"""What the tests of staff and desk pages do before they look."""

from __future__ import annotations

import datetime as dt

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
