"""What booking costs, and who gets a time that many want: `./run bench booking`.

`book_p95_ms`: one client, hold → confirmed, in the service, after its first
(`first_book_ms`). `bookings_per_s`: four
client processes at once. `python_ms_per_booking` and `server_ms_per_booking` are
processor time of one client and of its database session; `creates_per_booking`
divides the former by that of one plain ORM `create()` of a row as wide, in the same
process. The contest: 20 client processes ask at one barrier for the same start, 40
times; `contended_p95_ms` is call → answer (a hold or its refusal),
`lock_held_p95_ms` from the agenda's lock to the end of its transaction. Times hold on
one machine only: divide by `machine_loop_s` to compare two.
"""

from __future__ import annotations

import argparse
import json
import time

from django.db import connection
from django.utils import timezone

from benchmarks import _clients
from benchmarks._costs import costs
from benchmarks._figures import bench_brand, p95_ms
from benchmarks._machine import machine
from stores.models import Posting

GOALS = {
    "book_p95_ms": 30,
    "creates_per_booking": 4,
    "contended_p95_ms": 200,
    "lock_held_p95_ms": 10,
    "max_winners_per_slot": 1,
    "losers_refused": 760,
    "deadlocks": 0,
}
CLIENTS, SLOTS = 20, 40
WRITERS = 4


def fresh_targets(count: int, *, skip: int) -> list[_clients.Target]:
    """Starts that are free now, each with an adviser of its own."""
    homes = Posting.objects.all_brands().select_related("store", "staff_member")
    return _clients.free_targets(list(homes.order_by("pk")[skip : skip + count]))


def one_client(count: int) -> dict[str, object]:
    """The first booking of a process opens connections and reads tables of numbers:
    it has a figure of its own."""
    first, *others = [_clients.book(t) for t in fresh_targets(count + 1, skip=0)]
    return {"book_p95_ms": p95_ms(others), "first_book_ms": round(1000 * first, 1)}


def writers(per_client: int) -> dict[str, object]:
    """Four at once, on rows that nobody has touched."""
    targets = fresh_targets(WRITERS * per_client, skip=40)
    shares = [targets[n::WRITERS] for n in range(WRITERS)]
    return {"bookings_per_s": round(_clients.bookings_per_second(shares), 1)}


def contest(*, clients: int, slots: int) -> dict[str, object]:
    target = fresh_targets(1, skip=35)[0]
    results = _clients.contend(target, clients=clients, slots=slots)
    answers = [answer for result in results for answer in result.answers]
    winners: dict[int, int] = {}
    for answer in answers:
        if answer.code == "":
            winners[answer.slot] = winners.get(answer.slot, 0) + 1
    codes = [answer.code for answer in answers]
    held = [seconds for result in results for seconds in result.lock_held]
    return {
        "contended_p95_ms": p95_ms([answer.seconds for answer in answers]),
        "lock_held_p95_ms": p95_ms(held),
        "max_winners_per_slot": max(winners.values(), default=0),
        "slots_won": len(winners),
        "losers_refused": codes.count("slot_taken"),
        "other_refusals": len(codes) - codes.count("slot_taken") - codes.count(""),
        "deadlocks": codes.count("deadlock"),
        "clients": clients,
        "slots": slots,
    }


def fsync() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW fsync")
        return str(cursor.fetchone()[0])


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run bench booking", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args(argv).quick
    bench_brand(quick=quick)
    _clients.clear(now=timezone.now())
    began = time.monotonic()
    figures = one_client(9 if quick else 29)
    figures |= costs(
        fresh_targets(20, skip=10) if quick else fresh_targets(300, skip=700)
    )
    figures |= writers(per_client=40 if quick else 150)
    figures |= contest(clients=8 if quick else CLIENTS, slots=4 if quick else SLOTS)
    figures |= {
        "fsync": fsync(),
        **machine(),
        "took_s": round(time.monotonic() - began, 1),
        "goals": GOALS,
        "quick": quick,
    }
    print(json.dumps(figures), flush=True)
    return 0
