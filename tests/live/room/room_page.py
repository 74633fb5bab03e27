"""The room's pages in a real browser, their network in the test's hand (wire.js)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, Route, expect

from booking.models import Appointment
from tests.video.visitors import Visitor, signed_in, with_link
from video import services
from video.access import room_of

ORIGIN = "http://localhost"
SESSIONS = re.compile("/sessions")
WIRE = Path(__file__).with_name("wire.js")
PATIENCE = 60_000
"""Milliseconds; nobody waits longer than it takes."""

HELD_IN_HAND = """window.shown = 0;
const { prototype } = HTMLVideoElement;
prototype.getVideoPlaybackQuality = () => ({ totalVideoFrames: shown });
for (const [name, value] of [["videoHeight", 720], ["videoWidth", 1280]]) {
  Object.defineProperty(prototype, name, { get: () => value });
}"""
"""Pictures of whose frames so many are `shown` as a test says."""

LEA = {"id": "lea", "role": "customer", "name": "Léa"}
BOB = {"id": "bob", "role": "adviser", "name": "Bob"}
EVE = {"id": "eve", "role": "guest", "name": "Eve"}


def greeting(*others: dict[str, str], **more: Any) -> dict[str, Any]:
    return {
        "type": "welcome",
        "you": "lea",
        "participants": list(others),
        "history": [],
        "muted": [],
        "quiet": [],
        **more,
    }


class RoomPage:
    """What a test does at the wire, and what the person then sees."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def begins(self, life: int = 1) -> None:
        """Wait until the page has made its connection number `life` and offered it."""
        self.await_(f"wire.lives.length >= {life} && wire.offers().length >= {life}")

    def await_(self, condition: str) -> None:
        self.page.wait_for_function(f"() => {condition}", timeout=PATIENCE)

    def does(self, act: str) -> Any:
        return self.page.evaluate(f"() => {{ {act} }}")

    def asks(self, question: str) -> Any:
        return self.page.evaluate(f"() => ({question})")

    def hears(self, message: dict[str, Any], life: str = "wire.now") -> None:
        self.page.evaluate(f"(message) => {life}.say(message)", message)

    def connects(self) -> None:
        # Whoever is not answered yet does not listen to the path.
        self.await_("wire.now.onconnectionstatechange")
        self.does("wire.now.connect()")

    def gets_slots(self, *sources: str, wanted: int = 1) -> None:
        """Sound and camera of each of these people."""
        self.page.evaluate(
            "([sources, wanted]) => wire.now.tell(sources, wanted)",
            [list(sources), wanted],
        )

    def is_in(self, state: str) -> None:
        expect(self.page.locator(f'html[data-room-state="{state}"]')).to_be_attached(
            timeout=PATIENCE
        )

    def says_instead(self, absence: str | None) -> None:
        """What stands where a picture would be; None: somebody is shown."""
        words = self.page.locator('[data-part="absence"]')
        if absence is None:
            expect(words).to_be_hidden(timeout=PATIENCE)
        else:
            shown = words.locator(f'[data-when="{absence}"]')
            expect(shown).to_be_visible(timeout=PATIENCE)

    def shows(self, person: str, *, state: str = "sound", sounds: bool = True) -> None:
        tile = self.page.locator(f'.person[data-participant="{person}"]')
        expect(tile).to_have_attribute("data-state", state, timeout=PATIENCE)
        sound = f"document.querySelector('[data-participant={person}] audio')"
        self.await_(f"Boolean({sound}.srcObject) === {str(sounds).lower()}")

    def shows_nobody_called(self, person: str) -> None:
        tile = self.page.locator(f'.person[data-participant="{person}"]')
        expect(tile).to_have_count(0, timeout=PATIENCE)

    def ended(self, words: str) -> None:
        self.is_in("ended")
        told = self.page.locator(f'[data-part="ended"] h2 [data-when="{words}"]')
        expect(told).to_be_visible(timeout=PATIENCE)


@contextmanager
def room_page(
    chromium: Browser, visit: Appointment, *, before: str = "", **look: Any
) -> Iterator[RoomPage]:
    """Léa is let in and her page is open; `before` is a script that runs first. `look`
    as `served` takes it."""
    services.say_here(room=room_of(visit), now=timezone.now())
    services.admit(room=room_of(visit), now=timezone.now())
    address = reverse("video:room", args=[visit.brand.slug, visit.pk])
    with served(chromium, with_link(visit), address, before=before, **look) as room:
        yield room


@contextmanager
def staff_page(
    chromium: Browser, visit: Appointment, *, before: str = "", **look: Any
) -> Iterator[RoomPage]:
    """The room's page of the visit's adviser."""
    user = visit.staff_member.user
    assert user is not None
    there = signed_in(user)
    address = reverse("video:staff_room", args=[visit.pk])
    wide = {"width": 1280, "height": 820} | look
    with served(chromium, there, address, before=before, **wide) as room:
        yield room


@contextmanager
def served(
    chromium: Browser,
    there: Visitor,
    address: str,
    *,
    before: str = "",
    width: int = 360,
    height: int = 740,
    language: str = "fr",
    wire: Path = WIRE,
    offers: Callable[[Route], None] | None = None,
) -> Iterator[RoomPage]:
    """The page at `address`, with the panel of the door as it is then; what else it
    sends is lost, but for its `offers` where somebody answers them. Its clock goes on
    and can be put forward. No script may fail in it."""
    headers = {"Accept-Language": language}
    known = {
        path: there.client.get(path, headers=headers).content
        for path in (address, f"{address}door/")
    }
    context = chromium.new_context(
        permissions=["camera", "microphone"],
        viewport={"width": width, "height": height},
        locale=language,
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.route(re.compile(".*"), lambda route: _answer(route, known))
    if offers:
        page.route(SESSIONS, offers)
    else:
        page.clock.install()
    page.add_init_script(path=wire)
    if before:
        page.add_init_script(before)
    page.goto(f"{ORIGIN}{address}")
    try:
        yield RoomPage(page)
    finally:
        context.close()
    assert not complaints, complaints


def _answer(route: Route, known: dict[str, bytes]) -> None:
    path = route.request.url.removeprefix(ORIGIN).partition("?")[0]
    is_asset = path.startswith("/static/")
    asset = finders.find(path.removeprefix("/static/")) if is_asset else None
    if path in known:
        route.fulfill(body=known[path], content_type="text/html; charset=utf-8")
    elif isinstance(asset, str):
        route.fulfill(path=asset)
    elif route.request.method == "GET":
        route.fulfill(status=204)
    else:
        route.abort()


def bob_is_shown(room: RoomPage) -> None:
    room.is_in("connected")
    room.shows("bob")
    room.says_instead(None)
