"""Nothing that was answered to somebody known stays in a browser or a proxy."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.house.routes import Scene, make_scene, our_routes, signed_in
from tests.torture._odd_values import share_of

pytestmark = pytest.mark.django_db

SAY_OTHERWISE = {
    "stores:theme": "public, max-age=300",
    "booking:grid_stylesheet": "public, max-age=86400",
    "booking:feed": "private, max-age=300",
    "booking:widget_frame": "public, max-age=60",
    "booking:widget_hours": "public, max-age=60",
    "booking:widget_script": "public, max-age=3600",
}
"""The same for everybody, or asked for again and again by a program of its reader's."""


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def known_people(scene: Scene) -> dict[str, Client]:
    visitor = Client()
    visitor.cookies["visitor"] = scene.visitor
    return {
        "Alice": scene.browser_of_alice(),
        "a visitor": visitor,
        "a guest": scene.browser_of_a_guest(),
        "Bob": signed_in(scene.world.bob.user),
        "Dora": signed_in(scene.world.dora),
        "a program": Client(headers={"authorization": "Bearer vv_wrong_key"}),
        "Bob with his mails": scene.browser_with_mails(),
    }


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_is_known_gets_what_nobody_keeps(scene: Scene, method: str) -> None:
    """Each address is asked by a third of them, always the same: what knows somebody
    is a cookie or a key, not the page."""
    faults, people = [], known_people(scene)
    for route in our_routes():
        for name in share_of(sorted(people), route.name):
            client = people[name]
            response = getattr(client, method)(scene.address(route))
            said = response.get("Cache-Control", "")
            allowed = said and said == SAY_OTHERWISE.get(route.name)
            if "no-store" not in said and not allowed:
                faults.append(f"{name} {method} {route.name}: {said!r}")
    assert not faults, "\n".join(faults)


def test_an_answer_that_makes_somebody_known_is_theirs_alone(scene: Scene) -> None:
    for name in ("booking:permanent_link", "video:invitation", "account_open_reset"):
        route = next(route for route in our_routes() if route.name == name)
        response = Client().get(scene.address(route))
        assert response.cookies, name
        assert "no-store" in response["Cache-Control"], name


def test_a_catalogue_is_nobodys_secret(scene: Scene) -> None:
    assert not Client().get("/api/v1/brands/").has_header("Cache-Control")
