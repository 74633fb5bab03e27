"""The agendas that can take an offer at a store: of people and of resources."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from functools import lru_cache

from django.db.models import prefetch_related_objects

from booking.availability.buffers import lengths
from booking.availability.kept import KeptRule
from booking.availability.opening import PostedAgenda
from booking.availability.query import StartQuery
from stores.models import Agenda, StaffMember, Store
from stores.statements import ask, columns_of, row_of

# Read by hand: a search asks it each time, and of everybody when it asks nation-wide.
# Topics that keep starts are read with those that are asked for: who knows them, and
# their rules at each store. Few brands have any, and no row of theirs costs nothing.
_STAFFED = f"""
  WITH kept AS MATERIALIZED (
           SELECT topic.id, topic.name, topic.kept_starts FROM stores_topic topic
            WHERE topic.brand_id = %s AND topic.kept_starts > 0 AND topic.active),
       rules AS MATERIALIZED (
           SELECT rule.store_id, rule.topic_id,
                  json_agg(json_build_array(rule.kept_starts, rule.channel,
                      rule.buffer_before, rule.duration + rule.buffer_after,
                      rule.step, rule.name::text) ORDER BY rule.channel)::text AS said
             FROM (SELECT DISTINCT ON (store.id, offer.topic_id, offer.channel)
                          store.id AS store_id, kept.kept_starts, kept.name,
                          offer.topic_id, offer.channel, offer.active,
                          offer.buffer_before, offer.duration, offer.buffer_after,
                          offer.step
                     FROM kept
                     JOIN stores_offer offer
                       ON offer.topic_id = kept.id AND NOT offer.retired
                     JOIN unnest(%s::bigint[]) AS store (id)
                       ON offer.store_id IS NULL OR offer.store_id = store.id
                    ORDER BY store.id, offer.topic_id, offer.channel,
                             offer.store_id NULLS LAST) AS rule
            WHERE rule.active GROUP BY rule.store_id, rule.topic_id)
SELECT posting.store_id, competence.topic_id, competence.channels::text, rules.said,
       posting.valid_from, posting.valid_until, {columns_of(Agenda, "agenda")}
  FROM stores_posting posting
  JOIN stores_staffmember staff ON staff.id = posting.staff_member_id AND staff.active
  JOIN stores_agenda agenda ON agenda.staff_member_id = staff.id
  JOIN stores_competence competence ON competence.staff_member_id = staff.id
  LEFT JOIN rules ON rules.store_id = posting.store_id
   AND rules.topic_id = competence.topic_id
 WHERE posting.store_id = ANY(%s::bigint[])
   AND competence.topic_id = ANY(%s::bigint[] || ARRAY(SELECT id FROM kept))
   AND (%s::bigint IS NULL OR staff.id = %s)
 ORDER BY agenda.id
"""  # noqa: S608  # names of columns


def staffed_by(queries: Sequence[StartQuery]) -> list[list[PostedAgenda]]:
    """For each query, the agendas of active staff posted at its store who know its
    topic by its channel, by id, with what keeps their first hours from it. One SELECT
    for all; the first names the person."""
    stores = {query.store.pk: query.store for query in queries}
    topics = {query.offer.topic_id for query in queries}
    brand_id, named = queries[0].store.brand_id, queries[0].staff_id
    agendas: dict[int, Agenda] = {}
    known: dict[tuple[int, int], list[tuple[PostedAgenda, frozenset[str]]]] = {}
    keeping = _Keeping()
    for store_id, topic_id, channels, said, since, until, *agenda in ask(
        _STAFFED,
        [brand_id, list(stores), list(stores), list(topics), named, named],
    ):
        # One object for an agenda: whoever finds its version risen tells all of them.
        one = agendas.get(agenda[0])
        if one is None:
            one = agendas[agenda[0]] = row_of(Agenda, agenda)
        posted = PostedAgenda(one, stores[store_id], (since, until))
        by_topic = known.setdefault((store_id, topic_id), [])
        by_topic.append((posted, _channels_in(channels)))
        if said is not None:
            keeping.add(posted, topic_id, _rules_in(topic_id, said), channels)
    return [
        [
            keeping.from_others(posted, q)
            for posted, channels in known.get((q.store.pk, q.offer.topic_id), ())
            if not channels or q.offer.channel in channels
        ]
        for q in queries
    ]


class _Keeping:
    """The agendas that keep hours, by store, and the topics that they keep them for."""

    def __init__(self) -> None:
        self._topics: set[tuple[int, int]] = set()
        self._rules: dict[tuple[int, int], list[KeptRule]] = defaultdict(list)

    def add(
        self,
        posted: PostedAgenda,
        topic_id: int,
        rules: Sequence[KeptRule],
        channels: str,
    ) -> None:
        by, place = _channels_in(channels), posted.store.pk
        self._topics.add((place, topic_id))
        known = [rule for rule in rules if rule.channel in by] if by else rules
        self._rules[place, posted.agenda.pk].extend(known)

    def from_others(self, posted: PostedAgenda, query: StartQuery) -> PostedAgenda:
        """With its rules, but for who asks for a topic that keeps starts itself."""
        place = posted.store.pk
        if not self._rules or (place, query.offer.topic_id) in self._topics:
            return posted
        rules = self._rules.get((place, posted.agenda.pk))
        if not rules:
            return posted
        return PostedAgenda(posted.agenda, posted.store, posted.days, tuple(rules))


@lru_cache(maxsize=256)
def _rules_in(topic_id: int, said: str) -> tuple[KeptRule, ...]:
    return tuple(
        KeptRule(topic_id, name, starts, channel, *lengths(before, rest), step)
        for starts, channel, before, rest, step, name in json.loads(said)
    )


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
