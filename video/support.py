"""What the support page shows of a room: comings, goings and figures, no content."""

from __future__ import annotations

from dataclasses import dataclass

from video.models import CallQualitySample, Participant, Room, Stay
from video.queries import latest_samples_of, seats_of, stays_of

SHOWN = 40
"""Samples of one seat, the newest; the page is read in one look."""


@dataclass(frozen=True)
class SeatReport:
    """One person of the room: their stays, the oldest first, and newest samples."""

    participant: Participant
    stays: list[Stay]
    samples: list[CallQualitySample]

    @property
    def worst(self) -> CallQualitySample | None:
        """The sample that explains a complaint: weakest line, then most loss."""
        order = {"poor": 0, "fair": 1, "good": 2}
        key = [(order.get(s.line, 3), -(s.lost_percent or 0)) for s in self.samples]
        if not key:
            return None
        return self.samples[key.index(min(key))]


@dataclass(frozen=True)
class Support:
    room: Room
    seats: list[SeatReport]


def support_of(room: Room) -> Support:
    """In three queries, whoever came."""
    seats = list(seats_of(room))
    stays: dict[object, list[Stay]] = {}
    for stay in stays_of(room):
        stays.setdefault(stay.participant_id, []).append(stay)
    samples: dict[object, list[CallQualitySample]] = {}
    for sample in latest_samples_of(room):
        shown = samples.setdefault(sample.participant_id, [])
        if len(shown) < SHOWN:
            shown.append(sample)
    reports = [
        SeatReport(seat, stays.get(seat.pk, []), samples.get(seat.pk, []))
        for seat in seats
    ]
    return Support(room, reports)
