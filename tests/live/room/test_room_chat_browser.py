"""What is written in the room arrives, and is noticed by who looks elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from booking.models import Appointment
from tests.live.e2e.shots import shoot
from tests.live.room.room_page import (
    BOB,
    LEA,
    PATIENCE,
    RoomPage,
    greeting,
    room_page,
    staff_page,
)

pytestmark = pytest.mark.browser

ROOM = """window.room = { tokens: 10, refused: 0, lines: [], silent: false };
setInterval(() => (room.tokens = Math.min(10, room.tokens + 1)), 500);
window.plays = (life) => {
  const { send } = life.channel;
  life.channel.send = (text) => {
    send.call(life.channel, text);
    const message = JSON.parse(text);
    if (message.type !== "chat" || room.silent) return;
    const say = (answer) => setTimeout(() => life.say(answer), 20);
    if (room.odd) return say({ type: "error", code: room.odd });
    if (room.tokens < 1) {
      room.refused += 1;
      return say({ type: "error", code: "too_fast" });
    }
    room.tokens -= 1;
    const at = "2026-01-01T10:00:00Z";
    const line = { from: "lea", name: "Léa", text: message.text, at };
    room.lines.push(line);
    say({ type: "chat", ...line });
  };
};"""
"""As the media worker takes lines: two a second after a burst of ten."""

WRITE = '.ctl[data-part="chat"]'
UNREAD = '.ctl [data-part="unread"]'


def line(text: str, who: str = "bob") -> dict[str, str]:
    return {
        "type": "chat",
        "from": who,
        "name": who.title(),
        "text": text,
        "at": "2026-01-01T10:00:00Z",
    }


@pytest.fixture
def room(chromium: Browser, visit: Appointment) -> Iterator[RoomPage]:
    """Léa and Bob are in, and her messages are open."""
    with room_page(chromium, visit, before=ROOM) as room:
        room.begins()
        room.does("plays(wire.now)")
        room.connects()
        room.hears(greeting(BOB))
        room.is_in("connected")
        room.page.locator(WRITE).click()
        yield room


def writes(room: RoomPage, *texts: str) -> None:
    field = room.page.locator("#chat-text")
    for text in texts:
        field.fill(text)
        field.press("Enter")


def mine(room: RoomPage) -> Locator:
    return room.page.locator('[data-part="lines"] .mine [data-part="text"]')


def waiting(room: RoomPage) -> Locator:
    return room.page.locator('[data-part="waiting"] [data-part="text"]')


def test_a_hundred_lines_at_once_all_arrive_in_order(room: RoomPage) -> None:
    texts = [f"ligne {number}" for number in range(100)]
    writes(room, *texts)
    shown = room.page.locator('[data-part="sending"]')
    expect(shown).to_be_visible()
    shoot(room.page, "lines-waiting")
    while room.asks("room.lines.length") < len(texts):
        room.page.clock.run_for(1_000)
    expect(mine(room)).to_have_text(texts, timeout=PATIENCE)
    assert [one["text"] for one in room.asks("room.lines")] == texts
    assert room.asks("room.refused") > 0
    expect(waiting(room)).to_have_count(0)
    expect(shown).to_be_hidden()


@pytest.mark.parametrize("code", ["bad_text", "too_long", "too_large"])
def test_a_refused_line_comes_back_into_the_field_with_the_reason(
    room: RoomPage, code: str
) -> None:
    room.does(f"room.odd = '{code}'; room.silent = true")
    writes(room, "Un mètre cinq")
    room.page.locator("#chat-text").fill("et rouge")
    room.hears({"type": "error", "code": code})
    field = room.page.locator("#chat-text")
    expect(field).to_have_value("Un mètre cinq et rouge", timeout=PATIENCE)
    reason = room.page.locator(f'[data-part="refused"] [data-when~="{code}"]')
    expect(reason).to_be_visible()
    expect(waiting(room)).to_have_count(0)
    room.does("room.odd = null; room.silent = false")
    field.press("Enter")
    expect(mine(room)).to_have_text(["Un mètre cinq et rouge"], timeout=PATIENCE)
    expect(reason).to_be_hidden()


def test_what_is_written_while_the_line_is_cut_goes_out_once(room: RoomPage) -> None:
    room.does("room.silent = true")
    writes(room, "reçu", "perdu")
    room.does("wire.now.hangUp()")
    writes(room, "plus tard")
    expect(waiting(room)).to_have_text(["reçu", "perdu"])
    expect(room.page.locator('[data-part="left"]')).to_have_text("3")
    room.begins(2)
    room.does("room.silent = false; plays(wire.now)")
    room.connects()
    room.hears(greeting(BOB, history=[line("reçu", "lea")]))
    expect(mine(room)).to_have_text(["reçu", "perdu", "plus tard"], timeout=PATIENCE)
    assert [one["text"] for one in room.asks("room.lines")] == ["perdu", "plus tard"]


def test_a_line_that_is_not_answered_is_asked_after(room: RoomPage) -> None:
    """A flood is dropped without a word."""
    room.does("room.silent = true")
    writes(room, "sans réponse")
    asked = "wire.now.said.filter((one) => one.type === 'hello').length"
    before = room.asks(asked)
    room.page.clock.run_for(8_500)
    room.await_(f"{asked} > {before}")
    room.does("room.silent = false")
    room.hears(greeting(BOB))
    expect(mine(room)).to_have_text(["sans réponse"], timeout=PATIENCE)


def unread(room: RoomPage, number: int) -> None:
    count = room.page.locator(UNREAD)
    if not number:
        expect(count).to_be_hidden(timeout=PATIENCE)
        return
    expect(count).to_be_visible(timeout=PATIENCE)
    expect(count.locator('[data-part="number"]')).to_have_text(str(number))


@pytest.mark.parametrize("width", [360, 820, 1280])
def test_unread_messages_are_counted_beside_the_button(
    chromium: Browser, visit: Appointment, width: int
) -> None:
    with room_page(chromium, visit, width=width) as room:
        room.begins()
        room.connects()
        room.hears(greeting(BOB))
        unread(room, 0)
        room.hears(line("Bonjour"))
        unread(room, 1)
        expect(room.page.locator("#say")).to_have_text("Un nouveau message")
        room.does("document.getElementById('say').textContent = ''")
        room.hears(line("Léa ?"))
        unread(room, 2)
        if width == 360:
            shoot(room.page, "unread")
        expect(room.page.locator("#say")).to_have_text("")
        room.page.locator(WRITE).click()
        unread(room, 0)
        room.hears(line("Ah, vous êtes là"))
        unread(room, 0)


@pytest.mark.parametrize(("width", "height"), [(360, 740), (820, 700), (1280, 820)])
def test_staff_see_what_they_have_not_read_at_every_width(
    chromium: Browser, visit: Appointment, width: int, height: int
) -> None:
    with staff_page(chromium, visit, width=width, height=height) as room:
        room.begins()
        room.connects()
        room.hears(greeting(LEA, you="bob"))
        room.hears(line("Bonjour", "eve"))
        if width < 960:
            unread(room, 1)
        room.page.locator(WRITE).click()
        expect(room.page.locator("#chat-text")).to_be_focused()
        expect(room.page.locator("#chat-text")).to_be_in_viewport()
        unread(room, 0)


def test_a_window_that_nobody_looks_at_reads_nothing(
    chromium: Browser, visit: Appointment
) -> None:
    with staff_page(chromium, visit) as room:
        room.begins()
        room.connects()
        room.hears(greeting(you="bob"))
        room.does(
            "Object.defineProperty(document, 'hidden', { value: true, writable: true })"
        )
        room.hears(line("Bonjour", "eve"))
        unread(room, 1)
        room.does(
            "document.hidden = false;"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )
        unread(room, 0)


def returns_to(room: RoomPage, history: list[dict[str, str]], life: int = 2) -> None:
    """The connection is cut and made anew, and the room tells its chat again."""
    room.does("wire.now.hangUp()")
    room.begins(life)
    room.does("plays(wire.now)")
    room.connects()
    room.hears(greeting(BOB, history=history))
    room.is_in("connected")


WATCH = """window.changes = 0;
const list = document.querySelector('.chat-log [data-part="lines"]');
new MutationObserver((found) => {
  for (const one of found) changes += one.addedNodes.length + one.removedNodes.length;
}).observe(list, { childList: true });
document.querySelector('.chat-log').scrollTop = 0;"""


def test_after_a_return_only_what_is_new_is_added(room: RoomPage) -> None:
    """A screen reader reads a log aloud as it grows: not all of it again."""
    told = [line(f"numéro {number}") for number in range(30)]
    for one in told:
        room.hears(one)
    texts = room.page.locator('.chat-log [data-part="text"]')
    expect(texts).to_have_count(30, timeout=PATIENCE)
    room.does(WATCH)
    returns_to(room, told)
    assert room.asks("changes") == 0
    assert room.asks("document.querySelector('.chat-log').scrollTop") == 0
    # As much of the end as one message carries, and two lines that were missed.
    end = [*told[10:], line("numéro 29"), line("manqué")]
    returns_to(room, end, 3)
    expect(texts).to_have_count(32, timeout=PATIENCE)
    assert room.asks("changes") == 2
    assert room.asks("document.querySelector('.chat-log').scrollTop") == 0
    assert texts.all_text_contents()[-3:] == ["numéro 29", "numéro 29", "manqué"]


def test_a_chat_that_does_not_meet_what_stands_here_comes_instead(
    room: RoomPage,
) -> None:
    """After a crash the room may know fewer lines than the page."""
    for text in ("gardé", "perdu"):
        room.hears(line(text))
    returns_to(room, [line("gardé"), line("après")])
    texts = room.page.locator('.chat-log [data-part="text"]')
    expect(texts).to_have_text(["gardé", "après"], timeout=PATIENCE)


def test_what_was_missed_while_away_is_unread(
    chromium: Browser, visit: Appointment
) -> None:
    with room_page(chromium, visit, before=ROOM) as room:
        room.begins()
        room.does("plays(wire.now)")
        room.connects()
        room.hears(greeting(BOB, history=[line("avant")]))
        unread(room, 0)
        returns_to(room, [line("avant"), line("un"), line("deux")])
        unread(room, 2)
