"""A call of real Chromiums by the product's connection, one of them on a line of its
own that can be made narrow."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page, Route

from benchmarks._lines_relay import RelayLine, RelayLines
from benchmarks._lines_shape import Shape
from tests.video.running_worker import RunningWorker
from video.media.rooms.participant import Participant, Role
from video.media.rooms.session import RTCSession
from video.media.rtp.sender import ForwardingSender

ORIGIN = "http://localhost"
SCRIPT = Path(__file__).with_name("shown_page.js")
PATIENCE = 60.0
BUFFER = 1_000
"""Milliseconds that a packet may wait before the narrow line: a key frame fits."""


class ShownCall:
    """People by their names; all of them in one room of a running worker."""

    def __init__(
        self, chromium: Browser, running: RunningWorker, line: RelayLine
    ) -> None:
        self._chromium, self._running, self._line = chromium, running, line
        self._room = uuid.uuid4().hex
        self.pages: dict[str, Page] = {}

    def enters(
        self,
        name: str,
        *,
        shows: bool = True,
        speaks: bool = False,
        narrow: bool = False,
    ) -> Page:
        page = self.pages[name] = self._chromium.new_page()
        line = self._line if narrow else None
        page.route("**/*", lambda route: self._serve(route, name, line))
        page.goto(f"{ORIGIN}/")
        page.add_script_tag(path=str(SCRIPT))
        about = {"name": name, "shows": shows, "speaks": speaks}
        page.evaluate("(about) => { enter(about); }", about)
        self.until(
            lambda: bool(
                page.evaluate("window.seat?.connection.state === 'connected'")
            ),
            f"{name} inside",
        )
        return page

    def narrows(self, rate: int) -> None:
        self._running.run(self._line.shape(Shape(down=rate, buffer_ms=BUFFER)))

    def session(self, name: str) -> RTCSession:
        sessions = self._running.worker.rooms[self._room].sessions.values()
        return next(one for one in sessions if one.participant.id == name)

    def slot(self, viewer: str, person: str) -> ForwardingSender:
        """The slot in which somebody's picture goes to a viewer."""
        slots = self.session(viewer).leg.senders
        return next(
            one
            for one in slots
            if one.kind == "video"
            and one.source is not None
            and one.source.publisher_id == person
        )

    def says(self, name: str, message: dict[str, Any]) -> None:
        assert self.pages[name].evaluate("(message) => seat.say(message)", message)

    def shows(self, name: str, **lines: int) -> None:
        """A page says how large it shows whom."""
        self.says(name, {"type": "shows", "pictures": pictures(lines)})

    def pins(self, name: str, person: str) -> None:
        about = pictures({person: 360})
        about[0]["pinned"] = True
        self.says(name, {"type": "shows", "pictures": about})

    def frames(self, viewer: str, person: str) -> int:
        return int(self.pages[viewer].evaluate("(who) => seat.frames(who)", person))

    def whole(self, viewer: str, person: str) -> int:
        return int(self.pages[viewer].evaluate("(who) => seat.whole(who)", person))

    def moves(self, viewer: str, person: str, frames: int = 10) -> None:
        begun = self.frames(viewer, person)
        self.until(
            lambda: self.frames(viewer, person) >= begun + frames, f"{person} to move"
        )

    def until(self, condition: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        page = next(iter(self.pages.values()))
        while not condition():
            assert time.monotonic() < deadline, f"waited in vain for {what}"
            page.wait_for_timeout(100)

    def _serve(self, route: Route, name: str, line: RelayLine | None) -> None:
        request = route.request
        path = request.url.removeprefix(ORIGIN).partition("?")[0]
        is_asset = path.startswith("/static/")
        asset = finders.find(path.removeprefix("/static/")) if is_asset else None
        if path.startswith("/api/"):
            self._answer(route, name, line)
        elif isinstance(asset, str):
            route.fulfill(path=asset)
        else:
            route.fulfill(
                body="<!doctype html><title>call</title>", content_type="text/html"
            )

    def _answer(self, route: Route, name: str, line: RelayLine | None) -> None:
        """As the signalling of the product answers."""
        method, running = route.request.method, self._running
        if method == "DELETE":
            route.fulfill(status=204)
            return
        offer = json.loads(route.request.post_data or "{}")["sdp"]
        if method == "POST":
            who = Participant(id=name, role=Role.CUSTOMER, name=name)
            session, answer = running.seat(self._room, who, offer)
        else:
            session = route.request.url.partition("?")[0].rpartition("/")[2]
            answer = running.renew(self._room, session, offer)
        sdp = line.reached_by(answer) if line is not None else answer
        content = {"type": "answer", "sdp": sdp, "session": session, "resume": "r"}
        route.fulfill(
            status=201 if method == "POST" else 200,
            body=json.dumps(content),
            content_type="application/json",
        )


def pictures(lines: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {"participant": who, "source": "camera", "lines": count, "pinned": False}
        for who, count in lines.items()
    ]


@contextmanager
def shown_call(chromium: Browser) -> Iterator[ShownCall]:
    with RunningWorker() as running:
        way = RelayLines().line("narrow")
        line = running.run(way.__aenter__())
        call = ShownCall(chromium, running, line)
        try:
            yield call
        finally:
            for page in call.pages.values():
                page.close()
            running.run(way.__aexit__(None, None, None))
