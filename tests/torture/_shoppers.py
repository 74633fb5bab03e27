"""Two hundred customers' programs that want the same hours, and never give up an
answer: a reset is tried again with the same key, until somebody says yes or no.

A 503 with Retry-After is no answer but a polite refusal: the client waits as long as
it was told and asks again with the same key.
"""

from __future__ import annotations

import collections
import http.client
import itertools
import json
import os
import random
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ANSWER_WITHIN = 120.0
BUSY = 503


@dataclass(frozen=True)
class Wish:
    """One start that many ask for."""

    store: str
    topic: str
    channel: str
    starts_at: str


@dataclass(frozen=True)
class Window:
    """Where the rush is: all clients ask for one of the next `width` wishes, and move
    on together, so that those few are always wanted by everybody."""

    wishes: list[Wish]
    attempts: int
    width: int = 24

    def pick(self, made: int, dice: random.Random) -> Wish:
        first = made * (len(self.wishes) - self.width) // max(self.attempts, 1)
        return self.wishes[max(first, 0) + dice.randrange(self.width)]


@dataclass
class Tally:
    """What the clients saw; `acknowledged` is also on disk, line by line."""

    counts: collections.Counter[str] = field(default_factory=collections.Counter)
    seconds: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str) -> None:
        with self.lock:
            self.counts[what] += 1

    def took(self, seconds: float) -> None:
        with self.lock:
            self.seconds.append(seconds)
            self.counts["attempts"] += 1


class Shopper:
    """One client: an address of its own, and for each attempt a new browser."""

    def __init__(
        self, number: int, *, ports: list[int], brand: str, tally: Tally, acks: Path
    ) -> None:
        self._network = f"10.{number // 250}.{number % 250}.1"
        self._ports = itertools.cycle(ports[number % 2 :] + ports[: number % 2])
        self._path = f"/api/v1/brands/{brand}"
        self._tally = tally
        self._acks = acks / f"{number}.txt"
        self._cookies: dict[str, str] = {}

    def run(self, window: Window, attempts: int, *, dice: random.Random) -> None:
        with self._acks.open("a") as acks:
            for _ in range(attempts):
                began = time.monotonic()
                wish = window.pick(self._tally.counts["attempts"], dice)
                made = self._attempt(wish)
                self._tally.took(time.monotonic() - began)
                if made:
                    # Acknowledged is what would survive the client's own power cut.
                    acks.write(f"{made}\n")
                    acks.flush()
                    os.fsync(acks.fileno())
                    self._tally.note("acknowledged")
                    self._tally.note(f"sold_{wish.channel}")

    def _attempt(self, wish: Wish) -> str:
        """The appointment's id, or nothing for a refusal."""
        self._cookies = {}
        status, held = self._post("/holds/", vars(wish))
        if status != http.client.CREATED:
            self._tally.note(held.get("code", f"http_{status}"))
            return ""
        person = {
            "name": "Alice Moreau",
            # Somebody else each time: one customer is not at two visits at once.
            "email": f"{uuid.uuid4().hex}@customer.example",
            "phone": f"+3363998{uuid.uuid4().int % 10_000:04}",
            "also": True,
        }
        status, made = self._post(f"/holds/{held['id']}/appointment/", person)
        if status != http.client.CREATED:
            self._tally.note(made.get("code", f"http_{status}"))
            return ""
        return str(made["id"])

    def _post(self, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        """One request with one key, until it is answered."""
        key = uuid.uuid4().hex
        deadline = time.monotonic() + ANSWER_WITHIN
        while time.monotonic() < deadline:
            try:
                status, document, wait = self._send(path, body, key)
            except (OSError, http.client.HTTPException):
                self._tally.note("resets")
                time.sleep(0.2)
                continue
            if status != BUSY:
                if status >= http.client.INTERNAL_SERVER_ERROR:
                    self._tally.note("client_5xx")
                return status, document
            self._tally.note("busy_503" if wait else "client_5xx")
            time.sleep(wait or 1)
        self._tally.note("unanswered")
        return 0, {"code": "unanswered"}

    def _send(
        self, path: str, body: dict[str, Any], key: str
    ) -> tuple[int, Any, float]:
        """Status, document and the seconds after which to ask again."""
        line = http.client.HTTPConnection("127.0.0.1", next(self._ports), timeout=30)
        cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {
            "Content-Type": "application/json",
            "Cookie": cookie,
            "Idempotency-Key": key,
            "X-Forwarded-For": self._network,
        }
        try:
            line.request("POST", self._path + path, json.dumps(body), headers)
            answer = line.getresponse()
            content = answer.read()
        finally:
            line.close()
        for given in answer.headers.get_all("Set-Cookie", []):
            name, _, value = given.partition(";")[0].partition("=")
            self._cookies[name] = value
        is_json = "json" in answer.headers.get("Content-Type", "")
        wait = float(answer.headers.get("Retry-After", 0))
        return answer.status, json.loads(content) if is_json else {}, wait
