"""How quickly free time is found: `./run bench slots [--quick]`.

Arithmetic, from rows in memory to a list of ISO times, without a database:
`one_adviser_ms` (30 days, 200 busy spans, 15-minute step, 30-minute meeting),
`naive_ms` (the same question to the same rows, minute by minute), `pool50_cold_ms`
and `pool50_warm_ms` (fifty people; hours expanded, or masks at hand). Medians.

Questions to the product, with the large brand in `visavis_bench`: `rebuild_s` (the bits
of everybody by every channel, from the rows to the table of bits), `nationwide_ms` (the
first free start over everybody's bits, sixty days), `nationwide_cold_ms` and
`nationwide_read_ms` (bringing these bits together in a process that knows none, from
the table, and in one that knows all: a query for the people, one for holds),
`month_http_p95_ms` and `month_queries` (a month of one adviser: one request after
another to a web process), `nearest20_http_p95_ms` (first free start by each channel
in the twenty nearest stores, around points all over the country).
"""

from __future__ import annotations

import argparse
import datetime as dt
import http.client
import json
import random
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks._figures import (
    bench_brand,
    best_ms,
    p95_ms,
    percentile,
    timed,
    web_process,
)
from benchmarks._machine import machine
from benchmarks._slot_rows import ask_bits, ask_minutes, people, starts_of_pool
from booking.availability import bits, occupied, opening
from booking.availability.query import StartQuery
from booking.availability.snapshots import write_bits
from booking.availability.starts import StartMasks, masks_for, masks_for_all
from booking.starts import Start
from stores.models import Brand, Offer, Posting, Store
from visavis.demo.nation import TOPIC

GOALS = {
    "one_adviser_ms": 1,
    "pool50_cold_ms": 15,
    "pool50_warm_ms": 1.5,
    "month_http_p95_ms": 25,
    "month_queries": 4,
    "month_queries_cold": 6,
    "nearest20_http_p95_ms": 15,
    "nationwide_ms": 120,
    "rebuild_s": 60,
}
POOL = 50
MONTH = dt.timedelta(days=30)


def arithmetic(*, rounds: int) -> dict[str, object]:
    pool = people(POOL)
    one = pool[0]
    asked, naive = ask_bits([one]), ask_minutes(one)
    if asked != naive:
        raise RuntimeError("the bits and the naive count do not agree")
    masks = [person.masks() for person in pool]
    return {
        "one_adviser_ms": best_ms(lambda: ask_bits([one]), rounds=rounds),
        "one_adviser_starts": len(asked),
        "pool50_cold_ms": best_ms(lambda: ask_bits(pool), rounds=max(5, rounds // 5)),
        "pool50_warm_ms": best_ms(lambda: starts_of_pool(masks), rounds=rounds),
        "naive_ms": best_ms(lambda: ask_minutes(one), rounds=3),
    }


def nationwide(brand: Brand) -> dict[str, object]:
    offer = Offer.objects.for_brand(brand).get(channel="video", store=None)
    stores = list(Store.objects.for_brand(brand))
    now = timezone.now()
    queries = [StartQuery(offer=offer, store=store, now=now) for store in stores]
    rebuild = timed(lambda: write_bits(now=now, everything=True))
    forget_all()
    cold = timed(lambda: masks_for_all(queries))
    found: list[StartMasks] = []
    read = timed(lambda: found.extend(masks_for_all(queries)))
    return {
        "nationwide_cold_ms": round(1000 * cold, 1),
        "staff": sum(len(masks.times) for masks in found),
        "stores": len(stores),
        "rebuild_s": round(rebuild, 2),
        "nationwide_read_ms": round(1000 * read, 1),
        "nationwide_ms": best_ms(lambda: first_anywhere(found), rounds=5),
    }


def first_anywhere(found: Iterable[StartMasks]) -> Start | None:
    """The earliest start of many searches; only the winner's people are named. Each
    is looked at no further than the best of those before it, which is soon."""
    best, below = None, bits.SIZE
    for masks in found:
        bit = masks.first_bit(below)
        if bit is not None:
            best, below = masks, bit
    return best.first() if best else None


def forget_all() -> None:
    """As a process that has just started."""
    opening._masks.clear()  # noqa: SLF001 - the product never needs that
    occupied._masks.clear()  # noqa: SLF001


def month_queries(brand: Brand) -> dict[str, object]:
    """Statements of the search itself, for somebody whom nobody has asked for yet."""
    offer = Offer.objects.for_brand(brand).get(channel="video", store=None)
    home = _homes(brand, 1, skip=7)[0]
    now = timezone.now()
    today = now.date()
    counts = []
    forget_all()
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            found = masks_for(
                StartQuery(
                    offer=offer,
                    store=home.store,
                    now=now,
                    staff_member=home.staff_member,
                )
            )
            found.starts(found.during(today, today + MONTH))
        counts.append(len(queries))
    return {"month_queries": counts[1], "month_queries_cold": counts[0]}


def _homes(brand: Brand, count: int, *, skip: int = 0) -> list[Posting]:
    rows = Posting.objects.for_brand(brand).select_related("store", "staff_member")
    return list(rows.order_by("pk")[skip : skip + count])


def over_http(brand: Brand, url: str, *, count: int) -> dict[str, object]:
    """The second of two requests counts: the first warms the process for all."""
    today = timezone.now().date()
    month = {
        "topic": TOPIC,
        "channel": "video",
        "since": today.isoformat(),
        "until": (today + MONTH).isoformat(),
    }
    api = f"/api/v1/brands/{brand.slug}/stores/"
    homes = _homes(brand, 20)
    months = [
        f"{api}{home.store.slug}/starts/?"
        + urlencode({**month, "staff": home.staff_member_id})
        for home in homes
    ]
    dice = random.Random(20)
    near = [
        f"{api}near/?"
        + urlencode(
            {
                "topic": TOPIC,
                "lat": round(dice.uniform(43, 50), 4),
                "lon": round(dice.uniform(-4, 7.5), 4),
            }
        )
        for _ in range(25)
    ]
    with (
        tempfile.TemporaryDirectory() as folder,
        web_process(url, Path(folder) / "web.log") as address,
    ):
        return {
            **spread("month_http", ask(address, months, count=count)),
            **spread("nearest20_http", ask(address, near, count=count)),
            "http_requests": count,
        }


def spread(name: str, seconds: list[float]) -> dict[str, float]:
    return {
        f"{name}_p95_ms": p95_ms(seconds),
        f"{name}_p50_ms": round(1000 * percentile(seconds, 0.5), 2),
    }


def ask(address: str, paths: list[str], *, count: int) -> list[float]:
    """Seconds of each request, one after another on one connection."""
    place = urlsplit(address)
    line = http.client.HTTPConnection(str(place.hostname), place.port, timeout=30)
    seconds = []
    for number in range(len(paths) + count):
        began = time.perf_counter()
        line.request("GET", paths[number % len(paths)])
        answer = line.getresponse()
        body = answer.read()
        took = time.perf_counter() - began
        if answer.status != http.client.OK:
            raise RuntimeError(f"{answer.status}: {body[:300]!r}")
        if number >= len(paths):
            seconds.append(took)
    line.close()
    return seconds


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run bench slots", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args(argv).quick
    figures = arithmetic(rounds=5 if quick else 200)
    brand, url = bench_brand(quick=quick)
    figures |= nationwide(brand) | month_queries(brand)
    figures |= over_http(brand, url, count=12 if quick else 300)
    figures |= {
        **machine(),
        "goals": GOALS,
        "quick": quick,
    }
    print(json.dumps(figures), flush=True)
    return 0
