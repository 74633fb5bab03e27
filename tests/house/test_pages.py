"""Every page that the addresses give: named, labelled, without dangling references,
under the strict policy, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tests.house.page import Page
from tests.house.routes import Route, Scene, make_scene, our_routes, signed_in
from tests.shares import WHOLE

pytestmark = pytest.mark.django_db

OTHERS = {"api_docs", "schema"}
"""Pages of somebody else's making."""


def pages(scene: Scene, language: str) -> Iterator[tuple[Route, Any]]:
    """Each address as the first of our people who gets a page there; in one of the
    languages, where all of it takes too long."""
    clients = [
        scene.browser_of_alice(),
        scene.browser_of_a_guest(),
        signed_in(scene.world.bob.user),
        signed_in(scene.world.dora),
        scene.browser_with_mails(),
        Client(),
    ]
    every = our_routes()
    for route in every if WHOLE else every[language == "en" :: 2]:
        for client in clients:
            response = client.get(
                scene.address(route), headers={"Accept-Language": language}
            )
            is_page = response.get("Content-Type", "").startswith("text/html")
            if response.status_code == 200 and is_page and route.name not in OTHERS:
                yield route, response
                break


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_page_keeps_nobody_out_and_its_policy_strict(language: str) -> None:
    seen, faults = 0, []
    for route, response in pages(make_scene(), language):
        faults += [f"{route.name}: {fault}" for fault in header_faults(response)]
        html = response.content.decode()
        # What is polled is a part of a page that was checked whole.
        if "<html" not in html:
            continue
        seen += 1
        page = Page(html)
        faults += [f"{route.name}: {fault}" for fault in page.faults()]
        if page.all("html")[0].attributes.get("lang") != language:
            faults.append(f"{route.name}: not in {language}")
    assert not faults, "\n".join(faults)
    assert seen >= 15


def header_faults(response: Any) -> list[str]:
    """What the strict policy wants of each page."""
    policy = response.get("Content-Security-Policy", "")
    faults = [
        f"the policy lacks {rule}"
        for rule in ("script-src 'self'", "style-src 'self'", "default-src 'none'")
        if rule not in policy
    ]
    if "unsafe" in policy:
        faults.append(f"an unsafe policy: {policy}")
    if response["Referrer-Policy"] != "same-origin":
        faults.append("another referrer policy")
    if response["X-Content-Type-Options"] != "nosniff":
        faults.append("types may be guessed")
    return faults
