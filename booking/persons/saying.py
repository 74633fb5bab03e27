"""The decision of the staff that two stories are one person's, and its undo."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from booking.errors import StoriesRefused
from booking.models import Customer, PersonJoin
from booking.persons.settling import lock_stories, settle
from stores.models import User


def say_same_person(
    *, one: Customer, other: Customer, user: User, now: dt.datetime
) -> PersonJoin:
    """Somebody of the staff, who sees both stories, says that they are one person's:
    journalled, and joined from now on with all that either is joined with.

    Said twice, the first saying stands. Raises StoriesRefused where it is one story,
    of two brands, or of which one was erased meanwhile.
    """
    with transaction.atomic():
        locked = lock_stories(brand_id=one.brand_id, stories={one.pk, other.pk})
        if one == other or not {one.pk, other.pk} <= locked.person_of.keys():
            raise StoriesRefused
        first, second = sorted([one.pk, other.pk])
        said, is_new = PersonJoin.objects.get_or_create(
            brand_id=one.brand_id,
            one_id=first,
            other_id=second,
            proof=PersonJoin.Proof.STAFF,
            undone_at=None,
            defaults={"said_by": user, "made_at": now},
        )
        if is_new:
            settle(locked, now=now)
    return said


def take_back_same_person(
    *, one: Customer, other: Customer, user: User, now: dt.datetime
) -> bool:
    """Somebody of the staff takes back that these two are one person's. Only what that
    decision alone held together comes apart: another proof stands. False where nobody
    says so any more."""
    first, second = sorted([one.pk, other.pk])
    with transaction.atomic():
        locked = lock_stories(brand_id=one.brand_id, stories={one.pk, other.pk})
        rows = PersonJoin.objects.all_brands().filter(
            one=first,
            other=second,
            proof=PersonJoin.Proof.STAFF,
            undone_at__isnull=True,
        )
        taken_back = rows.update(undone_by=user, undone_at=now)
        if taken_back:
            settle(locked, now=now)
    return bool(taken_back)
