"""Style sheets: sources to read, joined for the browser, and nothing lost between."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command

from tests.house.sources import ROOT, text_of
from tests.house.styles import laid_out, sources
from visavis.sheets import COMMENT, SHEETS, joined

MOST_LINES = 300
LARGEST = {
    # Bytes as sent before the sources were written out. The first has grown by the two
    # words, photographs, ratings, the code of a case, a card on paper, the front door.
    "visavis/site.css": 23_920,
    "visavis/staff.css": 18_011,
    "video/room.css": 9_200,
}
"""A sheet may grow with what it draws; then this number is raised on purpose."""


@pytest.mark.parametrize("path", sources(), ids=str)
def test_a_source_is_short_and_laid_out(path: Path) -> None:
    text = text_of(path)
    assert text == laid_out(text), "./run format"
    assert len(text.splitlines()) <= MOST_LINES
    assert text.startswith("/* "), "it says what it is about"


def test_each_source_is_in_one_sheet() -> None:
    named = [source for sheet in SHEETS.values() for source in sheet]
    assert sorted(named) == sorted(map(str, sources()))


@pytest.mark.parametrize("sheet", SHEETS)
def test_what_is_sent_says_what_the_sources_say(sheet: str) -> None:
    """Equal but for spaces and the last semicolon of a block; and laid out again, the
    joined sheet is the sources, one after another."""
    text = joined(SHEETS[sheet])
    assert "\n" not in text
    assert "/*" not in text
    whole = "".join(text_of(Path(source)) for source in SHEETS[sheet])
    assert dense(text) == dense(COMMENT.sub("", whole))
    assert words(text) == words(COMMENT.sub("", whole))


def words(text: str) -> list[str]:
    """In which a space that was lost or made would show."""
    return [word.rstrip(";") for word in laid_out(text).split()]


def dense(text: str) -> str:
    return re.sub(r"\s+", "", text).replace(";}", "}")


@pytest.mark.parametrize("sheet", LARGEST)
def test_what_is_sent_is_not_larger_than_before(sheet: str) -> None:
    assert len(joined(SHEETS[sheet]).encode()) <= LARGEST[sheet]


@pytest.mark.parametrize("sheet", SHEETS)
def test_the_finder_gives_the_joined_sheet(sheet: str) -> None:
    found = finders.find(sheet)
    assert isinstance(found, str)
    assert Path(found).read_text() == joined(SHEETS[sheet])


def test_a_changed_source_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    path = finders.find("visavis/api_docs.css")
    monkeypatch.setitem(SHEETS, "visavis/api_docs.css", ("video/styles/wide.css",))
    assert finders.find("visavis/api_docs.css") == path
    assert Path(str(path)).read_text() == joined(["video/styles/wide.css"])
    monkeypatch.undo()
    finders.find("visavis/api_docs.css")


def test_no_source_is_served() -> None:
    for source in sources():
        inside = source.relative_to(source.parts[0])
        for name in (str(source), str(inside), inside.name):
            assert name in SHEETS or finders.find(name) is None


def test_collectstatic_takes_the_joined_sheets(
    tmp_path: Path, settings: object
) -> None:
    settings.STATIC_ROOT = str(tmp_path)  # type: ignore[attr-defined]
    call_command("collectstatic", "--noinput", stdout=StringIO())
    for sheet, parts in SHEETS.items():
        assert (tmp_path / sheet).read_text() == joined(parts)
    assert not list(tmp_path.rglob("styles")), ROOT
