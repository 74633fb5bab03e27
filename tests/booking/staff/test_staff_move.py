"""Staff move a visit by plain forms, and lay one over another only when refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from booking.models import Appointment, Occupancy
from booking.states import Status
from stores.calendar.recurrence import instant
from stores.models import Competence, Topic
from tests.booking.at_the_desk import signed_in
from tests.cast import (
    World,
    make_adviser,
    make_offers,
    make_topic,
    make_visit,
    next_step,
    now_utc,
)

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


def visit_in(world: World, *, hours: int, **what: Any) -> Appointment:
    now = now_utc()
    starts_at = next_step(now, minutes=hours * 60)
    return make_visit(world, starts_at=starts_at, now=now, **what)


@pytest.fixture
def visit(world: World) -> Appointment:
    return visit_in(world, hours=30)


def page_of(visit: Appointment) -> str:
    return f"/staff/appointments/{visit.pk}/move/"


def wish(visit: Appointment, starts_at: dt.datetime, **other: str) -> dict[str, str]:
    local = starts_at.astimezone(visit.store.zone)
    return {
        "day": local.date().isoformat(),
        "hour": f"{local:%H:%M}",
        "channel": visit.channel,
        **other,
    }


def test_the_page_offers_the_free_hours_of_the_day(
    bob: Client, world: World, visit: Appointment
) -> None:
    other = visit_in(world, hours=32)
    response = bob.get(page_of(visit))
    shown = {start.starts_at for start in response.context["hours"]}
    assert visit.starts_at not in shown
    assert other.starts_at not in shown
    assert shown
    assert "The customer is always told" in response.content.decode()


def test_an_offered_hour_moves_the_visit(bob: Client, visit: Appointment) -> None:
    start = bob.get(page_of(visit)).context["hours"][0]
    data = wish(visit, visit.starts_at, start=start.starts_at.isoformat(), hour="")
    response = bob.post(page_of(visit), data, follow=True)
    visit.refresh_from_db()
    assert visit.starts_at == start.starts_at
    assert "The visit is moved. The customer is told." in response.content.decode()
    last = visit.events.latest("id")
    assert (last.kind, last.actor) == ("moved", "staff")


def test_a_colleague_and_another_channel_are_chosen_by_name(
    bob: Client, world: World, visit: Appointment
) -> None:
    sarah = make_adviser(world.store, "Sarah", topics=[world.topic]).staff_member
    data = wish(visit, visit.starts_at, staff_member=str(sarah.pk))
    assert bob.post(page_of(visit), data).status_code == 302
    visit.refresh_from_db()
    assert visit.staff_member == sarah
    data = wish(visit, visit.starts_at, channel="callback")
    assert bob.post(page_of(visit), data).status_code == 302
    visit.refresh_from_db()
    assert visit.channel == "callback"


def test_from_the_week_one_comes_back_to_the_week_of_the_new_day(
    world: World, visit: Appointment
) -> None:
    later = visit.starts_at + dt.timedelta(days=8)
    dora = signed_in(world.dora)
    response = dora.post(page_of(visit), wish(visit, later, back="week"), follow=True)
    assert response.status_code == 200
    assert response.context["chosen"] == visit
    assert page_of(visit) in response.content.decode()


def test_a_taken_hour_shows_the_three_nearest_and_changes_nothing(
    bob: Client, world: World, visit: Appointment
) -> None:
    other = visit_in(world, hours=32)
    response = bob.post(page_of(visit), wish(visit, other.starts_at))
    assert response.status_code == 409
    refused = response.context["refused"]
    assert refused.code == "slot_taken"
    assert len(refused.nearest) == 3
    kept = Appointment.objects.get(pk=visit.pk)
    assert (kept.starts_at, kept.version) == (visit.starts_at, visit.version)


def test_after_the_refusal_it_may_be_laid_over_with_a_reason(
    bob: Client, world: World, visit: Appointment
) -> None:
    other = visit_in(world, hours=32)
    response = bob.post(page_of(visit), wish(visit, other.starts_at))
    proof = response.context["refused"].overlap["refused"].value()
    url = f"/staff/appointments/{visit.pk}/overlap/"
    assert bob.post(url, {"refused": proof, "reason": "whim"}).status_code == 409
    response = bob.post(url, {"refused": proof, "reason": "emergency"})
    assert response.status_code == 302
    visit.refresh_from_db()
    assert visit.starts_at == other.starts_at
    last = visit.events.latest("id")
    assert (last.kind, last.reason) == ("overlapped", "emergency")
    taken = Occupancy.objects.get(appointment=visit, active=True)
    assert taken.overlap_allowed
    # Said once: the visit is another version now.
    data = {"refused": proof, "reason": "emergency"}
    assert bob.post(url, data).status_code == 409


@pytest.mark.parametrize("proof", ["", "nothing", "a:b:c"])
def test_nobody_overlaps_without_having_been_refused(
    bob: Client, visit: Appointment, proof: str
) -> None:
    url = f"/staff/appointments/{visit.pk}/overlap/"
    data = {"refused": proof, "reason": "emergency"}
    assert bob.post(url, data).status_code == 409
    assert not visit.events.exists()


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"hour": ""}, "hour"),
        ({"hour": "25:00"}, "hour"),
        ({"day": "soon"}, "day"),
        ({"channel": "telepathy"}, "channel"),
        ({"staff_member": "0"}, "staff_member"),
        ({"start": "tomorrow"}, "start"),
    ],
)
def test_what_is_not_right_is_said_and_nothing_moves(
    bob: Client, visit: Appointment, other: dict[str, str], field: str
) -> None:
    data = wish(visit, visit.starts_at + HOUR, **other)
    response = bob.post(page_of(visit), data)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert Appointment.objects.get(pk=visit.pk).version == visit.version


def test_an_hour_of_the_past_is_refused_and_offers_no_overlap(
    bob: Client, visit: Appointment
) -> None:
    past = next_step(now_utc(), minutes=-120)
    response = bob.post(page_of(visit), wish(visit, past))
    assert response.status_code == 422
    assert response.context["refused"].code == "slot_not_offered"
    assert response.context["refused"].overlap is None


def test_what_is_over_cannot_be_moved(bob: Client, world: World) -> None:
    done = visit_in(world, hours=2, status=Status.DONE)
    response = bob.get(page_of(done))
    assert response.status_code == 409
    assert "has changed meanwhile" in response.content.decode()


def test_strangers_find_nothing(world: World, visit: Appointment) -> None:
    for stranger in (world.charlie, world.eve):
        client = signed_in(stranger.user)
        assert client.get(page_of(visit)).status_code == 404
        assert client.post(page_of(visit), {}).status_code == 404


def test_a_kept_hour_is_named_and_may_be_given(bob: Client, world: World) -> None:
    """Bob is there day and night, so that the first two of a day begin at midnight."""
    urgent = make_topic(world.brand, "urgent", "Urgence", "Emergency")
    Topic.objects.filter(pk=urgent.pk).update(kept_starts=2, priority="sensitive")
    make_offers(urgent)
    Competence.objects.create(
        brand=world.brand, staff_member=world.bob.staff_member, topic=urgent
    )
    visit = visit_in(world, hours=30)
    day = visit.local_start.date() + dt.timedelta(days=2)
    midnight = instant(day, dt.time(), world.store.zone)
    page = bob.get(page_of(visit), {"day": day.isoformat()}).content.decode()
    words = " ".join(page.split())
    # A visit before midnight would last into the first hour of the next day.
    kept = "00:35, 23:45, 23:50, 23:55: kept for “Emergency” until 10:00 of that day"
    assert kept in words
    response = bob.post(page_of(visit), wish(visit, midnight), follow=True)
    visit.refresh_from_db()
    assert visit.starts_at == midnight
    assert "This hour was kept for “Emergency”." in response.content.decode()
