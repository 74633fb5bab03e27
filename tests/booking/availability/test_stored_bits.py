"""Written bits: the same answer from fewer rows, and never believed when old."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.availability import bits, occupied, opening, snapshots
from booking.availability.query import StartQuery
from booking.availability.snapshots import write_bits
from booking.models import AgendaBits, Appointment
from booking.services.booking import book_appointment
from booking.services.holding import hold_slot
from booking.starts import Start
from stores.models import Agenda
from tests.booking.starts import bookable_starts
from tests.cast import World, next_step, now_utc

pytestmark = pytest.mark.django_db


def as_a_new_process() -> None:
    opening.forget(Agenda.objects.values_list("pk", flat=True))
    occupied.forget(Agenda.objects.values_list("pk", flat=True))


def ask(world: World, now: dt.datetime) -> tuple[list[Start], int]:
    as_a_new_process()
    offer = world.offers["video"]
    with CaptureQueriesContext(connection) as queries:
        found = bookable_starts(StartQuery(offer=offer, store=world.store, now=now))
    return found, len(queries)


def book(world: World, now: dt.datetime) -> Appointment:
    hold = hold_slot(
        store=world.store,
        topic=world.topic,
        channel="video",
        starts_at=next_step(now, minutes=24 * 60),
        visitor="v",
        network="n",
        now=now,
    )
    return book_appointment(hold=hold, name="Alice", email="a@c.example", now=now)


def test_a_new_process_reads_bits_instead_of_hours(world: World) -> None:
    now = now_utc()
    computed, queries = ask(world, now)
    assert queries == 6
    assert (
        write_bits(now=now) == Agenda.objects.filter(staff_member__isnull=False).count()
    )

    recalled, queries = ask(world, now)

    assert recalled == computed
    assert queries == 3
    assert write_bits(now=now) == 0


def test_what_is_old_is_not_believed_and_written_again(world: World) -> None:
    now = now_utc()
    write_bits(now=now)
    visit = book(world, now)

    found, queries = ask(world, now)

    assert visit.starts_at not in [start.starts_at for start in found]
    assert queries == 6
    assert write_bits(now=now) == 1
    assert ask(world, now) == (found, 3)


@pytest.mark.parametrize("wrong", ["version", "first_day", "recipe"])
def test_bits_of_another_version_week_or_recipe_are_nobodys(
    world: World, wrong: str
) -> None:
    now = now_utc()
    write_bits(now=now)
    other = {
        "version": 99,
        "first_day": bits.base_of(now).date() - dt.timedelta(weeks=1),
        "recipe": "another",
    }
    computed, _ = ask(world, now)
    AgendaBits.objects.update(bits=snapshots.pack(0), **{wrong: other[wrong]})

    assert computed
    assert ask(world, now)[0] == computed


def test_bits_are_believed_at_their_version(world: World) -> None:
    """What makes the tests above able to fail."""
    now = now_utc()
    write_bits(now=now)
    AgendaBits.objects.filter(store__isnull=False).update(bits=snapshots.pack(0))
    assert ask(world, now)[0] == []


def test_the_command_writes_all_or_what_is_old(world: World) -> None:
    call_command("write_bits")
    first = set(AgendaBits.objects.values_list("pk", flat=True))
    call_command("write_bits")
    assert set(AgendaBits.objects.values_list("pk", flat=True)) == first
    call_command("write_bits", "--all")
    again = set(AgendaBits.objects.values_list("pk", flat=True))
    assert len(again) == len(first)
    assert again.isdisjoint(first)


def test_a_recipe_names_the_zones_of_this_installation() -> None:
    assert snapshots.RECIPE.startswith(f"{snapshots.FORMAT} tzdata ")
