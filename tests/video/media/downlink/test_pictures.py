"""One picture on one line: held up while it is too much, paused, and begun again."""

from tests.video.media.rtp.lines import Line, Wire
from video.media.counters import Counters
from video.media.downlink.pictures import LONGEST, PRESSED, Picture
from video.media.downlink.rungs import CAMERA
from video.media.rtp.sender import ForwardingSender

BEST, NARROW = len(CAMERA) - 1, 150e3
BESIDE = 50_000


class Shown:
    """A picture whose publisher sends what the test says; a step each fifth of a
    second."""

    def __init__(self) -> None:
        self.line = Line()
        self.picture = Picture(self.line.sender)
        self.now = 10.0
        self._sequence = 0
        self.picture.offer("face", self.now)

    def comes(self, rate: float, step: int | None) -> bool:
        """So many bit/s come; True if the picture is on its way to the line."""
        for _ in range(round(rate * 0.2 / 8 / 1000)):
            self._sequence += 1
            self.line.push(self._sequence, payload=bytes(950), at=self.now)
        self.now += 0.2
        self.picture.offer("face", self.now)
        self.key_frame = self.picture.show(
            step, line=NARROW, beside=BESIDE, now=self.now
        )
        return not self.line.sender.paused

    @property
    def limit(self) -> int | None:
        rung = self.line.receiver.limits.rung
        return rung.rate if rung else None


def test_what_fits_passes_and_its_publisher_is_asked_for_no_less() -> None:
    shown = Shown()
    assert shown.comes(1.4e6, BEST)
    assert shown.limit is None
    assert shown.line.up.reports[1:] == [], "nothing but the first key frame"


def test_a_picture_that_shrinks_is_held_until_the_publisher_follows() -> None:
    shown = Shown()
    shown.comes(1.4e6, BEST)
    assert not shown.comes(1.4e6, 2)
    assert shown.limit == CAMERA[2].rate
    assert not shown.comes(400e3, 2)
    assert shown.comes(80e3, 2)
    assert shown.key_frame
    assert shown.comes(300e3, 2), "one frame more is no reason to hold it again"


def test_a_publisher_who_never_follows_is_not_waited_for() -> None:
    shown = Shown()
    shown.comes(1.4e6, BEST)
    held = 0
    while not shown.comes(1.4e6, 2):
        held += 1
    assert LONGEST / 0.2 - 1 <= held <= LONGEST / 0.2 + 1


def test_the_least_picture_is_paused_only_when_it_never_fits() -> None:
    shown = Shown()
    shown.comes(40e3, 0)
    passed = 0
    while shown.comes(40e3, None):
        passed += 1
        assert passed < 100
    assert PRESSED / 0.2 - 1 <= passed <= PRESSED / 0.2 + 1
    assert shown.picture.rung is None


def test_a_paused_picture_is_kept_small_for_nobody_but_its_only_viewer() -> None:
    shown = Shown()
    shown.comes(40e3, None)
    assert shown.limit == CAMERA[0].rate
    other = ForwardingSender(Wire(), "video", Counters())
    other.bind(shown.line.receiver, now=10.0)
    shown.comes(40e3, None)
    assert shown.limit is None


def test_a_picture_begins_small() -> None:
    shown = Shown()
    shown.comes(1.4e6, None)
    assert not shown.comes(1.4e6, 1)
    assert shown.limit == CAMERA[1].rate
    assert shown.comes(50e3, 1)
    assert shown.key_frame
