"""The legal pages and their desk in a browser: axe finds nothing, nothing is wider than
the screen, by day and by night, on a telephone and on a desk."""

from __future__ import annotations

from typing import Literal

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from stores.editing.legal import WrittenLegal, publish_legal
from stores.legal.texts import our_text
from tests.cast import World, now_utc
from tests.live.axe import finds_nothing
from tests.live.chromium import PHONE
from tests.live.widths import TOO_WIDE, UNREACHED

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KINDS = ("privacy", "accessibility", "terms")
PAGES = [
    *(f"/tilleul/legal/{kind}/" for kind in KINDS),
    "/desk/legal/",
    *(f"/desk/legal/{kind}/fr/" for kind in KINDS),
    "/desk/legal/privacy/fr/1/",
    "/desk/legal/privacy/fr/restore/",
]


@pytest.fixture
def session(world: World) -> str:
    """Of the admin, who has published something long."""
    body = our_text("privacy", "fr") + "\n- " + "Donaudampfschifffahrt" * 8
    publish_legal(
        brand=world.brand,
        written=WrittenLegal(kind="privacy", language="fr", body=body),
        seen=0,
        user=world.dora,
        now=now_utc(),
    )
    client = Client()
    client.force_login(world.dora)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.mark.parametrize(
    ("scheme", "locale", "width"), [("light", "fr-FR", 360), ("dark", "en-GB", 1280)]
)
def test_nobody_is_kept_out(
    chromium: Browser,
    live_server: LiveServer,
    session: str,
    scheme: Literal["light", "dark"],
    locale: str,
    width: int,
) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": PHONE["height"]},
        color_scheme=scheme,
        locale=locale,
        base_url=live_server.url,
    )
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": session, "url": live_server.url}])
    page = context.new_page()
    for address in PAGES:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        finds_nothing(page)
        assert not page.evaluate(TOO_WIDE), address
        assert not page.evaluate(UNREACHED), address
    context.close()
