"""Subscriptions: everybody gets everybody, within the slots that they offered.

A subscriber's k-th audio and k-th video slot form a seat. A participant keeps the
same seat over re-joins, so a page never has to move a picture.
"""

from collections.abc import Iterable, Mapping

from video.media.cameras.camera import Published
from video.media.rtp.sender import ForwardingSender


class SeatPlan:
    """One subscriber's view of the room: seats by participant id."""

    def __init__(self) -> None:
        self._seats: dict[str, int] = {}

    def arrange(
        self,
        slots: Iterable[ForwardingSender],
        publishers: Mapping[str, Iterable[Published]],
        now: float,
    ) -> bool:
        """Bind every published stream to a free slot; True when anything changed.

        `publishers`: the streams of each other participant, by id. The first stream
        of a kind takes the seat's slot, a second (a shared screen) the last free one.
        """
        by_kind: dict[str, list[ForwardingSender]] = {"audio": [], "video": []}
        for slot in slots:
            by_kind[slot.kind].append(slot)
        changed = False
        for participant_id, receivers in publishers.items():
            seat = self._seat(participant_id, publishers)
            for receiver in receivers:
                row = by_kind[receiver.kind]
                if any(slot.source and slot.source.origin is receiver for slot in row):
                    continue
                free = _free_slot(row, seat, set(self._seats.values()))
                if free is not None:
                    free.bind(receiver.view(), now)
                    changed = True
        return changed

    def _seat(self, participant_id: str, present: Mapping[str, object]) -> int:
        if participant_id not in self._seats:
            taken = {s for p, s in self._seats.items() if p in present}
            free = next(n for n in range(len(taken) + 1) if n not in taken)
            self._seats = {p: s for p, s in self._seats.items() if s != free}
            self._seats[participant_id] = free
        return self._seats[participant_id]


def _free_slot(
    row: list[ForwardingSender], seat: int, seats: set[int]
) -> ForwardingSender | None:
    def is_free(slot: ForwardingSender) -> bool:
        return slot.usable and slot.source is None

    if seat < len(row) and is_free(row[seat]):
        return row[seat]
    for index in reversed(range(len(row))):
        if is_free(row[index]) and index not in seats:
            return row[index]
    return None


def count_by_kind(
    publishers: Iterable[list[Published]],
) -> dict[str, int]:
    """Counts the sections of each kind that a subscriber needs to get everything."""
    counts = {"audio": 0, "video": 0}
    for receivers in publishers:
        for receiver in receivers:
            counts[receiver.kind] += 1
    return counts
