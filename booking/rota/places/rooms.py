"""Rooms and booths of a store: made with their agendas, changed, retired."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction

from booking.models import Appointment, Occupancy
from booking.models.querysets import AppointmentQuerySet
from booking.rota.places.closing import check_none_stands, locked_agendas, visits_ahead
from stores.errors import RoomRefused
from stores.models import Agenda, Resource, Store

MOST_CAPACITY = 500


def visits_in(room: Resource, now: dt.datetime) -> AppointmentQuerySet[Appointment]:
    """Those that the room or booth is taken for."""
    taken = Occupancy.objects.for_brand(room.brand).filter(
        agenda__resource=room, active=True, ends_at__gt=now
    )
    return visits_ahead(room.brand, now).filter(pk__in=taken.values("appointment"))


@dataclass(frozen=True, kw_only=True)
class Room:
    """A room or booth that a visit takes as a whole. `kind` is what offers name it by;
    `capacity` is how many people find a place in it."""

    name: str
    kind: str
    capacity: int = 1

    def check(self) -> None:
        """Raises RoomRefused, which names the field."""
        if not any(letter.isalnum() for letter in self.name) or len(self.name) > 60:
            raise RoomRefused("A name has letters or digits.", "name")
        if not self.kind or len(self.kind) > 20 or "," in self.kind:
            raise RoomRefused("A kind is one word.", "kind")
        if not 1 <= self.capacity <= MOST_CAPACITY:
            raise RoomRefused("At least one person.", "capacity")


def create_rooms(*, store: Store, rooms: Sequence[Room]) -> list[Resource]:
    """Writes all or none, each with its agenda. Raises RoomRefused."""
    for room in rooms:
        room.check()
    with _names_once(), transaction.atomic():
        made = Resource.objects.bulk_create(
            Resource(brand=store.brand, store=store, **asdict(room)) for room in rooms
        )
        Agenda.objects.bulk_create(
            Agenda(brand=store.brand, resource=row) for row in made
        )
    return made


def change_room(
    *,
    room: Resource,
    facts: Room,
    now: dt.datetime,
    check: Callable[[Resource], None] | None = None,
) -> None:
    """Writes the facts. `check` is called with the row under its lock, and may refuse.
    Raises RoomRefused, and VisitsStand where it becomes another kind while visits are
    booked in it."""
    facts.check()
    with _names_once(), locked_agendas([Agenda.give_to(room).pk]):
        if check is not None:
            check(Resource.objects.for_brand(room.brand).get(pk=room.pk))
        if facts.kind != room.kind:
            check_none_stands(visits_in(room, now))
        rows = Resource.objects.for_brand(room.brand).filter(pk=room.pk)
        rows.update(**asdict(facts))


def retire_room(*, room: Resource, now: dt.datetime) -> None:
    """No visit is given it any more. Raises VisitsStand while one is booked in it."""
    with locked_agendas([Agenda.give_to(room).pk]):
        check_none_stands(visits_in(room, now))
        rows = Resource.objects.for_brand(room.brand).filter(pk=room.pk)
        rows.update(active=False)


def restore_room(*, room: Resource) -> None:
    with locked_agendas([Agenda.give_to(room).pk]):
        rows = Resource.objects.for_brand(room.brand).filter(pk=room.pk)
        rows.update(active=True)


@contextmanager
def _names_once() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        if "resource_name" not in str(error):
            raise
        raise RoomRefused("The store has one of that name.", "name", "taken") from None
