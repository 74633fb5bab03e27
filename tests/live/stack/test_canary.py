"""A marked customer goes through the running product: whatever any of its programs
writes, beside the database and the messages themselves, holds nothing of her."""

from __future__ import annotations

import contextlib
import json
import threading
import time
import urllib.error
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
import redis

from tests.live.stack.deployed import UNITS, compose_line, deployed, unit_line
from tests.live.stack.launched import RunningStack
from tests.live.stack.visitor import Visitor
from visavis.devstack.state import published

pytestmark = pytest.mark.stack

CANARY = {
    "name": "Canarina Serinova",
    "email": "canary-7391@customer.example",
    "phone": "+33639987391",
    "question": "Zinzolin-7391 pour ma fille",
}
HER_SISTER = {
    "name": "Canarina Faultova",
    "email": "canary-7391-too@customer.example",
    "phone": "+33639987392",
}
WITHIN = 60.0


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


def is_refused(visitor: Visitor, booked: dict[str, Any]) -> None:
    """What goes wrong for her, with what she knows in every place that takes it."""
    link, email = booked["link"], CANARY["email"]
    token = link.rpartition("/r/")[2].strip("/")
    api = f"/api/v1/brands/tilleul/appointments/{booked['id']}/"
    told = {"Referer": link, "Content-Type": "application/json"}
    assert visitor.status_of(f"/r/{token[:-1]}~") == 404, "a mistyped link"
    assert visitor.status_of(f"/r/guest/{token}/") == 404
    assert visitor.status_of(f"/r/calendar/{token}.ics") == 404
    assert visitor.status_of(f"/no/{email}?to={email}&name=Canarina") == 404
    assert visitor.status_of(f"/no/{quote(CANARY['name'])}") == 404
    assert visitor.status_of(f"/{token}/", **told) == 404
    assert visitor.status_of(link, "OPTIONS", **told) == 405
    assert visitor.status_of(f"{api}cancel/?to={email}") == 405
    assert visitor.status_of(f"/r/{token}", "POST", f"x={email}") == 403
    assert visitor.status_of(f"{api}move/", "POST", f'{{"{email}', **told) == 400
    move = json.dumps({"starts_at": email, "name": CANARY["name"]})
    assert visitor.status_of(f"{api}move/", "POST", move, **told) == 422


def is_asked_to_wait(visitor: Visitor, broker: redis.Redis) -> None:
    """As after six hundred writes of her network in a minute."""
    counts = list(broker.scan_iter("*throttle:network-write:*"))
    assert counts
    for key in counts:
        broker.set(key, 10**6)
    path = f"/api/v1/brands/tilleul/holds/?email={CANARY['email']}"
    assert visitor.status_of(path, "POST", json.dumps(CANARY)) in (415, 429)
    json_too = {"Content-Type": "application/json"}
    assert visitor.status_of(path, "POST", json.dumps(CANARY), **json_too) == 429
    broker.delete(*counts)


def meets_a_fault(visitor: Visitor, database_url: str) -> None:
    """The database refuses her name, with the whole row of hers in its words."""
    table = "ALTER TABLE booking_customer"
    refuse = "CHECK (name <> 'Canarina Faultova') NOT VALID"
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"{table} ADD CONSTRAINT canary {refuse}")
        try:
            with pytest.raises(urllib.error.HTTPError, match="500"):
                visitor.books({**CANARY, **HER_SISTER})
        finally:
            connection.execute(f"{table} DROP CONSTRAINT canary")


def assert_unnamed(places: Mapping[str, str], tokens: list[str]) -> None:
    secrets = [*CANARY.values(), "63998739", "Canarina", "Serinova", "Faultova"]
    secrets += ["canary-7391", *(token[:-1] for token in tokens)]
    for place, text in places.items():
        for secret in secrets:
            assert secret not in text, f"{secret} stands in {place}"


def test_nothing_that_is_written_names_her(
    running_stack: RunningStack, tmp_path: Path
) -> None:
    """Neither of a copy of `./run`, nor of the programs as deploy/ starts them, which
    log each request; and neither where she is served nor where she is refused."""
    url = (running_stack.state / "valkey.url").read_text().strip()
    broker = redis.Redis.from_url(url)
    database = (published(running_stack.state) or {})["DATABASE_URL"]
    tokens: list[str] = []
    with deployed(running_stack, tmp_path) as programs, overheard(url) as commands:
        for base_url in (running_stack.base_url, programs.base_url):
            visitor = Visitor(base_url)
            booked = visitor.books(CANARY)
            tokens.append(booked["link"].rpartition("/r/")[2].strip("/"))
            assert visitor.status_of(f"/r/{tokens[-1]}") == 200
            is_refused(visitor, {**booked, "link": f"{base_url}/r/{tokens[-1]}"})
            meets_a_fault(visitor, database)
            visitor.post(f"appointments/{booked['id']}/cancel/", {})
            is_asked_to_wait(visitor, broker)
        await_mail(running_stack, CANARY["email"])
        running_stack.await_output("visavis ready")
    assert commands, "the broker was overheard"
    places = {**written(running_stack), **programs.logs()}
    places["the broker's commands"] = "\n".join(commands)
    places["the broker's store"] = kept_by(broker)
    assert {"postgres.log", "valkey.log", "web.log", "media.log"} <= set(places)
    assert '"GET /r/… HTTP/1.1"' in places["web.log"], "each request is logged"
    assert "ERROR:  new row" in places["postgres.log"], "the fault was logged"
    for text in (places["the launcher's output"], places["web.log"]):
        assert "booking_customer" in text, "the fault was logged"
        assert "Traceback" in text
    assert_unnamed(places, tokens)


@pytest.mark.parametrize("service", UNITS)
def test_units_and_containers_start_the_same(service: str) -> None:
    assert unit_line(service) == compose_line(service)
