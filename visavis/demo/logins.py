"""The demo's log-ins: one password for all of them, made once for a state folder."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from visavis.demo.banque_du_port import BANQUE_DU_PORT
from visavis.demo.tilleul import TILLEUL

RECIPES = (TILLEUL, BANQUE_DU_PORT)
OPERATOR = "operator@visavis.example"
SHOWN = (
    ("adviser, remote team", TILLEUL.email("ines")),
    ("adviser, Lille", TILLEUL.email("tom")),
    ("manager, Lille", TILLEUL.email("sarah")),
    ("admin", TILLEUL.email(TILLEUL.admin[0])),
    ("bank adviser", BANQUE_DU_PORT.email("kessler")),
    ("bank admin", BANQUE_DU_PORT.email(BANQUE_DU_PORT.admin[0])),
    ("superuser", OPERATOR),
)
"""Who is printed by `./run`. Every invented member of staff can sign in."""


@dataclass(frozen=True)
class DemoPassword:
    """`is_new`: it was made just now, so that no row can hold its hash."""

    text: str
    is_new: bool


def demo_password(state: Path) -> DemoPassword:
    """Read from `demo-password` in the state folder, or made there with mode 600."""
    path = state / "demo-password"
    try:
        return DemoPassword(path.read_text().strip(), is_new=False)
    except FileNotFoundError:
        text = secrets.token_urlsafe(12)
    path.touch(mode=0o600)
    path.write_text(text + "\n")
    return DemoPassword(text, is_new=True)


def login_lines(site: str, password: str) -> list[str]:
    """What a person needs to look around, one thing per line."""
    site = site.rstrip("/")
    customers = [f"customer  {site}/{recipe.slug}/" for recipe in RECIPES]
    staff = [f"{role:<21} {email} / {password}" for role, email in SHOWN]
    places = [
        f"staff     {site}/staff/   desk {site}/desk/",
        f"mailbox   {site}/dev/mailbox/   API {site}/api/docs/",
    ]
    return [*customers, *places, *staff]
