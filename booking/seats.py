"""Who sits where: which agendas can take an offer at a store."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import F

from booking.open_time import Seat
from stores.models import Agenda, Offer, Posting, StaffMember, Store


@dataclass(frozen=True)
class Place:
    """An offer at a store: one line of what may be asked for at once."""

    offer: Offer
    store: Store


def staffed_by(
    places: Sequence[Place], staff_member: StaffMember | int | None = None
) -> dict[Place, list[Seat]]:
    """Per place, the seats of active staff posted there who know its topic by its
    channel, by agenda id. One query for all places."""
    stores = {place.store.pk: place.store for place in places}
    rows = Posting.objects.all_brands().filter(
        store__in=stores,
        staff_member__active=True,
        staff_member__agenda__isnull=False,
        staff_member__competences__topic__in={p.offer.topic_id for p in places},
    )
    if staff_member is not None:
        rows = rows.filter(staff_member=staff_member)
    known: dict[tuple[int, int], list[tuple[Seat, list[str]]]] = {}
    for posting in rows.annotate(
        topic=F("staff_member__competences__topic"),
        channels=F("staff_member__competences__channels"),
    ).select_related("staff_member__agenda"):
        staff = posting.staff_member
        agenda = staff.agenda
        agenda.staff_member = staff
        seat = Seat(agenda, stores[posting.store_id])
        key = (posting.store_id, posting.topic)
        known.setdefault(key, []).append((seat, posting.channels))
    return {
        place: sorted(
            (
                seat
                for seat, channels in known.get(
                    (place.store.pk, place.offer.topic_id), []
                )
                if not channels or place.offer.channel in channels
            ),
            key=lambda seat: seat.agenda.pk,
        )
        for place in places
    }


def candidates(*, store: Store, offer: Offer) -> list[Agenda]:
    """Agendas of who can take the offer at the store."""
    place = Place(offer, store)
    return [seat.agenda for seat in staffed_by([place])[place]]


def resource_agendas(store: Store, kinds: Collection[str]) -> list[Agenda]:
    """Agendas of the store's active things of these kinds, each with its thing, by id;
    no query for no kind."""
    if not kinds:
        return []
    rows = Agenda.objects.for_brand(store.brand).filter(
        resource__store=store, resource__kind__in=kinds, resource__active=True
    )
    return list(rows.select_related("resource").order_by("id"))
