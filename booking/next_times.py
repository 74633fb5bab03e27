"""The next free hour of each store of a brand, for the list of stores.

The number of queries does not grow with stores: agendas, appointments and holds of
all of them are asked for at once, and open hours are kept by version.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from booking import free_time
from booking.open_time import AgendaTime, busy_of, live_holds, open_of, taken_of
from booking.start_masks import Start, StartMasks, customers_window
from stores.models import Brand, Channel, Store
from stores.queries import agendas_for_offers, shortest_offers


def next_times(
    brand: Brand, stores: Sequence[Store], *, channel: Channel | str, now: dt.datetime
) -> dict[int, Start]:
    """Store id → the first free start of its shortest offer by that channel.

    A hint for choosing a store, read from hours and visits alone: an offer with a
    daily ceiling or a resource may begin later, and its own page says when.
    """
    base = free_time.base_of(now)
    offers = shortest_offers(brand, stores, channel=channel)
    agendas = agendas_for_offers(brand, offers)
    everybody = {agenda.pk: agenda for at in agendas.values() for agenda in at}
    taken = taken_of(list(everybody.values()), base)
    held = busy_of(list(everybody.values()), base, live_holds(now))
    found = {}
    for store in stores:
        if not agendas.get(store.pk):
            continue
        opens = open_of(agendas[store.pk], store, str(channel), base)
        times = tuple(
            AgendaTime(a, opens[a.pk], taken.get(a.pk, 0) | held.get(a.pk, 0))
            for a in agendas[store.pk]
        )
        offer = offers[store.pk]
        window = customers_window(offer, store, base, now)
        first = _first(StartMasks(offer, store, base, times, window))
        if first is not None:
            found[store.pk] = first
    return found


def _first(masks: StartMasks) -> Start | None:
    mask = masks.union()
    return next(iter(masks.starts(mask & -mask)), None)
