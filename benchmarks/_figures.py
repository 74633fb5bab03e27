"""What the measurements share: percentiles, the database, a web process of its own."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from stores.models import Brand
from visavis.demo.bench_database import NAME, use_bench_database
from visavis.demo.nation import plant_nation
from visavis.devstack.ports import free_port
from visavis.devstack.product import web
from visavis.devstack.state import ROOT

STORES, STAFF = 10_000, 20_000
QUICK_STORES, QUICK_STAFF = 30, 60
READY_WITHIN = 60.0


def percentile(values: list[float], share: float) -> float:
    """Nearest rank: a value that was measured."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def p95_ms(seconds: list[float]) -> float:
    return round(1000 * percentile(seconds, 0.95), 2)


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def best_ms(work: Callable[[], object], *, rounds: int) -> float:
    """The median: half of the rounds were as quick."""
    return round(1000 * percentile([timed(work) for _ in range(rounds)], 0.5), 3)


def bench_brand(*, quick: bool) -> tuple[Brand, str]:
    """The large brand, planted where it is missing, and its database's address."""
    # A development copy keeps the text of each statement; that is nobody's cost.
    settings.DEBUG = False
    stores, staff = (QUICK_STORES, QUICK_STAFF) if quick else (STORES, STAFF)
    url = use_bench_database(f"{NAME}_quick" if quick else NAME)

    def progress(done: int, whole: int) -> None:
        print(f"{done} of {whole} stores stand", file=sys.stderr)

    brand = plant_nation(
        stores=stores, staff=staff, now=timezone.now(), progress=progress
    )
    return brand, url


@contextlib.contextmanager
def web_process(database_url: str, log: Path) -> Iterator[str]:
    """One web process as production sets it, but without TLS before it; yields its
    address."""
    port = free_port()
    program = web(port)
    named = {"DATABASE_URL": database_url, "PORT": str(port)}
    named |= {"VISAVIS_DEBUG": "0", "SECURE_COOKIES": "0"}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(part) for part in program.args],
            cwd=ROOT,
            env=dict(os.environ) | dict(program.env) | named,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _await(f"{address}/healthz", process)
            yield address
        finally:
            process.terminate()
            process.wait(20)


def _await(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=2):  # noqa: S310 - our own address
            return
        time.sleep(0.05)
    raise RuntimeError("the web process did not start")
