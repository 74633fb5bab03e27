"""One key, one row: `./run torture doubled`.

A thousand POSTs that create are each sent twice at the same moment with one
Idempotency-Key: first a hold, then its appointment. Every tenth time a third one comes
with the same key and another body.

Keys: `pairs`; `rows` (appointments in the database: one for each pair of pairs);
`different` (pairs whose two answers are not one); `refused` (that were answered
anything but 201); `other_body_accepted`.
"""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from django.db import connection
from django.test import Client

from booking.models import Appointment, Hold, Occupancy
from tests.cast import make_world, next_step, now_utc
from tests.torture._place import chosen, own_database, report, say

API = "/api/v1/brands/tilleul"
WHO = {"name": "Alice", "also": True}


def post(client: Client, path: str, body: dict[str, Any], key: str) -> Any:
    return client.post(
        f"{API}{path}",
        body,
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )


class Pairs:
    """Two threads that always send the same thing together."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self._together = threading.Barrier(2)
        self._threads = ThreadPoolExecutor(2)

    def send(self, cookies: Any, path: str, body: dict[str, Any]) -> Any:
        key = uuid.uuid4().hex
        # Many networks: how often one may write is not what is looked at here.
        address = f"10.{self.seen['pairs'] % 200}.0.1"
        browser = partial(Client, SERVER_NAME="localhost", REMOTE_ADDR=address)

        def one(_: int) -> Any:
            client = browser()
            client.cookies.update(cookies)
            self._together.wait()
            try:
                answer = post(client, path, body, key)
                return answer, answer.json(), client.cookies
            finally:
                connection.close()

        (first, said, kept), (second, again, _) = self._threads.map(one, (1, 2))
        self.seen["pairs"] += 1
        self.seen["different"] += said != again
        self.seen["refused"] += {first.status_code, second.status_code} != {201}
        if self.seen["pairs"] % 10 == 0:
            other = post(browser(), path, {**body, "language": "en"}, key)
            code = other.json().get("code")
            self.seen["other_body_accepted"] += code != "idempotency_mismatch"
        return said, kept


def main(argv: list[str]) -> int:
    choice = chosen("doubled", argv)
    visits = choice.pick(25, 500)
    pairs = Pairs()
    with own_database():
        make_world()
        first = next_step(now_utc(), minutes=120)
        wish = {"store": "lille", "topic": "premier-velo", "channel": "video"}
        for number in range(visits):
            at = first + number * dt.timedelta(minutes=20)
            body = {**wish, "starts_at": at.isoformat()}
            held, cookies = pairs.send({}, "/holds/", body)
            path = f"/holds/{held.get('id', uuid.uuid4())}/appointment/"
            email = f"{number}@customer.example"
            pairs.send(cookies, path, {**WHO, "email": email})
            if number % 100 == 99:
                say(f"{number + 1} of {visits} visits")
        rows = Appointment.objects.count()
        spare = Hold.objects.count() + Occupancy.objects.count() - rows
        connection.close()
    return report(
        choice,
        {"different": 0, "refused": 0, "other_body_accepted": 0, "off": 0},
        **{name: pairs.seen[name] for name in ("pairs", "different", "refused")},
        other_body_accepted=pairs.seen["other_body_accepted"],
        rows=rows,
        off=abs(visits - rows) + abs(spare),
    )
