"""`./run torture deliver`: senders killed in mid-send, random histories, hostile texts.

Two `deliver --loop` processes send by SMTP and by a gateway over HTTP, to servers that
log every attempt and take their time; one sender after the other is killed with
SIGKILL while a server has a message in its hands.
"""

from __future__ import annotations

import collections
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from django.db import connection

from booking.models import AppointmentEvent
from notifications.models import Delivery
from notifications.outbox.dispatch import sweep
from stores.models import Offer
from tests.cast import World, now_utc
from tests.notifications import gateway_twin, post_office
from tests.notifications.bookings import DAY, HOUR, book, end_the_leases, on_the_grid
from tests.notifications.post_office import part_of
from tests.notifications.senders import ROOT, started
from tests.torture import _nursery
from tests.torture._budget import attack
from tests.torture._place import Chosen, chosen, own_database, report, say, world_by_day
from visavis.devstack.processes import spawn

SENDERS = 2
LIVE = (
    "import sys, django; django.setup(); "
    "from tests.torture._histories import main; sys.exit(main(sys.argv[1:]))"
)
GOALS: dict[str, object] = {
    "lost": 0, "duplicate_attempts": "kills", "same_key_other_body": 0, "stale": 0,
    "sms_over_budget": 0, "sms_off_list": 0,
}  # fmt: skip


class Servers:
    """An SMTP server and a gateway that are slow enough to be interrupted."""

    def __init__(
        self, exit_stack: ExitStack, chance: random.Random, *, longest: float = 0.8
    ) -> None:
        self.longest = longest
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
            pause = self._chance.uniform(0.4, 1) * self.longest if self.hold else 0
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
    # One adviser's half hours, day and night: many are longer than a month.
    Offer.objects.for_brand(world.brand).update(horizon=60)
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
    with tempfile.TemporaryDirectory() as logs:
        log = Path(logs) / "senders.log"
        with _nursery.opened(servers.office, log, servers.settings) as nursery:
            for _ in range(SENDERS):
                nursery.start_one()
            while killed < kills and _some_are_due():
                if not servers.in_hand:
                    time.sleep(0.005)
                    continue
                time.sleep(chance.uniform(0, servers.longest / 4))
                nursery.kill_the_oldest()
                killed += 1
                nursery.start_one()
    return killed


def _some_are_due() -> bool:
    """What dead senders have leased does not count: nobody takes it for a minute."""
    # Events first: one that is read between the two looks has its message by then.
    if AppointmentEvent.objects.all_brands().unrelayed().exists():
        return True
    rows = Delivery.objects.all_brands().filter(state="due", due_at__lte=now_utc())
    return rows.exists()


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


def killing(
    world: World, *, kills: int, visits: int, chance: random.Random, longest: float
) -> dict[str, object]:
    """Needs a database that other processes see: no test's own transaction."""
    book_many(world, visits, chance)
    with ExitStack() as exit_stack:
        servers = Servers(exit_stack, chance, longest=longest)
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


def telling(run: Chosen) -> dict[str, object]:
    """The histories, shared by as many processes as there are cores."""
    histories = run.pick(12, 5000)
    shares = 1 if run.quick else os.cpu_count() or 1
    say(f"living {histories} histories in {shares} processes")
    command = [sys.executable, "-c", LIVE]
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "visavis.settings"}
    with ExitStack() as kept:
        lives = []
        for n in range(shares):
            first, last = (histories * k // shares for k in (n, n + 1))
            arguments = [*command, str(run.seed + first), str(last - first)]
            output = kept.enter_context(tempfile.TemporaryFile())
            process = spawn(arguments, output=output, env=env, cwd=ROOT)
            kept.callback(process.kill)
            lives.append((process, output))
        told = [_outcome_of(process, output) for process, output in lives]
    stale = [what for one in told for what in one["stale"]]
    for what in stale[:20]:
        say(what)
    heard = sum(one["heard"] for one in told)
    return {"histories": histories, "heard": heard, "stale": len(stale)}


def _outcome_of(process: subprocess.Popen[bytes], output: IO[bytes]) -> Any:
    """Fails where the process did: a history that was not lived is no good one."""
    status = process.wait()
    output.seek(0)
    lines = output.read().decode(errors="replace").splitlines()
    if status:
        raise RuntimeError("\n".join(lines[-20:]))
    return json.loads(lines[-1])


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
    told = telling(run)
    with own_database():
        world = world_by_day()
        paid = paying(world, run)
        kills, visits = run.pick(5, 200), run.pick(40, 1400)
        sent = killing(world, kills=kills, visits=visits, chance=chance, longest=0.8)
        left = sweep(now=now_utc()).sent
        connection.close()
    return report(run, GOALS, **sent, **told, **paid, left=left)
