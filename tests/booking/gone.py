"""A start that somebody asks for, and all that may go while it is held."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from booking.models import Hold
from booking.rota.absences import add_absence
from booking.rota.competences import set_competences
from booking.rota.offers import OfferTerms, set_offer
from booking.services.holding import hold_slot
from stores.models import Absence, Closure, Competence, Offer, Posting
from tests.cast import World, now_utc

HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Wish:
    """A start that somebody asks for, in a world."""

    world: World
    at: dt.datetime

    def hold(self, now: dt.datetime, visitor: str = "v") -> Hold:
        world = self.world
        return hold_slot(
            store=world.store,
            topic=world.topic,
            channel="video",
            starts_at=self.at,
            visitor=visitor,
            network="n",
            now=now,
        )


def switch(row: Any, **facts: Any) -> None:
    type(row).objects.filter(pk=row.pk).update(**facts)


def day_of(wish: Wish) -> dt.date:
    return wish.at.astimezone(wish.world.store.zone).date()


def offer_off(wish: Wish) -> None:
    offer = wish.world.offers["video"]
    terms = OfferTerms(
        duration=offer.duration,
        step=5,
        minimum_notice=0,
        horizon=offer.horizon,
        active=False,
    )
    set_offer(topic=offer.topic, channel="video", store=None, terms=terms)


def not_here(wish: Wish) -> None:
    world = wish.world
    Offer.objects.create(
        brand=world.brand,
        topic=world.topic,
        channel="video",
        store=world.store,
        active=False,
    )


def absent(wish: Wish) -> None:
    Absence.objects.create(
        brand=wish.world.brand,
        agenda=wish.world.bob.agenda,
        starts_at=wish.at + 5 * MINUTE,
        ends_at=wish.at + HOUR,
    )


def absent_by_the_desk(wish: Wish) -> None:
    world, at = wish.world, wish.at
    add_absence(
        agenda=world.bob.agenda,
        starts_at=at,
        ends_at=at + HOUR,
        reason="sickness",
        user=world.dora,
        now=now_utc(),
    )


def closed(wish: Wish, **place: Any) -> None:
    day = day_of(wish)
    Closure.objects.create(
        brand=wish.world.brand, **place, first_day=day, last_day=day, reason={}
    )


def posting_over(wish: Wish) -> None:
    postings = Posting.objects.filter(staff_member=wish.world.bob.staff_member)
    postings.update(valid_until=day_of(wish) - dt.timedelta(days=1))


def of_bob(wish: Wish) -> Any:
    return Competence.objects.filter(staff_member=wish.world.bob.staff_member)


def knows_nothing(wish: Wish) -> None:
    bob = wish.world.bob.staff_member
    set_competences(staff_member=bob, competences=(), now=now_utc())


GONE: dict[str, Callable[[Wish], object]] = {
    "offer off": offer_off,
    "offer not here": not_here,
    "topic off": lambda wish: switch(wish.world.topic, active=False),
    "store off": lambda wish: switch(wish.world.store, active=False),
    "brand off": lambda wish: switch(wish.world.brand, active=False),
    "adviser off": lambda wish: switch(wish.world.bob.staff_member, active=False),
    "adviser away": absent,
    "adviser away, by the desk": absent_by_the_desk,
    "adviser posted no more": posting_over,
    "adviser works elsewhere": lambda wish: Posting.objects.filter(
        staff_member=wish.world.bob.staff_member
    ).delete(),
    "adviser forgot it": lambda wish: of_bob(wish).delete(),
    "adviser forgot it, by the desk": knows_nothing,
    "by telephone only": lambda wish: of_bob(wish).update(channels=["callback"]),
    "store closed": lambda wish: closed(wish, store=wish.world.store),
    "brand closed": closed,
}
