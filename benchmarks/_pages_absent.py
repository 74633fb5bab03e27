"""What becomes of visits whose adviser comes, and of those whose adviser does not."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from django.test import Client
from django.urls import reverse

from benchmarks._pages_day import Broken, Day
from benchmarks._pages_site import path_of, user_of
from booking.links import permanent_url
from booking.models import Actor, Appointment, CallAttempt
from booking.promises.calls import call_owed, promise_call
from booking.services.answers import answer_owed, confirm_request
from booking.services.attendance import complete_visit, start_visit
from booking.services.callbacks import record_call_attempt
from booking.stages import CALL_WINDOW, NOBODY_AFTER
from booking.states import Outcome
from notifications.models import Delivery
from stores.models import StaffMember
from video import services
from video.access import room_of
from visavis.devstack.state import ROOT

MINUTE, SECOND = dt.timedelta(minutes=1), dt.timedelta(seconds=1)
PATIENCE = 10 * MINUTE
"""So long a page is looked at."""
JUDGED = MINUTE
"""After the page showed the ways out."""
LEFT = {"alone": "nobody_came", "answer": "answer_late"}
"""The message of each promise that has one."""


def _every(script: str, name: str) -> dt.timedelta:
    """The interval that a module of a page looks at its server in."""
    found = re.search(rf"{name} = ([\d_]+);", (ROOT / script).read_text())
    if found is None:
        raise LookupError(f"{script} has no {name}.")
    return dt.timedelta(milliseconds=int(found[1].replace("_", "")))


@dataclass
class Looking:
    """A customer's browser on one page, which looks again and again."""

    page: str
    every: dt.timedelta
    shows: Callable[[Client, str], bool]
    client: Client


def _at_the_door(visit: Appointment) -> Looking:
    def shows(client: Client, page: str) -> bool:
        return str(client.get(page).context["state"]) == "absent"

    args = [visit.brand.slug, visit.pk]
    every = _every("video/static/video/vv-waiting.js", "POLL_EVERY")
    page = reverse("video:waiting_state", args=args)
    return Looking(page, every, shows, _browser(visit))


def _on_the_link(visit: Appointment) -> Looking:
    """The permanent page: ways out, or that an answer is late."""

    def shows(client: Client, page: str) -> bool:
        told = client.get(page).context
        exits = told["exits"]
        has_way = exits is not None and (exits.call_by or exits.start)
        return bool(has_way and exits.kind != "owed") or bool(told.get("is_overdue"))

    args = [visit.brand.slug, visit.pk]
    every = _every("booking/static/booking/vv-state.js", "LOOK_EVERY_MS")
    return Looking(
        reverse("booking:appointment", args=args), every, shows, _browser(visit)
    )


def _browser(visit: Appointment) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.get(path_of(permanent_url(visit)))
    return client


def breaks(day: Day, kind: str, visit: Appointment, due: dt.datetime) -> Broken:
    """Watches the page from then on, at some moment of its interval."""
    found = Broken(kind, visit, due)
    day.broken.append(found)
    looking = _at_the_door if kind == "alone" and day.dice.random() < 0.5 else None
    browser = (looking or _on_the_link)(visit)
    first = day.dice.random() * browser.every
    day.at(due + first, lambda: _look(day, found, browser))
    return found


def _look(day: Day, found: Broken, browser: Looking) -> None:
    if browser.shows(browser.client, browser.page):
        found.after = (day.now - found.due).total_seconds()
        day.at(day.now + JUDGED, lambda: _judge(day, found))
    elif day.now < found.due + PATIENCE:
        day.at(day.now + browser.every, lambda: _look(day, found, browser))


def _judge(day: Day, found: Broken) -> None:
    sent = Delivery.objects.filter(
        appointment=found.visit,
        kind__startswith=LEFT.get(found.kind, "-"),
        state=Delivery.State.SENT,
    )
    found.is_acted = sent.exists() or _stands_on_top(day, found.visit)


def _stands_on_top(day: Day, visit: Appointment) -> bool:
    """On the board of the store: among the calls that are owed, or before whatever is
    not late yet in the list of what is to be called or answered."""
    context = day.desk.get(f"/staff/?store={day.store.pk}").context
    board = context["board"]
    if any(card.visit.pk == visit.pk for card in board.owed):
        return True
    calls = [c for c in board.to_call if c.promised_at + CALL_WINDOW <= day.now]
    answers = [card for card in board.asked if card.is_overdue]
    lists = ((board.to_call, calls), (board.asked, answers))
    return any(
        cards[: len(late)] == tuple(late)
        and any(card.visit.pk == visit.pk for card in late)
        for cards, late in lists
    )


def video(day: Day, visit: Appointment, is_absent: bool) -> None:
    """The customer says "I'm here" before the hour."""
    day.at(visit.starts_at - 2 * MINUTE, lambda: _arrives(day, visit))
    if not is_absent:
        day.at(visit.starts_at + MINUTE, lambda: _is_met(day, visit))
        return
    due = visit.starts_at + NOBODY_AFTER
    day.at(due, lambda: breaks(day, "alone", visit, due))
    if day.dice.random() < 0.5:
        day.at(due + 2 * MINUTE, lambda: _taps(day, visit))
    day.at(due + NOBODY_AFTER + 15 * SECOND, lambda: _is_owed(day, visit))


def _arrives(day: Day, visit: Appointment) -> None:
    services.say_here(room=room_of(_again(visit)), now=day.now)


def _is_met(day: Day, visit: Appointment) -> None:
    now, by = _again(visit), Actor.staff(user_of(visit.staff_member))
    services.admit(room=room_of(now), now=day.now)
    start_visit(appointment=now, by=by, now=day.now)
    day.at(
        visit.ends_at,
        lambda: complete_visit(
            appointment=_again(visit), outcome=Outcome.ADVISED, by=by, now=day.now
        ),
    )


def _taps(day: Day, visit: Appointment) -> None:
    promise_call(appointment=_again(visit), by=Actor.customer(), now=day.now)


def _is_owed(day: Day, visit: Appointment) -> None:
    """The call after a visit that nobody came to: some are made, some are not."""
    found = _again(visit)
    promise = call_owed(found)
    if promise is None:
        raise LookupError("No call was promised to who was left alone.")
    if day.dice.random() < 0.5:
        day.at(promise.due_at - 3 * MINUTE, lambda: _is_called(day, visit))
        return
    due = promise.due_at
    day.at(due, lambda: breaks(day, "call", found, due))


def _is_called(day: Day, visit: Appointment) -> None:
    people = StaffMember.objects.for_brand(visit.brand).exclude(pk__in=day.absent)
    adviser = people.earliest("pk")
    record_call_attempt(
        appointment=_again(visit),
        result=CallAttempt.Result.REACHED,
        user=user_of(adviser),
        now=day.now,
    )


def callback(day: Day, visit: Appointment, is_absent: bool) -> None:
    if not is_absent:
        day.at(visit.starts_at + 3 * MINUTE, lambda: _is_called(day, visit))
        return
    due = visit.starts_at + CALL_WINDOW
    day.at(due, lambda: breaks(day, "callback", visit, due))


def asked(day: Day, visit: Appointment, is_absent: bool) -> None:
    """A visit that the store has to confirm."""
    promise = answer_owed(visit)
    if promise is None:
        raise LookupError("No answer was promised.")
    due = promise.due_at
    if is_absent:
        day.at(due, lambda: breaks(day, "answer", visit, due))
    else:
        day.at(due - 5 * MINUTE, lambda: _is_confirmed(day, visit))


def _is_confirmed(day: Day, visit: Appointment) -> None:
    by = Actor.staff(user_of(visit.staff_member))
    confirm_request(appointment=_again(visit), by=by, now=day.now)


def _again(visit: Appointment) -> Appointment:
    """As it stands now."""
    rows = Appointment.objects.for_brand(visit.brand).with_people()
    return rows.get(pk=visit.pk)
