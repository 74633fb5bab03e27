"""One to one over a simulated line, in virtual time: real slots, a made-up publisher.

The subscriber tells ten times a second what came, and asks ten times for a packet of
the picture that did not.
"""

import asyncio
import struct
from collections.abc import Callable
from functools import partial
from itertools import pairwise

from tests.video.media.downlink.publisher import OPUS, RED, Publisher
from tests.video.media.downlink.virtual import every, in_virtual_time
from tests.video.media.estimate.line import Line
from tests.video.media.rtp.lines import Wire
from video.media.cameras.camera import Published
from video.media.downlink.downlink import Downlink
from video.media.rtp.header_extensions import TRANSPORT_CC
from video.media.rtp.repeats import BELOW
from video.media.rtp.sender import ForwardingSender
from video.media.rtp.transport_feedback import MISSED, read_feedback, write_feedback
from video.media.transport.dtls import PacketBuffer

NUMBER = {TRANSPORT_CC: 5}
TICKS = 4000
ASKS, ASKS_EVERY = 10, 0.1


class Down(Wire):
    """The subscriber's leg: a packet goes over the line. `carried` keeps its head, when
    it was sent, and when it came or None."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        self._line = line
        self._loop = asyncio.get_running_loop()
        self.begun = self._loop.time()
        self.carried: list[tuple[bytes, float, float | None]] = []
        self.missed: Callable[[bytes], None] = lambda _: None

    def send_packet(self, buffer: PacketBuffer, length: int) -> bool:
        return self.send_copy(bytes(buffer.view[:length]))

    def send_copy(self, packet: bytes | bytearray) -> bool:
        sent = self._loop.time() - self.begun
        came = self._line.carry(len(packet) + BELOW, sent)
        self.carried.append((bytes(packet[:24]), sent, came))
        if came is None:
            self.missed(bytes(packet[:24]))
        return True


class Visit:
    """`line` is the subscriber's; times are seconds since the beginning. Where sound is
    not `numbered`, as Firefox has it, nothing is told of it."""

    def __init__(
        self,
        line: Line,
        *,
        rtx: int | None = 97,
        publisher: Publisher | None = None,
        numbered: bool = True,
    ) -> None:
        self._rtx, self._numbered = rtx, numbered
        self.loop = asyncio.get_running_loop()
        self.line, self.down = line, Down(line)
        self.slots: list[ForwardingSender] = []
        self.downlink = Downlink(self.down.counters, self.slots, lambda: None)
        self.publisher = publisher or Publisher(self.note)
        for published in (self.publisher.sound, self.publisher.shows):
            self.slots.append(self._slot(published))
        self._noted = self._told = self._number = 0
        self.down.missed = self._miss
        self._face = struct.pack("!L", self.slots[1].ssrc)
        self._mended: set[int] = set()
        self.pictures: list[tuple[float, int]] = []
        self.asked: list[tuple[float, int]] = []
        every(0.1, self._tell)
        every(0.5, self._tick)

    def hears(self, other: Publisher) -> None:
        """One more person, whose camera is off."""
        self.slots.append(self._slot(other.sound))

    @property
    def now(self) -> float:
        return self.loop.time() - self.down.begun

    def another(self, name: str) -> ForwardingSender:
        """The slot of somebody else's picture, on the same line."""
        other = Publisher(lambda height: None)
        other.face.publisher_id = name
        self.slots.append(self._slot(other.face))
        return self.slots[-1]

    def shown(self, start: float, end: float) -> float:
        """Whole pictures a second that came over the line."""
        return sum(start <= at < end for at, _ in self.pictures) / (end - start)

    def heights(self, start: float, end: float) -> set[int]:
        return {height for at, height in self.pictures if start <= at < end}

    def first(self, height: int, since: float) -> float:
        """Seconds until a picture of that height was there; infinity if none was."""
        found = (at - since for at, h in self.pictures if at > since and h >= height)
        return next(found, float("inf"))

    def waits(self, start: float, end: float) -> float:
        """Seconds that packets wait before the line, at the 95th percentile."""
        found = sorted(wait for at, wait in self.line.waits if start <= at < end)
        return found[int(len(found) * 0.95)]

    def concealed(self, start: float, end: float) -> float:
        """The share of sounds that came neither alone nor in the next packet."""
        sounds = [one for one in self._of(0) if start <= one[1] < end]
        lost = 0
        for (_, _, came), (packet, _, then) in pairwise(sounds):
            lost += came is None and (packet[1] & 127 != RED or then is None)
        return lost / len(sounds)

    def plain(self, start: float, end: float) -> float:
        """The share of sounds that were sent without redundancy."""
        sounds = [one[0] for one in self._of(0) if start <= one[1] < end]
        return sum(one[1] & 127 == OPUS for one in sounds) / len(sounds)

    def _of(self, slot: int, since: int = 0) -> list[tuple[bytes, float, float | None]]:
        ssrc = struct.pack("!L", self.slots[slot].ssrc)
        return [one for one in self.down.carried[since:] if one[0][8:12] == ssrc]

    def _slot(self, receiver: Published) -> ForwardingSender:
        slot = ForwardingSender(self.down, receiver.kind, self.down.counters)
        is_sound = receiver.kind == "audio"
        is_numbered = self._numbered or not is_sound
        slot.negotiate(
            payload_type=OPUS if is_sound else 96,
            rtx_payload_type=None if is_sound else self._rtx,
            red_payload_type=RED if is_sound else None,
            clock_rate=receiver.stream.clock_rate,
            extensions=NUMBER if is_numbered else {},
            usable=True,
        )
        if is_numbered:
            slot.number_by(self.downlink.estimate.history.add)
        slot.bind(receiver.view(), self.loop.time())
        return slot

    def _miss(self, packet: bytes) -> None:
        """Asks for a packet of the picture, once the next one has come."""
        if packet[8:12] == self._face:
            sequence: int = struct.unpack_from("!H", packet, 2)[0]
            at = max(self.line.free_at - self.now, 0.0) + 2 * self.line.delay
            for count in range(ASKS):
                self.loop.call_later(at + count * ASKS_EVERY, self._ask, sequence)

    def _ask(self, sequence: int) -> None:
        if sequence not in self._mended:
            sent = len(self.down.carried)
            self.slots[1].repeats.answer(sequence, self.loop.time())
            if any(one[2] is not None for one in self.down.carried[sent:]):
                self._mended.add(sequence)

    def note(self, height: int) -> None:
        """A picture was sent; all of it came, or it does not count."""
        packets, self._noted = self._of(1, self._noted), len(self.down.carried)
        came = [one[2] for one in packets if one[2] is not None]
        if packets and len(came) == len(packets):
            self.pictures.append((max(came), height))

    def _tell(self) -> None:
        """Tells what has come by now, up to the last of it."""
        carried, now = self.down.carried, self.now
        last = next(
            (
                at + 1
                for at in range(len(carried) - 1, self._told - 1, -1)
                if (carried[at][2] or now + 1) <= now
            ),
            self._told,
        )
        rows, self._told = carried[self._told : last], last
        if not self._numbered:
            sound = struct.pack("!L", self.slots[0].ssrc)
            rows = [one for one in rows if one[0][8:12] != sound]
        if not rows:
            return
        base: int = struct.unpack_from("!H", rows[0][0], 17)[0]
        ticks = [MISSED if row[2] is None else int(row[2] * TICKS) for row in rows]
        while any(tick >= 0 for tick in ticks):
            data, covered = write_feedback(1, 2, base, self._number & 255, ticks)
            del ticks[:covered]
            base, self._number = (base + covered) & 0xFFFF, self._number + 1
            then = partial(self._hear, data)
            self.loop.call_later(self.line.delay, then)

    def _hear(self, data: bytes) -> None:
        self.downlink.take_feedback(read_feedback(data[4:]), self.loop.time())

    def _tick(self) -> None:
        self.downlink.tick(0, self.loop.time())
        self.publisher.tick()
        rung = self.publisher.shows.limits.rung
        self.asked.append((self.now, rung.height if rung else 0))


def after(
    line: Line,
    seconds: float,
    *,
    rtx: int | None = 97,
    muted: bool = False,
    numbered: bool = True,
) -> Visit:
    """The visit after so many seconds."""

    async def story() -> Visit:
        visit = Visit(line, rtx=rtx, numbered=numbered)
        visit.publisher.muted = muted
        await asyncio.sleep(seconds)
        visit.downlink.close()
        return visit

    return in_virtual_time(story)
