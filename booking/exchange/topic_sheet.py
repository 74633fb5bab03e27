"""Topics as rows: what each says, and its minutes by each channel.

The questions that a topic asks and its place in the list have no column: they stay as
they are. A retired topic is neither written nor changed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from booking.errors import OfferRefused
from booking.exchange.sheets import Cells, Column, Planned, RowRefused, folded
from booking.rota.offers import RANGES
from booking.rota.topics import FIRST, ChannelTerms, brands_rules, write_topic
from stores.editing.slugs import slug_of
from stores.editing.topic_edits import MOST_SENSITIVE, Question, TopicEdit
from stores.editing.topics import LONGEST_SLUG, NewTopic, create_topics
from stores.errors import TopicRefused
from stores.models import Brand, Channel, Offer, Topic, User
from stores.queries import questions_of

WRITTEN = ("fr", "en")
TEXTS, LISTS = ("name", "summary"), ("preparation", "steps")
PRIORITIES: Mapping[str, bool] = {
    **dict.fromkeys(("", "normal", "normale", "non", "no", "0"), False),
    **dict.fromkeys(("sensitive", "prioritaire", "oui", "yes", "1"), True),
}


@dataclass
class World:
    brand: Brand
    topics: dict[str, Topic]
    """By slug, and by the name in any language where nothing else has that."""
    minutes: dict[int, dict[str, int]]
    """By topic and channel, where it is offered."""
    too_many: set[str]
    """Topics that would be one more that goes first than a brand may have."""


@dataclass(frozen=True)
class Facts:
    slug: str
    texts: Mapping[str, Any]
    minutes: Mapping[str, int]
    is_sensitive: bool
    kept: int

    def edit(self, topic: Topic, questions: Sequence[Question] = ()) -> TopicEdit:
        return TopicEdit(
            topic=topic,
            questions=questions,
            is_sensitive=self.is_sensitive,
            kept_starts=self.kept if self.is_sensitive else 0,
            **self.texts,
        )


class TopicSheet:
    name = "topics"
    keys: tuple[str, ...] = ("topic",)
    columns: tuple[Column, ...] = (
        Column("topic", ("sujet", "adresse", "slug", "code")),
        Column("name_fr", ("nom", "nom français")),
        Column("name_en", ("name", "nom anglais", "english name")),
        Column("summary_fr", ("en deux mots", "résumé")),
        Column("summary_en", ("summary",)),
        Column("preparation_fr", ("à préparer", "préparation")),
        Column("preparation_en", ("preparation", "to prepare")),
        Column("steps_fr", ("étapes",)),
        Column("steps_en", ("steps",)),
        Column("priority", ("priorité", "prioritaire")),
        Column("kept", ("heures gardées", "kept hours")),
        Column("video", ("visio",)),
        Column("callback", ("téléphone", "rappel", "phone", "call")),
        Column("in_store", ("en magasin", "en agence", "in store", "visit")),
    )

    def load(self, brand: Brand, rows: Sequence[Cells]) -> World:
        topics = list(Topic.objects.for_brand(brand).order_by("-active", "pk"))
        world = World(brand, {}, {}, set())
        for topic in topics:
            for name in topic.name.values():
                world.topics.setdefault(folded(name), topic)
        world.topics |= {topic.slug: topic for topic in topics}
        offers = Offer.objects.for_brand(brand).filter(store=None, active=True)
        for offer in offers:
            of_topic = world.minutes.setdefault(offer.topic_id, {})
            of_topic[offer.channel] = offer.duration
        world.too_many = _too_many(world, topics, rows)
        return world

    def known(self, world: World, cells: Cells) -> Topic | None:
        found = _topic(world, cells["topic"])
        if found is not None and not found.active:
            raise RowRefused("topic", "retired")
        return found

    def current(self, world: World, known: Topic) -> dict[str, str]:
        return _cells(known, world.minutes.get(known.pk, {}))

    def read(
        self, world: World, cells: Cells, known: Topic | None
    ) -> tuple[Facts, dict[str, str]]:
        is_sensitive = _is_sensitive(cells)
        if cells["topic"] in world.too_many:
            raise RowRefused("priority", "many", str(MOST_SENSITIVE))
        facts = Facts(
            known.slug if known else _slug(cells["topic"]),
            _texts(cells, known),
            _minutes(cells),
            is_sensitive,
            _figure("kept", cells.get("kept", "")) if is_sensitive else 0,
        )
        if not facts.minutes and known is None:
            raise RowRefused("video", "no_channel")
        shown = Topic(brand=world.brand, slug=facts.slug)
        try:
            facts.edit(shown).check(world.brand.main_language)
        except TopicRefused as refusal:
            raise _refused(refusal, world.brand) from None
        for name, value in facts.texts.items():
            setattr(shown, name, value)
        shown.kept_starts = facts.kept
        if is_sensitive:
            shown.priority = Topic.Priority.SENSITIVE
        return facts, _cells(shown, facts.minutes)

    def write(
        self, world: World, rows: Sequence[Planned], user: User, now: dt.datetime
    ) -> None:
        # Those that go first no more make room for others.
        for row in sorted(rows, key=lambda row: row.facts.is_sensitive):
            try:
                with transaction.atomic():
                    _write(world.brand, row)
            except TopicRefused as refusal:
                row.refuse(_refused(refusal, world.brand))
            except OfferRefused as refusal:
                row.refuse(RowRefused("video", "form", refusal.field))

    def export(self, brand: Brand) -> Iterator[dict[str, str]]:
        world = self.load(brand, ())
        rows = Topic.objects.for_brand(brand).filter(active=True)
        for topic in rows.order_by("position", "pk"):
            yield self.current(world, topic)


def _topic(world: World, key: str) -> Topic | None:
    return world.topics.get(key) or world.topics.get(folded(key))


def _too_many(world: World, topics: Sequence[Topic], rows: Sequence[Cells]) -> set[str]:
    """Those of the file that would newly go first, beyond the most."""
    sensitive = Topic.Priority.SENSITIVE
    first = {one.slug for one in topics if one.active and one.priority == sensitive}
    wanted: dict[str, str] = {}
    for cells in rows:
        if "priority" not in cells or not cells.get("topic"):
            continue
        known = _topic(world, cells["topic"])
        slug = known.slug if known else cells["topic"]
        if not PRIORITIES.get(folded(cells["priority"]), False):
            first.discard(slug)
        elif slug not in first:
            wanted[slug] = cells["topic"]
    room = max(0, MOST_SENSITIVE - len(first))
    return set(list(wanted.values())[room:])


def _slug(key: str) -> str:
    """The address of a new topic. Raises RowRefused."""
    if len(key) > LONGEST_SLUG or slug_of(key, longest=LONGEST_SLUG) != key:
        raise RowRefused("topic", "form")
    return key


def _is_sensitive(cells: Cells) -> bool:
    found = PRIORITIES.get(folded(cells.get("priority", "")))
    if found is None:
        raise RowRefused("priority", "choice")
    return found


def _texts(cells: Cells, known: Topic | None) -> dict[str, Any]:
    """By name and language; a language that has no column stays."""
    found: dict[str, Any] = {}
    for name in (*TEXTS, *LISTS):
        stood = getattr(known, name) if known else {}
        texts = {code: text for code, text in stood.items() if code not in WRITTEN}
        for code in WRITTEN:
            text = cells.get(f"{name}_{code}", "")
            said = _lines(text) if name in LISTS else text.replace("\n", " ").strip()
            if said:
                texts[code] = said
        found[name] = texts
    return found


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _minutes(cells: Cells) -> dict[str, int]:
    least, most = RANGES["duration"]
    found = {}
    for channel in Channel.values:
        minutes = _figure(channel, cells.get(channel, ""), "figure")
        if minutes and not least <= minutes <= most:
            raise RowRefused(channel, "minutes")
        if minutes:
            found[channel] = minutes
    return found


def _figure(column: str, text: str, code: str = "number") -> int:
    text = text.strip() or "0"
    if not (text.isascii() and text.isdecimal() and len(text) < 6):
        raise RowRefused(column, code)
    return int(text)


def _refused(refusal: TopicRefused, brand: Brand) -> RowRefused:
    column = {"is_sensitive": "priority", "kept_starts": "kept"}.get(
        refusal.field, f"{refusal.field}_{brand.main_language}"
    )
    return RowRefused(column, refusal.why or "form")


def _write(brand: Brand, row: Planned) -> None:
    facts, topic = row.facts, row.known
    if topic is None:
        new = NewTopic(name=facts.texts["name"], minutes=facts.minutes, slug=facts.slug)
        (topic,) = create_topics(brand=brand, topics=[new])
    asked = [
        Question(text=one.text, kind=one.kind, choices=one.choices, id=one.pk)
        for one in questions_of([topic]).get(topic.pk, [])
    ]
    topic.brand = brand
    write_topic(edit=facts.edit(topic, asked), channels=_terms(topic, facts.minutes))


def _terms(topic: Topic, minutes: Mapping[str, int]) -> list[ChannelTerms]:
    """The minutes of the file; all else that a rule says stays as it is."""
    rules, found = brands_rules(topic), []
    for channel in Channel:
        rule: Any = rules.get(channel, FIRST)
        found.append(
            ChannelTerms(
                channel=channel,
                offered=channel in minutes,
                duration=minutes.get(channel, rule.duration),
                buffer_after=rule.buffer_after,
                minimum_notice=rule.minimum_notice,
            )
        )
    return found


def _cells(topic: Topic, minutes: Mapping[str, int]) -> dict[str, str]:
    found = {"topic": topic.slug}
    for code in WRITTEN:
        for name in TEXTS:
            found[f"{name}_{code}"] = getattr(topic, name).get(code, "")
        for name in LISTS:
            found[f"{name}_{code}"] = "\n".join(getattr(topic, name).get(code, []))
    is_sensitive = topic.priority == Topic.Priority.SENSITIVE
    return found | {
        "priority": "sensitive" if is_sensitive else "",
        "kept": str(topic.kept_starts or ""),
        **{one: str(minutes.get(one, "")) for one in Channel.values},
    }
