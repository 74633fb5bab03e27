"""The control API over real HTTP, beside real media."""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any

import pytest

from tests.video.media.browser import Browser, new_worker, until
from video.media.control.auth import sign_request
from video.media.control.server import ControlServer
from video.media.worker import MediaWorker

KEY = b"a control key for these tests"


@dataclass
class Answer:
    status: int
    content: Any = None
    text: str = ""


@dataclass
class Api:
    """A client that signs; `key` wrong or None to be refused."""

    address: tuple[str, int]
    worker: MediaWorker
    key: bytes | None = field(default=KEY)

    async def call(self, method: str, path: str, content: object = None) -> Answer:
        body = b"" if content is None else json.dumps(content).encode()
        return await asyncio.to_thread(self._call, method, path, body)

    def _call(self, method: str, path: str, body: bytes) -> Answer:
        headers = {}
        if self.key is not None:
            headers = sign_request(
                key=self.key, method=method, path=path, body=body, now=time.time()
            )
        connection = HTTPConnection(*self.address, timeout=10)
        try:
            connection.request(method, path, body=body, headers=headers)
            response = connection.getresponse()
            text = response.read().decode()
            is_json = response.getheader("content-type") == "application/json"
            content = json.loads(text) if is_json and text else None
            return Answer(response.status, content, text)
        finally:
            connection.close()


def served(story: Callable[[Api], Awaitable[None]]) -> None:
    async def run() -> None:
        worker = new_worker()
        server = ControlServer(worker, KEY)
        await server.start()
        try:
            await story(Api(server.address, worker))
        finally:
            await server.close()
            await worker.close()

    asyncio.run(run())


def join_body(browser: Browser, offer: str, **changes: object) -> dict[str, object]:
    return {
        "participant": browser.participant.as_message(),
        "offer": offer,
        "ends_in": 600,
    } | changes


def test_a_worker_is_not_well_before_rooms_can_be_placed_on_it() -> None:
    async def run() -> None:
        worker = new_worker()
        server = ControlServer(worker, KEY, enlisted=False)
        await server.start()
        api = Api(server.address, worker, key=None)
        try:
            assert (await api.call("GET", "/healthz")).status == 503
            server.enlist()
            assert (await api.call("GET", "/healthz")).status == 200
        finally:
            await server.close()
            await worker.close()

    asyncio.run(run())


def test_a_session_is_made_renewed_measured_and_ended() -> None:
    async def story(api: Api) -> None:
        browser = Browser("alice")
        line = {"from": "bob", "name": "Bob", "text": "Hello", "at": "earlier"}
        joined = await api.call(
            "POST",
            "/rooms/r/sessions",
            join_body(browser, await browser.offer(), history=[line]),
        )
        assert joined.status == 201
        await browser.accept(joined.content["answer"])
        welcome = await browser.sees("welcome")
        assert welcome["you"] == "alice"
        assert welcome["history"] == [line]
        path = f"/rooms/r/sessions/{joined.content['session']}"
        renewed = await api.call("PATCH", path, {"offer": await browser.offer()})
        assert renewed.status == 200
        await browser.accept(renewed.content["answer"])
        figures = await api.call("GET", path)
        assert figures.content["connected"] is True
        metrics = (await api.call("GET", "/metrics")).text
        assert "visavis_media_rooms 1.0" in metrics
        assert "visavis_media_participants 1.0" in metrics
        if sys.platform == "linux":
            assert "visavis_media_socket_drops 0.0" in metrics
        assert (await api.call("DELETE", path)).status == 204
        assert (await api.call("DELETE", path)).status == 404
        await browser.close()

    served(story)


def test_a_room_is_closed_for_all() -> None:
    async def story(api: Api) -> None:
        browser = await Browser("alice").join(api.worker, "r")
        await browser.sees("welcome")
        assert (await api.call("DELETE", "/rooms/r")).status == 204
        assert (await browser.sees("ended"))["reason"] == "room_closed"
        assert not api.worker.rooms
        assert (await api.call("DELETE", "/rooms/r")).status == 404
        await browser.close()

    served(story)


def test_refusals_have_a_code_and_make_no_state() -> None:
    async def story(api: Api) -> None:
        browser = Browser("alice")
        offer = await browser.offer()
        path = "/rooms/r/sessions"
        cases: list[tuple[dict[str, object], int, str]] = [
            (join_body(browser, "v=0"), 422, "no_media"),
            (join_body(browser, "x" * 70_000), 422, "too_large"),
            (join_body(browser, offer, ends_in=-1), 400, "bad_request"),
            (join_body(browser, offer, ends_in=True), 400, "bad_request"),
            (join_body(browser, offer, history={}), 400, "bad_request"),
            (join_body(browser, offer, participant={"id": 1}), 400, "bad_request"),
            ({}, 400, "bad_request"),
        ]
        for body, status, code in cases:
            answer = await api.call("POST", path, body)
            assert (answer.status, answer.content["code"]) == (status, code)
        for method, unknown in [
            ("PATCH", "/rooms/r/sessions/s"),
            ("GET", "/nothing"),
            ("POST", "/rooms/a%2Fb/sessions"),
        ]:
            assert (await api.call(method, unknown, {"offer": "x"})).status == 404
        assert not api.worker.rooms
        assert api.worker.mux.transports == 0
        await browser.close()

    served(story)


def test_unsigned_and_wrongly_signed_calls_are_refused() -> None:
    async def story(api: Api) -> None:
        for key in (None, b"another key, long enough"):
            stranger = Api(api.address, api.worker, key)
            for method, path in [
                ("DELETE", "/rooms/r"),
                ("POST", "/rooms/r/sessions"),
                ("GET", "/nothing"),
            ]:
                answer = await stranger.call(method, path, {})
                assert answer.status == 401
                assert answer.content["code"] == "signature_refused"
        assert (await Api(api.address, api.worker, None).call("GET", "/healthz")).status

    served(story)


@pytest.mark.parametrize(
    ("token", "headers", "status"),
    [
        ("", {}, 200),
        ("", {"X-Forwarded-For": "192.0.2.1"}, 401),
        ("a token", {}, 401),
        ("a token", {"Authorization": "Bearer another"}, 401),
        ("a token", {"Authorization": "Bearer a token"}, 200),
    ],
)
def test_figures_are_for_this_machine_or_for_the_tokens_bearer(
    token: str, headers: dict[str, str], status: int
) -> None:
    async def run() -> None:
        worker = new_worker()
        server = ControlServer(worker, KEY, metrics_token=token)
        await server.start()

        def ask() -> tuple[int, str]:
            connection = HTTPConnection(*server.address, timeout=10)
            connection.request("GET", "/metrics", headers=headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            connection.close()
            return answer.status, text

        try:
            seen, text = await asyncio.to_thread(ask)
        finally:
            await server.close()
            await worker.close()
        assert seen == status
        for name in ("rooms", "cpu_seconds_total", "resident_bytes"):
            assert (f"visavis_media_{name} " in text) == (status == 200)

    asyncio.run(run())


def test_a_full_room_and_a_draining_worker_say_so() -> None:
    async def story(api: Api) -> None:
        crowd = [Browser(f"p{number}") for number in range(5)]
        offers = [await browser.offer() for browser in crowd]
        path = "/rooms/r/sessions"
        for browser, offer in zip(crowd[:4], offers, strict=False):
            answer = await api.call("POST", path, join_body(browser, offer))
            assert answer.status == 201
        full = await api.call("POST", path, join_body(crowd[4], offers[4]))
        assert (full.status, full.content["code"]) == (409, "room_full")
        again = await api.call("POST", path, join_body(crowd[0], offers[0]))
        assert again.status == 201
        api.worker.drain()
        late = await api.call(
            "POST", "/rooms/x/sessions", join_body(crowd[4], offers[4])
        )
        assert (late.status, late.content["code"]) == (503, "worker_draining")
        await until(lambda: api.worker.stats().participants == 4, "four seats")
        for browser in crowd:
            await browser.close()

    served(story)
