"""What hangs on a visit or a story: promises, photos, ratings, looks into a file."""

from __future__ import annotations

import uuid

from booking.models import (
    CaseView,
    Customer,
    Hold,
    Message,
    MessagePhoto,
    PersonJoin,
    Photo,
    Promise,
    VisitRating,
    VisitSummary,
    WishOffer,
)
from tests.cast import ALICE, now_utc
from tests.house.pillars import HALF_HOUR, Pillars


def hang_on_visits(at: Pillars) -> None:
    _send_along(at)
    _write_messages(at)
    _point_at_promises(at)
    _look_into_cases(at)
    _say_how_it_was(at)
    _wish_for_earlier(at)
    _join_stories(at)


def _look_into_cases(at: Pillars) -> None:
    CaseView.objects.create(
        brand=at.brand, case=at.case, store=at.store, seen_at=now_utc()
    )


def _send_along(at: Pillars) -> None:
    owner = {"brand": at.brand, "appointment": at.appointment}
    Photo.objects.create(**owner, file=at.file, place=0, created_at=now_utc())


def _write_messages(at: Pillars) -> None:
    about, sent = {"brand": at.brand, "appointment": at.appointment}, now_utc()
    staff = {"author": "staff", "staff_member": at.staff_member}
    Message.objects.create(**about, **staff, text="…", sent_at=sent)
    owner = {"brand": at.brand, "message": at.message}
    MessagePhoto.objects.create(**owner, file=at.file, place=0)


def _say_how_it_was(at: Pillars) -> None:
    about, now = {"brand": at.brand, "appointment": at.appointment}, now_utc()
    VisitRating.objects.create(**about, score=4, words="…", rated_at=now)
    step = {"next_owner": at.staff_member, "next_due_at": now}
    VisitSummary.objects.create(**about, **step, words="…", written_at=now)


def _wish_for_earlier(at: Pillars) -> None:
    now = now_utc()
    told = {"told_at": now, "ends_at": now + HALF_HOUR}
    WishOffer.objects.create(brand=at.brand, wish=at.wish, freed=at.freed, **told)
    Hold.objects.for_brand(at.brand).update(for_wish=at.wish)


def _point_at_promises(at: Pillars) -> None:
    Promise.objects.create(
        brand=at.brand,
        appointment=at.appointment,
        kind=Promise.Kind.ANSWER,
        owner=at.staff_member,
        told_at=now_utc(),
        due_at=now_utc() + HALF_HOUR,
    )


def _join_stories(at: Pillars) -> None:
    """Of the least and the greatest id: any other may stand in the place of either."""
    now, stories = now_utc(), []
    for edge in (b"\0", b"\xff"):
        pk = uuid.UUID(bytes=edge * 4 + uuid.uuid4().bytes[4:])
        stories.append(
            Customer.objects.create(
                id=pk, brand=at.brand, person=at.person, **ALICE, erase_after=now
            )
        )
    one, other = stories
    PersonJoin.objects.create(
        brand=at.brand, one=one, other=other, proof="browser", made_at=now
    )
