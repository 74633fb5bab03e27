"""The page of hours: the chain, the days apart, and why an hour is not offered."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from booking.rota.absences import add_absence
from booking.rota.closures import add_closure
from booking.rota.hours import Stretch, WeeklyStretch, set_day, set_working_hours
from stores.calendar.recurrence import instant
from stores.models import Channel, Topic
from tests.booking.at_the_desk import coming_day, signed_in
from tests.cast import (
    World,
    make_adviser,
    make_offers,
    make_store,
    make_topic,
    make_visit,
    now_utc,
)

pytestmark = pytest.mark.django_db
ALL = tuple(Channel.values)
HOUR = dt.timedelta(hours=1)


def address(world: World, **query: object) -> str:
    facts = {
        "store": world.store.pk,
        "who": world.bob.agenda.pk,
        "offer": world.offers["video"].pk,
        "day": coming_day(world.store),
        **query,
    }
    return "/desk/hours/?" + "&".join(
        f"{name}={value}" for name, value in facts.items()
    )


def office_hours(world: World) -> None:
    """Bob works from 10 to 13 and from 14 to 19, every day."""
    set_working_hours(
        agenda=world.bob.agenda,
        store=world.store,
        rows=[
            WeeklyStretch(
                weekday=n, starts_at=dt.time(start), minutes=minutes, channels=ALL
            )
            for n in range(7)
            for start, minutes in ((10, 180), (14, 300))
        ],
        user=world.dora,
        now=now_utc(),
    )


def at(world: World, hour: int) -> dt.datetime:
    return instant(coming_day(world.store), dt.time(hour), world.store.zone)


def test_each_line_takes_from_the_one_above(world: World, dora: Client) -> None:
    office_hours(world)
    add_absence(
        agenda=world.bob.agenda,
        starts_at=at(world, 12),
        ends_at=at(world, 13),
        reason="training",
        user=world.dora,
        now=now_utc(),
    )
    make_visit(world, starts_at=at(world, 15), now=now_utc())
    chain = dora.get(address(world)).context["chain"]
    minutes = {line.kind: line.minutes for line in chain.lines}
    assert minutes == {
        "store": 7 * 60,
        "channel": 7 * 60,
        "person": 8 * 60,
        "exceptions": 60,
        "booked": 20,
        "offered": 7 * 60 - 20,
    }
    assert chain.bits == 9 * 12
    assert [mark.hour for mark in chain.marks] == list(range(10, 19))
    offered = chain.lines[-1].bars
    assert [(bar.starts_at.hour, bar.ends_at.hour) for bar in offered] == [
        (10, 12),
        (14, 15),
        (15, 19),
    ]


def test_a_day_on_which_nothing_is_open_shows_an_office_day(
    world: World, dora: Client
) -> None:
    day = coming_day(world.store)
    add_closure(
        brand=world.brand,
        store=world.store,
        first_day=day,
        last_day=day,
        reason={"fr": "Inventaire", "en": "Stocktaking"},
        user=world.dora,
        now=now_utc(),
    )
    response = dora.get(address(world))
    assert response.context["chain"].lines[-1].minutes == 0
    page = response.content.decode()
    assert "Closed, Stocktaking" in page


def test_days_apart_are_listed_in_order_with_links(world: World, dora: Client) -> None:
    day = coming_day(world.store)
    set_day(
        agenda=world.bob.agenda,
        store=world.store,
        day=day + dt.timedelta(days=1),
        stretches=[Stretch(starts_at=dt.time(10), minutes=240, channels=("video",))],
        user=world.dora,
        now=now_utc(),
    )
    response = dora.get(address(world))
    kinds = [apart.kind for apart in response.context["apart"]]
    assert kinds == ["override", "clock"]
    page = response.content.decode()
    assert "10:00 – 14:00, Video" in page
    assert (
        f"/desk/hours/{world.bob.agenda.pk}/days/{day + dt.timedelta(days=1)}/" in page
    )


def test_why_not_names_the_visit_and_the_nearest_hours(
    world: World, dora: Client
) -> None:
    visit = make_visit(world, starts_at=at(world, 15), now=now_utc())
    response = dora.get(address(world, hour="15:10"))
    page = response.content.decode()
    assert "Not offered, with Bob." in page
    assert "Bob serves Alice M. until 15:20" in page
    assert f"/staff/appointments/{visit.pk}/" in page
    assert len(response.context["why"]["nearest"]) == 3
    free = dora.get(address(world, hour="15:20")).content.decode()
    assert "Offered, with Bob." in free


def test_why_not_names_the_topic_that_keeps_the_hour(
    world: World, dora: Client
) -> None:
    office_hours(world)
    urgent = make_topic(world.brand, "urgent", "Urgence", "Emergency")
    make_offers(urgent)
    Topic.objects.filter(pk=urgent.pk).update(kept_starts=2, priority="sensitive")
    world.bob.staff_member.competences.create(brand=world.brand, topic=urgent)
    page = dora.get(address(world, hour="10:20")).content.decode()
    assert "Bob keeps this hour for “Emergency”" in page
    assert "Until 10:00 of that day; then all may have it." in page
    assert f"/desk/topics/{urgent.pk}/?store={world.store.pk}#id_kept_starts" in page
    assert (
        "Offered, with Bob." in dora.get(address(world, hour="10:40")).content.decode()
    )


def test_an_hour_that_is_none_is_said_beside_the_field(
    world: World, dora: Client
) -> None:
    response = dora.get(address(world, hour="teatime"))
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["hour"]
    assert response.context["why"] is None


def test_each_reason_links_to_a_page_that_opens(world: World, dora: Client) -> None:
    office_hours(world)
    day = coming_day(world.store)
    set_day(
        agenda=world.bob.agenda,
        store=world.store,
        day=day + dt.timedelta(days=1),
        stretches=[],
        user=world.dora,
        now=now_utc(),
    )
    for query in (
        {"hour": "08:00"},
        {"hour": "11:00", "day": day + dt.timedelta(days=1)},
    ):
        page = dora.get(address(world, **query))
        reasons = page.context["why"]["answer"].reasons
        assert reasons
        for reason in reasons:
            assert reason.target is not None
            link = f"/desk/hours/{world.bob.agenda.pk}/"
            assert link in page.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {"who": "999999"},
        {"offer": "999999"},
        {"day": "tomorrow"},
        {"day": "2199-01-01"},
        {"store": "999999"},
        {"store": "x"},
    ],
)
def test_what_is_not_ours_is_nowhere(
    world: World, dora: Client, query: dict[str, str]
) -> None:
    assert dora.get(address(world, **query)).status_code == 404


def test_another_brands_ids_are_nowhere(world: World, dora: Client) -> None:
    for query in (
        {"who": world.eve.agenda.pk},
        {"store": world.foreign_store.pk},
        {"offer": world.foreign_offers["video"].pk},
    ):
        assert dora.get(address(world, **query)).status_code == 404
    foreign = world.eve.agenda.pk
    for page in ("week", f"days/{coming_day(world.store)}", "stores", "clocks"):
        assert dora.get(f"/desk/hours/{foreign}/{page}/").status_code == 404


def test_choosing_another_store_shows_somebody_of_it(
    world: World, dora: Client
) -> None:
    response = dora.get(address(world, store=world.other_store.pk))
    assert response.context["chosen"].member == world.charlie.staff_member


def test_advisers_may_look_at_none_of_it(world: World) -> None:
    bob = signed_in(world.bob.user)
    agenda = world.bob.agenda.pk
    for page in (
        "/desk/hours/",
        "/desk/closures/",
        f"/desk/hours/{agenda}/week/",
        f"/desk/hours/{agenda}/stores/",
        f"/desk/hours/{agenda}/clocks/",
    ):
        assert bob.get(page).status_code == 403


def test_the_clock_changes_are_drawn_or_said_to_be_none(
    world: World, dora: Client
) -> None:
    office_hours(world)
    here = f"?store={world.store.pk}"
    page = dora.get(f"/desk/hours/{world.bob.agenda.pk}/clocks/{here}")
    weeks = page.context["weeks"]
    assert len(weeks) == 2
    lengths = [{day.whole_hours for day in week.days} for week in weeks]
    assert sorted(map(sorted, lengths)) == [[23.0, 24.0], [24.0, 25.0]]
    for week in weeks:
        monday, after = week.days[0].hours[0], week.days[-1].hours[0]
        assert {monday.start.hour, after.start.hour} == {8, 9}
    island = make_store(world.brand, "saint-denis", time_zone="Indian/Reunion")
    zoe = make_adviser(island, "Zoe", topics=[world.topic])
    page = dora.get(f"/desk/hours/{zoe.agenda.pk}/clocks/?store={island.pk}")
    assert "The clocks never change here" in page.content.decode()


def test_queries_do_not_grow_with_people_topics_and_visits(
    world: World, dora: Client
) -> None:
    """With the tester's answer, its reasons and the nearest starts."""
    local = dt.datetime.combine(coming_day(world.store), dt.time(15))
    at = local.replace(tzinfo=world.store.zone).astimezone(dt.UTC)
    make_visit(world, starts_at=at, now=now_utc())
    asked = address(world, hour="15:00")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert "nearest" in dora.get(asked).text
        return len(captured)

    cold, few = queries(), queries()
    for number, name in enumerate(("Ann", "Ben", "Cleo", "Dan")):
        make_offers(make_topic(world.brand, f"sujet-{number}", name, name))
        added = make_adviser(world.store, name, topics=[world.topic])
        make_visit(world, starts_at=at, now=now_utc(), adviser=added)
    assert queries() <= cold
    # Three of them are the numbers in the navigation.
    assert queries() == few <= 26
    # Another week than this one has masks of its own, which are read as well.
    assert cold <= few + 9
