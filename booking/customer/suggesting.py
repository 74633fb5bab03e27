"""Topics that a customer's sentence sounds like. Pure, and on this machine: words are
compared with the words of the topics, and no service is asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from booking.front.listed import plain
from stores.models import Topic

SHORTEST = 3
STEM = 5
MOST = 2
NAME, HINT = 3.0, 1.0

_IDLE = """
les des une aux dans par pour avec sans sur que qui est ses son ces mes mon nos vos
notre votre leur leurs mais plus pas tres faire fait avoir voudrais veux souhaite
aimerais cherche besoin bonjour merci ans petit petite autre question
the and for with from that this what who are his her our your their but not very
would like want need looking hello thanks please year years old little other have
"""
IDLE = frozenset(_IDLE.split())
"""Words that say nothing about a subject, without their accents."""


def suggested_topics(*, topics: Sequence[Topic], sentence: str) -> list[Topic]:
    """The topics that share most with the sentence, at most two that share alike; []
    where none does, or too many do. A word that several topics use counts less."""
    said = stems(sentence)
    if not said:
        return []
    known = [_weights(topic) for topic in topics]
    shared = Counter(stem for weights in known for stem in weights)
    points = [
        sum(weight / shared[stem] for stem, weight in weights.items() if stem in said)
        for weights in known
    ]
    best = max(points, default=0.0)
    found = [topic for topic, sum_ in zip(topics, points, strict=True) if sum_ == best]
    return found if best and len(found) <= MOST else []


def stems(text: str) -> set[str]:
    """Beginnings of the words that say something: "vélos" and "vélo" are one."""
    words = re.findall(r"[a-z0-9]+", plain(text).replace("œ", "oe"))
    return {
        word.rstrip("sx")[:STEM]
        for word in words
        if len(word) >= SHORTEST and word not in IDLE
    } - {""}


def _weights(topic: Topic) -> dict[str, float]:
    """In all languages of the brand: people write in theirs, whatever the page's."""
    weights = dict.fromkeys(_stems_of(topic.summary.values()), HINT)
    return weights | dict.fromkeys(_stems_of(topic.name.values()), NAME)


def _stems_of(texts: Iterable[str]) -> set[str]:
    return set().union(*(stems(text) for text in texts))
