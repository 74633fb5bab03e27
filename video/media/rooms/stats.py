"""Figures of a session and of a worker, as the world above reads them."""

from dataclasses import dataclass

from video.media.rooms.session import RTCSession


@dataclass(frozen=True, slots=True)
class SessionStats:
    """One session's totals; `round_trip` in seconds, None before a report; `line_rate`
    is what their line takes in bit/s, by our estimate, None where we have none."""

    session_id: str
    room_id: str
    participant_id: str
    connected: bool
    packets_in: int
    packets_out: int
    bytes_in: int
    bytes_out: int
    nacks_sent: int
    recovered: int
    retransmitted: int
    keyframe_requests: int
    round_trip: float | None
    line_rate: float | None


@dataclass(frozen=True, slots=True)
class WorkerStats:
    """`loop_lag` is the worst lateness of the last ticks, in seconds; `socket_drops`
    what the kernel threw away before we could read it, None where it does not tell."""

    rooms: int
    participants: int
    loop_lag: float
    draining: bool
    sessions: tuple[SessionStats, ...]
    socket_drops: int | None = None


def session_stats(session: RTCSession) -> SessionStats:
    leg = session.leg
    totals = leg.totals()
    trips = [s.round_trip for s in leg.senders if s.round_trip is not None]
    return SessionStats(
        session_id=session.id,
        room_id=session.room_id,
        participant_id=session.participant.id,
        connected=session.connected,
        packets_in=totals.packets_in,
        packets_out=totals.packets_out,
        bytes_in=totals.bytes_in,
        bytes_out=totals.bytes_out,
        nacks_sent=sum(receiver.nacks_sent for receiver in leg.receivers),
        recovered=sum(receiver.recovered for receiver in leg.receivers),
        retransmitted=sum(sender.repeats.sent for sender in leg.senders),
        keyframe_requests=sum(r.keyframe_requests for r in leg.receivers),
        round_trip=max(trips) if trips else None,
        line_rate=leg.downlink.rate,
    )
