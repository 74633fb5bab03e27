"""`./run torture deliver`: senders killed in mid-send, random histories, hostile texts.

Two `deliver --loop` processes send by SMTP and by a gateway over HTTP, to servers that
log every attempt and take their time; one sender after the other is killed with
SIGKILL while a server has a message in its hands.
"""

from __future__ import annotations

import collections
import random
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path

from django.db import connection

from booking.models import AppointmentEvent
from notifications.dispatch import sweep
from notifications.models import Delivery
from tests.cast import World, now_utc
from tests.notifications import gateway_twin, post_office
from tests.notifications.bookings import DAY, HOUR, book, end_the_leases, on_the_grid
from tests.notifications.post_office import part_of
from tests.notifications.senders import Sender, started
from tests.torture._budget import attack
from tests.torture._histories import live
from tests.torture._place import Chosen, chosen, own_database, report, say, world_by_day

LOOP = ("manage.py", "deliver", "--loop")
SENDERS = 2
GOALS: dict[str, object] = {
    "lost": 0, "duplicate_attempts": "kills", "same_key_other_body": 0, "stale": 0,
    "sms_over_budget": 0, "sms_off_list": 0,
}  # fmt: skip


class Servers:
    """An SMTP server and a gateway that are slow enough to be interrupted."""

    def __init__(self, exit_stack: ExitStack, chance: random.Random) -> None:
        self.office = exit_stack.enter_context(post_office.opened())
        self.gateway = exit_stack.enter_context(gateway_twin.opened())
        self.in_hand = 0
        self.hold = True
        self._chance = chance
        self._lock = threading.Lock()
        self.office.before_answer = self.gateway.before_answer = self._take_time

    def _take_time(self) -> None:
        with self._lock:
            self.in_hand += 1
            pause = self._chance.uniform(0.5, 1.2) if self.hold else 0
        time.sleep(pause)
        with self._lock:
            self.in_hand -= 1

    def attempts(self) -> dict[str, list[str]]:
        """Each key with the body of every attempt, in the order of arrival."""
        found = collections.defaultdict(list)
        for mail in self.office.arrived:
            key = str(mail["Message-ID"]).strip("<>").partition("@")[0]
            body = f"{mail['To']} {mail['Subject']} {part_of(mail, 'plain')}"
            found[key].append(body)
        for call in list(self.gateway.calls):
            if call.method == "POST":
                found[call.told["key"]].append(call.body.decode())
        return found

    @property
    def settings(self) -> dict[str, str]:
        return {
            "SMS_PROVIDER": "notifications.channels.sms_gateway.GatewayProvider",
            "SMS_GATEWAY_URL": self.gateway.url,
            "SMS_GATEWAY_KEY": gateway_twin.KEY,
        }


def book_many(world: World, count: int, chance: random.Random) -> None:
    """Half of them by number only. Each has one message that is due now."""
    now = now_utc()
    start = on_the_grid(now + 2 * DAY)
    for n in range(count):
        email = "" if n % 2 else f"customer-{n}@customer.example"
        phone = f"+3363998{n:04d}"
        at = start + n * HOUR / 2
        name = chance.choice(("Léa", "Noé", "Inès"))
        book(world, starts_at=at, now=now, email=email, phone=phone, name=name)


def kill_senders(servers: Servers, kills: int, chance: random.Random) -> int:
    """Ends senders while a server has a message; how many."""
    killed = 0
    with ExitStack() as processes, tempfile.TemporaryDirectory() as logs:

        def another() -> Sender:
            log = Path(logs) / f"{killed}-{chance.random()}.log"
            begun = started(servers.office, log, *LOOP, settings=servers.settings)
            return processes.enter_context(begun)

        alive = [another() for _ in range(SENDERS)]
        while killed < kills and _some_are_due():
            if not servers.in_hand:
                time.sleep(0.005)
                continue
            time.sleep(chance.uniform(0, 0.2))
            victim = alive.pop(0)
            victim.process.kill()
            victim.process.wait()
            killed += 1
            alive.append(another())
    return killed


def _some_are_due() -> bool:
    """What dead senders have leased does not count: nobody takes it for a minute."""
    rows = Delivery.objects.all_brands().filter(state="due", due_at__lte=now_utc())
    return rows.exists() or AppointmentEvent.objects.all_brands().unrelayed().exists()


def send_the_rest(servers: Servers) -> None:
    """No sender lives any more: what a minute would do is done at once."""
    servers.hold = False
    with tempfile.TemporaryDirectory() as logs:
        for n in range(20):
            end_the_leases()
            log = Path(logs) / f"{n}.log"
            once = started(
                servers.office, log, "manage.py", "deliver", settings=servers.settings
            )
            with once as sender:
                sender.process.wait(60)
            waiting = Delivery.objects.all_brands().filter(
                state__in=["due", "sending"], due_at__lte=now_utc()
            )
            if not waiting.exists():
                return


def killing(world: World, run: Chosen, chance: random.Random) -> dict[str, object]:
    kills = run.pick(5, 200)
    book_many(world, run.pick(40, 1400), chance)
    with ExitStack() as exit_stack:
        servers = Servers(exit_stack, chance)
        say(f"killing {kills} senders")
        killed = kill_senders(servers, kills, chance)
        send_the_rest(servers)
        attempts = servers.attempts()
    keys = Delivery.objects.all_brands().filter(due_at__lte=now_utc())
    wanted = {str(key) for key in keys.values_list("provider_key", flat=True)}
    return {
        "kills": killed,
        "messages": len(wanted),
        "lost": len(wanted - set(attempts)),
        "duplicate_attempts": sum(len(bodies) - 1 for bodies in attempts.values()),
        "same_key_other_body": sum(len(set(b)) > 1 for b in attempts.values()),
    }


def telling(world: World, run: Chosen) -> dict[str, object]:
    histories = run.pick(12, 5000)
    say(f"living {histories} histories")
    heard, stale = 0, []
    for seed in range(run.seed, run.seed + histories):
        listener = live(world, seed=seed)
        heard += listener.heard
        stale += [f"seed {seed}: {what}" for what in listener.stale]
    for what in stale[:20]:
        say(what)
    return {"histories": histories, "heard": heard, "stale": len(stale)}


def paying(world: World, run: Chosen) -> dict[str, object]:
    requests = run.pick(1000, 10_000)
    say(f"asking {requests} times for a text message")
    granted, rule = attack(world.other_brand, requests=requests, seed=run.seed)
    return {
        "sms_requests": requests,
        "sms_granted": granted.total,
        "sms_over_budget": granted.above(rule),
        "sms_off_list": granted.off_list,
    }


def main(argv: list[str]) -> int:
    run = chosen("deliver", argv)
    chance = random.Random(run.seed)
    with own_database():
        world = world_by_day()
        told = telling(world, run)
        paid = paying(world, run)
        sent = killing(world, run, chance)
        left = sweep(now=now_utc()).sent
        connection.close()
    return report(run, GOALS, **sent, **told, **paid, left=left)
