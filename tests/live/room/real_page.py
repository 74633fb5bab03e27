"""The room's two pages in a real browser, and a real worker between them, whose way to
each of the two can be narrowed; only the offers are carried by the test."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, Route

from benchmarks._lines_relay import RelayLine, RelayLines
from benchmarks._lines_shape import Shape
from booking.models import Appointment
from tests.live.room.room_page import served
from tests.video.running_worker import RunningWorker
from tests.video.visitors import Visitor, signed_in, with_link
from video import services
from video.access import room_of
from video.media.rooms.participant import Participant, Role

JUDGED = Path(__file__).with_name("judged.js")
Row = dict[str, Any]


class RealPage:
    """Somebody's page, and the line that they have."""

    def __init__(self, worker: RunningWorker, room: str, who: Participant) -> None:
        self._worker, self._room, self._who = worker, room, who
        self._stack = AsyncExitStack()
        opened = self._stack.enter_async_context(RelayLines().line(who.id))
        self._line: RelayLine = worker.run(opened)
        self.page: Page

    def close(self) -> None:
        self._worker.run(self._stack.aclose())

    def answer(self, route: Route) -> None:
        """As the server would, whom nobody has to ask here."""
        request = route.request
        session = request.url.partition("/sessions/")[2].partition("?")[0]
        if request.method == "DELETE":
            route.fulfill(status=204)
            return
        offer = json.loads(request.post_data or "")["sdp"]
        if request.method == "PATCH":
            sdp = self._worker.renew(self._room, session, offer)
        else:
            session, sdp = self._worker.seat(self._room, self._who, offer)
        route.fulfill(
            status=200 if request.method == "PATCH" else 201,
            json={
                "type": "answer",
                "sdp": self._line.reached_by(sdp),
                "session": session,
                "resume": "kept",
                "participant": self._who.id,
            },
        )

    def line(self, **shape: Any) -> None:
        """Its line from now on; what is not said is free."""
        self._worker.run(self._line.shape(Shape(**shape)))

    @property
    def now(self) -> Row:
        row: Row = self.page.evaluate("judged.now")
        return row

    def rows(self, most: int) -> list[Row]:
        """The last looks, at most so many."""
        rows: list[Row] = self.page.evaluate("(n) => judged.rows.slice(-n)", most)
        return rows

    def until(self, holds: Callable[[Row], object], what: str, most: int = 240) -> Row:
        """The first look of the browser for which it is so."""
        for _ in range(most):
            row = self.now
            if row and holds(row):
                return row
            self.page.wait_for_timeout(250)
        told = "\n".join(str(one) for one in self.rows(12))
        raise AssertionError(f"waited in vain: {what}\n{told}")


@contextmanager
def real_page(
    chromium: Browser,
    there: Visitor,
    address: str,
    who: RealPage,
    **look: Any,
) -> Iterator[RealPage]:
    with served(
        chromium, there, address, wire=JUDGED, offers=who.answer, **look
    ) as shown:
        who.page = shown.page
        try:
            yield who
        finally:
            who.close()


@contextmanager
def lea_and_bob(
    chromium: Browser, visit: Appointment, worker: RunningWorker
) -> Iterator[tuple[RealPage, RealPage]]:
    """Léa at a telephone in French, Inès, who advises her, at a PC in English."""
    services.say_here(room=room_of(visit), now=timezone.now())
    services.admit(room=room_of(visit), now=timezone.now())
    room, user = uuid.uuid4().hex, visit.staff_member.user
    assert user is not None
    lea = RealPage(worker, room, Participant("lea", Role.CUSTOMER, "Léa"))
    ines = RealPage(worker, room, Participant("ines", Role.ADVISER, "Inès"))
    at_home = reverse("video:room", args=[visit.brand.slug, visit.pk])
    at_work = reverse("video:staff_room", args=[visit.pk])
    wide = {"width": 1280, "height": 820, "language": "en"}
    with (
        real_page(chromium, with_link(visit), at_home, lea),
        real_page(chromium, signed_in(user), at_work, ines, **wide),
    ):
        yield lea, ines
