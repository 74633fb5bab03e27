"""The rows of the page of one topic: a question of it, and one of its channels."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.desk.hours.stretch_forms import CHANNELS
from booking.desk.offer_forms import LEADS
from booking.fields import INPUT, LinesField
from booking.rota.offers import RANGES
from booking.rota.topics import FIRST, ChannelTerms
from booking.wording import span_of_minutes
from stores.editing.topic_edits import LONGEST_LINE, MOST_CHOICES, Question
from stores.models import Brand, Channel, Offer, TopicQuestion

WRITTEN = ("fr", "en")
"""The languages that a topic can be written in."""

TOO_LONG = {"max_length": _("At most %(limit_value)d characters, please.")}


def line(label: Any, language: str, most: int) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=most,
        widget=forms.TextInput({**INPUT, "lang": language}),
        error_messages=TOO_LONG,
    )


class LineListField(LinesField):
    """A text of which each line is one entry; empty ones are left out."""

    def __init__(self, label: Any, language: str, *, most: int, rows: int) -> None:
        self.most = most
        super().__init__(
            label=label,
            required=False,
            widget=forms.Textarea({**INPUT, "lang": language, "rows": rows}),
        )

    def clean(self, value: Any) -> list[str]:
        text = str(super().clean(value))
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        if len(lines) > self.most:
            words = gettext("At most %(most)d lines, please.") % {"most": self.most}
            raise forms.ValidationError(words, "many")
        if any(len(line) > LONGEST_LINE for line in lines):
            words = gettext("At most %(most)d letters in a line, please.")
            raise forms.ValidationError(words % {"most": LONGEST_LINE}, "long")
        return lines


class Written(forms.Form):
    """Fields `<text>_<language>`: those of the brand's languages, its first needed."""

    TEXTS: tuple[str, ...] = ()

    def __init__(self, *args: Any, brand: Brand, **options: Any) -> None:
        super().__init__(*args, **options)
        known = [name for name in brand.languages if name in WRITTEN]
        self.languages = known or [WRITTEN[0]]
        for text in self.TEXTS:
            for name in set(WRITTEN) - set(self.languages):
                del self.fields[f"{text}_{name}"]

    @property
    def main(self) -> str:
        return str(self.languages[0])

    def written(self, text: str) -> dict[str, Any]:
        """By language; of a valid form."""
        return {name: self.cleaned_data[f"{text}_{name}"] for name in self.languages}

    def pair(self, text: str) -> list[forms.BoundField]:
        return [self[f"{text}_{name}"] for name in self.languages]


class QuestionForm(Written):
    """One question; without words in the main language there is none."""

    TEXTS = ("text", "choices")

    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    text_fr = line(_("In French"), "fr", TopicQuestion.LONGEST)
    text_en = line(_("In English"), "en", TopicQuestion.LONGEST)
    kind = forms.ChoiceField(
        label=_("Answered by"),
        choices=[
            (TopicQuestion.Kind.TEXT.value, _("a few words")),
            (TopicQuestion.Kind.NUMBER.value, _("a number")),
            (TopicQuestion.Kind.CHOICE.value, _("a choice")),
        ],
        required=False,
        widget=forms.Select(INPUT),
    )
    choices_fr = LineListField(_("Choices"), "fr", most=MOST_CHOICES, rows=3)
    choices_en = LineListField(_("In English"), "en", most=MOST_CHOICES, rows=3)

    @property
    def texts(self) -> list[forms.BoundField]:
        return self.pair("text")

    @property
    def choice_lists(self) -> list[forms.BoundField]:
        return self.pair("choices")

    @property
    def shown_text(self) -> str:
        return str(self[f"text_{self.main}"].value() or "")

    @property
    def kind_word(self) -> str:
        words = dict(self.fields["kind"].choices)  # type: ignore[attr-defined]
        return str(words.get(self["kind"].value(), words[TopicQuestion.Kind.TEXT]))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = self.cleaned_data
        said = [name for name in self.languages if data.get(f"text_{name}")]
        if said and self.main not in said:
            self.add_error(f"text_{self.main}", _("Write the question here first."))
        is_choice = data.get("kind") == TopicQuestion.Kind.CHOICE
        choices = data.get(f"choices_{self.main}")
        if said and is_choice and choices is not None and len(choices) < 2:
            self.add_error(f"choices_{self.main}", _("Two choices at least."))
        return data

    def question(self) -> Question | None:
        if not self.cleaned_data[f"text_{self.main}"]:
            return None
        return Question(
            id=self.cleaned_data["id"],
            text=self.written("text"),
            kind=self.cleaned_data["kind"] or TopicQuestion.Kind.TEXT,
            choices=self.written("choices"),
        )


LABELS = {
    "duration": _("length in minutes"),
    "buffer_after": _("breather in minutes"),
    "minimum_notice": _("notice"),
}


class ChannelForm(forms.Form):
    """One row of the matrix; where the channel is not offered its figures rest."""

    offered = forms.BooleanField(
        required=False,
        widget=forms.CheckboxInput({"class": "switch", "role": "switch"}),
    )
    duration = forms.IntegerField(label=_("Length, min"))
    buffer_after = forms.IntegerField(label=_("Breather, min"))
    minimum_notice = forms.TypedChoiceField(
        label=_("Notice"), coerce=int, widget=forms.Select(INPUT)
    )

    def __init__(self, data: Any, *, channel: str, rule: Offer | None) -> None:
        known = rule or FIRST
        names = ("duration", "buffer_after", "minimum_notice")
        initial = {name: getattr(known, name) for name in names}
        initial["offered"] = rule is not None and rule.active
        super().__init__(data, prefix=channel, initial=initial)
        self.channel, self.rule = Channel(channel), rule
        leads = sorted({*LEADS, known.minimum_notice})
        self.fields["minimum_notice"].choices = [  # type: ignore[attr-defined]
            (n, span_of_minutes(n) if n else gettext("none")) for n in leads
        ]
        for name in names[:2]:
            least, most = RANGES[name]
            field = self.fields[name]
            field.widget = forms.NumberInput({**INPUT, "min": least, "max": most})
            words = gettext("%(least)d to %(most)d minutes.")
            field.error_messages = dict.fromkeys(
                ("required", "invalid", "min_value", "max_value"),
                words % {"least": least, "most": most},
            )
            field.min_value, field.max_value = least, most  # type: ignore[attr-defined]
        self.word = dict(CHANNELS)[channel]
        for name, spoken in (("offered", gettext("offered")), *LABELS.items()):
            label = f"{self.word}, {spoken}"
            self.fields[name].widget.attrs["aria-label"] = label
        if not self.is_offered:
            for name in names:
                self.fields[name].required = False

    @property
    def is_offered(self) -> bool:
        return bool(self["offered"].value())

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = self.cleaned_data
        if not data.get("offered"):
            self._errors = forms.utils.ErrorDict()
            return {"offered": False}
        for name in ("duration", "buffer_after"):
            least, most = RANGES[name]
            if data.get(name) is not None and not least <= data[name] <= most:
                self.add_error(name, self.fields[name].error_messages["invalid"])
        return data

    def terms(self) -> ChannelTerms:
        return ChannelTerms(channel=self.channel, **self.cleaned_data)
