"""Probes on their way: packets that nobody needs, one every few milliseconds."""

import asyncio
from collections.abc import Callable, Sequence

from video.media.estimate.estimate import SendEstimate
from video.media.estimate.probing import Cluster
from video.media.rtp.sender import ForwardingSender

# A clock that was late sends so many at once, and leaves the rest to the next turn.
AT_ONCE = 3


class ProbeRun:
    """Sends a cluster over the stream of repeats of a participant's slot."""

    def __init__(
        self,
        senders: Sequence[ForwardingSender],
        estimate: SendEstimate,
        flush: Callable[[], None],
    ) -> None:
        self._senders = senders
        self._estimate = estimate
        self._flush = flush
        self._cluster: Cluster | None = None
        self._first = self._left = 0
        self._due = 0.0
        self._handle: asyncio.TimerHandle | None = None

    @property
    def slot(self) -> ForwardingSender | None:
        """The slot that can carry one: a picture's, if possible one that is fed."""
        able = [one for one in self._senders if one.can_probe]
        moving = [one for one in able if one.started]
        return next(iter(moving or able), None)

    def begin(self, now: float) -> None:
        """Send what the estimate asks for, if it asks."""
        if self._cluster is not None or self.slot is None:
            return
        self._cluster = cluster = self._estimate.probe(now)
        if cluster is None:
            return
        self._first, self._left = self._estimate.history.next, cluster.packets
        self._due = now
        self._step()

    def close(self) -> None:
        """Stop in the middle. Idempotent."""
        if self._handle is not None:
            self._handle.cancel()
        self._handle = self._cluster = None

    def _step(self) -> None:
        cluster, slot = self._cluster, self.slot
        if cluster is None or slot is None:
            self.close()
            return
        loop = asyncio.get_running_loop()
        now = loop.time()
        for _ in range(AT_ONCE):
            if self._left > 0 and self._due <= now:
                slot.repeats.probe(cluster.octets, now)
                self._left -= 1
                self._due += cluster.spacing
        self._flush()
        if self._left > 0:
            self._handle = loop.call_later(max(0.0, self._due - now), self._step)
            return
        self.close()
        last = self._estimate.history.next - 1
        self._estimate.probed(self._first & 0xFFFF, last & 0xFFFF, now)
