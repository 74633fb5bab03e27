"""Masks that were written down, for a process that has none yet.

Believed only at the agenda's own version, week and recipe; all else is computed from
the rows, as if nothing had been written.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version

from booking.availability import occupied, opening
from booking.availability.opening import Seat
from stores.statements import ask

FORMAT = 1
"""Raise it when the same rows come to mean other bits."""

_RECALL = """
SELECT bits.agenda_id, bits.version, bits.store_id, bits.channel, bits.bits
  FROM unnest(%s::bigint[], %s::bigint[]) AS wanted (id, version)
  JOIN booking_agendabits bits
    ON bits.agenda_id = wanted.id AND bits.version = wanted.version
 WHERE bits.first_day = %s AND bits.recipe = %s
"""


def _recipe() -> str:
    try:
        zones = version("tzdata")
    except PackageNotFoundError:
        zones = "system"
    return f"{FORMAT} tzdata {zones}"


RECIPE = _recipe()


def pack(mask: int) -> bytes:
    """Days are alike, so that a tenth of the bytes says as much."""
    return zlib.compress(mask.to_bytes((mask.bit_length() + 7) // 8, "little"), 1)


def unpack(packed: bytes) -> int:
    return int.from_bytes(zlib.decompress(packed), "little")


def recall(seats: Mapping[str, Iterable[Seat]], base: dt.datetime) -> None:
    """Gives the process's memory what is written of the seats of each channel that it
    does not know. No query where it knows all, else one."""
    wanted = {
        seat.agenda.pk: seat.agenda
        for channel, some in seats.items()
        for seat in some
        if not opening.knows(seat, channel, base)
        or not occupied.knows(seat.agenda, base)
    }
    if not wanted:
        return
    versions = [agenda.version for agenda in wanted.values()]
    opened: dict[opening.Key, int] = {}
    taken = {}
    for agenda_id, at, store_id, channel, bits in ask(
        _RECALL, [list(wanted), versions, base.date(), RECIPE]
    ):
        mask = unpack(bits)
        if store_id is None:
            taken[wanted[agenda_id]] = mask
        else:
            opened[agenda_id, at, store_id, channel, base] = mask
    opening.remember(opened)
    occupied.remember(taken, base)
