"""Eight customers and one time, over HTTP, again and again."""

from __future__ import annotations

import datetime as dt
import http.client
import json
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest
from pytest_django.live_server_helper import LiveServer

from booking.models import Appointment, Occupancy
from stores.models import Offer
from tests.at_once import at_once
from tests.cast import make_world, next_step, now_utc
from tests.shares import some

THREADS = 8
ROUNDS = some(10, every=20)
API = "/api/v1/brands/tilleul"


class Visitor:
    """A customer's program: one connection at a time, and its cookies."""

    def __init__(self, server: str) -> None:
        self.host = urlsplit(server).netloc
        self.cookies: dict[str, str] = {}

    def post(self, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        connection = http.client.HTTPConnection(self.host, timeout=60)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Content-Type": "application/json", "Cookie": cookie}
        connection.request("POST", API + path, json.dumps(body), headers)
        answer = connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        document = json.loads(answer.read())
        connection.close()
        return answer.status, document

    def book(self, starts_at: str, topic: str) -> tuple[int, Any]:
        """Hold and book; the status of the first refusal, or 201."""
        wish = {"store": "lille", "topic": topic, "channel": "video"}
        status, answer = self.post("/holds/", {**wish, "starts_at": starts_at})
        if status != 201:
            return status, answer
        details = {"name": "Alice", "email": "alice@customer.example"}
        return self.post(f"/holds/{answer['id']}/appointment/", details)


@pytest.mark.usefixtures("one_contact_books_often")
@pytest.mark.django_db(transaction=True)
def test_one_time_is_sold_once_and_losers_are_told_what_is_left(
    live_server: LiveServer,
) -> None:
    world = make_world()
    long = world.offers["video"]
    first = next_step(now_utc(), minutes=24 * 60)
    statuses: list[int] = []

    def compete(starts_at: str) -> tuple[int, Any]:
        return Visitor(live_server.url).book(starts_at, "premier-velo")

    for number in range(ROUNDS):
        # Other lengths, and starts that overlap without being equal.
        Offer.objects.filter(pk=long.pk).update(duration=20 + 5 * (number % 3))
        at = first + number * dt.timedelta(hours=3)
        shifts = [5 * (n % 2) if number % 2 else 0 for n in range(THREADS)]
        starts = [(at + dt.timedelta(minutes=s)).isoformat() for s in shifts]
        heat = at_once(*(partial(compete, start) for start in starts))
        statuses += [status for status, _ in heat]
        refusals = [body for status, body in heat if status == 409]
        _every_loser_can_book_what_it_was_told(live_server.url, refusals)
    assert sorted(statuses) == [201] * ROUNDS + [409] * (ROUNDS * (THREADS - 1))
    sold = Appointment.objects.filter(status="confirmed")
    assert sold.count() == ROUNDS
    assert Occupancy.objects.filter(active=True).count() == ROUNDS


def _every_loser_can_book_what_it_was_told(server: str, refusals: list[Any]) -> None:
    """Each of the three, tried by somebody who then gives it back."""
    assert all(body["code"] == "slot_taken" for body in refusals)
    assert all(len(body["nearest"]) == 3 for body in refusals)
    told = {start["starts_at"] for body in refusals for start in body["nearest"]}
    visitor = Visitor(server)
    for starts_at in sorted(told):
        status, booked = visitor.book(starts_at, "premier-velo")
        assert status == 201, (starts_at, booked)
        path = f"/appointments/{booked['id']}/cancel/"
        assert visitor.post(path, {})[0] == 200
