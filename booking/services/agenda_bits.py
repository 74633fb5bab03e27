"""Writing down the bits of many agendas, outside every lock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef

from booking.availability import bits
from booking.availability.occupied import compute_taken
from booking.availability.opening import Seat, compute_open
from booking.availability.snapshots import RECIPE, pack
from booking.models import AgendaBits
from stores.models import Agenda, Channel, Posting

PIECE = 500


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
    seats = [
        Seat(
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
    pairs = [(seat, channel) for seat in seats for channel in Channel.values]
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
