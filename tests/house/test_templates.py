"""Pages keep the content security policy, and load nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.sources import PACKAGES, ROOT, files, text_of

PAGES = [
    path for path in files(".html", folders=("templates",)) if "email" not in path.parts
]
"""Without the bodies of messages: mail programs know no stylesheet of ours."""

STATIC = files(".js", ".css", ".svg", folders=PACKAGES)
INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "an inline stylesheet": re.compile(r"<style\b", re.IGNORECASE),
    "an inline handler": re.compile(r"<[^>{]*\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "an inline script": re.compile(
        r"<script(?![^>]*\ssrc=)(?![^>]*application/(?:ld\+)?json)[^>]*>", re.IGNORECASE
    ),
}
ELSEWHERE = re.compile(r"""(?:https?:)?//(?!www\.w3\.org/)[a-z0-9-]+\.[a-z]{2,}""")
COMMENTS = re.compile(
    r"\{#.*?#\}|\{% comment.*?endcomment %\}|/\*.*?\*/|<!--.*?-->|^\s*//.*?$",
    re.DOTALL | re.MULTILINE,
)


def test_each_telephone_offered_to_customers_has_the_way_for_who_cannot_hear() -> None:
    """Where a page or a mail shows the telephone that helps, the brand's accessible way
    stands beside it."""
    offers = re.compile(r"help_phone\|dialled|letter\.phone\b|place\.phone\|phone")
    ways = re.compile(r"accessible_way|letter\.way")
    found = [
        path
        for path in files(".html", ".txt", folders=("templates",))
        if offers.search(text_of(path))
    ]
    assert len(found) >= 7
    assert [str(path) for path in found if not ways.search(text_of(path))] == []


@pytest.mark.parametrize("path", PAGES, ids=str)
def test_a_page_has_nothing_inline(path: Path) -> None:
    text = text_of(path)
    for what, pattern in INLINE.items():
        found = pattern.search(text)
        assert not found, f"{path} has {what}: {found and found.group(0)[:80]}"


@pytest.mark.parametrize("path", [*PAGES, *STATIC], ids=str)
def test_nothing_is_loaded_from_elsewhere(path: Path) -> None:
    found = ELSEWHERE.search(COMMENTS.sub("", text_of(path)))
    assert not found, f"{path} names {found and found.group(0)}"


def test_customers_load_no_htmx() -> None:
    for path in PAGES:
        of_staff = {"staff", "desk"} & {
            word for p in path.parts for word in p.split("_")
        }
        if path.parts[1] in ("booking", "video") and not of_staff:
            assert "hx-" not in text_of(path), path


def test_a_form_that_writes_has_a_token_and_works_without_script() -> None:
    form = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL | re.IGNORECASE)
    for path in PAGES:
        for attributes, body in form.findall(text_of(path)):
            if re.search(r"method=[\"']post", attributes, re.IGNORECASE):
                assert "csrf_token" in body, f"{path}: a form without its token"
            if "hx-" in attributes:
                assert "action=" in attributes, f"{path}: a form without address"


def test_there_is_no_node() -> None:
    for name in ("package.json", "node_modules", "package-lock.json"):
        assert not (ROOT / name).exists()
