"""Two who give the same visits away at the same moment."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import partial

import pytest

from booking.models import Actor, Appointment
from booking.services.rescheduling import Given, give_visits
from booking.shown import Shown
from tests.at_once import at_once
from tests.cast import Adviser, World, make_adviser, make_visit, next_step, now_utc


def give(world: World, ids: list[uuid.UUID], to: Adviser) -> list[Given]:
    rows = Appointment.objects.with_people().filter(pk__in=ids)
    found = {row.pk: row for row in rows}
    return give_visits(
        visits=[(found[pk], Shown(found[pk].version)) for pk in ids],
        staff_member=to.staff_member,
        by=Actor.staff(world.dora),
        now=now_utc(),
    )


@pytest.mark.django_db(transaction=True)
def test_in_either_order_each_visit_is_given_once_and_nobody_waits_in_a_circle(
    world: World,
) -> None:
    ann, cid, dan = (
        make_adviser(world.store, name, topics=[world.topic])
        for name in ("Ann", "Cid", "Dan")
    )
    soon = next_step(now_utc(), minutes=300)
    ids: list[uuid.UUID] = [
        make_visit(
            world,
            starts_at=soon + n * dt.timedelta(hours=1),
            now=now_utc(),
            adviser=(ann, None)[n % 2],
        ).pk
        for n in range(4)
    ]
    both = at_once(partial(give, world, ids, cid), partial(give, world, ids[::-1], dan))
    done = [one.appointment.pk for given in both for one in given if not one.refused]
    # Who came second saw them as they had been before, and was told so.
    assert sorted(map(str, done)) == sorted(map(str, ids))
    assert {one.refused for given in both for one in given} == {"", "stale_version"}
    rows = Appointment.objects.filter(pk__in=ids)
    assert {row.staff_member.first_name for row in rows} in ({"Cid"}, {"Dan"})
    for row in rows:
        assert row.events.filter(kind="reassigned").count() == 1
