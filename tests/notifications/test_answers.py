"""What is said of a request: when it is made, answered, late, or never answered."""

from __future__ import annotations

import datetime as dt

import pytest

from booking.models import Actor, Appointment
from booking.models.promise import last_moment
from booking.services.answers import answer_owed, confirm_request, decline_request
from booking.services.cancelling import cancel_appointment, undo_cancel
from notifications.channels.status_codes import Cause
from notifications.models import Delivery, Refusal
from notifications.outbox.dispatch import sweep
from notifications.returns.bounces import take_bounce
from notifications.wording import line_of
from stores.models import Membership, Role
from stores.queries import managers_of
from tests.booking.asking import HOUR, MINUTE, ask
from tests.cast import World, make_user, now_utc
from tests.notifications.post_office import PostOffice, part_of

SOON = 180
"""Minutes of notice. It is noon, so that nothing waits for the morning."""


@pytest.fixture
def now() -> dt.datetime:
    return now_utc()


@pytest.fixture
def visit(world: World, now: dt.datetime) -> Appointment:
    return ask(world, now, minutes=SOON)


@pytest.fixture
def mia(world: World) -> Membership:
    """The manager, who reads English."""
    return make_manager(world, "Mia Blin")


def make_manager(world: World, name: str, **where: object) -> Membership:
    user = make_user(f"{name[:3].lower()}@tilleul.example", name)
    user.language = "en"
    user.save()
    place = where or {"store": world.store}
    return Membership.objects.create(
        brand=world.brand, user=user, role=Role.MANAGER, **place
    )


def staff(world: World) -> Actor:
    return Actor.staff(world.bob.user)


def due_of(visit: Appointment) -> dt.datetime:
    promise = answer_owed(visit)
    assert promise is not None
    return promise.due_at


def told(office: PostOffice) -> list[str]:
    return [str(mail["X-Envelope-To"]) for mail in office.arrived]


def test_who_asks_reads_until_when_they_have_an_answer(
    visit: Appointment, post_office: PostOffice, now: dt.datetime
) -> None:
    sweep(now=now)
    [mail] = post_office.arrived
    local = due_of(visit).astimezone(visit.zone)
    assert f"{local.hour}\N{NO-BREAK SPACE}h" in part_of(mail, "plain")
    assert "au plus tard" in part_of(mail, "plain")
    assert "au plus tard" in part_of(mail, "html")


def test_a_yes_is_told_as_every_booking_is(
    world: World, visit: Appointment, post_office: PostOffice, now: dt.datetime
) -> None:
    sweep(now=now)
    confirm_request(appointment=visit, by=staff(world), now=now + MINUTE)
    sweep(now=now + MINUTE)
    assert post_office.subjects[1].startswith("Rendez-vous vidéo ")
    kinds = set(visit.deliveries.values_list("kind", flat=True))
    assert {"requested", "confirmed", "reminder_soon"} <= kinds


def test_a_no_is_told_with_the_stores_words_and_what_is_free_instead(
    world: World, visit: Appointment, post_office: PostOffice, now: dt.datetime
) -> None:
    sweep(now=now)
    words = "Bob est en formation <b>mardi</b> & jeudi."
    decline_request(appointment=visit, by=staff(world), now=now, answer=words)
    sweep(now=now + MINUTE)
    mail = post_office.arrived[1]
    text, html = part_of(mail, "plain"), part_of(mail, "html")
    assert words in text
    assert "&lt;b&gt;mardi&lt;/b&gt; &amp; jeudi." in html
    assert text.count("\n- ") == 3
    assert "Choisir une autre heure" in text
    assert "/r/" in text
    assert post_office.subjects[1].startswith("Nous ne pouvons pas confirmer ")
    [file] = mail.iter_attachments()
    assert b"METHOD:CANCEL" in file.get_payload(decode=True)


def test_unanswered_by_half_of_the_notice_the_manager_is_told_once(
    world: World,
    visit: Appointment,
    mia: Membership,
    post_office: PostOffice,
    now: dt.datetime,
) -> None:
    due = due_of(visit)
    sweep(now=now)
    sweep(now=due - MINUTE)
    assert told(post_office) == ["alice@customer.example"]
    for after in range(3):
        sweep(now=due + after * MINUTE)
    assert told(post_office)[1:] == [mia.user.email]
    mail = post_office.arrived[1]
    text = part_of(mail, "plain")
    assert "A request is overdue, Mia" in text
    assert f"/staff/appointments/{visit.pk}/" in text
    assert "/r/" not in text + part_of(mail, "html")
    assert "Alice" not in text
    assert "Moreau" not in text


def test_an_answer_in_time_alarms_nobody(
    world: World,
    visit: Appointment,
    mia: Membership,
    post_office: PostOffice,
    now: dt.datetime,
) -> None:
    due = due_of(visit)
    confirm_request(appointment=visit, by=staff(world), now=due - MINUTE)
    sweep(now=due + MINUTE)
    assert set(told(post_office)) == {"alice@customer.example"}


def test_an_alarm_that_has_not_left_is_dropped_by_the_answer(
    world: World,
    visit: Appointment,
    mia: Membership,
    post_office: PostOffice,
    now: dt.datetime,
) -> None:
    due = due_of(visit)
    sweep(now=due, limit=1)
    confirm_request(appointment=visit, by=staff(world), now=due + MINUTE)
    sweep(now=due + MINUTE)
    assert set(told(post_office)) == {"alice@customer.example"}


def test_never_answered_the_customer_is_told_before_the_visit(
    visit: Appointment, mia: Membership, post_office: PostOffice, now: dt.datetime
) -> None:
    last = last_moment(now, visit.starts_at)
    for moment in (now, due_of(visit), last):
        sweep(now=moment)
    assert told(post_office)[2] == "alice@customer.example"
    text = part_of(post_office.arrived[2], "plain")
    assert "Personne n’a pu confirmer" in text
    assert text.count("\n- ") == 3


def test_a_request_of_days_ago_is_ended_without_a_word(
    visit: Appointment, post_office: PostOffice, now: dt.datetime
) -> None:
    sweep(now=now)
    sweep(now=visit.ends_at + 25 * HOUR)
    visit.refresh_from_db()
    assert visit.status == "declined"
    assert len(post_office.arrived) == 1


def test_a_request_that_is_cancelled_and_taken_back_says_nothing(
    world: World, visit: Appointment, post_office: PostOffice, now: dt.datetime
) -> None:
    sweep(now=now)
    cancel_appointment(appointment=visit, by=staff(world), now=now + MINUTE)
    undo_cancel(appointment=visit, by=staff(world), now=now + 2 * MINUTE)
    sweep(now=now + 10 * MINUTE)
    assert len(post_office.arrived) == 1


def test_a_managers_dead_mailbox_is_not_held_against_the_customer(
    world: World,
    visit: Appointment,
    mia: Membership,
    post_office: PostOffice,
    now: dt.datetime,
) -> None:
    due = due_of(visit)
    sweep(now=now)
    post_office.to_recipient = "550 5.1.1 nobody here"
    sweep(now=due)
    alarm = visit.deliveries.get(kind="answer_late")
    assert alarm.state == Delivery.State.DEAD
    Delivery.objects.filter(pk=alarm.pk).update(state=Delivery.State.SENT)
    take_bounce(key=alarm.provider_key, cause=Cause.ADDRESS, now=due)
    assert not Refusal.objects.exists()
    visit.customer.refresh_from_db()
    assert visit.customer.email_failed_at is None
    assert line_of(alarm, visit.zone).title


def test_who_answers_for_a_store(world: World) -> None:
    assert [row.user for row in managers_of(world.store)] == [world.dora]
    of_brand = make_manager(world, "Bea Roy", store=None)
    assert managers_of(world.store) == [of_brand]
    own = make_manager(world, "Mia Blin")
    make_manager(world, "Zoé Petit", store=world.other_store)
    assert managers_of(world.store) == [own]
    own.user.is_active = False
    own.user.save()
    assert managers_of(world.store) == [of_brand]
    assert managers_of(world.foreign_store) == []
