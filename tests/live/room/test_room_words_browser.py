"""Of the words of a state only those show that belong to it, from the first moment."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, expect

from booking.models import Appointment
from tests.live.room.room_page import BOB, greeting, room_page
from tests.video.visitors import Visitor, signed_in, with_link
from video import services
from video.access import room_of

pytestmark = pytest.mark.browser

WRONG = """(html) => {
  const found = [];
  const walk = (root) => {
    for (const scope of root.querySelectorAll("[data-state]")) {
      for (const words of scope.querySelectorAll("[data-when]")) {
        if (words.parentElement.closest("[data-state]") !== scope) continue;
        const shows = words.dataset.when.split(" ").includes(scope.dataset.state);
        if (shows === words.hidden) found.push(words.outerHTML.slice(0, 120));
      }
    }
    for (const template of root.querySelectorAll("template")) walk(template.content);
  };
  walk(new DOMParser().parseFromString(html, "text/html"));
  return found;
}"""


def content(there: Visitor, address: str) -> str:
    return str(there.client.get(address).content.decode())


def test_a_page_shows_the_words_of_its_state_before_any_script(
    chromium: Browser, visit: Appointment
) -> None:
    services.say_here(room=room_of(visit), now=timezone.now())
    services.admit(room=room_of(visit), now=timezone.now())
    user = visit.staff_member.user
    assert user is not None
    mine = [visit.brand.slug, visit.pk]
    lea = with_link(visit)
    pages = [
        content(lea, reverse("video:device", args=mine)),
        content(lea, reverse("video:room", args=mine)),
        content(signed_in(user), reverse("video:staff_room", args=[visit.pk])),
    ]
    page = chromium.new_page()
    for html in pages:
        assert "data-when" in html
        assert page.evaluate(WRONG, html) == []
    page.close()


def test_who_has_no_camera_is_not_said_to_be_cut_off(
    chromium: Browser, visit: Appointment
) -> None:
    with room_page(chromium, visit) as room:
        room.begins()
        room.connects()
        room.hears(greeting(BOB))
        room.shows("bob", sounds=False)
        words = room.page.locator('.person[data-participant="bob"] [data-when="away"]')
        expect(words.last).to_be_hidden()
        room.hears({"type": "interrupted", "participant": BOB})
        expect(words.last).to_have_text("Connexion interrompue : Bob")
        expect(words.last).to_be_visible()
