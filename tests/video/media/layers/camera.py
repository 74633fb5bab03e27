"""A camera that is sent in several layers, as its packets are in truth.

Each layer has numbers of its own from anywhere; frames refer to each other as VP8 with
temporal layers does. Nothing of the product is used here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

TICKS = 3000
"""Of the clock of 90 kHz between two pictures."""

PATTERNS = {1: (0,), 2: (0, 1), 3: (0, 2, 1, 2)}


@dataclass(frozen=True)
class Truth:
    """A packet. `frame` counts the pictures of its layer, `refs` are such counts."""

    layer: int
    frame: int
    capture: int
    sequence: int
    timestamp: int
    picture: int
    base: int
    tid: int
    sync: bool
    begins: bool
    marker: bool
    key: bool
    refs: frozenset[int]

    @property
    def name(self) -> tuple[int, int]:
        return self.layer, self.sequence


@dataclass
class Encoder:
    """One layer. The numbers are those of the next packet, picture and base frame."""

    layer: int
    sequence: int
    timestamp: int
    picture: int
    base: int
    pattern: tuple[int, ...] = PATTERNS[3]
    frame: int = 0
    phase: int = 0
    latest: list[int | None] = field(default_factory=lambda: [None, None, None])

    def encode(
        self, capture: int, *, packets: int = 1, key: bool = False, sync: bool = False
    ) -> list[Truth]:
        """The packets of the picture taken at `capture`; the first of all is a key."""
        key = key or self.latest[0] is None
        if key:
            self.phase, self.latest = 0, [None, None, None]
        tid = self.pattern[self.phase % len(self.pattern)]
        self.phase += 1
        lower = self.latest[: tid + 1]
        sync = tid > 0 and (sync or None in lower)
        refs = [] if key else lower[:1] if tid == 0 or sync else lower
        if tid == 0:
            self.base = (self.base + 1) % 256
        made = [
            Truth(
                layer=self.layer,
                frame=self.frame,
                capture=capture,
                sequence=(self.sequence + n) & 0xFFFF,
                timestamp=(self.timestamp + capture * TICKS) & 0xFFFFFFFF,
                picture=self.picture,
                base=self.base,
                tid=tid,
                sync=sync,
                begins=n == 0,
                marker=n == packets - 1,
                key=key and n == 0,
                refs=frozenset(ref for ref in refs if ref is not None),
            )
            for n in range(packets)
        ]
        self.latest[tid] = self.frame
        self.sequence = made[-1].sequence + 1 & 0xFFFF
        self.picture = self.picture + 1 & 0x7FFF
        self.frame += 1
        return made
