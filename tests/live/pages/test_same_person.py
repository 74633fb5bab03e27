"""Two visits of one person: said and taken back by keyboard; axe finds
nothing, and nothing is wider than the screen."""

from __future__ import annotations

from typing import Literal

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from booking.models import Appointment
from tests.booking.persons.stories import are_one, join, person_of, say, story
from tests.cast import World
from tests.live.axe import finds_nothing
from tests.live.chromium import PHONE
from tests.live.widths import TOO_WIDE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "Donaudampfschifffahrtsgesellschaft Delacroix-Saint-Georges"


@pytest.fixture
def stories(world: World) -> list[Appointment]:
    """One of Anna's, one of her browser, one that Bob says is hers, and one that has
    her number."""
    people = (("Anna Roy", 42), ("A. Roy", 43), ("Mme Roy", 44), (LONG, 42))
    visits = [
        story(world, name=name, email=f"{nr}@x.example", phone=f"+336399800{number}")
        for nr, (name, number) in enumerate(people)
    ]
    join(*visits[:2])
    say(world, visits[0], visits[2])
    return visits


@pytest.fixture
def bob(world: World) -> str:
    """Bob's session."""
    client = Client()
    client.force_login(world.bob.user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.mark.parametrize(
    ("scheme", "locale", "width", "say_so", "take_back"),
    [
        ("light", "fr-FR", 360, "Même personne", "Pas la même personne"),
        ("dark", "en-GB", 1280, "Same person", "Not the same person"),
    ],
)
def test_it_is_said_and_taken_back(
    stories: list[Appointment],
    bob: str,
    chromium: Browser,
    live_server: LiveServer,
    scheme: Literal["light", "dark"],
    locale: str,
    width: int,
    say_so: str,
    take_back: str,
) -> None:
    one, *_others, alike = stories
    context = chromium.new_context(
        viewport={"width": width, "height": PHONE["height"]},
        color_scheme=scheme,
        locale=locale,
        base_url=live_server.url,
    )
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": bob, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"/staff/appointments/{one.pk}/")
    nobody_is_kept_out(page)
    page.get_by_role("link", name=f"{say_so}… {LONG}").press("Enter")
    button = page.get_by_role("button", name=say_so, exact=True)
    expect(button).to_be_visible()
    nobody_is_kept_out(page)
    button.press("Enter")
    undo = page.get_by_role("button", name=f"{take_back} {LONG}")
    expect(undo).to_be_visible()
    assert are_one(*stories)
    undo.press("Enter")
    expect(page.get_by_role("link", name=f"{say_so}… {LONG}")).to_be_visible()
    assert person_of(alike) is None
    context.close()


def nobody_is_kept_out(page: Page) -> None:
    finds_nothing(page)
    assert not page.evaluate(TOO_WIDE)
