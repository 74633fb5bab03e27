"""The page of a brand in a browser: the table and the telephone follow what is typed,
and a colour that cannot be read is exchanged in one tap."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, expect
from pytest_django.live_server_helper import LiveServer

from stores.models import Brand
from tests.cast import World
from tests.live.axe import finds_nothing
from tests.live.chromium import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GROUND = "e => getComputedStyle(e).backgroundColor"


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer, world: World) -> Iterator[Page]:
    Brand.objects.filter(pk=world.brand.pk).update(phone="+33353010000")
    client = Client()
    client.force_login(world.dora)
    context = chromium.new_context(locale="en", base_url=live_server.url)
    session = client.cookies["sessionid"].value
    context.add_cookies(
        [{"name": "sessionid", "value": session, "url": live_server.url}]
    )
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))

    def note(said: ConsoleMessage) -> None:
        if said.type == "error":
            problems.append(said.text)

    page.on("console", note)
    page.goto("/desk/brand/")
    yield page
    context.close()
    assert not [one for one in problems if "422" not in one]


def test_all_follows_what_is_typed_and_a_tap_takes_the_nearest(
    page: Page, world: World
) -> None:
    plate = page.locator(".phone[data-theme=light] .plate")
    swatch = page.locator(".sw-plate")
    expect(plate).to_have_css("background-color", "rgb(23, 64, 139)")
    page.get_by_label("Code of the colour").fill("#0A5A5C")
    expect(swatch).to_have_css("background-color", "rgb(10, 90, 92)")
    expect(plate).to_have_css("background-color", "rgb(10, 90, 92)")
    expect(page.get_by_label("Choose the colour")).to_have_value("#0a5a5c")
    page.get_by_label("Choose the colour").fill("#f2b705")
    expect(page.get_by_label("Code of the colour")).to_have_value("#F2B705")
    expect(page.get_by_text("#F2B705 is refused")).to_be_visible()
    page.get_by_label("For deaf and hard-of-hearing people").fill("acce.example")
    expect(page.locator(".phone[data-theme=light]")).to_contain_text("acce.example")
    page.get_by_role("button", name="Save with #886502").click()
    expect(page.get_by_text("It is written.")).to_be_visible()
    brand = Brand.objects.get(pk=world.brand.pk)
    assert brand.theme["brand"] == "#886502"
    assert brand.accessible_way == "acce.example"


def test_enter_saves(page: Page, world: World) -> None:
    field = page.get_by_label("Name in text messages")
    field.fill("TILLEUL")
    field.press("Enter")
    expect(page.get_by_text("It is written.")).to_be_visible()
    assert Brand.objects.get(pk=world.brand.pk).short_name == "TILLEUL"


def test_the_bar_says_what_is_changed_and_takes_it_back(
    page: Page, world: World
) -> None:
    said = page.locator("vv-changes [role=status]")
    expect(said).to_have_text("")
    page.get_by_label("Help telephone").fill("+33353010001")
    expect(said).to_have_text("1 change: Help telephone")
    page.locator("label", has_text="English").click()
    expect(said).to_have_text("2 changes: Languages, Help telephone")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_role("link", name="Topics").click(no_wait_after=True)
    expect(page).to_have_url(re.compile(r"/desk/brand/$"))
    page.get_by_role("button", name="Take back what I typed").click()
    expect(said).to_have_text("")
    expect(page.get_by_label("Help telephone")).to_have_value("+33353010000")
    page.get_by_label("Help telephone").fill("+33353010002")
    page.get_by_label("Help telephone").press("Control+s")
    expect(page.get_by_text("It is written.")).to_be_visible()
    assert asked == ["beforeunload"]
    assert Brand.objects.get(pk=world.brand.pk).phone == "+33353010002"


def test_dark_is_shown_beside_light_and_back(page: Page) -> None:
    light, dark = (page.locator(f".phone[data-theme={one}]") for one in LIGHTS)
    expect(light).to_be_visible()
    expect(dark).to_be_hidden()
    page.get_by_text("Dark", exact=True).click()
    expect(dark).to_be_visible()
    expect(light).to_be_hidden()


LIGHTS = ("light", "dark")


@pytest.mark.parametrize("scheme", LIGHTS)
def test_nobody_is_kept_out_of_it(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.get_by_label("Code of the colour").fill("#F2B705")
    expect(page.get_by_text("#F2B705 is refused")).to_be_visible()
    finds_nothing(page)
    page.set_viewport_size(PHONE)
    finds_nothing(page)
    wide = "document.documentElement.scrollWidth"
    assert page.evaluate(wide) == PHONE["width"]
