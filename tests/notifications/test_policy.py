from __future__ import annotations

import datetime as dt
import zoneinfo
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.models import EventKind
from booking.services.cancelling import UNDO_TIME
from booking.states import CANCELLED, MISSED, Status
from notifications.facts import Happened, MessageFacts
from notifications.kinds import Kind
from notifications.models import Delivery, StaffKind
from notifications.policy import CHANGE_RESTS, WantedMessage, wanted_messages
from notifications.quiet_hours import day_before

MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
PARIS = zoneinfo.ZoneInfo("Europe/Paris")
START = dt.datetime(2026, 10, 14, 15, 30, tzinfo=PARIS)
FACTS = MessageFacts(
    status=Status.CONFIRMED,
    sequence=0,
    change=EventKind.BOOKED,
    told_at=START - dt.timedelta(days=10),
    starts_at=START.astimezone(dt.UTC),
    ends_at=START.astimezone(dt.UTC) + dt.timedelta(minutes=20),
    zone=PARIS,
    has_email=True,
)


def of(facts: MessageFacts) -> dict[Kind | StaffKind, WantedMessage]:
    return {message.kind: message for message in wanted_messages(facts)}


def at(local_start: dt.datetime, **other: object) -> MessageFacts:
    start = local_start.astimezone(dt.UTC)
    facts = replace(FACTS, starts_at=start, ends_at=start + dt.timedelta(minutes=20))
    told = {"told_at": start - dt.timedelta(days=10)}
    return replace(facts, **(told | other))  # type: ignore[arg-type]  # by name


def happened(
    kind: EventKind, moment: dt.datetime, *, number: int = 1, **other: object
) -> MessageFacts:
    """Something of the day, said at that moment."""
    facts = replace(FACTS, happened={kind: Happened(number, moment)})
    return replace(facts, **other)  # type: ignore[arg-type]  # by name


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
    due_at = day_before(
        dt.datetime(2027, 3, 29, 2, 30, tzinfo=PARIS).astimezone(dt.UTC), PARIS
    )
    assert due_at == dt.datetime(2027, 3, 28, 1, 30, tzinfo=dt.UTC)
    assert due_at.astimezone(PARIS).time() == dt.time(3, 30)


def test_of_an_hour_that_the_day_before_has_twice_the_first() -> None:
    due_at = day_before(
        dt.datetime(2026, 10, 26, 2, 30, tzinfo=PARIS).astimezone(dt.UTC), PARIS
    )
    assert due_at == dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("told_before", "kinds"),
    [
        (dt.timedelta(days=2), {Kind.REMINDER_DAY, Kind.REMINDER_SOON}),
        (dt.timedelta(hours=27, minutes=1), {Kind.REMINDER_DAY, Kind.REMINDER_SOON}),
        # The confirmation of twelve minutes ago is remembered.
        (dt.timedelta(hours=24, minutes=12), {Kind.REMINDER_SOON}),
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
    kind = Kind.DECLINED if status == Status.DECLINED else Kind.CANCELLED
    assert set(of(replace(FACTS, status=status, told_at=told_at))) == {kind}


def test_nothing_is_wanted_of_what_is_done() -> None:
    assert not of(replace(FACTS, status=Status.DONE))


@pytest.mark.parametrize("status", sorted(MISSED))
def test_who_was_missed_is_asked_back_when_it_was_no_mistake(status: Status) -> None:
    ended = FACTS.ends_at + 5 * MINUTE
    wanted = of(happened(EventKind.MISSED, ended, status=status))
    assert set(wanted) == {Kind.MISSED}
    assert wanted[Kind.MISSED].due_at == ended + UNDO_TIME


def test_each_delay_is_told_and_the_last_holds() -> None:
    said = FACTS.starts_at - 5 * MINUTE
    facts = happened(EventKind.DELAYED, said, number=2, delay=10 * MINUTE)
    wanted = of(facts)[Kind.DELAYED]
    assert (wanted.name, wanted.due_at) == ("delayed-2", said)
    assert wanted.useless_after == FACTS.starts_at + 10 * MINUTE
    assert Kind.DELAYED not in of(replace(facts, status=Status.IN_PROGRESS))


def test_a_delay_taken_back_is_told_to_who_read_of_it() -> None:
    facts = happened(EventKind.DELAYED, FACTS.starts_at - 5 * MINUTE, number=2)
    assert Kind.DELAYED not in of(facts)
    assert Kind.DELAYED in of(replace(facts, delay_was_told=True))


def test_a_call_that_nobody_took_is_told_with_the_next() -> None:
    tried = FACTS.starts_at + MINUTE
    facts = happened(EventKind.CALL_TRIED, tried, next_try_at=tried + 30 * MINUTE)
    assert of(facts)[Kind.CALL_TRIED].due_at == tried
    assert Kind.CALL_TRIED not in of(replace(facts, next_try_at=None))


def channels(facts: MessageFacts) -> dict[Kind | StaffKind, set[str]]:
    found: dict[Kind | StaffKind, set[str]] = {}
    for message in wanted_messages(facts):
        found.setdefault(message.kind, set()).add(message.channel)
    return found


def test_who_gave_a_number_only_gets_everything_by_text() -> None:
    facts = replace(FACTS, has_email=False, has_mobile=True)
    assert channels(facts) == {kind: {"sms"} for kind in of(FACTS)}


def test_who_gave_both_gets_by_text_what_cannot_wait() -> None:
    both = {"email", "sms"}
    assert channels(replace(FACTS, has_mobile=True)) == {
        Kind.CONFIRMED: {"email"},
        Kind.REMINDER_DAY: {"email"},
        Kind.REMINDER_SOON: both,
    }
    today = at(START, has_mobile=True, told_at=START - 3 * HOUR, by_customer=False)
    cancelled = replace(today, status=Status.CANCELLED_BY_STORE)
    assert channels(cancelled) == {Kind.CANCELLED: both}
    own = replace(today, status=Status.CANCELLED_BY_CUSTOMER, by_customer=True)
    assert channels(own) == {Kind.CANCELLED: {"email"}}
    days_before = replace(cancelled, told_at=START - 50 * HOUR)
    assert channels(days_before) == {Kind.CANCELLED: {"email"}}


def test_at_night_only_answers_are_sent() -> None:
    night = dt.datetime(2026, 10, 12, 22, 30, tzinfo=PARIS).astimezone(dt.UTC)
    morning = dt.datetime(2026, 10, 13, 8, 0, tzinfo=PARIS)
    moved = replace(FACTS, told_at=night, change=EventKind.MOVED, sequence=1)
    assert of(moved)[Kind.CHANGED].due_at == night + CHANGE_RESTS
    by_store = of(replace(moved, by_customer=False))
    assert by_store[Kind.CHANGED].due_at == morning
    gone = replace(moved, status=Status.CANCELLED_BY_STORE, by_customer=False)
    assert of(gone)[Kind.CANCELLED].due_at == morning


def test_an_hour_before_an_early_visit_nobody_sleeps() -> None:
    early = at(dt.datetime(2026, 10, 14, 7, 30, tzinfo=PARIS))
    wanted = of(early)
    assert wanted[Kind.REMINDER_SOON].due_at == early.starts_at - 15 * MINUTE
    assert wanted[Kind.REMINDER_DAY].due_at.astimezone(PARIS).hour == 8
    told = early.starts_at - 5 * HOUR
    moved = replace(early, told_at=told, change=EventKind.MOVED, by_customer=False)
    assert of(moved)[Kind.CHANGED].due_at == early.starts_at - HOUR


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
    by_customer=st.booleans(),
    channels=st.tuples(st.booleans(), st.booleans()),
)
def test_in_any_zone_no_message_is_useless_at_once_nor_a_reminder_late(
    start: dt.datetime,
    told: dt.datetime,
    zone: str,
    status: Status,
    by_customer: bool,
    channels: tuple[bool, bool],
) -> None:
    facts = replace(
        FACTS,
        status=Status(status),
        told_at=told,
        starts_at=start,
        ends_at=start + dt.timedelta(minutes=20),
        zone=zoneinfo.ZoneInfo(zone),
        by_customer=by_customer,
        has_email=channels[0],
        has_mobile=channels[1],
    )
    for message in wanted_messages(facts):
        if not by_customer or message.kind in (Kind.REMINDER_DAY, Kind.REMINDER_SOON):
            hour = message.due_at.astimezone(facts.zone).hour
            near = start - HOUR <= message.due_at < facts.ends_at
            assert near or 8 <= hour < 21, (message.kind, hour)
        assert message.due_at < message.useless_after
        if message.kind in (Kind.REMINDER_DAY, Kind.REMINDER_SOON):
            assert told < message.due_at < start
            assert message.useless_after <= start


def test_a_change_rests_a_minute_but_not_just_before_the_visit() -> None:
    told = START.astimezone(dt.UTC) - 5 * HOUR
    moved = replace(FACTS, told_at=told, change=EventKind.MOVED, sequence=1)
    assert of(moved)[Kind.CHANGED].due_at == told + MINUTE
    late = replace(moved, told_at=moved.starts_at - 15 * MINUTE)
    assert of(late)[Kind.CHANGED].due_at == late.told_at
    booked = replace(FACTS, told_at=told)
    assert of(booked)[Kind.CONFIRMED].due_at == told, "the first news rests never"
