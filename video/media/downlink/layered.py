"""One slot's picture out of a camera in layers, which others see too.

Its encoders follow nobody's line: a narrow one takes a lower layer, or fewer of its
frames. A layer that nobody wanted so far has to begin at its source; what is seen until
then goes on with its fewest frames, or not at all where those are too many.
"""

from video.media.cameras.view import LayerView
from video.media.downlink.pictures import PRESSED
from video.media.downlink.rungs import offered_picture
from video.media.estimate.offers import Kind, Offered
from video.media.layers.camera import Choices
from video.media.rtp.sender import ForwardingSender

# A picture of fewer lines than the camera gives is small; one with less than that share
# of its frames is seldom.
SMALL, SELDOM = 480, 0.6


class LayeredPicture:
    """Keeps what one slot was given lately; `shown` is false while it is paused."""

    __slots__ = (*("_choices", "_pressed_since", "_slot", "limited", "shown", "view"),)

    def __init__(self, slot: ForwardingSender, view: LayerView) -> None:
        self._slot = slot
        self._choices = Choices((), ())
        self._pressed_since = -1.0
        self.view = view
        self.shown = self.limited = False
        # What its only viewer's line took is no measure any more.
        view.keep_to(slot.ssrc, None)

    def offer(self, stream: str, now: float) -> Offered:
        self._choices = self.view.choices(now)
        return offered_picture(self._slot, stream, Kind.CAMERA, self._choices.layers)

    def is_new(self, now: float) -> bool:
        """False: others see it, and no encoder begins for a try."""
        return False

    def give_way(self) -> None:
        """Somebody comes first on a line that does not take both: no patience."""
        self._pressed_since = 0.0

    def show(self, step: int | None, *, line: float, beside: int, now: float) -> bool:
        """Take a step of the choices, None for a pause, on a line of so many bit/s.
        True if a key frame comes; `beside` is of no use here."""
        if not self._choices.layers:
            return self._show_best(now)
        self.limited = self._is_limited(step)
        if step is None and self._may_stay(now):
            step = self._least()
        elif step is not None:
            self._pressed_since = -1.0
        if step is None:
            self.shown = False
            self._slot.pause()
            return False
        was_paused, seen = self._slot.paused, self.view.switch.layer
        place = self._choices.places[step]
        if place[0] < seen and self._least_of(seen) > line:
            self.view.halt()
        if was_paused:
            self.view.wanted = place
            self._slot.resume(now)
        self.view.select(place, now)
        self.shown = True
        return was_paused or place[0] != seen

    def _show_best(self, now: float) -> bool:
        """Nothing is known of the camera by now."""
        self.limited, self.shown = False, True
        self.view.wanted = None
        self._slot.resume(now)
        self.view.select(None, now)
        return False

    def _is_limited(self, step: int | None) -> bool:
        """True if the line keeps it small or seldom, not the camera or its tile."""
        if step is None:
            return True
        layers, places = self._choices.layers, self._choices.places
        layer, (number, _) = layers[step], places[step]
        both = zip(layers, places, strict=True)
        full = max(one.frames for one, place in both if place[0] == number)
        enough = min(SMALL, self._slot.showing.lines)
        small = number < self._choices.best and layer.height < enough
        return small or layer.frames < SELDOM * full

    def _may_stay(self, now: float) -> bool:
        """True for a picture that is shown, until it does not fit for too long."""
        if not self.shown or self._slot.paused:
            return False
        if self._pressed_since < 0:
            self._pressed_since = now
        return now - self._pressed_since < PRESSED

    def _least(self) -> int:
        rates = [one.rate for one in self._choices.layers]
        return rates.index(min(rates))

    def _least_of(self, layer: int) -> float:
        """Bit/s of the fewest frames of a layer."""
        both = zip(self._choices.layers, self._choices.places, strict=True)
        return next((one.rate for one, place in both if place == (layer, 0)), 0.0)
