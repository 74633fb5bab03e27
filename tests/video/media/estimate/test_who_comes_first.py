"""Who is looked at or signs, and how much room a page has: who gets what of a line."""

import pytest

from video.media.downlink.rungs import CAMERA, LAYERS, SIGNER
from video.media.estimate.allocation import Allocation, Shares
from video.media.estimate.offers import Kind, Layer, Offered

QVGA, READABLE = 240, 20
VOICE = (Layer(55e3),)


def face(name: str, **more: bool | int) -> Offered:
    rungs = SIGNER if more.get("signs") else CAMERA
    about: dict[str, bool] = {k: bool(v) for k, v in more.items() if k != "lines"}
    lines = more.get("lines")
    return Offered(name, Kind.CAMERA, LAYERS[rungs], lines=lines, **about)


def voice(name: str) -> Offered:
    return Offered(f"{name} voice", Kind.SOUND, VOICE)


def shared(rate: float, *offers: Offered) -> Shares:
    return Allocation().share(offers, rate=rate, now=0.0)


def seen(shares: Shares, one: Offered) -> tuple[int, float]:
    step = shares.layers[one.stream]
    return (
        (0, 0.0) if step is None else (one.layers[step].height, one.layers[step].frames)
    )


@pytest.mark.parametrize("how", ["pinned", "signs"])
def test_where_the_line_takes_one_picture_it_is_theirs(how: str) -> None:
    chosen, other = face("zoe", **{how: True}), face("bob")
    rate = 2 * VOICE[0].rate + 60e3
    shares = shared(rate, voice("bob"), other, voice("zoe"), chosen)
    assert shares.layers["bob"] is None
    assert seen(shares, chosen)[0] > 0


def test_who_signs_is_read_before_anybody_else_is_seen() -> None:
    signer, others = face("zoe", signs=True), [face("bob"), face("eve")]
    for rate in range(60_000, 190_000, 5_000):
        alone = seen(shared(rate, signer), signer)
        assert seen(shared(rate, *others, signer), signer) == alone, rate
    assert seen(shared(300e3, *others, signer), signer)[0] >= QVGA


def test_of_whom_signs_size_gives_way_before_frames() -> None:
    for rate in range(50_000, 2_000_000, 10_000):
        signer = face("zoe", signs=True)
        lines, frames = seen(shared(rate, signer), signer)
        assert frames >= READABLE, rate
        assert lines >= QVGA or rate < 160_000, rate
    plain = face("bob")
    assert seen(shared(60e3, plain), plain)[1] < READABLE, "for a face size counts"


def test_two_who_sign_share_by_turns() -> None:
    both = [face("zoe", signs=True), face("yan", signs=True)]
    shares = shared(230e3, *both)
    assert seen(shares, both[0]) == seen(shares, both[1]) == (180, 25)


@pytest.mark.parametrize(
    ("room", "lines"),
    [(1, 180), (180, 180), (181, 240), (300, 360), (360, 360), (900, 720)],
)
def test_a_tile_gets_the_first_size_that_fills_it(room: int, lines: int) -> None:
    one = face("bob", lines=room)
    assert seen(shared(9e6, one), one)[0] == lines


def test_what_a_small_tile_leaves_is_the_others() -> None:
    large, small = face("bob"), face("eve", lines=144)
    shares = shared(900e3, small, large)
    assert seen(shares, small) == (180, 22)
    assert seen(shares, large) == (480, 25)
    assert shared(9e6, small).wanted == 0.0, "nothing more to probe for"


def test_a_screen_in_a_small_tile_comes_after_faces() -> None:
    screen = Offered("screen", Kind.SCREEN, (Layer(100e3, 1080, 2),), lines=120)
    one = face("bob")
    assert shared(120e3, screen, one).layers["screen"] is None
    large = Offered("screen", Kind.SCREEN, (Layer(100e3, 1080, 2),))
    assert shared(120e3, large, one).layers["screen"] == 0


def test_a_try_of_anothers_picture_needs_room_that_lasts() -> None:
    """It begins with a key frame: on a line that is just wide enough, who is chosen
    would pay for it."""

    def begins_at(chosen: bool) -> float:
        allocation, offers = Allocation(), (face("zoe", pinned=chosen), face("bob"))
        for tick in range(100):
            now = tick * 0.2
            rate = 60e3 if now < 1.0 else 80e3
            shares = allocation.share(offers, rate=rate, now=now)
            if all(at is not None for at in shares.layers.values()):
                return now
        return float("inf")

    assert begins_at(chosen=False) == 1.0
    assert 2.0 < begins_at(chosen=True) < 4.0
