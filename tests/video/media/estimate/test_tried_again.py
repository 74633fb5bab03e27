"""What was too much for a line is tried again seldom, until the line is another."""

from itertools import pairwise

from tests.video.media.estimate.simulcast import camera, picture, voice
from video.media.estimate.allocation import (
    BARRED,
    BARRED_LONGEST,
    LONGEST,
    SETTLED,
    Allocation,
)


def test_what_a_line_did_not_carry_is_tried_seldom() -> None:
    """An estimate that probes have made too high proves itself wrong by each try."""
    allocation, bob = Allocation(), camera("bob")
    rate, shown = 100e3, []
    for count in range(600):
        shares = allocation.share([bob], rate=rate, now=0.2 * count)
        shown.append(picture(shares, "bob"))
        rate = 70e3 if shares.rate > 120e3 else min(1.1 * rate, 190e3)
    tries = [n for n, one in enumerate(shown) if one == (180, 30) != shown[n - 1]]
    waits = [0.2 * (after - before) for before, after in pairwise(tries)]
    assert waits == sorted(waits)
    assert waits[0] >= BARRED
    assert BARRED_LONGEST <= waits[-1] < BARRED_LONGEST + 2 * LONGEST
    assert allocation.share([bob], rate=1e6, now=200.0).rate > 120e3


def test_a_line_that_was_freed_is_no_longer_doubted() -> None:
    """Probes stop where all would fit: so much is no multiple of the best picture."""
    allocation, bob = Allocation(), camera("bob")
    for count in range(40):
        rate = 200e3 if count % 20 == 10 else 70e3
        allocation.share([bob], rate=rate, now=0.2 * count)
    heights = []
    for count in range(40, 80):
        shares = allocation.share([bob], rate=1.5 * 1500e3, now=0.2 * count)
        heights.append(picture(shares, "bob")[0])
    assert heights.index(720) <= 2 * SETTLED / 0.2 + 1


def test_a_first_picture_goes_by_what_came() -> None:
    """Not by what a probe has proved since, unless that was very much."""
    allocation, offers = Allocation(), [voice("bob"), camera("bob")]

    def at(now: float, rate: float) -> int | None:
        shares = allocation.share(offers, rate=rate, now=now, carried=80e3)
        return shares.layers["bob"]

    assert at(0.0, 40e3) is None
    assert at(2.0, 100e3) is not None
    assert at(3.0, 40e3) is None
    assert at(5.0, 300e3) is None, "92 do not fit into 80"
    assert at(3.1 + BARRED, 300e3) is not None, "but may do so later"
    assert at(4.0 + BARRED, 40e3) is None
    assert at(7.0 + BARRED, 900e3) is not None, "or when the line is another"


def test_sound_is_sent_twice_where_the_line_has_room_for_it() -> None:
    def doubled(carried: float) -> int | None:
        allocation = Allocation()
        for now, rate in ((0.0, 40e3), (2.0, 300e3), (5.0, 300e3)):
            shares = allocation.share(
                [voice("bob")], rate=rate, now=now, carried=carried
            )
        return shares.layers["bob-voice"]

    assert [doubled(carried) for carried in (25e3, 80e3, 180e3)] == [1, 0, 1]
