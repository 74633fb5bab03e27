"""The form of one topic: what it says, what it asks, and its channels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.desk.topics.row_forms import (
    WRITTEN,
    ChannelForm,
    LineListField,
    QuestionForm,
    Written,
    line,
)
from booking.fields import INPUT
from booking.rota.topics import ChannelTerms
from stores.editing.topic_edits import (
    LONGEST_NAME,
    LONGEST_SUMMARY,
    MOST_KEPT,
    MOST_LINES,
    MOST_QUESTIONS,
    MOST_SENSITIVE,
    MOST_STEPS,
    TopicEdit,
)
from stores.errors import TopicRefused
from stores.models import Channel, Offer, Topic, TopicQuestion


class NameForm(Written):
    """The name of a topic, as customers call it."""

    TEXTS: tuple[str, ...] = ("name",)

    name_fr = line(_("French"), "fr", LONGEST_NAME)
    name_en = line(_("English"), "en", LONGEST_NAME)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields[f"name_{self.main}"]
        field.required = True
        field.error_messages["required"] = _("What do customers call it?")

    @property
    def names(self) -> list[forms.BoundField]:
        return self.pair("name")


class TopicForm(NameForm):
    """All that a topic says."""

    TEXTS = ("name", "summary", "preparation", "steps")

    summary_fr = line(_("In a few words"), "fr", LONGEST_SUMMARY)
    summary_en = line(_("The same in English"), "en", LONGEST_SUMMARY)
    preparation_fr = LineListField(_("To prepare"), "fr", most=MOST_LINES, rows=3)
    preparation_en = LineListField(_("In English"), "en", most=MOST_LINES, rows=3)
    steps_fr = LineListField(_("Steps of the adviser"), "fr", most=MOST_STEPS, rows=4)
    steps_en = LineListField(_("In English"), "en", most=MOST_STEPS, rows=4)
    is_sensitive = forms.BooleanField(
        required=False,
        label=_("Priority topic"),
        widget=forms.CheckboxInput({"class": "switch", "role": "switch"}),
    )
    kept_starts = forms.TypedChoiceField(
        label=_("Hours kept for it, each day"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[(n, n or _("none")) for n in range(MOST_KEPT + 1)],
        widget=forms.Select(INPUT),
    )

    @property
    def summaries(self) -> list[forms.BoundField]:
        return self.pair("summary")

    @property
    def preparations(self) -> list[forms.BoundField]:
        return self.pair("preparation")

    @property
    def steps(self) -> list[forms.BoundField]:
        return self.pair("steps")


class WholeForm:
    """The page's forms, which are sent together."""

    def __init__(
        self,
        data: Any,
        *,
        topic: Topic,
        questions: Sequence[TopicQuestion],
        rules: Mapping[str, Offer],
    ) -> None:
        self.topic, brand = topic, topic.brand
        self.main = TopicForm(data, brand=brand, initial=_initial(topic))
        asked = [*questions, *[None] * MOST_QUESTIONS][:MOST_QUESTIONS]
        self.questions = [
            QuestionForm(data, prefix=f"q{n}", brand=brand, initial=_of_question(one))
            for n, one in enumerate(asked)
        ]
        self.channels = [
            ChannelForm(data, channel=channel, rule=rules.get(channel))
            for channel in Channel.values
        ]

    def is_valid(self) -> bool:
        parts = [self.main, *self.questions, *self.channels]
        return all(part.is_valid() for part in parts)

    def edit(self) -> TopicEdit:
        main = self.main
        asked = [form.question() for form in self.questions]
        return TopicEdit(
            topic=self.topic,
            **{text: main.written(text) for text in main.TEXTS},
            questions=[one for one in asked if one is not None],
            is_sensitive=main.cleaned_data["is_sensitive"],
            kept_starts=main.cleaned_data["kept_starts"] or 0,
        )

    def terms(self) -> list[ChannelTerms]:
        return [form.terms() for form in self.channels]

    def refuse(self, refusal: TopicRefused) -> None:
        """Says at its field what the use case found."""
        words = gettext("This cannot be written: look at it again, please.")
        if refusal.field == "is_sensitive":
            words = gettext("At most %(most)d topics may go first.")
            self.main.add_error("is_sensitive", words % {"most": MOST_SENSITIVE})
        else:
            self.main.add_error(None, words)


def _initial(topic: Topic) -> dict[str, Any]:
    found: dict[str, Any] = {
        "is_sensitive": topic.priority == Topic.Priority.SENSITIVE,
        "kept_starts": topic.kept_starts,
    }
    for name in WRITTEN:
        found[f"name_{name}"] = topic.name.get(name, "")
        found[f"summary_{name}"] = topic.summary.get(name, "")
        found[f"preparation_{name}"] = "\n".join(topic.preparation.get(name, []))
        found[f"steps_{name}"] = "\n".join(topic.steps.get(name, []))
    return found


def _of_question(asked: TopicQuestion | None) -> dict[str, Any]:
    if asked is None:
        return {}
    found: dict[str, Any] = {"id": asked.pk, "kind": asked.kind}
    for name in WRITTEN:
        found[f"text_{name}"] = asked.text.get(name, "")
        found[f"choices_{name}"] = "\n".join(asked.choices.get(name, []))
    return found
