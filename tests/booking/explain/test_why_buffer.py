"""Why not: two visits that only their buffer keeps apart, and whose rule that is."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from booking.errors import SlotTaken
from booking.explain.reasons import Reason, Why
from booking.explain.why_not import why_not
from booking.models import Appointment, Occupancy
from stores.models import Channel, Offer
from tests.booking.at_the_desk import signed_in
from tests.cast import DURATION, World, make_visit, next_step
from tests.oracles.holding import refusal_of_holding

MINUTE = dt.timedelta(minutes=1)
LENGTH = DURATION * MINUTE


@pytest.fixture
def visit(world: World, now: dt.datetime) -> Appointment:
    """By callback, with ten minutes of buffer on either side."""
    offers = Offer.objects.filter(channel=Channel.CALLBACK)
    offers.update(buffer_before=10, buffer_after=10)
    at = next_step(now, minutes=24 * 60)
    made = make_visit(world, starts_at=at, now=now, channel=Channel.CALLBACK)
    made.occupancies.update(
        starts_at=at - 10 * MINUTE, ends_at=made.ends_at + 10 * MINUTE,
        during=(at - 10 * MINUTE, made.ends_at + 10 * MINUTE),
    )  # fmt: skip
    return made


def only_reason(world: World, at: dt.datetime, now: dt.datetime) -> Reason:
    answer = why_not(
        store=world.store, topic=world.topic, channel="video", starts_at=at, now=now
    )
    assert answer.code == refusal_of_holding(world, at, now) == SlotTaken.code
    (reason,) = answer.reasons
    return reason


def test_the_breath_of_the_visit_after_and_before(
    world: World, now: dt.datetime, visit: Appointment
) -> None:
    for at, figure, comes_after in (
        (visit.ends_at, "id_buffer_after", True),
        (visit.starts_at - LENGTH, "id_buffer_before", False),
    ):
        reason = only_reason(world, at, now)
        assert reason.why == Why.BUFFER
        assert reason.buffer is not None
        assert (reason.buffer.minutes, reason.buffer.comes_after) == (10, comes_after)
        assert reason.target is not None
        assert reason.target.args == (visit.pk,)
        rule = reason.rule_target(world.store)
        assert rule is not None
        assert (rule.args, rule.anchor) == (
            (visit.topic_id, Channel.CALLBACK), figure,
        )  # fmt: skip
        assert reason.rule_target(world.other_store) is None


def test_the_breath_of_what_is_asked(
    world: World, now: dt.datetime, visit: Appointment
) -> None:
    """The visit leaves ten minutes, and the offer that is asked for wants fifteen."""
    Occupancy.objects.filter(appointment=visit).update(ends_at=visit.ends_at)
    Offer.objects.filter(channel=Channel.VIDEO).update(
        buffer_before=15, buffer_after=15
    )
    for at, figure in (
        (visit.ends_at + 10 * MINUTE, "id_buffer_before"),
        (visit.starts_at - LENGTH - 10 * MINUTE, "id_buffer_after"),
    ):
        reason = only_reason(world, at, now)
        assert reason.buffer is not None
        assert (reason.buffer.minutes, reason.buffer.its_own) == (15, False)
        rule = reason.rule_target(world.store)
        assert rule is not None
        assert (rule.args, rule.anchor) == ((visit.topic_id, Channel.VIDEO), figure)


def test_where_the_visits_meet_it_is_the_visit(
    world: World, now: dt.datetime, visit: Appointment
) -> None:
    reason = only_reason(world, visit.ends_at - 5 * MINUTE, now)
    assert (reason.why, reason.buffer) == (Why.BOOKED, None)


@pytest.mark.parametrize(
    ("language", "after", "change"),
    [
        ("en", "After Alice M., until", "Change the buffer"),
        ("fr", "Après Alice M., jusqu’à", "Changer la respiration"),
    ],
)
def test_the_page_links_to_the_visit_and_to_its_rule(
    world: World, visit: Appointment, language: str, after: str, change: str
) -> None:
    local = visit.ends_at.astimezone(world.store.zone)
    dora = signed_in(world.dora)
    page = dora.get(
        reverse("booking:hours"),
        {
            "store": f"{world.store.pk}",
            "who": f"{world.bob.agenda.pk}",
            "offer": f"{world.offers['video'].pk}",
            "day": f"{local.date()}",
            "hour": f"{local:%H:%M}",
        },
        headers={"accept-language": language},
    ).text
    assert after in page
    assert change in page
    rule = reverse("booking:edit_offer", args=[visit.topic_id, "callback"])
    assert f"{rule}?store={world.store.pk}#id_buffer_after" in page
    assert reverse("booking:staff_appointment", args=[visit.pk]) in page
