"""Every word about the way in, and a line that is cut, beside what two real browsers
count at that moment; tests/live/e2e/test_line_words.py has those about the way out.

Thresholds stand here and are not those of the page: a word that no longer fits the
figures fails, whoever of the two has changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Browser

from booking.models import Appointment
from tests.live.e2e.shots import shoot
from tests.live.room.real_page import RealPage, Row, lea_and_bob
from tests.video.running_worker import RunningWorker

pytestmark = pytest.mark.browser

SOUND_ALONE = 45_000
"""Bits a second that no picture fits beside a voice."""
GOOD_FROM, SMALL_BELOW = 12.0, 240
"""Frames a second of a good line, and lines of a picture that is not called small."""
LIVE_FOR = 2.0
"""Seconds after which a still is said to be one."""
JUDGED_EVERY = 2.0
ALMOST = 0.75
"""The share of such a span that has to be known of it."""
LATE = 1.5
"""Seconds that a look, a timer and a frame may lie apart on a slow machine."""
SETTLED = 2 * JUDGED_EVERY + LATE
"""Seconds after which a word is about this picture."""
NARROW_BELOW = 300_000
"""Bits a second with which a browser begins: below it, it has found less."""
LITTLE_LOST, LITTLE_LATE = 0.03, 0.3
"""The share of what was sent, and seconds until an answer, that nobody is told of."""
LONGEST = 30.0
"""Seconds of a still that are looked at."""
AGE = re.compile(r"(?:Picture of|Image d'il y a) (\d+) s")
OURS = "votre ligne|your line"
GOOD = ("Ligne bonne", "Good line")


def seconds(first: Row, last: Row) -> float:
    return float(last["at"] - first["at"]) / 1_000


def rate(rows: list[Row]) -> float:
    """Frames a second over these looks."""
    more = rows[-1]["frames"] - rows[0]["frames"]
    return float(more / max(0.001, seconds(rows[0], rows[-1])))


def later(one: RealPage, first: Row, past: float) -> Row:
    """The first look after so many seconds of the browser's clock."""
    return one.until(lambda row: seconds(first, row) >= past, f"{past} seconds")


def test_the_words_are_those_of_the_line(
    chromium: Browser, visit: Appointment, shared_worker: RunningWorker
) -> None:
    with lea_and_bob(chromium, visit, shared_worker) as (lea, ines):
        both_see_each_other(lea, ines)
        a_weak_way_in_leaves_her_own_picture(lea, ines)
        both_see_each_other(lea, ines)
        a_line_that_is_cut_is_said_to_be(lea, ines)
        for one in (lea, ines):
            assert not list(contradictions(one.rows(10_000)))


def both_see_each_other(lea: RealPage, ines: RealPage) -> None:
    """Small or not, for it grows by and by."""
    for one in (lea, ines):
        one.line()
    camera = lea.page.locator('.ctl[data-part="camera"]')
    for one in (lea, ines):
        one.until(lambda row: row["state"] == "connected", "the room")
    if camera.get_attribute("data-state") == "off":
        camera.click()
    for one in (lea, ines):
        one.until(lambda row: row["frames"] > 0 and not AGE.search(row["note"]), "now")
        moves(one)


def looks_since(one: RealPage, first: Row) -> Iterator[tuple[Row, list[Row]]]:
    """Each look after the first, with all that it goes by; none where the first tells
    of something already, as on a machine that has other work."""
    if first["comes"] or first["sent"] or re.search(OURS, first["note"]):
        return
    rows = [row for row in one.rows(400) if seconds(row, first) <= SETTLED]
    for place, row in enumerate(rows):
        if row["at"] > first["at"]:
            yield row, rows[: place + 1]


def sends_weakly(rows: list[Row]) -> bool:
    """Some figure of its way out was weak, as on a machine that has other work."""
    return any(
        row["sentLost"] > LITTLE_LOST
        or "cpu" in row["limits"]
        or ("bandwidth" in row["limits"] and row["may"] < NARROW_BELOW)
        for row in rows
    )


def is_weak(rows: list[Row]) -> bool:
    """The same of either way."""
    return (
        sends_weakly(rows)
        or any(row["trip"] > LITTLE_LATE for row in rows)
        or any(
            seconds(span[0], span[-1]) >= ALMOST * JUDGED_EVERY
            and rate(span) < GOOD_FROM
            for span in two_seconds_of(rows)
        )
    )


def moves(one: RealPage) -> None:
    """The picture that it shows."""
    before = one.now["frames"]
    one.until(lambda row: row["frames"] > before + 2 * GOOD_FROM, "a moving one")


def a_weak_way_in_leaves_her_own_picture(lea: RealPage, ines: RealPage) -> None:
    began, theirs = lea.now, ines.now
    lea.line(down=SOUND_ALONE)
    said = lea.until(lambda row: "vous n'avez que le son" in row["comes"], "her words")
    assert said["line"] not in GOOD
    old = lea.until(lambda row: AGE.search(row["note"]), "how old it is")
    lea.until(lambda row: re.search(OURS, row["note"]), "whose line it is")
    shoot(lea.page, "old-picture-mine")
    after = later(lea, old, 2)
    assert after["frames"] - old["frames"] <= 1, "sound alone"
    assert after["heard"] > old["heard"]
    assert after["encoded"] > old["encoded"], "her own camera goes on"
    for row, known in looks_since(lea, began):
        assert sends_weakly(known) or not row["sent"], row
    for row, known in looks_since(ines, theirs):
        is_told = row["comes"] or row["sent"] or re.search(OURS, row["note"])
        assert is_weak(known) or not is_told, row
    lea.line(down=130_000)
    small = lea.until(lambda row: "Petite image" in row["note"], "a small picture")
    assert re.search(OURS, small["note"])
    assert 0 < small["height"] < SMALL_BELOW <= small["lines"]


def a_line_that_is_cut_is_said_to_be(lea: RealPage, ines: RealPage) -> None:
    lea.line(cut=True)
    said = lea.until(lambda row: "nous vous reconnectons" in row["away"], "her words")
    assert said["state"] == "reconnecting"
    was = next(row for row in lea.rows(400) if seconds(row, said) <= 1)
    assert said["heard"] == was["heard"], "nothing came"
    ines.until(lambda row: "Léa's connection is interrupted" in row["gone"], "why")
    lea.line()
    back = lea.until(lambda row: row["state"] == "connected", "the room")
    lea.until(lambda row: row["heard"] > back["heard"], "their sound")


def contradictions(rows: list[Row]) -> Iterator[str]:
    """Words that no figure of the last seconds bears out."""
    for place, row in enumerate(rows):
        known = [one for one in rows[:place] if seconds(one, row) <= LONGEST] + [row]
        is_new = any(now["frames"] < was["frames"] for was, now in pairwise(known))
        if row["state"] != "connected" or not row["frames"] or is_new:
            continue
        age = seconds(next(one for one in known if one["frames"] == row["frames"]), row)
        lately = [one for one in known if seconds(one, row) <= LATE]
        settled = [one for one in known if seconds(one, row) <= SETTLED]
        told = AGE.search(row["note"])
        wrong = {
            "good": row["line"] in GOOD
            and seconds(known[0], row) > SETTLED
            and all(one["tile"] == "picture" for one in settled)
            and best_of(settled) < GOOD_FROM,
            "live": row["tile"] == "picture" and age > LIVE_FOR + LATE,
            "old": told
            and all(now["frames"] > was["frames"] for was, now in pairwise(lately))
            and row["frames"] - lately[0]["frames"] > LATE * GOOD_FROM,
            "age": told
            and LATE < age < LONGEST - LATE
            and abs(int(told[1]) - age) > 1 + LATE,
            "small": re.search("Petite|Small", row["note"])
            and not any(0 < one["height"] < SMALL_BELOW for one in lately),
        }
        yield from (f"{word}: {row}" for word, is_so in wrong.items() if is_so)


def best_of(rows: list[Row]) -> float:
    """The best rate of any two seconds: the page has judged one of them."""
    return max(rate(span) for span in two_seconds_of(rows))


def two_seconds_of(rows: list[Row]) -> Iterator[list[Row]]:
    """Those that end with each look."""
    for last in rows:
        span = [one for one in rows if 0 <= seconds(one, last) <= JUDGED_EVERY]
        if len(span) > 1:
            yield span
