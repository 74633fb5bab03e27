"""The agendas that can take an offer at a store: of people and of resources."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from functools import lru_cache

from django.db.models import prefetch_related_objects

from booking.availability.opening import PostedAgenda
from booking.availability.query import StartQuery
from stores.models import Agenda, StaffMember, Store
from stores.statements import ask, columns_of, row_of

# Read by hand: a search asks it each time, and of everybody when it asks nation-wide.
_STAFFED = f"""
SELECT posting.store_id, competence.topic_id, competence.channels::text,
       posting.valid_from, posting.valid_until, {columns_of(Agenda, "agenda")}
  FROM stores_posting posting
  JOIN stores_staffmember staff ON staff.id = posting.staff_member_id AND staff.active
  JOIN stores_agenda agenda ON agenda.staff_member_id = staff.id
  JOIN stores_competence competence ON competence.staff_member_id = staff.id
 WHERE posting.store_id = ANY(%s::bigint[])
   AND competence.topic_id = ANY(%s::bigint[])
   AND (%s::bigint IS NULL OR staff.id = %s)
 ORDER BY agenda.id
"""  # noqa: S608  # names of columns


def staffed_by(queries: Sequence[StartQuery]) -> list[list[PostedAgenda]]:
    """For each query, the agendas of active staff posted at its store who know its
    topic by its channel, by id. One SELECT for all; the first names the person."""
    stores = {query.store.pk: query.store for query in queries}
    topics = {query.offer.topic_id for query in queries}
    named = queries[0].staff_id
    agendas: dict[int, Agenda] = {}
    known: dict[tuple[int, int], list[tuple[PostedAgenda, frozenset[str]]]] = {}
    for store_id, topic_id, channels, since, until, *agenda in ask(
        _STAFFED, [list(stores), list(topics), named, named]
    ):
        # One object for an agenda: whoever finds its version risen tells all of them.
        one = agendas.get(agenda[0])
        if one is None:
            one = agendas[agenda[0]] = row_of(Agenda, agenda)
        posted = PostedAgenda(one, stores[store_id], (since, until))
        by_topic = known.setdefault((store_id, topic_id), [])
        by_topic.append((posted, _channels_in(channels)))
    return [
        [
            posted
            for posted, channels in known.get((q.store.pk, q.offer.topic_id), ())
            if not channels or q.offer.channel in channels
        ]
        for q in queries
    ]


@lru_cache(maxsize=64)
def _channels_in(text: str) -> frozenset[str]:
    return frozenset(json.loads(text))


def staff_for(query: StartQuery) -> list[StaffMember]:
    """Those who can take the offer at the store, free or not. Two SELECTs."""
    (found,) = staffed_by([query])
    agendas = [posted.agenda for posted in found]
    prefetch_related_objects(agendas, "staff_member")
    return [agenda.staff_member for agenda in agendas if agenda.staff_member]


def resource_agendas(store: Store, kinds: Collection[str]) -> list[Agenda]:
    """Agendas of the store's active resources of these kinds, with the resource, by
    id. No query for no kind."""
    if not kinds:
        return []
    rows = Agenda.objects.for_brand(store.brand).filter(
        resource__store=store, resource__kind__in=kinds, resource__active=True
    )
    return list(rows.select_related("resource").order_by("id"))
