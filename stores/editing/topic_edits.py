"""Changes of topics that stand there: their texts, questions and order, and their end.

All of them lock the brand's row: topics of one brand are changed one after another.
Visits are not touched: a booked one keeps its topic, whatever becomes of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from stores.errors import TopicRefused
from stores.models import Brand, Topic, TopicQuestion
from stores.queries import questions_of

LONGEST_NAME = 60
LONGEST_SUMMARY = 120
LONGEST_LINE = 160
MOST_LINES = 6
MOST_STEPS = 7
MOST_QUESTIONS = 3
MOST_CHOICES = 8
MOST_SENSITIVE = 2
"""More of them, and nothing goes first."""
MOST_KEPT = 4
"""Starts of a day that a topic that goes first may keep for itself."""

Texts = Mapping[str, str]
Lists = Mapping[str, Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Question:
    """Asked of who books. `id` is that of the row in whose place it stands, None for a
    new one; of another kind it is a new one, too."""

    text: Texts
    kind: str = TopicQuestion.Kind.TEXT
    choices: Lists = field(default_factory=dict)
    id: int | None = None

    def check(self, main: str) -> None:
        if not self.text.get(main, "").strip():
            raise TopicRefused("A question has words.", "questions", "text")
        if self.kind not in TopicQuestion.Kind.values:
            raise TopicRefused("No such kind of question.", "questions", "kind")
        if any(len(text) > TopicQuestion.LONGEST for text in self.text.values()):
            raise TopicRefused("The question is too long.", "questions", "text")
        if self.kind != TopicQuestion.Kind.CHOICE:
            return
        if not 2 <= len(self.choices.get(main, ())) <= MOST_CHOICES:
            raise TopicRefused("Two choices to eight.", "questions", "choices")
        choices = [one for several in self.choices.values() for one in several]
        if any(not 0 < len(one) <= TopicQuestion.LONGEST for one in choices):
            raise TopicRefused("A choice is too long.", "questions", "choices")


@dataclass(frozen=True, kw_only=True)
class TopicEdit:
    """The texts of a topic from now on, in the place of all that it had:
    {"fr": …, "en": …}; those of a brand's first language must be there."""

    topic: Topic
    name: Texts
    summary: Texts = field(default_factory=dict)
    preparation: Lists = field(default_factory=dict)
    steps: Lists = field(default_factory=dict)
    questions: Sequence[Question] = ()
    is_sensitive: bool = False
    kept_starts: int = 0
    """Of a sensitive topic alone; of another it becomes 0."""

    def check(self, main: str) -> None:
        """Raises TopicRefused, which names the field."""
        if not 0 <= self.kept_starts <= MOST_KEPT:
            raise TopicRefused(f"0 to {MOST_KEPT}.", "kept_starts", "range")
        if not self.name.get(main, "").strip():
            raise TopicRefused("The name in the main language.", "name", "required")
        for name, texts, most in (
            ("name", self.name, LONGEST_NAME),
            ("summary", self.summary, LONGEST_SUMMARY),
        ):
            if any(len(text) > most for text in texts.values()):
                raise TopicRefused(f"At most {most} letters.", name, "long")
        for name, lists, most in (
            ("preparation", self.preparation, MOST_LINES),
            ("steps", self.steps, MOST_STEPS),
        ):
            if any(len(lines) > most for lines in lists.values()):
                raise TopicRefused(f"At most {most} lines.", name, "many")
            lines = [line for lines in lists.values() for line in lines]
            if any(len(line) > LONGEST_LINE for line in lines):
                raise TopicRefused(f"Lines of {LONGEST_LINE} letters.", name, "long")
        if len(self.questions) > MOST_QUESTIONS:
            raise TopicRefused(f"At most {MOST_QUESTIONS}.", "questions", "many")
        for question in self.questions:
            question.check(main)


def edit_topics(
    *,
    brand: Brand,
    edits: Sequence[TopicEdit],
    check: Callable[[Topic, list[TopicQuestion]], None] | None = None,
) -> list[Topic]:
    """Writes what topics say, all or none; `check` is asked under the lock with each
    topic and its questions as they are. Raises TopicRefused with the `index` of the
    edit, also for a third sensitive topic, and what `check` raises."""
    with transaction.atomic():
        known = _locked(brand, edits)
        asked = questions_of([edit.topic for edit in edits])
        for index, edit in enumerate(edits):
            topic = known[edit.topic.pk]
            if check is not None:
                check(topic, asked.get(topic.pk, []))
            try:
                edit.check(brand.main_language)
            except TopicRefused as refusal:
                refusal.index = index
                raise
            _fill(topic, edit)
        rows = [known[edit.topic.pk] for edit in edits]
        fields = ["name", "summary", "preparation", "steps", "priority", "kept_starts"]
        Topic.objects.for_brand(brand).bulk_update(rows, fields)
        _check_sensitive(brand, edits)
        for edit in edits:
            _write_questions(edit, asked.get(edit.topic.pk, []))
    return rows


def place_topic(*, topic: Topic, place: int) -> int:
    """Puts a topic at a place among those that are asked for, from 0 on; returns the
    place that it has then. Saying it twice changes nothing more."""
    with transaction.atomic():
        _lock_brand(topic.brand)
        topics = Topic.objects.for_brand(topic.brand)
        rows = list(topics.filter(active=True))
        if topic not in rows:
            return 0
        rows.remove(topic)
        place = max(0, min(place, len(rows)))
        rows.insert(place, topic)
        for number, row in enumerate(rows):
            row.position = number
        topics.bulk_update(rows, ["position"])
    return place


def retire_topics(*, brand: Brand, topics: Sequence[Topic], now: dt.datetime) -> None:
    """They are offered no more. What is booked stays as it is."""
    rows = Topic.objects.for_brand(brand).filter(pk__in=[one.pk for one in topics])
    rows.filter(active=True).update(active=False, retired_at=now)


def restore_topics(*, brand: Brand, topics: Sequence[Topic]) -> None:
    """They are offered again as they were, after those that stand there."""
    with transaction.atomic():
        _lock_brand(brand)
        rows = Topic.objects.for_brand(brand)
        last = max(rows.values_list("position", flat=True), default=-1)
        wanted = rows.filter(pk__in=[one.pk for one in topics], active=False)
        back = list(wanted.order_by("position", "pk"))
        for number, row in enumerate(back, last + 1):
            row.active, row.retired_at, row.position = True, None, number
        rows.bulk_update(back, ["active", "retired_at", "position"])


def _lock_brand(brand: Brand) -> None:
    Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)


def _locked(brand: Brand, edits: Sequence[TopicEdit]) -> dict[int, Topic]:
    _lock_brand(brand)
    rows = Topic.objects.for_brand(brand).select_for_update(no_key=True)
    found = rows.filter(pk__in=[edit.topic.pk for edit in edits]).order_by("pk")
    return {row.pk: row for row in found}


def _fill(topic: Topic, edit: TopicEdit) -> None:
    topic.name = _said(edit.name)
    topic.summary = _said(edit.summary)
    topic.preparation = _lines(edit.preparation)
    topic.steps = _lines(edit.steps)
    sensitive = Topic.Priority.SENSITIVE
    topic.priority = sensitive if edit.is_sensitive else Topic.Priority.NORMAL
    topic.kept_starts = edit.kept_starts if edit.is_sensitive else 0


def _said(texts: Texts) -> dict[str, str]:
    """Without languages that say nothing: those are read in another."""
    return {name: text.strip() for name, text in texts.items() if text.strip()}


def _lines(lists: Lists) -> dict[str, list[str]]:
    return {name: list(lines) for name, lines in lists.items() if lines}


def _check_sensitive(brand: Brand, edits: Sequence[TopicEdit]) -> None:
    """Only who makes one more is refused: a brand may have had many before."""
    made = [n for n, edit in enumerate(edits) if edit.is_sensitive]
    fresh = [n for n in made if edits[n].topic.priority != Topic.Priority.SENSITIVE]
    rows = Topic.objects.for_brand(brand).filter(active=True)
    sensitive = rows.filter(priority=Topic.Priority.SENSITIVE).count()
    if fresh and sensitive > MOST_SENSITIVE:
        refusal = TopicRefused(f"At most {MOST_SENSITIVE}.", "is_sensitive", "many")
        refusal.index = fresh[0]
        raise refusal


def _write_questions(edit: TopicEdit, known: Sequence[TopicQuestion]) -> None:
    """Rows that are asked no more are retired: answers point at them."""
    by_id, kept = {row.pk: row for row in known}, set()
    for position, asked in enumerate(edit.questions):
        row = by_id.get(asked.id or 0)
        if row is None or row.kind != asked.kind or row.pk in kept:
            row = TopicQuestion(brand=edit.topic.brand, topic=edit.topic)
        is_choice = asked.kind == TopicQuestion.Kind.CHOICE
        row.kind, row.position = asked.kind, position
        row.text = _said(asked.text)
        row.choices = _lines(asked.choices) if is_choice else {}
        row.save()
        kept.add(row.pk)
    gone = [row.pk for row in known if row.pk not in kept]
    TopicQuestion.objects.for_brand(edit.topic.brand).filter(pk__in=gone).update(
        retired=True
    )
