"""Whatever dies or stops while customers book: it comes back, and nothing is lost."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import threading
import time
import urllib.error
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import psycopg
import pytest

from tests.live.stack.launched import RunningStack
from tests.live.stack.visitor import Visitor
from visavis.devstack.inventory import processes_of
from visavis.devstack.state import published

pytestmark = pytest.mark.stack

T = TypeVar("T")
KILLED = ("web", "valkey", "postgres", "worker", "deliver", "mediaworker", "mailbox")
WITHIN = 90.0
PROMISED = 2.0
"""Seconds until a page says that the database is away, beside its usual work."""
TRIES = 3


class Shopper(threading.Thread):
    """Books one appointment after the other, and asks again until it is answered, as a
    browser does: with the same key, so that nobody is booked twice."""

    def __init__(self, stack: RunningStack) -> None:
        super().__init__(daemon=True)
        self._base_url = stack.base_url
        self._over = threading.Event()
        self.booked: dict[str, str] = {}
        """Who was told that she has an appointment → its id."""
        self.faults: list[str] = []

    def run(self) -> None:
        while not self._over.wait(0.2):
            visitor = Visitor(self._base_url)
            email = f"lea.{uuid.uuid4().hex[:8]}@customer.example"
            details = {"name": "Léa Martin", "email": email}
            key = uuid.uuid4().hex
            hold = self._asked_until_answered(visitor.holds)
            told = hold and self._asked_until_answered(
                partial(visitor.takes, hold, details, key=key)
            )
            if told:
                self.booked[email] = told["id"]

    def _asked_until_answered(self, ask: Callable[[], T]) -> T | None:
        """None where the time has gone meanwhile, or at the end of the test."""
        while not self._over.wait(0.05):
            try:
                return ask()
            except urllib.error.HTTPError as error:
                body = error.read().decode(errors="replace")
                if error.code not in (429, 503) or not error.headers["Retry-After"]:
                    if error.code != 409:
                        self.faults.append(f"{error.code} {error.url} {body[:300]}")
                    return None
            except (OSError, http.client.HTTPException):
                continue  # nobody was there to answer
        return None

    def goes_on(self) -> None:
        """Returns once somebody who began after this was told yes."""
        enough, deadline = len(self.booked) + 2, time.monotonic() + WITHIN
        while len(self.booked) < enough:
            assert time.monotonic() < deadline, f"nobody books any more: {self.faults}"
            time.sleep(0.05)

    def stop(self) -> None:
        self._over.set()
        self.join(WITHIN)


@pytest.fixture(scope="module")
def shopper(running_stack: RunningStack) -> Iterator[Shopper]:
    made = Shopper(running_stack)
    made.start()
    yield made
    made.stop()


def database(stack: RunningStack) -> psycopg.Connection[Any]:
    return psycopg.connect((published(stack.state) or {})["DATABASE_URL"])


@pytest.mark.parametrize("name", KILLED)
def test_what_is_killed_starts_again(
    running_stack: RunningStack, shopper: Shopper, name: str
) -> None:
    shopper.goes_on()
    pid = running_stack.pid_of(name)
    os.kill(pid, signal.SIGKILL)
    running_stack.await_output(f"[run] {name} ended with signal 9; it starts again")
    running_stack.await_pid_of(name, other_than=pid)
    shopper.goes_on()
    assert running_stack.process.poll() is None


@contextlib.contextmanager
def stopped(stack: RunningStack, name: str) -> Iterator[None]:
    """The program and what it has started hold still, as on a machine that hangs."""
    first = stack.pid_of(name)
    group = {first} | {pid for pid in processes_of(stack.state) if parent(pid) == first}
    for pid in group:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in group:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def parent(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/stat") as facts:
            return int(facts.read().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def seconds_of(act: Callable[[], object]) -> float:
    began = time.monotonic()
    act()
    return time.monotonic() - began


def test_a_database_that_stands_still_is_said_at_once(
    running_stack: RunningStack, shopper: Shopper
) -> None:
    """A machine that is busy elsewhere delays a page now and then, and a slow one each
    page alike; a page that waits twice is late every time."""
    shopper.goes_on()
    visitor = Visitor(running_stack.base_url)

    def is_told_away(path: str) -> None:
        with pytest.raises(urllib.error.HTTPError) as refused:
            visitor.get(path)
        assert refused.value.code == 503
        assert refused.value.headers["Retry-After"]
        if path.startswith("/api/"):
            assert json.loads(refused.value.read())["code"] == "database_away"

    paths = ("/tilleul/", "/api/v1/brands/tilleul/stores/", "/readyz")
    usual = {path: seconds_of(partial(visitor.get, path)) for path in paths}
    with stopped(running_stack, "postgres"):
        for path in paths:
            tries = (seconds_of(partial(is_told_away, path)) for _ in range(TRIES))
            assert any(one < PROMISED + usual[path] for one in tries), f"{path} hangs"
        assert visitor.status_of("/healthz") == 200
    shopper.goes_on()


def test_a_cache_that_stands_still_holds_nobody_up(
    running_stack: RunningStack, shopper: Shopper
) -> None:
    with stopped(running_stack, "valkey"):
        shopper.goes_on()


def test_nothing_was_lost(running_stack: RunningStack, shopper: Shopper) -> None:
    """Whoever was told yes has her appointment, once, and was written to."""
    shopper.goes_on()
    shopper.stop()
    assert not shopper.faults
    with database(running_stack) as connection:
        rows = connection.execute(
            "SELECT who.email, visit.id::text FROM booking_appointment AS visit"
            " JOIN booking_customer AS who ON who.id = visit.customer_id"
            " WHERE who.email = ANY(%s)",
            [list(shopper.booked)],
        ).fetchall()
    assert sorted(rows) == sorted(shopper.booked.items())
    unwritten, read = set(shopper.booked), set[Path]()
    deadline = time.monotonic() + WITHIN
    while unwritten:
        assert time.monotonic() < deadline, f"no mail to {unwritten}"
        time.sleep(0.1)
        for mail in set(running_stack.mailbox_dir.glob("*.eml")) - read:
            read.add(mail)
            text = mail.read_text(errors="replace")
            unwritten -= {who for who in unwritten if who in text}
