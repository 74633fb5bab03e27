"""Counters of one worker. Plain integers: they are raised on every packet."""

from collections import defaultdict
from dataclasses import dataclass, field


@dataclass(slots=True)
class Counters:
    """Totals since the worker started; never reset.

    `drops` counts refused input by reason, so that hostile traffic shows in the
    metrics and nowhere else.
    """

    wakeups: int = 0
    datagrams_in: int = 0
    packets_in: int = 0
    bytes_in: int = 0
    packets_out: int = 0
    bytes_out: int = 0
    send_blocked: int = 0
    nacks_in: int = 0
    nacks_out: int = 0
    plis_in: int = 0
    plis_out: int = 0
    retransmitted: int = 0
    probes: int = 0
    recovered: int = 0
    gave_up: int = 0
    rembs: int = 0
    feedbacks: int = 0
    feedbacks_in: int = 0
    pauses: int = 0
    ice_restarts: int = 0
    roams: int = 0
    messages_refused: int = 0
    observer_failures: int = 0
    drops: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    def drop(self, reason: str) -> None:
        """Count one refused datagram, packet or report."""
        self.drops[reason] += 1
