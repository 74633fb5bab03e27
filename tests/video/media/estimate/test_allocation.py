"""Who gets which layer: sound first, then who is looked at, then the rest."""

import random

import pytest

from tests.video.media.estimate.simulcast import camera, picture, voice
from video.media.estimate.allocation import (
    KEPT,
    SETTLED,
    Allocation,
    Shares,
)
from video.media.estimate.offers import Kind, Layer, Offered

SCREEN = (Layer(150e3, 360, 15), Layer(300e3, 1080, 2), Layer(1200e3, 1080, 15))


def shared(rate: float, *offers: Offered, loss: float = 0.0) -> Shares:
    return Allocation().share(offers, rate=rate, now=0.0, loss=loss)


def test_sound_is_the_floor_even_where_it_does_not_fit() -> None:
    shares = shared(10e3, voice("bob"), camera("bob"), voice("eve"), camera("eve"))
    assert shares.layers == {"bob-voice": 0, "bob": None, "eve-voice": 0, "eve": None}
    assert shares.rate == 64e3


@pytest.mark.parametrize(
    ("rate", "voices", "height", "frames"),
    [
        (60e3, 0, 0, 0),
        (100e3, 0, 180, 7.5),
        (150e3, 0, 180, 15),
        (180e3, 0, 180, 30),
        (300e3, 1, 180, 30),
        (360e3, 0, 360, 15),
        (540e3, 0, 360, 30),
        (600e3, 1, 360, 30),
        (2000e3, 1, 720, 30),
    ],
)
def test_one_to_one_at_every_rate(
    rate: float, voices: int, height: int, frames: float
) -> None:
    shares = shared(rate, voice("bob"), camera("bob", pinned=True))
    assert shares.layers["bob-voice"] == voices, "redundancy gives way first"
    assert picture(shares, "bob") == (height, frames)
    assert shares.rate <= rate


def test_where_packets_are_lost_sound_is_doubled_before_a_better_picture() -> None:
    offers = voice("bob"), camera("bob", pinned=True)
    assert shared(190e3, *offers, loss=0.05).layers == {"bob-voice": 1, "bob": 1}
    assert shared(190e3, *offers).layers == {"bob-voice": 0, "bob": 2}
    assert shared(100e3, *offers, loss=0.05).layers == {"bob-voice": 0, "bob": 0}


@pytest.mark.parametrize(
    ("rate", "seen"), [(130e3, (180, 15)), (300e3, (180, 30)), (600e3, (360, 30))]
)
def test_who_signs_keeps_frames_before_size(
    rate: float, seen: tuple[int, float]
) -> None:
    shares = shared(rate, voice("bob"), camera("bob", signs=True))
    assert picture(shares, "bob") == seen


def test_a_shared_text_is_sharp_before_it_moves() -> None:
    one = Offered("screen", Kind.SCREEN, SCREEN)
    assert shared(200e3, one).layers["screen"] == 0
    assert shared(400e3, one).layers["screen"] == 1
    assert shared(1500e3, one).layers["screen"] == 2


def test_everybody_is_seen_before_anybody_is_large() -> None:
    offers = [camera("bob", pinned=True), camera("eve"), camera("dan")]
    seen = [picture(shared(200e3, *offers), name) for name in ("bob", "eve", "dan")]
    assert seen == [(180, 7.5)] * 3
    most = shared(700e3, *offers)
    assert picture(most, "bob") == (360, 30)
    assert picture(most, "eve") == picture(most, "dan") == (180, 15)
    few = shared(130e3, *reversed(offers))
    assert picture(few, "bob") == (180, 7.5), "who is looked at is served first"
    assert sum(at is not None for at in few.layers.values()) == 2


def test_a_small_tile_takes_no_more_than_it_shows() -> None:
    shares = shared(9e6, camera("bob"), camera("eve", lines=180))
    assert picture(shares, "bob") == (720, 30)
    assert picture(shares, "eve") == (180, 30)


def test_a_larger_picture_comes_from_the_step_before_it() -> None:
    """A rate that nothing has used may be a probe's: 180 lines are to fill it first."""
    allocation, bob = Allocation(), camera("bob")

    def at(now: float, rate: float) -> tuple[int, float]:
        return picture(allocation.share([bob], rate=rate, now=now), "bob")

    assert at(0.0, 70e3) == (180, 7.5)
    assert at(0.2, 480e3) == (180, 30), "plenty, but not for a larger one"
    assert at(0.4, 480e3) == (180, 30), "not for more than a moment"
    assert at(0.4 + 2 * SETTLED, 480e3) == (360, 15)
    settled, eve = Allocation(), camera("eve")
    for now, rate in ((0.0, 70e3), (0.1 + 2 * SETTLED, 480e3)):
        one = settled.share([eve], rate=rate, now=now)
    assert picture(one, "eve") == (180, 30), "settled, but not from here"


def test_what_was_taken_back_needs_more_than_plenty() -> None:
    allocation, bob = Allocation(), camera("bob")

    def at(now: float, rate: float) -> tuple[int, float]:
        return picture(allocation.share([bob], rate=rate, now=now), "bob")

    assert at(0.0, 70e3) == (180, 7.5)
    assert at(0.2, 300e3) == (180, 30)
    assert at(0.4, 70e3) == (180, 7.5)
    assert at(0.6, 300e3) == (180, 7.5), "nor so soon"
    rested = 0.3 + SETTLED
    assert at(rested, 300e3) == (180, 15), "what was found may be a probe's again"
    assert at(rested + 0.2, 330e3) == (180, 15)
    assert at(rested + 0.1 + SETTLED, 330e3) == (180, 30), "a free line has much more"


def test_after_a_fall_there_is_one_step_at_a_time() -> None:
    allocation, bob = Allocation(), camera("bob")
    seen = []
    for count in range(120):
        rate = 140e3 if count == 1 else 70e3 if count < 4 else 160e3
        shares = allocation.share([bob], rate=rate, now=0.2 * count)
        seen.append(picture(shares, "bob")[1])
    assert seen[:4] == [7.5, 15, 7.5, 7.5]
    first, second = seen.index(15, 4), seen.index(30)
    assert first - 4 >= 2 * SETTLED / 0.2 - 1, "the wait is longer"
    assert second - first >= SETTLED / 0.2 - 1, "and each step has its own"


def test_what_was_paused_begins_small() -> None:
    allocation, bob = Allocation(), camera("bob")
    shares = [allocation.share([bob], rate=rate, now=rate) for rate in (50e3, 9e6)]
    assert [picture(one, "bob")[0] for one in shares] == [0, 180]
    assert picture(allocation.share([bob], rate=9e6, now=9e6 + 0.2), "bob")[0] == 720


def test_a_stream_without_layers_is_sent_or_not() -> None:
    plain = Offered("bob", Kind.CAMERA, (Layer(600e3, 720, 30),), lines=180)
    assert shared(700e3, plain).layers["bob"] == 0
    assert shared(500e3, plain).layers["bob"] is None


def test_down_at_once_and_up_when_it_has_been_quiet() -> None:
    allocation, bob = Allocation(), camera("bob")

    def at(now: float, rate: float) -> float:
        return picture(allocation.share([bob], rate=rate, now=now), "bob")[0]

    assert at(0.0, 600e3) == 360
    assert at(0.5, 150e3) == 180
    assert at(0.6, 450e3) == 180
    assert at(0.5 + 2 * SETTLED, 600e3) == 360
    assert at(9.0, 470e3) == 360, "what fits nearly is kept"
    assert at(20.0, 1550e3) == 360, "a step up needs room to spare"
    assert at(21.0, 1700e3) == 360, "for more than a moment"
    assert at(21.0 + 2 * SETTLED, 1700e3) == 720
    assert at(30.0, 400e3) == 360
    assert at(30.2, 3e6) == 360, "a probe may prove too much"
    assert at(30.3 + SETTLED, 4e6) == 720, "nothing of the kind trembles so much"


def test_an_estimate_that_trembles_moves_nothing() -> None:
    luck, allocation = random.Random(7), Allocation()
    offers = [voice("bob"), camera("bob", pinned=True), voice("eve"), camera("eve")]
    changes, before = 0, None
    for tick in range(600):
        rate = 700e3 * luck.uniform(0.9, 1.1)
        shares = allocation.share(offers, rate=rate, now=tick / 5)
        assert shares.rate <= KEPT * rate
        changes += shares.layers != before
        before = shares.layers
    assert changes <= 6, "in two minutes, once it has found its place"


def test_it_says_what_more_could_be_used() -> None:
    assert shared(600e3, camera("bob"), camera("eve", lines=180)).wanted == (
        pytest.approx(1.5 * (1500e3 + 130e3))
    )
    assert shared(9e6, voice("bob"), camera("bob")).wanted == 0


def test_whoever_leaves_makes_room_and_is_forgotten() -> None:
    allocation = Allocation()
    both = [camera("bob"), camera("eve")]
    allocation.share(both, rate=700e3, now=0.0)
    for tick in range(40):
        shares = allocation.share(both[:1], rate=700e3, now=1 + tick / 4)
    assert picture(shares, "bob") == (360, 30)
    assert set(shares.layers) == {"bob"} == set(allocation._steps)


@pytest.mark.parametrize("seed", range(20))
def test_no_rate_is_ever_exceeded(seed: int) -> None:
    luck, allocation = random.Random(seed), Allocation()
    for tick in range(60):
        offers = [
            one
            for name in "abcd"[: luck.randint(1, 4)]
            for one in (
                voice(name),
                camera(
                    name,
                    pinned=luck.random() < 0.3,
                    lines=luck.choice([None, None, 180]),
                ),
            )
        ]
        rate = luck.uniform(30e3, 3e6)
        shares = allocation.share(offers, rate=rate, now=tick * 0.7)
        sound = 32e3 * sum(one.kind is Kind.SOUND for one in offers)
        assert shares.rate <= max(KEPT * rate, sound)
        assert shares.rate == pytest.approx(
            sum(
                one.layers[at].rate
                for one in offers
                if (at := shares.layers[one.stream]) is not None
            )
        )
