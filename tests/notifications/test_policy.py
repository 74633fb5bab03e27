from __future__ import annotations

import datetime as dt
import zoneinfo
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.models import EventKind
from booking.services.cancelling import UNDO_TIME
from booking.states import CANCELLED, FINAL, Status
from notifications.models import Delivery
from notifications.policy import Facts, Kind, Wanted, wanted_messages

PARIS = zoneinfo.ZoneInfo("Europe/Paris")
START = dt.datetime(2026, 10, 14, 15, 30, tzinfo=PARIS)
FACTS = Facts(
    status=Status.CONFIRMED,
    sequence=0,
    change=EventKind.BOOKED,
    told_at=START - dt.timedelta(days=10),
    starts_at=START.astimezone(dt.UTC),
    ends_at=START.astimezone(dt.UTC) + dt.timedelta(minutes=20),
    zone=PARIS,
    has_email=True,
)


def of(facts: Facts) -> dict[Kind, Wanted]:
    return {message.kind: message for message in wanted_messages(facts)}


def at(local_start: dt.datetime, **other: object) -> Facts:
    start = local_start.astimezone(dt.UTC)
    facts = replace(FACTS, starts_at=start, ends_at=start + dt.timedelta(minutes=20))
    told = {"told_at": start - dt.timedelta(days=10)}
    return replace(facts, **(told | other))  # type: ignore[arg-type]  # by name


def test_a_booking_wants_a_confirmation_now_and_two_reminders() -> None:
    wanted = of(FACTS)
    assert set(wanted) == {Kind.CONFIRMED, Kind.REMINDER_DAY, Kind.REMINDER_SOON}
    assert wanted[Kind.CONFIRMED].due_at == FACTS.told_at
    assert wanted[Kind.REMINDER_SOON].due_at == START - dt.timedelta(minutes=15)
    assert {m.recipient for m in wanted.values()} == {"customer"}
    assert {m.channel for m in wanted.values()} == {Delivery.Channel.EMAIL}


@pytest.mark.parametrize(
    ("local", "hours_before"),
    [
        (dt.datetime(2026, 10, 14, 15, 30, tzinfo=PARIS), 24),
        (dt.datetime(2027, 3, 28, 15, 30, tzinfo=PARIS), 23),  # clocks go forward
        (dt.datetime(2026, 10, 25, 15, 30, tzinfo=PARIS), 25),  # clocks go back
    ],
)
def test_the_day_before_at_the_same_hour_on_the_wall(
    local: dt.datetime, hours_before: int
) -> None:
    due_at = of(at(local))[Kind.REMINDER_DAY].due_at
    assert due_at.astimezone(PARIS).time() == dt.time(15, 30)
    assert local.astimezone(dt.UTC) - due_at == dt.timedelta(hours=hours_before)


def test_an_hour_that_the_day_before_skips_becomes_the_next_that_exists() -> None:
    due_at = of(at(dt.datetime(2027, 3, 29, 2, 30, tzinfo=PARIS)))[
        Kind.REMINDER_DAY
    ].due_at
    assert due_at == dt.datetime(2027, 3, 28, 1, 30, tzinfo=dt.UTC)
    assert due_at.astimezone(PARIS).time() == dt.time(3, 30)


def test_of_an_hour_that_the_day_before_has_twice_the_first() -> None:
    due_at = of(at(dt.datetime(2026, 10, 26, 2, 30, tzinfo=PARIS)))[
        Kind.REMINDER_DAY
    ].due_at
    assert due_at == dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("told_before", "kinds"),
    [
        (dt.timedelta(days=2), {Kind.REMINDER_DAY, Kind.REMINDER_SOON}),
        (dt.timedelta(days=1), {Kind.REMINDER_SOON}),
        (dt.timedelta(minutes=16), {Kind.REMINDER_SOON}),
        (dt.timedelta(minutes=15), set()),
        (dt.timedelta(0), set()),
    ],
)
def test_a_reminder_whose_time_has_passed_is_not_wanted(
    told_before: dt.timedelta, kinds: set[Kind]
) -> None:
    wanted = of(replace(FACTS, told_at=FACTS.starts_at - told_before))
    assert set(wanted) == kinds | {Kind.CONFIRMED}


@pytest.mark.parametrize(
    "change", [EventKind.MOVED, EventKind.BECAME_CALLBACK, EventKind.REASSIGNED]
)
def test_after_a_change_the_news_is_the_change(change: EventKind) -> None:
    wanted = of(replace(FACTS, change=change, sequence=1))
    assert set(wanted) == {Kind.CHANGED, Kind.REMINDER_DAY, Kind.REMINDER_SOON}


def test_a_request_is_acknowledged_and_not_reminded_of() -> None:
    assert set(of(replace(FACTS, status=Status.REQUESTED))) == {Kind.REQUESTED}


@pytest.mark.parametrize("status", [Status.ARRIVED, Status.IN_PROGRESS])
def test_who_is_there_needs_no_reminder(status: Status) -> None:
    assert set(of(replace(FACTS, status=status))) == {Kind.CONFIRMED}


@pytest.mark.parametrize("status", sorted(CANCELLED))
def test_a_cancellation_is_told_even_after_the_hour(status: Status) -> None:
    told_at = FACTS.ends_at + dt.timedelta(minutes=1)
    assert set(of(replace(FACTS, status=status, told_at=told_at))) == {Kind.CANCELLED}


@pytest.mark.parametrize("status", sorted(FINAL - CANCELLED))
def test_nothing_is_wanted_of_what_is_over(status: Status) -> None:
    assert not of(replace(FACTS, status=status))


def test_what_the_store_cancels_is_told_when_it_can_no_longer_be_undone() -> None:
    by_store = of(replace(FACTS, status=Status.CANCELLED_BY_STORE))
    by_customer = of(replace(FACTS, status=Status.CANCELLED_BY_CUSTOMER))
    assert by_store[Kind.CANCELLED].due_at == FACTS.told_at + UNDO_TIME
    assert by_customer[Kind.CANCELLED].due_at == FACTS.told_at


def test_what_is_known_is_no_news() -> None:
    wanted = of(replace(FACTS, change=EventKind.REOPENED, is_known=True))
    assert set(wanted) == {Kind.REMINDER_DAY, Kind.REMINDER_SOON}


def test_without_an_address_nothing_can_be_sent() -> None:
    assert not of(replace(FACTS, has_email=False))


moments = st.integers(0, 5 * 365 * 24 * 60).map(
    lambda minutes: (
        dt.datetime(2025, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=minutes)
    )
)


@given(
    start=moments,
    told=moments,
    zone=st.sampled_from(sorted(zoneinfo.available_timezones())),
    status=st.sampled_from(sorted(Status)),
)
def test_in_any_zone_no_message_is_useless_at_once_nor_a_reminder_late(
    start: dt.datetime, told: dt.datetime, zone: str, status: Status
) -> None:
    facts = replace(
        FACTS,
        status=Status(status),
        told_at=told,
        starts_at=start,
        ends_at=start + dt.timedelta(minutes=20),
        zone=zoneinfo.ZoneInfo(zone),
    )
    for message in wanted_messages(facts):
        assert message.due_at < message.useless_after
        if message.kind in (Kind.REMINDER_DAY, Kind.REMINDER_SOON):
            assert told < message.due_at < start
            assert message.useless_after <= start
