"""Masks that were written down, for a process that has none yet.

Believed only at the agenda's own version, week and recipe; all else is computed from
the rows, as if nothing had been written. They are written outside every lock.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version

from django.db import transaction
from django.db.models import Exists, OuterRef

from booking.availability import bits, occupied, opening
from booking.availability.occupied import compute_taken
from booking.availability.opening import PostedAgenda, compute_open
from booking.models import AgendaBits
from stores.models import Agenda, Channel, Posting
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

PIECE = 500


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


def recall(agendas: Mapping[str, Iterable[PostedAgenda]], base: dt.datetime) -> None:
    """Reads into the process's memory what is written of each channel's agendas and not
    known yet. No query where it knows all, else one."""
    wanted = {
        posted.agenda.pk: posted.agenda
        for channel, some in agendas.items()
        for posted in some
        if not opening.knows(posted, channel, base)
        or not occupied.knows(posted.agenda, base)
    }
    if not wanted:
        return
    versions = [agenda.version for agenda in wanted.values()]
    opened: dict[opening.Key, int] = {}
    taken = {}
    for agenda_id, at, store_id, channel, packed in ask(
        _RECALL, [list(wanted), versions, base.date(), RECIPE]
    ):
        mask = unpack(packed)
        if store_id is None:
            taken[wanted[agenda_id]] = mask
        else:
            opened[agenda_id, at, store_id, channel, base] = mask
    opening.remember(opened)
    occupied.remember(taken, base)


def write_bits(
    *,
    now: dt.datetime,
    everything: bool = False,
    progress: Callable[[int, int], None] = lambda done, whole: None,
) -> int:
    """Writes the bits of all agendas whose written ones are old, or of `everything`;
    returns of how many.

    Each version is read before the rows that make its bits. Where a writer comes in
    between they are newer than their version says, and nobody reads them under it
    again: the version has risen. Two of these at once do the same work.
    """
    base = bits.base_of(now)
    agendas = Agenda.objects.all_brands().filter(staff_member__isnull=False)
    if not everything:
        written = AgendaBits.objects.all_brands().filter(
            agenda=OuterRef("pk"),
            version=OuterRef("version"),
            first_day=base.date(),
            recipe=RECIPE,
        )
        agendas = agendas.exclude(Exists(written))
    ids = list(agendas.order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(ids), PIECE):
        progress(first, len(ids))
        _write_piece(ids[first : first + PIECE], base)
    progress(len(ids), len(ids))
    return len(ids)


def _write_piece(ids: Sequence[int], base: dt.datetime) -> None:
    agendas = Agenda.objects.all_brands().in_bulk(ids)
    posted = [
        PostedAgenda(
            agendas[posting.staff_member.agenda.pk],
            posting.store,
            (posting.valid_from, posting.valid_until),
        )
        for posting in Posting.objects.all_brands()
        .filter(staff_member__agenda__in=ids)
        .select_related("staff_member__agenda", "store")
    ]
    # First, because it tells the agendas a version that has risen meanwhile.
    taken = compute_taken(list(agendas.values()), base)
    pairs = [(one, channel) for one in posted for channel in Channel.values]
    rows = [
        _row(agendas[key[0]], base, mask, store_id=key[2], channel=key[3])
        for key, mask in compute_open(pairs, base).items()
    ]
    rows += [_row(agenda, base, mask) for agenda, mask in taken.items()]
    with transaction.atomic():
        AgendaBits.objects.all_brands().filter(agenda__in=ids).delete()
        AgendaBits.objects.bulk_create(rows, ignore_conflicts=True)


def _row(
    agenda: Agenda,
    base: dt.datetime,
    mask: int,
    *,
    store_id: int | None = None,
    channel: str = "",
) -> AgendaBits:
    return AgendaBits(
        brand_id=agenda.brand_id,
        agenda=agenda,
        store_id=store_id,
        channel=channel,
        version=agenda.version,
        first_day=base.date(),
        recipe=RECIPE,
        bits=pack(mask),
    )
