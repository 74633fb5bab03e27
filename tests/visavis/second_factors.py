"""Browsers of staff that sign in by a password and set up an app."""

from __future__ import annotations

import re
import time
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from stores.models import User
from tests.cast import PASSWORD

ENGLISH = {"accept-language": "en"}


def sign_in(user: User, where: str = "") -> tuple[Client, Any]:
    """By the password, to the page or to the second step."""
    client = Client(headers=ENGLISH)
    data = {"login": user.email, "password": PASSWORD, "next": where}
    return client, client.post("/accounts/login/", data)


def code_of(secret: str, *, later: int = 0) -> str:
    """The six digits that an app shows, some half minutes later."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later)))


def set_up_app(client: Client) -> str:
    """Returns the secret, as the page writes it for an app without a camera."""
    page = client.get("/accounts/factors/app/")
    html = page.content.decode()
    found = re.search(r'class="secret">([A-Z2-7 ]+)<', html)
    sealed = re.search(r'name="sealed" value="([^"]+)"', html)
    assert found, html
    assert sealed
    secret = found[1].replace(" ", "")
    data = {"sealed": sealed[1], "code": code_of(secret)}
    done = client.post("/accounts/factors/app/", data)
    assert done["Location"] == "/accounts/factors/codes/"
    return secret


def recovery_codes(client: Client) -> list[str]:
    html = client.get("/accounts/factors/codes/").content.decode()
    return re.findall(r'class="secret">(\d+)<', html)
