"""Files that fit on a few screens, functions that fit on one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from tests.house.sources import PACKAGES, Function, files, functions_of, text_of

LONGEST_FILE = 300
NEVER_LONGER = 400
LONGEST_FUNCTION = 40
LONGEST_VIEW = 25
LONGEST_ELEMENT = 150

GRANTED: dict[str, dt.date] = {}
"""A file that may have up to 400 lines, or a function (`path:name`) that may be longer
for now, and until when. It should stay empty."""


def is_migration(path: Path) -> bool:
    return "migrations" in path.parts


def granted(what: str) -> bool:
    today = dt.datetime.now(tz=dt.UTC).date()
    return GRANTED.get(what, dt.date.min) >= today


def lines(path: Path) -> int:
    return len(text_of(path).splitlines())


def all_functions() -> list[Function]:
    paths = [path for path in files(".py") if not is_migration(path)]
    return [function for path in paths for function in functions_of(path)]


def test_files_are_short() -> None:
    wrong = []
    for path in (*files(".py", ".js"), *files(".html", folders=("templates",))):
        limit = NEVER_LONGER if granted(str(path)) else LONGEST_FILE
        if not is_migration(path) and lines(path) > limit:
            wrong.append(f"{path} has {lines(path)} lines")
    assert not wrong, "\n".join(wrong)


def test_functions_are_short() -> None:
    wrong = [
        str(f)
        for f in all_functions()
        if f.lines > LONGEST_FUNCTION and not granted(f"{f.path}:{f.name}")
    ]
    assert not wrong, "\n".join(wrong)


def test_views_are_shorter() -> None:
    wrong = [
        str(f)
        for f in all_functions()
        if f.is_view and f.path.parts[0] in PACKAGES
        if f.lines > LONGEST_VIEW and not granted(f"{f.path}:{f.name}")
    ]
    assert not wrong, "\n".join(wrong)


def test_elements_are_shorter() -> None:
    wrong = [
        f"{path} has {lines(path)} lines"
        for path in files(".js", folders=PACKAGES)
        if lines(path) > LONGEST_ELEMENT and "customElements" in text_of(path)
    ]
    assert not wrong, "\n".join(wrong)
