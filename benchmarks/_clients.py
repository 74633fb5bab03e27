"""The clients of `bench booking`: each a process, each with a connection of its own."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.synchronize import Barrier
from typing import Any

from django.db import OperationalError, connection
from django.utils import timezone
from psycopg.errors import DeadlockDetected

from booking.availability.query import StartQuery
from booking.availability.starts import masks_for
from booking.errors import AgendaBusy, SlotNotOffered, SlotTaken
from booking.models import Appointment, Hold, Occupancy
from booking.services.booking import book_appointment
from booking.services.holding import hold_slot
from stores.access import offer_for
from stores.models import Posting, Topic
from visavis.demo.nation import TOPIC

SOURCE = Appointment.Source.API
"""What the planted visits do not have: how a later run knows its own."""
ANSWER_WITHIN = 120.0
FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Target:
    """An adviser at home, and starts that are free there."""

    posting: Posting
    topic: Topic
    starts: tuple[dt.datetime, ...]


@dataclass(frozen=True)
class Answer:
    """`code` is empty for a winner."""

    slot: int
    code: str
    seconds: float


@dataclass
class Result:
    answers: list[Answer] = field(default_factory=list)
    lock_held: list[float] = field(default_factory=list)


def clear(*, now: dt.datetime) -> None:
    """Takes back what an earlier run booked, so that each finds the same ground."""
    holds = Hold.objects.all_brands().filter(expires_at__gt=now)
    Occupancy.objects.all_brands().filter(hold__in=holds).delete()
    holds.delete()
    own = Occupancy.objects.all_brands().filter(appointment__source=SOURCE)
    agendas = set(own.filter(active=True).values_list("agenda_id", flat=True))
    own.update(active=False)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE stores_agenda SET version = version + 1 WHERE id = ANY(%s)",
            [list(agendas)],
        )


def free_targets(postings: Sequence[Posting], slug: str = TOPIC) -> list[Target]:
    """Starts of one topic by video."""
    topic = Topic.objects.for_brand(postings[0].brand).get(slug=slug)
    found = []
    for posting in postings:
        offer = offer_for(store=posting.store, topic=topic, channel="video")
        if offer is None:
            continue
        masks = masks_for(
            StartQuery(
                offer=offer,
                store=posting.store,
                now=timezone.now(),
                staff_member=posting.staff_member,
            )
        )
        starts = masks.starts(masks.union())
        # Every third: so that half-hour visits in steps of a quarter never touch.
        wanted = [start.starts_at for start in starts][40::3]
        found.append(Target(posting, topic, tuple(wanted)))
    return found


def hold(target: Target, starts_at: dt.datetime, *, network: str = "") -> Hold:
    visitor = uuid.uuid4().hex
    return hold_slot(
        store=target.posting.store,
        topic=target.topic,
        channel="video",
        starts_at=starts_at,
        staff_member=target.posting.staff_member,
        visitor=visitor,
        network=network or visitor,
        now=timezone.now(),
    )


def book(target: Target, number: int = 0) -> float:
    """Seconds from asking for a hold to the committed appointment."""
    began = time.perf_counter()
    held = hold(target, target.starts[number % len(target.starts)])
    book_appointment(
        hold=held,
        name="Bench Client",
        email=f"{held.visitor}@customer.example",
        now=timezone.now(),
        source=SOURCE,
    )
    return time.perf_counter() - began


def bookings_per_second(shares: Sequence[Sequence[Target]]) -> float:
    """All shares at once, a process each; the slowest one ends the count. The first of
    each share is booked before the count begins, to connect and warm up."""
    barrier = FORK.Barrier(len(shares) + 1)
    connection.close()
    workers = [
        FORK.Process(target=_book_share, args=(share, barrier)) for share in shares
    ]
    for worker in workers:
        worker.start()
    barrier.wait(ANSWER_WITHIN)
    began = time.perf_counter()
    for worker in workers:
        worker.join(ANSWER_WITHIN)
    took = time.perf_counter() - began
    if any(worker.exitcode for worker in workers):
        raise RuntimeError("a client failed; its error stands above")
    return sum(len(share) - 1 for share in shares) / took


def _book_share(share: Sequence[Target], barrier: Barrier) -> None:
    book(share[0])
    barrier.wait(ANSWER_WITHIN)
    for target in share[1:]:
        book(target)


def contend(target: Target, *, clients: int, slots: int) -> list[Result]:
    barrier = FORK.Barrier(clients)
    answers: Any = FORK.Queue()
    connection.close()
    workers = [
        FORK.Process(target=_contend, args=(target, slots, barrier, answers))
        for _ in range(clients)
    ]
    for worker in workers:
        worker.start()
    results = [answers.get(timeout=ANSWER_WITHIN) for _ in workers]
    for worker in workers:
        worker.join(ANSWER_WITHIN)
    return results


def _contend(target: Target, slots: int, barrier: Barrier, answers: Any) -> None:
    result = Result()
    connection.ensure_connection()
    with connection.execute_wrapper(LockWatch(result.lock_held)):
        for slot in range(slots):
            barrier.wait(ANSWER_WITHIN)
            result.answers.append(_ask(target, slot))
    answers.put(result)
    connection.close()


def _ask(target: Target, slot: int) -> Answer:
    began = time.perf_counter()
    code = ""
    try:
        hold(target, target.starts[slot % len(target.starts)])
    except (SlotTaken, SlotNotOffered, AgendaBusy) as refusal:
        code = refusal.code
    except OperationalError as error:
        code = "deadlock" if isinstance(error.__cause__, DeadlockDetected) else "error"
    return Answer(slot, code, time.perf_counter() - began)


class LockWatch:
    """Seconds from the answer to the agenda's lock to the end of its transaction,
    committed or rolled back. For one process, for its whole life."""

    def __init__(self, held: list[float]) -> None:
        self._held = held
        self._began = 0.0
        for name in ("_commit", "_rollback"):
            setattr(connection, name, self._then_note(getattr(connection, name)))

    def _then_note(self, end: Callable[[], None]) -> Callable[[], None]:
        def noted() -> None:
            end()
            if self._began:
                self._held.append(time.perf_counter() - self._began)
                self._began = 0.0

        return noted

    def __call__(
        self, execute: Any, sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        answer = execute(sql, params, many, context)
        if "FOR NO KEY UPDATE" in sql and "stores_agenda" in sql:
            self._began = time.perf_counter()
        return answer
