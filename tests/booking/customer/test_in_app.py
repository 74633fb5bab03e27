"""Before a video visit, an app's own window is told; a browser is told nothing."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory

from booking.links import permanent_url
from booking.visitors import app_around
from tests.booking.customers import opened, text_of, visit_in
from tests.cast import World

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15"
ANDROID = "Mozilla/5.0 (Linux; Android 14; SM-A155F Build/UP1A; wv) AppleWebKit/537.36"
WEBVIEW = f"{ANDROID} (KHTML, like Gecko) Version/4.0 Chrome/125.0.0.0 Mobile"
INSTAGRAM = f"{WEBVIEW} Safari/537.36 Instagram 334.0.0.42.95 Android (34/14; 450dpi)"

APPS = [
    (
        f"{IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/465.0.0.40.89;FBDV/iPhone14]",
        "Facebook",
    ),
    (f"{WEBVIEW} Safari/537.36 [FB_IAB/FB4A;FBAV/465.0.0.52.107;]", "Facebook"),
    (f"{IPHONE} Mobile/15E148 [FBAN/MessengerForiOS;FBAV/460.0.0.3]", "Messenger"),
    (f"{WEBVIEW} Safari/537.36 [FB_IAB/Orca-Android;FBAV/460.0.0.1;]", "Messenger"),
    (INSTAGRAM, "Instagram"),
    (f"{IPHONE} Mobile/15E148 Instagram 331.0.0.29.90 (iPhone14,5)", "Instagram"),
    (f"{WEBVIEW} Safari/537.36 trill_340504 musical_ly_2023405040", "TikTok"),
    (f"{IPHONE} Mobile/15E148 musical_ly_34.5.0 BytedanceWebview/d8a21c6", "TikTok"),
    (f"{IPHONE} Mobile/15E148 [LinkedInApp]/9.29.6215", "LinkedIn"),
    (f"{IPHONE} GSA/317.0.634488990 Mobile/15E148 Safari/604.1", "Google"),
]
BROWSERS = [
    "",
    f"{IPHONE} Version/17.5 Mobile/15E148 Safari/604.1",
    f"{IPHONE} CriOS/125.0.6422.80 Mobile/15E148 Safari/604.1",
    f"{IPHONE} FxiOS/126.0 Mobile/15E148 Safari/605.1.15",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/125.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 (KHTML, like Gecko) "
    "SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Android 14; Mobile; rv:126.0) Gecko/126.0 Firefox/126.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/125.0.0.0 Safari/537.36 Edg/125.0.0.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/17.5 Safari/605.1.15",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
]


@pytest.mark.parametrize(("agent", "app"), APPS)
def test_an_app_is_known_by_its_sign(agent: str, app: str) -> None:
    request = RequestFactory().get("/", headers={"user-agent": agent})
    assert app_around(request) == app


@pytest.mark.parametrize("agent", BROWSERS)
def test_a_browser_is_no_app(agent: str) -> None:
    request = RequestFactory().get("/", headers={"user-agent": agent})
    assert app_around(request) == ""


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["", "booked/", "device/"])
def test_it_is_said_before_a_video_visit_with_the_link_to_copy(
    client: Client, world: World, page: str
) -> None:
    visit = visit_in(world, minutes=60)
    address = opened(client, visit) + page
    told = client.get(address, headers={"user-agent": INSTAGRAM}).content.decode()
    assert told.count("Ouvrez ce lien dans Safari ou Chrome : dans Instagram") == 1
    assert f'<vv-copy data-text="{permanent_url(visit)}"' in told
    assert "visavis/vv-copy" in told
    assert "dans Instagram" not in text_of(client, address)


@pytest.mark.django_db
@pytest.mark.parametrize("channel", ["callback", "in_store"])
def test_nobody_is_told_where_no_camera_is_needed(
    client: Client, world: World, channel: str
) -> None:
    address = opened(client, visit_in(world, minutes=60, channel=channel))
    for page in (address, f"{address}booked/"):
        told = client.get(page, headers={"user-agent": INSTAGRAM}).content.decode()
        assert "Safari ou Chrome" not in told
