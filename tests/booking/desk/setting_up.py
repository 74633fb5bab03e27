"""A browser of the admin of a brand that has just been made, and the way through the
steps."""

from __future__ import annotations

from collections.abc import Mapping

from django.test import Client

from stores.editing.brands import NewAdmin, NewBrand, create_brand
from tests.house.page import Page

STORE = {
    "name": "Lille, rue de Metz",
    "street": "18 rue de Metz",
    "postcode": "59800",
    "city": "Lille",
    "kind": "shop",
}
COLLEAGUE = {"first_name": "Inès", "email": "ines@tilleul.example", "role": "adviser"}


def browser_of_a_new_brand() -> Client:
    made = create_brand(
        brand=NewBrand(name="Maison Tilleul"),
        admin=NewAdmin(email="sarah@tilleul.example", name="Sarah Delattre"),
    )
    client = Client(headers={"accept-language": "en"})
    client.force_login(made.user)
    return client


def week(*, evening: bool = False) -> dict[str, str]:
    """Day and night, so that the test knows no hour."""
    facts = {"evening": "on"} if evening else {}
    for day in range(7):
        facts |= {
            f"day-{day}-is_open": "on",
            f"day-{day}-starts_at": "00:00",
            f"day-{day}-until": "00:00",
        }
    return facts


def sent_as_shown(client: Client, step: str, **changed: str) -> dict[str, object]:
    """The fields of the step's form as a browser would send them."""
    page = Page(client.get(f"/desk/setup/{step}/").content.decode())
    facts: dict[str, object] = {}
    for one in page.all("input"):
        a = one.attributes
        name, kind = a.get("name"), a.get("type", "text")
        if not name or name == "csrfmiddlewaretoken":
            continue
        if kind in ("checkbox", "radio") and "checked" not in a:
            continue
        value = a.get("value") or ("on" if kind == "checkbox" else "")
        known = facts.setdefault(name, [])
        assert isinstance(known, list)
        known.append(value)
    return {**facts, **changed}


def go(client: Client, step: str, facts: Mapping[str, object]) -> str:
    response = client.post(f"/desk/setup/{step}/", facts)
    assert response.status_code == 302, response.content.decode()
    return str(response["Location"])


def set_up(client: Client) -> None:
    assert go(client, "store", dict(STORE)) == "/desk/setup/hours/"
    assert go(client, "hours", dict(week())) == "/desk/setup/topics/"
    topics = sent_as_shown(client, "topics", do="save")
    assert go(client, "topics", topics) == "/desk/setup/colleague/"
    assert go(client, "colleague", dict(COLLEAGUE)) == "/desk/setup/trial/"
