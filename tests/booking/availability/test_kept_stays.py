"""Whatever others are offered and book, what is kept for a topic stays free for it."""

from __future__ import annotations

import contextlib
import datetime as dt

import pytest

from booking.availability import bits
from booking.availability.buffers import needed
from booking.availability.query import StartQuery
from booking.availability.starts import masks_for
from booking.errors import BookingError
from stores.models import Competence, Offer, StaffMember, Topic
from tests.booking.starts import bookable_starts
from tests.cast import make_offers, make_topic
from tests.notifications.bookings import book
from tests.oracles.messy_worlds import MessyWorld, messy_world
from tests.shares import some

BOOKINGS = 15


def urgent_in(messy: MessyWorld) -> Topic:
    """A topic that everybody serves, and that keeps two starts of each day."""
    urgent = make_topic(messy.world.brand, "urgent", "Urgent", "Urgent")
    Topic.objects.filter(pk=urgent.pk).update(kept_starts=2, priority="sensitive")
    for offer in make_offers(urgent).values():
        offer.duration, offer.step = messy.luck.choice([15, 40]), 20
        offer.save()
    for adviser in messy.people:
        Competence.objects.create(
            brand=messy.world.brand, staff_member=adviser.staff_member, topic=urgent
        )
    return urgent


def kept_starts(
    messy: MessyWorld, urgent: Topic, member: StaffMember
) -> set[tuple[str, dt.datetime]]:
    """Channel and start of the visits that would lie wholly in what is kept."""
    asked = StartQuery(offer=messy.offers[0], store=messy.world.store, now=messy.now)
    found = masks_for(asked)
    kept = 0
    for time in found.times:
        if time.agenda.staff_member_id == member.pk:
            kept |= sum(one.mask for one in time.kept)
    return {
        (channel, at)
        for channel, at in offered(messy, urgent, member)
        if _lies_in(kept, found.base, urgent, channel, at)
    }


def _lies_in(
    kept: int, base: dt.datetime, urgent: Topic, channel: str, at: dt.datetime
) -> bool:
    offer = Offer.objects.get(topic=urgent, channel=channel)
    need = bits.busy_mask(base, [needed(offer, at)])
    return need & kept == need


def offered(
    messy: MessyWorld, urgent: Topic, member: StaffMember
) -> set[tuple[str, dt.datetime]]:
    return {
        (offer.channel, start.starts_at)
        for offer in Offer.objects.filter(topic=urgent)
        for start in bookable_starts(
            StartQuery(
                offer=offer,
                store=messy.world.store,
                now=messy.now,
                staff_member=member,
            )
        )
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("one_contact_books_often")
def test_what_others_book_leaves_the_kept_starts_free() -> None:
    seen = 0
    for seed in range(some(2, every=4)):
        with messy_world(seed) as messy:
            urgent = urgent_in(messy)
            members = [adviser.staff_member for adviser in messy.people]
            before = [kept_starts(messy, urgent, member) for member in members]
            for _ in range(BOOKINGS):
                offer = messy.luck.choice(messy.offers)
                starts = messy.offered(offer)
                # Those that begin first are the ones beside what is kept.
                for at in starts[:1]:
                    with contextlib.suppress(BookingError):
                        book(
                            messy.world,
                            starts_at=at,
                            now=messy.now,
                            channel=offer.channel,
                        )
            after = [offered(messy, urgent, member) for member in members]
            for kept, still in zip(before, after, strict=True):
                assert kept <= still, seed
                seen += len(kept)
    assert seen
