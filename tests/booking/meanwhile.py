"""What the tests of stale pages do between a page and its button."""

from __future__ import annotations

import datetime as dt
from typing import Any

from booking.models import Actor, Appointment, Occupancy
from booking.services.attendance import complete_visit
from booking.services.cancelling import reopen_appointment
from booking.services.rescheduling import move_appointment
from booking.states import UPCOMING, Status
from tests.cast import next_step, now_utc
from tests.sent_forms import SentForm

STORE = Actor.system()


def filled(form: SentForm) -> dict[str, str]:
    """With what a person would have typed."""
    typed = {"email": "new@customer.example", "phone": "0639980002", "hour": "10:00"}
    empty = {name: typed[name] for name in typed if form.fields.get(name) == ""}
    later = {}
    if start := form.fields.get("start"):
        # The first that is offered may have begun when it is sent.
        an_hour_on = dt.datetime.fromisoformat(start) + dt.timedelta(hours=1)
        later["start"] = an_hour_on.isoformat()
    return form.fields | empty | later


def changed_meanwhile(visit: Appointment) -> None:
    """By the store: another hour, or it stands again."""
    again = Appointment.objects.get(pk=visit.pk)
    now = now_utc()
    if again.status in UPCOMING:
        later = next_step(now, minutes=180)
        move_appointment(appointment=again, starts_at=later, by=STORE, now=now)
    elif again.status == Status.IN_PROGRESS:
        complete_visit(appointment=again, outcome="sold", by=STORE, now=now)
    else:
        again.starts_at = next_step(now, minutes=120)
        again.ends_at = again.starts_at + dt.timedelta(minutes=20)
        again.save(update_fields=["starts_at", "ends_at"])
        reopen_appointment(appointment=again, by=STORE, now=now)


def page_text(response: Any) -> str:
    return str(response.content.decode())


def assert_nothing_is_taken_twice() -> None:
    taken = list(
        Occupancy.objects.filter(active=True).values_list("agenda", "starts_at")
    )
    assert len(taken) == len(set(taken))
    assert len(taken) == Appointment.objects.filter(status="confirmed").count()
