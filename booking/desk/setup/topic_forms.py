"""The table of topics to begin with: rows of a ready list, and rows of one's own."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from booking.fields import INPUT
from stores.editing.packs import PACKS, TOPICS
from stores.editing.topics import NewTopic
from stores.models import Channel
from stores.texts import in_language

LABELS = [
    ("advice", _("Advice")),
    ("after_sales", _("After-sales")),
    ("bank", _("Bank")),
]
OWN = re.compile(r"own-[0-9]{1,2}")
MOST_ROWS = 40


class TopicForm(forms.Form):
    """One row: of a ready topic, or with a name that is typed."""

    wanted = forms.BooleanField(required=False)
    name = forms.CharField(
        label=_("Name of the topic"),
        max_length=60,
        required=False,
        widget=forms.TextInput(INPUT),
    )
    minutes = forms.IntegerField(
        label=_("Minutes"),
        min_value=5,
        max_value=120,
        widget=forms.NumberInput(INPUT | {"min": 5, "max": 120, "step": 5}),
        error_messages={
            "required": _("How many minutes?"),
            "min_value": _("5 minutes at least."),
            "max_value": _("120 minutes at most."),
            "invalid": _("How many minutes?"),
        },
    )
    video = forms.BooleanField(required=False)
    callback = forms.BooleanField(required=False)
    in_store = forms.BooleanField(required=False)

    def __init__(
        self, data: QueryDict | None = None, *, key: str, wanted: bool = True
    ) -> None:
        """`wanted`: ticked from the start, as for a brand without any topic."""
        self.key, self.ready = key, TOPICS.get(key)
        initial = _initial(self.ready) | ({} if wanted else {"wanted": False})
        super().__init__(data, prefix=key, initial=initial)
        if not self["wanted"].value():
            self.fields["minutes"].required = False

    @property
    def label(self) -> str:
        """As the table and the preview call it."""
        if self.ready is not None:
            return in_language(self.ready.name, "")
        return str(self["name"].value() or "")

    @property
    def is_wanted(self) -> bool:
        return bool(self["wanted"].value())

    @property
    def is_edited(self) -> bool:
        """True if a figure or tick was changed: another list does not drop the row."""
        return self.is_bound and self.has_changed()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("wanted"):
            return data
        if self.ready is None and not any(c.isalnum() for c in data.get("name", "")):
            self.add_error("name", _("What do customers call it?"))
        if not any(data.get(channel) for channel in Channel.values):
            self.add_error("wanted", _("Tick one way at least to talk about it."))
        return data

    def topic(self) -> NewTopic | None:
        """None for a row that is not ticked."""
        data = self.cleaned_data
        if not data["wanted"]:
            return None
        channels = [channel for channel in Channel.values if data[channel]]
        minutes = dict.fromkeys(channels, data["minutes"])
        if self.ready is None:
            language = (get_language() or "fr").split("-")[0]
            return NewTopic(name={language: data["name"].strip()}, minutes=minutes)
        ready = self.ready
        return NewTopic(
            slug=ready.slug,
            name=ready.name,
            minutes=minutes,
            preparation=ready.preparation,
            is_sensitive=ready.is_sensitive,
        )


def _initial(ready: NewTopic | None) -> dict[str, Any]:
    if ready is None:
        return {"wanted": True, "minutes": 20, **dict.fromkeys(Channel.values, True)}
    ticks = {channel: channel in ready.minutes for channel in Channel.values}
    return {"wanted": True, "minutes": next(iter(ready.minutes.values())), **ticks}


def forms_of_pack(pack: str, *, there: Collection[str]) -> list[TopicForm]:
    """The rows of a list, without the topics that are `there`. Once there are some,
    none is ticked: who only goes on adds nothing.
    """
    slugs = [topic.slug for topic in PACKS[pack] if topic.slug not in there]
    return [TopicForm(key=slug, wanted=not there) for slug in slugs]


def forms_in(data: QueryDict, *, there: Collection[str]) -> list[TopicForm]:
    """The rows that were sent, in their order; a key of nobody's is left out."""
    keys = dict.fromkeys(data.getlist("row")[:MOST_ROWS])
    known = [key for key in keys if key in TOPICS or OWN.fullmatch(key)]
    return [
        TopicForm(data, key=key, wanted=not there or key not in TOPICS) for key in known
    ]


def other_pack(
    rows: Sequence[TopicForm], pack: str, *, there: Collection[str]
) -> list[TopicForm]:
    """The rows of another list; those that were edited by hand stay, as they are."""
    kept = {row.key: row for row in rows if row.is_edited or row.ready is None}
    fresh = [kept.pop(row.key, row) for row in forms_of_pack(pack, there=there)]
    return [*fresh, *kept.values()]


def with_own(rows: Sequence[TopicForm]) -> list[TopicForm]:
    """One empty row more, for a topic of one's own."""
    used = {row.key for row in rows}
    free = (key for n in range(100) if (key := f"own-{n}") not in used)
    return [*rows, TopicForm(key=next(free))]
