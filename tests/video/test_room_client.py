"""What the room's page weighs, and that the table of its states is true."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from tests.house.sources import ROOT, files, functions_of

BUDGET = 60_000
"""Bytes of script, compressed, file by file as they travel."""

TABLE = (ROOT / "docs/room-states.md").read_text()
ROWS = re.findall(
    r"^\| ([^|]+) \| [^|]+ \| `(test_\w+)` \| `([\w-]+)` \|$", TABLE, re.M
)
NAMED = set(re.findall(r"`(test_\w+)`", TABLE))
TESTS = {
    function.name
    for path in files(".py", folders=("tests/live", "tests/video"))
    for function in functions_of(path)
}
IMPORT = re.compile(r"""import\s+(?:[^"']*?from\s+)?["'](\.[^"']+)["']""")


def modules_of(path: Path) -> set[Path]:
    """The module and all that it loads."""
    found = {path}
    for name in IMPORT.findall(path.read_text()):
        target = name.replace("../visavis/", "")
        base = ROOT / "visavis/static/visavis" if target != name else path.parent
        found |= modules_of((base / target).resolve())
    return found


def test_the_rooms_scripts_fit_the_budget() -> None:
    folder = ROOT / "video/static/video"
    entries = ("vv-room.js", "vv-door.js", "vv-waiting.js", "vv-device-check.js")
    loaded = set().union(*(modules_of(folder / name) for name in entries))
    weight = sum(len(gzip.compress(path.read_bytes(), 9)) for path in loaded)
    assert len(loaded) > 20
    assert weight < BUDGET, f"{weight} bytes"


@pytest.mark.parametrize(("state", "test", "screen"), ROWS)
def test_a_state_is_reached_by_a_test_and_has_a_screen(
    state: str, test: str, screen: str
) -> None:
    assert test in TESTS, f"{state}: {test}"
    assert (ROOT / f"docs/screens/{screen}.png").exists(), f"{state}: {screen}"


def test_every_order_of_events_has_its_test() -> None:
    assert len(NAMED) > 30
    assert not NAMED - TESTS


def test_the_table_is_read_whole() -> None:
    assert len(ROWS) == TABLE.count("\n| ") - 1
