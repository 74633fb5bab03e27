"""After the visit: the mail that asks how it was, and the alarm of a broken promise."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import translation

from booking.after.rating import rate_visit
from booking.models import Actor, Appointment, EventKind, VisitRating, VisitSummary
from booking.promises.clock import run_clock
from notifications.outbox.dispatch import sweep
from notifications.wording import line_of
from stores.models import Membership, Role
from tests.booking.after.visits import DAY, HOUR, owed, visit_done
from tests.cast import World, make_user, now_utc
from tests.notifications.post_office import PostOffice, part_of


@pytest.fixture
def now() -> dt.datetime:
    return now_utc()


@pytest.fixture
def done(world: World, now: dt.datetime) -> Appointment:
    visit = visit_done(world, now)
    by = Actor.staff(world.bob.user)
    visit.record(EventKind.COMPLETED, by=by, now=now - HOUR / 2)
    return visit


def mails_to(office: PostOffice, address: str) -> list[str]:
    return [
        part_of(mail, "plain") + part_of(mail, "html")
        for mail in office.arrived
        if mail["X-Envelope-To"] == address
    ]


def test_the_mail_asks_with_five_words_that_lead_to_the_page_and_store_nothing(
    done: Appointment, post_office: PostOffice, now: dt.datetime
) -> None:
    sweep(now=now)
    [mail] = post_office.arrived
    text, page = part_of(mail, "plain"), part_of(mail, "html")
    assert "Merci, Alice" in text
    for score, word in enumerate(("Mauvais", "Moyen", "Correct", "Bien", "Parfait"), 1):
        assert f"&rate={score}" in text
        assert f"&amp;rate={score}" in page
        assert word in page
    assert f"{done.local_start:%H:%M}" not in text, "the hour that is over"
    assert "La suite" not in text
    assert "List-Unsubscribe" in mail
    assert not VisitRating.objects.exists()


def test_what_was_released_comes_first_and_its_next_step_is_the_plate(
    world: World, done: Appointment, post_office: PostOffice, now: dt.datetime
) -> None:
    at = (now + 3 * DAY).astimezone(done.zone).replace(hour=18, minute=0)
    VisitSummary.objects.create(
        brand=world.brand, appointment=done, words="Secret advice",
        next_step="Le prix <b>du</b> kit", next_owner=world.bob.staff_member,
        next_due_at=at, written_at=now, released_at=now,
    )  # fmt: skip
    sweep(now=now)
    [mail] = post_office.arrived
    text, page = part_of(mail, "plain"), part_of(mail, "html")
    assert "18:00: Le prix <b>du</b> kit" in text
    assert "Le prix &lt;b&gt;du&lt;/b&gt; kit" in page
    assert "Ouvrir mon résumé" in page
    assert "Secret advice" not in text + page


def test_a_promise_that_was_broken_is_told_to_the_manager_once(
    world: World, done: Appointment, post_office: PostOffice, now: dt.datetime
) -> None:
    mia = make_user("mia@tilleul.example", "Mia Blin")
    Membership.objects.create(
        brand=world.brand, user=mia, store=world.store, role=Role.MANAGER
    )
    rate_visit(appointment=done, score=1, words="Secret words", now=now)
    late = owed(done)[0].due_at
    run_clock(now=late)
    for _ in range(2):
        sweep(now=late + HOUR / 60)
    [mail] = mails_to(post_office, mia.email)
    assert "n’a pas été rappelé" in mail
    assert f"/staff/appointments/{done.pk}/" in mail
    assert "Secret words" not in mail
    delivery = done.deliveries.get(kind="recovery_late")
    with translation.override("en"):
        assert "To the managers" in line_of(delivery, done.zone).title
