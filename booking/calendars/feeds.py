"""The secret calendar address of an adviser: opened, renewed, closed by themselves."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from booking.links import derive, token_hash
from booking.models import CalendarFeed
from stores.derived import newest_key_id
from stores.models import StaffMember


def open_feed(
    *, staff_member: StaffMember, language: str, now: dt.datetime
) -> CalendarFeed:
    """Makes the address, or one more where there is one: the old opens nothing."""
    key_id = newest_key_id()
    with transaction.atomic():
        rows = CalendarFeed.objects.for_brand(staff_member.brand)
        feed = rows.select_for_update().filter(staff_member=staff_member).first()
        if feed is None:
            feed = CalendarFeed(
                id=uuid.uuid4(),
                brand_id=staff_member.brand_id,
                staff_member=staff_member,
                generation=0,
            )
        feed.generation += 1
        feed.key_id, feed.language, feed.created_at = key_id, language, now
        feed.token_hash = token_hash(token_of_feed(feed))
        feed.save()
    return feed


def close_feed(*, staff_member: StaffMember) -> None:
    """Programs that had it find nothing any more."""
    rows = CalendarFeed.objects.for_brand(staff_member.brand)
    rows.filter(staff_member=staff_member).delete()


def token_of_feed(feed: CalendarFeed) -> str:
    return derive(feed.id, feed.generation, feed.key_id)
