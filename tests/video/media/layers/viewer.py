"""A browser's view of the outgoing stream, and the judge of what it got.

It knows the rules of RFC 3550 and RFC 7741 and how libwebrtc reads them: packets in one
row by number, a frame between a beginning and a marker, temporal frames only when no
picture id between them and what they refer to is missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from tests.video.media.layers.camera import TICKS, Truth
from video.media.layers.descriptor import Vp8Descriptor
from video.media.layers.switch import EMPTY, SEND, LayerSwitch


@dataclass(frozen=True)
class Got:
    """A packet as it went out; `truth` is None for one without a picture."""

    sequence: int
    timestamp: int = 0
    picture: int = 0
    base: int = 0
    truth: Truth | None = None


def described(truth: Truth) -> Vp8Descriptor:
    packet = Vp8Descriptor()
    packet.empty = False
    packet.begins, packet.key = truth.begins, truth.key
    packet.picture, packet.base = truth.picture, truth.base
    packet.tid, packet.sync = truth.tid, truth.sync
    return packet


def unwrapped(number: int, near: int, size: int) -> int:
    """The number of any turn that lies nearest to `near`."""
    half = size // 2
    return near + (number - near + half) % size - half


@dataclass
class Viewer:
    """`rows` are what it got, by unwrapped sequence number."""

    switch: LayerSwitch
    rows: dict[int, Got] = field(default_factory=dict)
    highest: int | None = None
    twice: list[Got] = field(default_factory=list)

    def hear(self, truth: Truth, now: float) -> int:
        """The unit takes a packet; whatever it sends comes here."""
        header = (0, 96 | truth.marker << 7, truth.sequence, truth.timestamp, 1)
        verdict = self.switch.take(truth.layer, described(truth), header, now)
        self._take(verdict, truth)
        return verdict

    def ask_again(self, arrived: dict[tuple[int, int], Truth]) -> list[int]:
        """Ask for each missing number; returns those that cannot be answered, for
        which the unit names a packet that never came."""
        left = []
        for number in self.missing():
            origin = self.switch.origin(number & 0xFFFF)
            assert origin is not None, f"{number} belongs to nothing"
            truth = arrived.get(origin)
            if truth is None:
                left.append(number)
                continue
            verdict = self.switch.again(
                number & 0xFFFF, described(truth), truth.timestamp
            )
            assert verdict in (SEND, EMPTY)
            self._take(verdict, truth)
        return left

    def missing(self) -> list[int]:
        if not self.rows:
            return []
        return [n for n in range(min(self.rows), max(self.rows)) if n not in self.rows]

    def _take(self, verdict: int, truth: Truth) -> None:
        switch = self.switch
        if verdict not in (SEND, EMPTY):
            return
        got = Got(switch.sequence)
        if verdict == SEND:
            got = Got(
                switch.sequence, switch.timestamp, switch.picture, switch.base, truth
            )
        near = switch.sequence if self.highest is None else self.highest
        number = unwrapped(switch.sequence, near, 1 << 16)
        self.highest = number if self.highest is None else max(self.highest, number)
        if number in self.rows:
            self.twice.append(got)
        self.rows[number] = got

    @property
    def seen(self) -> list[Got]:
        """Packets of pictures in the order of their numbers."""
        return [self.rows[n] for n in sorted(self.rows) if self.rows[n].truth]

    def frames(self) -> dict[tuple[int, int], list[Got]]:
        """Packets by layer and frame, in the order in which they begin."""
        found = defaultdict(list)
        for got in self.seen:
            assert got.truth is not None
            found[got.truth.layer, got.truth.frame].append(got)
        return dict(found)

    def check_numbers(self) -> None:
        """What holds on any line: nothing twice, frames whole in themselves and in
        order, one time and one picture id each."""
        assert not self.twice
        names = [got.truth.name for got in self.seen if got.truth]
        assert len(set(names)) == len(names)
        frames = list(self.frames().values())
        for packets in frames:
            assert len({(g.timestamp, g.picture, g.base) for g in packets}) == 1
            own = [g.truth.sequence for g in packets if g.truth]
            steps = [(b - a) & 0xFFFF for a, b in pairwise(own)]
            assert all(0 < step < 0x8000 for step in steps)
        numbers = sorted(self.rows)
        order = [self.rows[n].truth for n in numbers]
        kept = [(one.layer, one.frame) for one in order if one]
        changes = 1 + sum(a != b for a, b in pairwise(kept))
        assert not kept or changes == len(frames), "frames are mixed up"
        for before, after in pairwise(frames):
            later = (after[0].timestamp - before[0].timestamp) & 0xFFFFFFFF
            assert 0 < later < 1 << 31
            assert 0 < (after[0].picture - before[0].picture) & 0x7FFF < 1 << 14

    def check_references(self, arrived: Iterable[Truth]) -> None:
        """A frame refers to what was sent, too, or never came whole."""
        sent = {got.truth.name for got in self.seen if got.truth}
        whole = defaultdict(list)
        for truth in arrived:
            whole[truth.layer, truth.frame].append(truth)
        for (layer, frame), packets in self.frames().items():
            assert packets[0].truth is not None
            for ref in packets[0].truth.refs:
                came = whole[layer, ref]
                assert all(one.name in sent for one in came), (layer, frame, ref)

    def check_frames(self, arrived: Iterable[Truth]) -> None:
        """Of a frame that was seen in part all came that reached us, but for the last
        before another layer, or the stream's end."""
        sent = {got.truth.name for got in self.seen if got.truth}
        whole = defaultdict(list)
        for truth in arrived:
            whole[truth.layer, truth.frame].append(truth)
        names = list(self.frames())
        for name, after in pairwise(names):
            if name[0] == after[0]:
                left = [one for one in whole[name] if one.name not in sent]
                assert not left, (name, left)

    def check_whole(self) -> None:
        """What holds where nothing was lost and all came in turn."""
        assert not self.missing()
        assert all(got.truth for got in self.rows.values())
        frames = list(self.frames().values())
        for packets in frames:
            ends = [g.truth for g in packets if g.truth]
            assert ends[0].begins and ends[-1].marker
        pairs = list(pairwise(frames))
        for before, after in pairs:
            assert (after[0].picture - before[0].picture) & 0x7FFF == 1
            new = after[0].truth
            assert new is not None
            step = (after[0].base - before[0].base) & 0xFF
            assert step == (1 if new.tid == 0 else 0)

    def apart(self) -> list[int]:
        """Ticks of each frame from where the first frame's clock has its capture."""
        firsts = [packets[0] for packets in self.frames().values()]
        captures = [(one, one.truth.capture) for one in firsts if one.truth]
        if not captures:
            return []
        first, begun = captures[0]
        home = first.timestamp - begun * TICKS
        return [
            unwrapped(one.timestamp - home - capture * TICKS & 0xFFFFFFFF, 0, 1 << 32)
            for one, capture in captures
        ]
