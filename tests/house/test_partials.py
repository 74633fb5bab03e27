"""A template that is only a piece of others begins with `_`, and none is unused."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.house.sources import PACKAGES, files, text_of

TEMPLATES = [
    path
    for path in files(".html", ".txt", folders=("templates",))
    # Named by kind and part: `confirmed-text.txt`.
    if not re.search(r"-(heading|subject|html|text)\.", path.name)
]
TEMPLATES_AND_MAILS = files(".html", ".txt", folders=("templates",))
INCLUDED = re.compile(r"""\{%\s*include\s+["']([^"']+)["']""")
EXTENDED = re.compile(r"""\{%\s*extends\s+["']([^"']+)["']""")
IN_PYTHON = re.compile(r"""["']([\w/.-]+\.(?:html|txt))["']""")
SMALL = 6
"""Lines; a piece this small earns its file by a second user."""
NAMED_OTHERWISE = {
    # allauth and Django look for these by name, or a view completes the name.
    *("account/", "booking/desk/hours_", "stores/legal/ours/", "video/staff_"),
}


def name_of(path: Path) -> str:
    return path.relative_to("templates").as_posix()


@cache
def users() -> Counter[str]:
    return Counter(
        name for path in TEMPLATES_AND_MAILS for name in found_in(path, INCLUDED)
    )


@cache
def included() -> set[str]:
    return set(users())


def found_in(path: Path, pattern: re.Pattern[str]) -> list[str]:
    return pattern.findall(text_of(path))


@cache
def rendered() -> set[str]:
    """Named by a view or extended by another."""
    views = {
        name
        for path in files(".py", folders=PACKAGES)
        for name in found_in(path, IN_PYTHON)
    }
    return views | {n for path in TEMPLATES_AND_MAILS for n in found_in(path, EXTENDED)}


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_a_piece_is_named_as_one(path: Path) -> None:
    name = name_of(path)
    if name.startswith(tuple(NAMED_OTHERWISE)):
        return
    assert name in included() | rendered(), "nothing uses it"
    if name not in rendered():
        assert path.name.startswith("_"), "it is only included"


@pytest.mark.parametrize("name", sorted(included() - rendered()))
def test_a_small_piece_of_one_template_stands_in_it(name: str) -> None:
    lines = text_of(Path("templates") / name).splitlines()
    assert users()[name] > 1 or len(lines) > SMALL, "write it where it is included"
