"""Every page of a customer, in hard conditions: a share of it, by a fixed seed;
`./run torture pages` asks of every screen, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from benchmarks import pages as bench
from benchmarks._pages_axe import found_on, share_of
from benchmarks._pages_screens import SCREENS
from benchmarks._pages_site import Shop
from tests.cast import World, make_world
from tests.live.chromium import PHONE
from tests.shares import some
from tests.torture._page_proofs import by_keyboard, mirrored, too_long, too_wide

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SINS = """<!doctype html><html lang="fr"><title>Page</title>
<main><h1>Une page</h1>
<p style="width: 500px">Plus large que l’écran</p>
<a href="/a" style="outline: none">Sans anneau</a>
<button tabindex="-1">Non atteint</button><div onclick tabindex="0">Atteint</div>
<p style="height: 900px"></p><a href="/b">Caché</a>
<p style="position: fixed; inset: auto 0 0; height: 300px; background: white"></p>
<p style="white-space: nowrap; width: max-content">
Juste assez large pour tenir à l’écran</p>
</main>"""


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer) -> Iterator[Page]:
    context = chromium.new_context(
        viewport=PHONE, locale="fr-FR", base_url=live_server.url
    )
    yield context.new_page()
    context.close()


def faults_on(page: Page) -> list[str]:
    page.emulate_media(color_scheme="dark")
    return [
        *found_on(page), *by_keyboard(page), *too_wide(page), *mirrored(page),
        *too_long(page),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name", [one.name for one in share_of(SCREENS, some(3, len(SCREENS)))]
)
def test_a_screen_stands_hard_conditions(world: World, page: Page, name: str) -> None:
    shop = Shop(
        world.brand, world.store, world.topic, world.bob.staff_member, world.offers
    )
    (screen,) = (one for one in SCREENS if one.name == name)
    screen.way(shop, page)
    assert page.locator("h1:visible").count()
    assert not faults_on(page)


def test_what_is_asked_finds_what_is_wrong(page: Page) -> None:
    page.set_content(SINS)
    keyboard = "\n".join(by_keyboard(page))
    assert 'no ring: <a href="/a"' in keyboard
    assert 'hidden: <a href="/b"' in keyboard
    assert "Atteint" not in keyboard
    assert "the page" in too_wide(page)
    page.locator("p").first.evaluate("one => one.remove()")
    assert not too_wide(page)
    assert "the page" in too_long(page)


def test_each_goal_has_its_measurement() -> None:
    parts = [*bench.IN_A_BROWSER, *bench.ON_THE_SERVER]
    assert sorted(bench.GOALS) == sorted(key for keys in parts for key in keys)
