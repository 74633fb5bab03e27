"""Layers that a camera has now, what each costs, and which of them anybody wants.

Rates and frames are measured, heights are read from key frames. A layer that rests at
its source, because nobody wanted it, is offered with what it had before, or what such
a picture usually takes.
"""

from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from video.media.estimate.offers import Layer
from video.media.layers.descriptor import Vp8Descriptor

TIDS = 4
# Ticks that a figure covers: four half seconds.
COVERS = 4
# Seconds without a frame after which a layer rests.
RESTS = 1.5
# A wanted layer that does not come within so many seconds, while another does, is not
# offered for so many: the publisher's line, or processor, has no room for it, or the
# camera is too small. Each time that it does not come that is twice as long.
COMES_WITHIN, NOT_OFFERED, LONGEST = 3.0, 10.0, 40.0
# Seconds for which a layer that nobody wants is still sent: minds change.
LINGERS = 2.0
# Lines from which a picture has one, two or three layers: so many the best has at
# least, however small an encoder that had little to send made it.
FEWEST, USUAL_LINES = (0, 270, 540), 720
# Bit/s that pictures take, by lines; and the share of them that each temporal layer of
# three has, with those below it.
USUAL_RATES = ((180, 150e3), (360, 500e3), (720, 1500e3))
USUAL_SHARES = ((0.4, 7.5), (0.6, 15.0), (1.0, 30.0))
# An encoder that follows one line can do with so little.
LEAST = 60e3

Place = tuple[int, int]
"""A layer's number from the lowest up, and a temporal layer of it."""


@dataclass(frozen=True, slots=True)
class Choices:
    """Ways to send a camera, and behind each the layer and temporal layer. `best` is
    the number of the best layer that was ever seen."""

    layers: tuple[Layer, ...]
    places: tuple[Place, ...]
    best: int = -1


class LayerMeter:
    """Figures of one layer; `take` is called for each packet of it that comes."""

    __slots__ = (
        *(
            "_frames",
            "_octets",
            "_parts",
            "came_at",
            "height",
            "known",
            "refused_for",
            "refused_until",
        ),
        *("tallest", "wanted_since"),
    )

    def __init__(self) -> None:
        self._octets, self._frames = [0] * TIDS, [0] * TIDS
        self._parts: deque[tuple[float, list[int], list[int]]] = deque(maxlen=COVERS)
        self.came_at: float | None = None
        self.wanted_since: float | None = None
        self.refused_until, self.refused_for = 0.0, NOT_OFFERED
        self.height = self.tallest = 0
        self.known: tuple[Layer, ...] = ()

    def take(
        self, packet: Vp8Descriptor, data: memoryview, length: int, now: float
    ) -> None:
        tid = packet.tid
        self._octets[tid] += length
        if packet.begins:
            if not self.lives(now):
                self._parts.clear()
            self.came_at, self.refused_for = now, NOT_OFFERED
            self._frames[tid] += 1
            if packet.key:
                self.height = packet.height(data, length) or self.height
                self.tallest = max(self.tallest, self.height)

    def tick(self, passed: float, now: float) -> None:
        """So many seconds were counted: add them to the figures."""
        octets, frames = self._octets, self._frames
        self._octets, self._frames = [0] * TIDS, [0] * TIDS
        # A layer that has just ended keeps the figures of when it came.
        if not any(octets) or passed <= 0:
            return
        self._parts.append((passed, octets, frames))
        self.known = self._figures()

    def lives(self, now: float) -> bool:
        return self.came_at is not None and now - self.came_at < RESTS

    def refuse(self, now: float) -> None:
        """It was wanted and did not come."""
        self.refused_until, self.wanted_since = now + self.refused_for, None
        self.refused_for = min(2 * self.refused_for, LONGEST)

    def _figures(self) -> tuple[Layer, ...]:
        """One for each temporal layer, with all below it."""
        seconds = sum(part[0] for part in self._parts)
        octets = [sum(part[1][tid] for part in self._parts) for tid in range(TIDS)]
        frames = [sum(part[2][tid] for part in self._parts) for tid in range(TIDS)]
        highest = max((tid for tid in range(TIDS) if octets[tid]), default=0)
        return tuple(
            Layer(
                rate=sum(octets[: tid + 1]) * 8 / seconds,
                height=self.height,
                frames=sum(frames[: tid + 1]) / seconds,
            )
            for tid in range(highest + 1)
        )


class CameraLayers:
    """`rids` names the layers from the lowest up; `meters` are theirs.

    `wanted` are those that the source was told to send.
    """

    def __init__(self, rids: Sequence[str]) -> None:
        self.rids = tuple(rids)
        self.meters = tuple(LayerMeter() for _ in self.rids)
        self.wanted: tuple[int, ...] = ()
        self._wished_at = [float("-inf")] * len(self.rids)
        self._ticked_at: float | None = None

    def tick(self, now: float) -> None:
        """A few times a second."""
        before, self._ticked_at = self._ticked_at, now
        is_on = any(meter.lives(now) for meter in self.meters)
        for number, meter in enumerate(self.meters):
            meter.tick(now - before if before is not None else 0.0, now)
            waits = number in self.wanted and not meter.lives(now) and is_on
            if not waits or now < meter.refused_until:
                meter.wanted_since = None
            elif meter.wanted_since is None:
                meter.wanted_since = now
            elif now - meter.wanted_since > COMES_WITHIN:
                meter.refuse(now)

    def choices(self, now: float, *, alone: bool) -> Choices:
        """The ways to send it to one subscriber.

        Who is the only one gets the best layer, and its encoder follows their line: no
        second one is asked for, and its base layer goes however dear it is just now.
        """
        found: list[tuple[Layer, Place]] = []
        best = None
        for number in reversed(range(len(self.rids))):
            figures = self._offered(number, now)
            if not figures:
                continue
            if best is None and alone:
                figures = (
                    replace(figures[0], rate=min(figures[0].rate, LEAST)),
                    *figures[1:],
                )
            found += [(one, (number, tid)) for tid, one in enumerate(figures)]
            best = number if best is None else best
            if alone and self.meters[number].lives(now):
                break
        return Choices(
            tuple(layer for layer, _ in found),
            tuple(place for _, place in found),
            max((n for n, meter in enumerate(self.meters) if meter.height), default=-1),
        )

    def _offered(self, number: int, now: float) -> tuple[Layer, ...]:
        meter = self.meters[number]
        if now < meter.refused_until and not meter.lives(now):
            return ()
        is_whole = meter.lives(now) or meter.height == meter.tallest
        return (meter.known if is_whole else ()) or self._usual(number)

    def wish(self, layers: Collection[int], now: float) -> tuple[str, ...] | None:
        """Layers that subscribers see or wait for; the rids that the source shall send
        from now on, or None if that is as before.

        Where nobody looks nothing changes: the next one to come sees a picture at once.
        """
        for number in layers:
            self._wished_at[number] = now
        wanted = tuple(
            number
            for number, at in enumerate(self._wished_at)
            if now - at < LINGERS or (number in self.wanted and not layers)
        )
        if wanted == self.wanted or not wanted:
            return None
        self.wanted = wanted
        return tuple(self.rids[number] for number in wanted)

    def _usual(self, number: int) -> tuple[Layer, ...]:
        """Each layer has half the lines of the next. What was made smaller for one line
        is as large as ever for others."""
        seen = [(n, one.tallest) for n, one in enumerate(self.meters) if one.height]
        best, lines = seen[-1] if seen else (len(self.rids) - 1, USUAL_LINES)
        if best < len(FEWEST):
            lines = max(lines, FEWEST[best])
        height = int(lines * 2.0 ** (number - best))
        if seen and number > best and height > USUAL_LINES:
            return ()
        rate = min(USUAL_RATES, key=lambda row: abs(row[0] - height))[1]
        return tuple(Layer(rate * part, height, of) for part, of in USUAL_SHARES)
