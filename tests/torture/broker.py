"""`./run torture broker`: the broker is killed, flushed, paused and taken away.

Customers book all the while; a worker with beat and one `deliver --loop` send. What
counts is when each confirmation reaches the SMTP server.
"""

from __future__ import annotations

import datetime as dt
import subprocess
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from signal import SIGCONT, SIGSTOP

import redis

from notifications.models import Delivery
from tests.cast import World, now_utc
from tests.notifications import post_office
from tests.notifications.bookings import DAY, book, on_the_grid
from tests.notifications.post_office import PostOffice
from tests.notifications.senders import started
from tests.torture._place import Chosen, chosen, own_database, report, say, world_by_day
from visavis.devstack.ports import LOOPBACK, free_port
from visavis.devstack.processes import spawn
from visavis.devstack.servers.valkey import find_binary

LOOP = ("manage.py", "deliver", "--loop")
WORKER = (
    "-m", "celery", "-A", "visavis", "worker", "-B", "--concurrency", "1",
    "--loglevel", "WARNING", "--without-gossip", "--without-mingle",
)  # fmt: skip
GOALS: dict[str, object] = {"broker_lost": 0, "duplicates": 0, "max_lateness_s": 15}
SETTLE = 20.0


class Broker:
    """A Valkey that keeps nothing, always on the same port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self.url = f"redis://{LOOPBACK}:{self._port}/0"
        self.process: subprocess.Popen[bytes]
        self.start()

    def start(self) -> None:
        arguments = ["--port", str(self._port), "--bind", LOOPBACK]
        arguments += ["--save", "", "--appendonly", "no"]
        with (self._folder / "broker.log").open("ab") as log:
            self.process = spawn(
                [find_binary(), *arguments], output=log, env={}, cwd=self._folder
            )

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def flush(self) -> None:
        with suppress(redis.RedisError):
            redis.Redis.from_url(self.url).flushall()


class Crowd:
    """Customers who book one after the other."""

    def __init__(self, world: World, office: PostOffice) -> None:
        self._world, self._office = world, office
        self._start = on_the_grid(now_utc() + 2 * DAY)
        self._booked = 0
        self._arrived: dict[str, dt.datetime] = {}

    def book_for(self, seconds: float) -> None:
        """One booking about every half second, and a look into the office."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            at = self._start + self._booked * dt.timedelta(minutes=20)
            book(self._world, starts_at=at, now=now_utc(), phone="")
            self._booked += 1
            self.look()
            time.sleep(0.4)

    def look(self) -> None:
        for key in self._office.keys[len(self._arrived) :]:
            self._arrived.setdefault(key.strip("<>").partition("@")[0], now_utc())

    def outcome(self) -> dict[str, object]:
        deadline = time.monotonic() + SETTLE
        while len(self._arrived) < self._booked and time.monotonic() < deadline:
            self.look()
            time.sleep(0.1)
        rows = Delivery.objects.all_brands().filter(kind="confirmed")
        due = {str(key): at for key, at in rows.values_list("provider_key", "due_at")}
        late = [(self._arrived[k] - due[k]).total_seconds() for k in self._arrived]
        return {
            "messages": self._booked,
            "broker_lost": self._booked - len(self._arrived),
            "duplicates": len(self._office.keys) - len(self._arrived),
            "max_lateness_s": round(max(late, default=0.0), 1),
        }


def torment(broker: Broker, crowd: Crowd, run: Chosen) -> dict[str, int]:
    """Every fault, with bookings before, during and after each."""
    kills, flushes = run.pick(1, 40), run.pick(1, 40)
    pauses, paused, absent = run.pick(1, 3), run.pick(4, 60), run.pick(6, 180)
    crowd.book_for(run.pick(2, 5))
    for _ in range(kills):
        broker.kill()
        crowd.book_for(1)
        broker.start()
        crowd.book_for(1)
    for _ in range(flushes):
        broker.flush()
        crowd.book_for(1)
    for _ in range(pauses):
        broker.process.send_signal(SIGSTOP)
        crowd.book_for(paused)
        broker.process.send_signal(SIGCONT)
        crowd.book_for(1)
    say(f"no broker for {absent} s")
    broker.kill()
    crowd.book_for(absent)
    broker.start()
    crowd.book_for(run.pick(2, 10))
    return {"kills": kills, "flushes": flushes, "pauses": pauses, "absences": 1}


def main(argv: list[str]) -> int:
    run = chosen("broker", argv)
    with (
        own_database(),
        tempfile.TemporaryDirectory() as kept,
        post_office.opened() as office,
        ExitStack() as processes,
    ):
        folder = Path(kept)
        crowd = Crowd(world_by_day(), office)
        broker = Broker(folder)
        processes.callback(broker.kill)
        settings = {"REDIS_URL": broker.url}
        schedule = ("--schedule", str(folder / "beat"))
        for name, arguments in (("loop", LOOP), ("worker", (*WORKER, *schedule))):
            log = folder / f"{name}.log"
            begun = started(office, log, *arguments, settings=settings)
            processes.enter_context(begun)
        faults = torment(broker, crowd, run)
        outcome = crowd.outcome()
    return report(run, GOALS, faults=sum(faults.values()), **faults, **outcome)
