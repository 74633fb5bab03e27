"""What booking costs, and who gets a time that many want: `./run bench booking`.

`book_p95_ms`: one client, hold → confirmed, in the service. `book_ratio`: confirmed
bookings per second of four client processes ÷ transactions per second of `pgbench -c 4
-M prepared` replaying the statements of one real booking (captured in this run, and
the same as in `booking.sql`), same server, fsync as it is set (`fsync`, reported).
Null with `book_ratio_reason` where there is no pgbench. The contest: 20 client
processes ask at one barrier for the same
start, 40 times; `contended_p95_ms` is call → answer (a hold or its refusal),
`lock_held_p95_ms` from the agenda's lock to the end of its transaction.
"""

from __future__ import annotations

import argparse
import json
import os
import time

from django.db import connection
from django.utils import timezone

from benchmarks import _clients
from benchmarks._figures import bench_brand, p95_ms
from benchmarks._replay import Replay, captured_booking, find_pgbench, kept_statements
from stores.models import Posting

GOALS = {
    "book_p95_ms": 30,
    "book_ratio": 0.4,
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


def one_client(count: int) -> float:
    return p95_ms([_clients.book(t) for t in fresh_targets(count, skip=0)])


def against_pgbench(*, seconds: int, per_client: int) -> dict[str, object]:
    """Both sides one after the other; ours first, on rows that nobody has touched."""
    targets = fresh_targets(WRITERS * per_client, skip=40)
    shares = [targets[n::WRITERS] for n in range(WRITERS)]
    ours = _clients.bookings_per_second(shares)
    figures: dict[str, object] = {"bookings_per_s": round(ours, 1)}
    pgbench = find_pgbench()
    if pgbench is None:
        return figures | {
            "book_ratio": None,
            "book_ratio_reason": "no pgbench beside the server's binaries or in PATH",
        }
    captured = captured_booking(fresh_targets(1, skip=30)[0])
    if captured.templates != kept_statements():
        raise RuntimeError("a booking sends other statements than booking.sql says")
    replay = Replay(pgbench, captured)
    theirs = replay.transactions_per_second(clients=WRITERS, seconds=seconds)
    return figures | {
        "pgbench_per_s": round(theirs, 1),
        "pgbench_statements": len(captured.statements),
        "book_ratio": round(ours / theirs, 3),
    }


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
    figures: dict[str, object] = {"book_p95_ms": one_client(10 if quick else 30)}
    figures |= against_pgbench(
        seconds=3 if quick else 20, per_client=40 if quick else 150
    )
    figures |= contest(clients=8 if quick else CLIENTS, slots=4 if quick else SLOTS)
    figures |= {
        "fsync": fsync(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "took_s": round(time.monotonic() - began, 1),
        "goals": GOALS,
        "quick": quick,
    }
    print(json.dumps(figures), flush=True)
    return 0
