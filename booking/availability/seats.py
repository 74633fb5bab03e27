"""Who sits where: which agendas can take an offer at a store."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import prefetch_related_objects

from booking.availability.opening import Seat
from stores.models import Agenda, Offer, StaffMember, Store
from stores.statements import ask, columns_of, row_of


@dataclass(frozen=True)
class Place:
    """An offer at a store: one line of what may be asked for at once."""

    offer: Offer
    store: Store


# Read by hand: a search asks it each time, and of everybody when it asks nation-wide.
_STAFFED = f"""
SELECT posting.store_id, competence.topic_id, competence.channels::text,
       posting.valid_from, posting.valid_until, {columns_of(Agenda, "agenda")}
  FROM stores_posting posting
  JOIN stores_staffmember staff ON staff.id = posting.staff_member_id AND staff.active
  JOIN stores_agenda agenda ON agenda.staff_member_id = staff.id
  JOIN stores_competence competence ON competence.staff_member_id = staff.id
 WHERE posting.store_id = ANY(%s::bigint[])
   AND competence.topic_id = ANY(%s::bigint[])
   AND (%s::bigint IS NULL OR staff.id = %s)
 ORDER BY agenda.id
"""  # noqa: S608  # names of columns


def staffed_by(
    places: Sequence[Place], staff_member: StaffMember | int | None = None
) -> list[list[Seat]]:
    """For each place, the seats of active staff posted there who know its topic by its
    channel, by agenda id. One query for all places."""
    stores = {place.store.pk: place.store for place in places}
    topics = {place.offer.topic_id for place in places}
    named = getattr(staff_member, "pk", staff_member)
    agendas: dict[int, Agenda] = {}
    known: dict[tuple[int, int], list[tuple[Seat, frozenset[str]]]] = {}
    for store_id, topic_id, channels, since, until, *agenda in ask(
        _STAFFED, [list(stores), list(topics), named, named]
    ):
        # One object for an agenda: whoever finds its version risen tells all seats.
        one = agendas.get(agenda[0])
        if one is None:
            one = agendas[agenda[0]] = row_of(Agenda, agenda)
        seat = Seat(one, stores[store_id], (since, until))
        by_topic = known.setdefault((store_id, topic_id), [])
        by_topic.append((seat, _channels_in(channels)))
    return [
        [
            seat
            for seat, channels in known.get((place.store.pk, place.offer.topic_id), ())
            if not channels or place.offer.channel in channels
        ]
        for place in places
    ]


@lru_cache(maxsize=64)
def _channels_in(text: str) -> frozenset[str]:
    return frozenset(json.loads(text))


def candidates(*, store: Store, offer: Offer) -> list[Agenda]:
    """Agendas of who can take the offer at the store, with their people."""
    (seats,) = staffed_by([Place(offer, store)])
    agendas = [seat.agenda for seat in seats]
    prefetch_related_objects(agendas, "staff_member")
    return agendas


def resource_agendas(store: Store, kinds: Collection[str]) -> list[Agenda]:
    """Agendas of the store's active things of these kinds, each with its thing, by id;
    no query for no kind."""
    if not kinds:
        return []
    rows = Agenda.objects.for_brand(store.brand).filter(
        resource__store=store, resource__kind__in=kinds, resource__active=True
    )
    return list(rows.select_related("resource").order_by("id"))
