"""Asking for an absence, and the answers: each request has one end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from booking.errors import (
    AbsenceEmpty,
    AskingRefused,
    BookingError,
    OwnRequest,
    RequestAnswered,
    RequestOver,
    RequestWithdrawn,
)
from booking.models import Appointment
from booking.rota.asked_absences import (
    approve_request,
    ask_absence,
    note_seen,
    refuse_request,
    withdraw_request,
)
from booking.rota.conflicts import AppointmentsAffected
from stores.models import Absence, AbsenceRequest, Membership, Region, Role, User
from tests.booking.rota.days import HOUR, day_after_tomorrow, proposals
from tests.cast import World, make_adviser, make_user, make_visit, now_utc
from tests.walls import refused_by

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def morning(world: World) -> dt.datetime:
    return day_after_tomorrow(world)


def ask(
    world: World,
    at: dt.datetime,
    *,
    until: dt.datetime | None = None,
    now: dt.datetime | None = None,
) -> AbsenceRequest:
    return ask_absence(
        agenda=world.bob.agenda,
        zone=world.store.zone,
        starts_at=at,
        ends_at=until or at + 4 * HOUR,
        reason="holiday",
        note="A wedding",
        now=now or now_utc(),
    )


def approve(world: World, asked: AbsenceRequest, user: User | None = None) -> Absence:
    return approve_request(asked=asked, user=user or world.dora, now=now_utc())


def test_what_is_asked_for_closes_nothing_until_it_is_approved(
    world: World, morning: dt.datetime
) -> None:
    asked = ask(world, morning)
    assert not Absence.objects.exists()
    absence = approve(world, asked)
    assert (absence.starts_at, absence.ends_at) == (morning, morning + 4 * HOUR)
    assert (absence.reason, absence.created_by) == ("holiday", world.dora)
    asked.refresh_from_db()
    assert (asked.state, asked.answered_by) == ("approved", world.dora)


def test_a_refusal_says_why_and_writes_no_absence(
    world: World, morning: dt.datetime
) -> None:
    asked, now = ask(world, morning), now_utc()
    refuse_request(asked=asked, answer="Two are away.", user=world.dora, now=now)
    asked.refresh_from_db()
    assert (asked.state, asked.answer) == ("refused", "Two are away.")
    assert asked.answered_at == now
    assert not Absence.objects.exists()


@pytest.mark.parametrize(("hours", "fine"), [(3, False), (4, True), (-4, True)])
def test_the_same_time_is_asked_for_once(
    world: World, morning: dt.datetime, hours: int, fine: bool
) -> None:
    """Half-open: what begins where the other ends is another time."""
    asked = ask(world, morning)
    if fine:
        assert ask(world, morning + hours * HOUR).state == "asked"
        return
    with pytest.raises(AskingRefused) as refused:
        ask(world, morning + hours * HOUR)
    assert refused.value.why == "asked"
    withdraw_request(asked=asked)
    assert ask(world, morning + hours * HOUR).state == "asked"


def test_the_table_refuses_two_open_requests_for_one_time(
    world: World, morning: dt.datetime
) -> None:
    asked = ask(world, morning)
    asked.pk = None
    with refused_by("absencerequest_asked_once"):
        asked.save(force_insert=True)
    asked.state = "withdrawn"
    asked.save(force_insert=True)


def test_who_is_away_already_asks_for_nothing(
    world: World, morning: dt.datetime
) -> None:
    approve(world, ask(world, morning))
    with pytest.raises(AskingRefused) as refused:
        ask(world, morning - HOUR)
    assert refused.value.why == "away"


def test_today_may_be_asked_for_and_yesterday_may_not(world: World) -> None:
    now = now_utc()
    local = now.astimezone(world.store.zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    tomorrow = dt.datetime.combine(midnight.date() + DAY, dt.time(), world.store.zone)
    with pytest.raises(AskingRefused) as refused:
        ask(world, midnight - HOUR, until=tomorrow, now=now)
    assert refused.value.why == "past"
    with pytest.raises(AskingRefused):
        ask(
            world, midnight, until=midnight + dt.timedelta(microseconds=1), now=tomorrow
        )
    assert ask(world, midnight, until=tomorrow, now=now).state == "asked"


@pytest.mark.parametrize("days", [0, 367])
def test_an_odd_length_is_refused(
    world: World, morning: dt.datetime, days: int
) -> None:
    with pytest.raises(AbsenceEmpty):
        ask(world, morning, until=morning + days * DAY)
    with pytest.raises(AbsenceEmpty):
        ask(world, morning + 6 * 366 * DAY)


End = Callable[[World, AbsenceRequest], object]


def refuse(world: World, asked: AbsenceRequest) -> None:
    refuse_request(asked=asked, answer="No.", user=world.dora, now=now_utc())


def withdraw(world: World, asked: AbsenceRequest) -> None:
    withdraw_request(asked=asked)


@pytest.mark.parametrize(
    ("first", "then", "error"),
    [
        (approve, approve, RequestAnswered),
        (approve, refuse, RequestAnswered),
        (approve, withdraw, RequestAnswered),
        (refuse, approve, RequestAnswered),
        (refuse, withdraw, RequestAnswered),
        (withdraw, approve, RequestWithdrawn),
        (withdraw, refuse, RequestWithdrawn),
        (withdraw, withdraw, None),
    ],
)
def test_a_request_ends_once(
    world: World,
    morning: dt.datetime,
    first: End,
    then: End,
    error: type[BookingError] | None,
) -> None:
    asked = ask(world, morning)
    first(world, asked)
    before = AbsenceRequest.objects.get(pk=asked.pk), Absence.objects.count()
    if error is None:
        then(world, asked)
    else:
        with pytest.raises(error):
            then(world, asked)
    after = AbsenceRequest.objects.get(pk=asked.pk), Absence.objects.count()
    assert after == before
    assert (after[0].state, after[0].answer) == (before[0].state, before[0].answer)


def test_visits_underneath_need_a_decision_and_all_is_one_transaction(
    world: World, morning: dt.datetime
) -> None:
    ann = make_adviser(world.store, "Ann", topics=[world.topic])
    visit = make_visit(world, starts_at=morning + HOUR, now=now_utc())
    asked = ask(world, morning)
    with pytest.raises(AppointmentsAffected) as affected:
        approve(world, asked)
    asked.refresh_from_db()
    assert asked.state == "asked"
    assert not Absence.objects.exists()
    wanted = proposals(affected.value.conflicts)
    approve_request(asked=asked, user=world.dora, now=now_utc(), decisions=wanted)
    assert Appointment.objects.get(pk=visit.pk).staff_member == ann.staff_member
    assert Absence.objects.count() == 1


def test_what_is_over_is_answered_no_more(world: World, morning: dt.datetime) -> None:
    asked = ask(world, morning)
    for act in (
        lambda now: approve_request(asked=asked, user=world.dora, now=now),
        lambda now: refuse_request(asked=asked, answer="", user=world.dora, now=now),
    ):
        with pytest.raises(RequestOver):
            act(asked.ends_at)
    approve_request(
        asked=asked, user=world.dora, now=asked.ends_at - dt.timedelta(seconds=1)
    )


def test_an_absence_that_was_written_meanwhile_is_not_written_twice(
    world: World, morning: dt.datetime
) -> None:
    asked = ask(world, morning)
    known = Absence.objects.create(
        brand=world.brand,
        agenda=world.bob.agenda,
        starts_at=morning - HOUR,
        ends_at=morning + 5 * HOUR,
    )
    assert approve(world, asked) == known


def manager(world: World, **where: object) -> User:
    user = make_user("mia@tilleul.example", "Mia Blin")
    Membership.objects.create(brand=world.brand, user=user, role=Role.MANAGER, **where)
    return user


def bob_leads(world: World, role: str) -> None:
    rows = Membership.objects.for_brand(world.brand).filter(user=world.bob.user)
    rows.update(role=role, **({"store": None} if role == Role.ADMIN else {}))


def test_ones_own_is_answered_by_another(world: World, morning: dt.datetime) -> None:
    bob_leads(world, Role.MANAGER)
    asked = ask(world, morning)
    with pytest.raises(OwnRequest):
        approve(world, asked, world.bob.user)
    assert approve(world, asked, world.dora)


@pytest.mark.parametrize(
    "other", ["nobody", "inactive", "elsewhere", "store", "region"]
)
def test_who_leads_alone_answers_their_own(
    world: World, morning: dt.datetime, other: str
) -> None:
    bob_leads(world, Role.ADMIN)
    Membership.objects.for_brand(world.brand).filter(user=world.dora).delete()
    north = Region.objects.create(brand=world.brand, slug="north", name="North")
    type(world.store).objects.filter(pk=world.store.pk).update(region=north)
    where: dict[str, dict[str, object]] = {
        "inactive": {"store": world.store},
        "elsewhere": {"store": world.other_store},
        "store": {"store": world.store},
        "region": {"region": north},
    }
    if other in where:
        mia = manager(world, **where[other])
        mia.is_active = other != "inactive"
        mia.save(update_fields=["is_active"])
    asked = ask(world, morning)
    if other in ("store", "region"):
        with pytest.raises(OwnRequest):
            approve(world, asked, world.bob.user)
    else:
        assert approve(world, asked, world.bob.user)


def test_answers_are_seen_and_others_are_not(
    world: World, morning: dt.datetime
) -> None:
    answered, still_open, later = (ask(world, morning + n * DAY) for n in range(3))
    for one in (answered, later):
        approve(world, one)
    now = now_utc()
    shown = [answered.pk, still_open.pk]
    note_seen(agenda=world.charlie.agenda, shown=shown, now=now)
    assert not AbsenceRequest.objects.exclude(seen_at=None).exists()
    note_seen(agenda=world.bob.agenda, shown=shown, now=now)
    assert AbsenceRequest.objects.get(seen_at=now) == answered
