"""Each event of the day, from what a person does to the mail and the text received."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse

from booking.models import Actor, Appointment, CallAttempt
from booking.services import attendance, callbacks, cancelling, rescheduling
from booking.services.cancelling import UNDO_TIME
from booking.states import Outcome
from notifications.outbox.dispatch import sweep
from stores.models import Channel
from tests.cast import World, now_utc
from tests.notifications.bookings import HOUR, SECOND, book, on_the_grid
from tests.notifications.gateway_twin import GatewayTwin
from tests.notifications.post_office import PostOffice, part_of

MINUTE = dt.timedelta(minutes=1)
LATER = UNDO_TIME + SECOND


@dataclass
class Day:
    """One visit this afternoon, of a customer who gave an address and a number."""

    world: World
    office: PostOffice
    twin: GatewayTwin
    visit: Appointment
    now: dt.datetime

    @property
    def staff(self) -> Actor:
        return Actor.staff(self.world.bob.user)

    def fresh(self) -> Appointment:
        self.visit = (
            Appointment.objects.all_brands().with_people().get(pk=self.visit.pk)
        )
        return self.visit

    def after(self, wait: dt.timedelta) -> tuple[list[str], list[str]]:
        """Subjects of the mails and the texts that arrive by then."""
        mails, texts = len(self.office.arrived), len(self.twin.texts)
        for _ in range(3):
            sweep(now=self.now + wait)
        return self.office.subjects[mails:], self.twin.texts[texts:]


def day_of(
    world: World,
    office: PostOffice,
    twin: GatewayTwin,
    *,
    channel: str = Channel.VIDEO,
    email: str = "lea@customer.example",
) -> Day:
    now = now_utc()
    start = on_the_grid(now + 2 * HOUR)
    visit = book(
        world, starts_at=start, now=now - HOUR, channel=channel, email=email,
        phone="+33639980001",
    )  # fmt: skip
    day = Day(world, office, twin, visit, now)
    day.after(-HOUR / 2)
    day.fresh()
    return day


@pytest.fixture
def make(
    world: World, post_office: PostOffice, gateway: GatewayTwin
) -> Callable[..., Day]:
    return lambda **told: day_of(world, post_office, gateway, **told)


@pytest.mark.parametrize("minutes", [10, 15])
def test_running_late_is_one_tap(
    make: Callable[..., Day], client: Client, minutes: int
) -> None:
    day = make()
    client.force_login(day.world.bob.user)
    page = reverse("booking:announce_delay", args=[day.visit.pk])
    for _ in range(2):
        assert client.post(page, {"minutes": minutes}).status_code == 302
    day.now = now_utc()
    [subject], [text] = day.after(MINUTE)
    assert subject == f"Bob a environ {minutes} min de retard"
    assert f"Bob a {minutes} min de retard" in text
    day.now = day.fresh().starts_at + minutes * MINUTE - 3 * MINUTE
    assert day.after(-SECOND) == ([], [])
    [subject], [text] = day.after(SECOND)
    assert subject == "C’est bientôt votre tour"
    assert "votre tour arrive dans environ 3 min" in text


@pytest.mark.parametrize(
    ("by_staff", "lead"),
    [(True, "C’est de notre faute"), (False, "Choisissez une autre heure, ou un")],
)
def test_missed_by_either(make: Callable[..., Day], by_staff: bool, lead: str) -> None:
    day = make()
    attendance.mark_missed(
        appointment=day.visit, by_staff=by_staff, by=day.staff, now=day.now
    )
    assert day.after(UNDO_TIME - SECOND) == ([], [])
    [subject], [text] = day.after(LATER)
    assert subject == "On se retrouve quand ?"
    assert lead in part_of(day.office.arrived[-1], "plain")
    assert "n'avons pas pu nous parler" in text


def test_moved_by_the_store(make: Callable[..., Day]) -> None:
    day = make()
    start = day.visit.starts_at + HOUR
    rescheduling.move_appointment(
        appointment=day.visit, starts_at=start, by=day.staff, now=day.now
    )
    [subject], [text] = day.after(MINUTE)
    local = day.fresh().local_start
    assert f"{local.hour} h" in subject
    assert f"{local:%d/%m à %Hh%M}" in text
    [part] = day.office.arrived[-1].iter_attachments()
    assert part.get_param("method") == "REQUEST"


def test_the_channel_switched(make: Callable[..., Day]) -> None:
    day = make()
    rescheduling.move_appointment(
        appointment=day.visit, channel=Channel.CALLBACK, by=day.staff, now=day.now
    )
    [_], [text] = day.after(MINUTE)
    assert "nous vous appelons" in text
    assert "par téléphone avec" in part_of(day.office.arrived[-1], "plain")


def test_cancelled_by_the_store_once_it_cannot_be_undone(
    make: Callable[..., Day],
) -> None:
    day = make()
    cancelling.cancel_appointment(appointment=day.visit, by=day.staff, now=day.now)
    assert day.after(UNDO_TIME - SECOND) == ([], [])
    [subject], [text] = day.after(LATER)
    assert subject == "Nous devons annuler, désolés"
    assert "nous devons annuler votre rendez-vous" in text
    [part] = day.office.arrived[-1].iter_attachments()
    assert part.get_param("method") == "CANCEL"


def test_what_was_undone_is_told_to_nobody(make: Callable[..., Day]) -> None:
    day = make()
    cancelling.cancel_appointment(appointment=day.visit, by=day.staff, now=day.now)
    day.after(MINUTE)
    cancelling.undo_cancel(appointment=day.fresh(), by=day.staff, now=day.now + MINUTE)
    assert day.after(LATER) == ([], [])


def test_a_call_that_nobody_took_and_the_last(make: Callable[..., Day]) -> None:
    day = make(channel=Channel.CALLBACK)
    told: list[tuple[list[str], list[str]]] = []
    for _ in range(callbacks.MOST_CALLS):
        day.now += 30 * MINUTE
        callbacks.record_call_attempt(
            appointment=day.fresh(),
            result=CallAttempt.Result.NO_ANSWER,
            user=day.world.bob.user,
            now=day.now,
        )
        told.append(day.after(2 * MINUTE))
    for [subject], [text] in told[:2]:
        assert subject.startswith("Nous avons essayé de vous joindre")
        assert "Prochain essai à" in text
    assert told[2][0] == ["Nous n’avons pas pu vous joindre"]
    assert "appelé trois fois sans vous joindre" in told[2][1][0]
    assert day.fresh().status == "missed_by_customer", "the third call closes it"
    assert day.after(LATER) == ([], []), "they have read it already"


@pytest.mark.parametrize("email", ["lea@customer.example", ""])
def test_thanks_after_the_visit_by_one_channel(
    make: Callable[..., Day], email: str
) -> None:
    day = make(email=email)
    attendance.complete_visit(
        appointment=day.visit, outcome=Outcome.SOLD, by=day.staff, now=day.now
    )
    assert day.after(MINUTE) == ([], [])
    subjects, texts = day.after(HOUR / 2)
    assert subjects == (["Merci de votre visite"] if email else [])
    assert len(texts) == (not email)


def test_no_thanks_for_a_visit_that_a_machine_spoiled(
    make: Callable[..., Day],
) -> None:
    day = make()
    attendance.complete_visit(
        appointment=day.visit, outcome=Outcome.TECHNICAL, by=day.staff, now=day.now
    )
    assert day.after(HOUR / 2) == ([], [])
