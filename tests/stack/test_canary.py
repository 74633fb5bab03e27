"""A marked customer goes through the running product: whatever any of its programs
writes, beside the database and the messages themselves, holds nothing of her."""

from __future__ import annotations

import contextlib
import http.cookiejar
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
import redis

from tests.stack.launched import RunningStack

pytestmark = pytest.mark.stack

CANARY = {
    "name": "Canarina Serinova",
    "email": "canary-7391@customer.example",
    "phone": "+33639987391",
    "question": "Zinzolin-7391 pour ma fille",
}
WITHIN = 60.0


class Visitor:
    """A browser without a screen: it keeps cookies and follows redirects."""

    def __init__(self, stack: RunningStack) -> None:
        self._base = stack.base_url
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(cookies)

    def get(self, path: str) -> str:
        address = path if path.startswith("http") else self._base + path
        with self._opener.open(address, timeout=20) as answer:
            text: str = answer.read().decode()
        return text

    def status_of(self, path: str) -> int:
        try:
            self.get(path)
        except urllib.error.HTTPError as error:
            return error.code
        return 200

    def told(self, path: str) -> Any:
        return json.loads(self.get(f"/api/v1/brands/tilleul/{path}"))

    def post(self, path: str, body: dict[str, Any]) -> Any:
        request = urllib.request.Request(  # noqa: S310 - loopback
            f"{self._base}/api/v1/brands/tilleul/{path}",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with self._opener.open(request, timeout=20) as answer:
            return json.loads(answer.read())

    def books(self) -> dict[str, Any]:
        store = "a-distance"
        offers = self.told(f"stores/{store}/offers/")["results"]
        topic = next(o["topic"] for o in offers if o["channel"] == "video")
        query = f"stores/{store}/starts/?topic={topic}&channel=video"
        start = self.told(query)[-1]["starts_at"]
        place = {"store": store, "topic": topic, "channel": "video"}
        held = self.post("holds/", {**place, "starts_at": start})
        booked: dict[str, Any] = self.post(
            f"holds/{held['id']}/appointment/", {**CANARY, "language": "fr"}
        )
        return booked


@contextlib.contextmanager
def overheard(url: str) -> Iterator[list[str]]:
    """Every command that reaches the broker and cache meanwhile, with its values."""
    heard: list[str] = []
    listening = threading.Event()

    def listen() -> None:
        ended = contextlib.suppress(redis.RedisError, OSError, ValueError)
        with ended, redis.Redis.from_url(url).monitor() as monitor:  # type: ignore[no-untyped-call]  # redis has no types for it
            listening.set()
            for told in monitor.listen():
                heard.append(str(told["command"]))

    threading.Thread(target=listen, daemon=True).start()
    assert listening.wait(10)
    yield heard


def await_mail(stack: RunningStack, text: str) -> None:
    """Without it, nothing that sends has had her in its hands."""
    deadline = time.monotonic() + WITHIN
    while not any(
        text in path.read_text(errors="replace")
        for path in stack.mailbox_dir.glob("*.eml")
    ):
        assert time.monotonic() < deadline, f"no mail to {text}"
        time.sleep(0.2)


def written(stack: RunningStack) -> dict[str, str]:
    """All that the copy keeps outside of PostgreSQL's tables and the mailbox."""
    found = {"the launcher's output": stack.output()}
    for path in stack.state.iterdir():
        if path.is_file():
            found[path.name] = path.read_bytes().decode(errors="replace")
    return found


def kept_by(broker: redis.Redis) -> str:
    """Keys and values that it holds now; sets and hashes as the dump has them."""
    return " ".join(
        f"{key!r} {broker.dump(key)!r}" for key in broker.scan_iter(count=500)
    )


def test_nothing_that_is_written_names_her(running_stack: RunningStack) -> None:
    url = (running_stack.state / "valkey.url").read_text().strip()
    visitor = Visitor(running_stack)
    with overheard(url) as commands:
        booked = visitor.books()
        link = booked["link"]
        token = link.rpartition("/r/")[2].strip("/")
        assert visitor.status_of(link) == 200
        assert visitor.status_of(f"/r/{token[:-1]}~") == 404, "a mistyped link"
        assert visitor.status_of(f"/no/{CANARY['email']}") == 404
        visitor.post(f"appointments/{booked['id']}/cancel/", {})
        await_mail(running_stack, CANARY["email"])
        running_stack.await_output("visavis ready")
    assert commands, "the broker was overheard"
    places = written(running_stack)
    places["the broker's commands"] = "\n".join(commands)
    places["the broker's store"] = kept_by(redis.Redis.from_url(url))
    assert {"postgres.log", "valkey.log"} <= set(places)
    secrets = [
        *CANARY.values(),
        "639987391",
        "Canarina",
        "Serinova",
        "canary-7391",
        token[:-1],
    ]
    for place, text in places.items():
        for secret in secrets:
            assert secret not in text, f"{secret} stands in {place}"
