"""Forms of a brand's messages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from booking.fields import INPUT, EmailField, LinesField
from notifications.content.own_texts import Problem, Wrong
from notifications.kinds import Kind
from notifications.models import Delivery
from notifications.models.message_text import LONGEST_BODY, LONGEST_SUBJECT
from notifications.texts.editing import MOST_WORDS, WrittenText

SMS = Delivery.Channel.SMS


def _lines(label: Any, rows: int) -> LinesField:
    return LinesField(
        label=label,
        required=False,
        max_length=LONGEST_BODY,
        widget=forms.Textarea({**INPUT, "rows": rows}),
    )


class TextForm(forms.Form):
    """The words of one message; a text message has one field."""

    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        required=False,
        max_length=LONGEST_SUBJECT,
        widget=forms.TextInput(INPUT),
    )
    before = _lines(gettext_lazy("Before the plate"), 4)
    after = _lines(gettext_lazy("After it"), 3)

    def __init__(
        self, data: Any, *, kind: Kind, channel: str, language: str, **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.kind, self.channel, self.language = kind, channel, language
        if channel == SMS:
            del self.fields["subject"], self.fields["after"]
            self.fields["before"].label = _("Text")
        for field in self.fields.values():
            field.widget.attrs["lang"] = language

    def typed(self) -> WrittenText:
        """As it stands in the fields, right or wrong."""
        values = {name: str(self[name].value() or "") for name in self.fields}
        return WrittenText(
            kind=self.kind,
            channel=self.channel,
            language=self.language,
            **{name: text.replace("\r\n", "\n") for name, text in values.items()},
        )

    def refuse(self, problems: list[tuple[str, Problem]]) -> None:
        for field, problem in problems:
            if problem.refuses:
                self.add_error(field, words_of(problem))


class SenderForm(forms.Form):
    """From whom mails are, and where answers go."""

    mail_name = forms.CharField(
        label=gettext_lazy("Name of the sender"),
        required=False,
        max_length=60,
        widget=forms.TextInput(INPUT),
    )
    reply_to = EmailField(
        label=gettext_lazy("Address for answers"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(INPUT),
    )


def words_of(problem: Problem) -> str:
    """One sentence at the field."""
    is_french = (get_language() or "").startswith("fr")
    facts = {
        "found": problem.found,
        "instead": problem.instead,
        "hour": "{heure}" if is_french else "{hour}",
        "link": "{lien}" if is_french else "{link}",
    }
    if problem.wrong == Wrong.UNKNOWN and problem.instead:
        return _("{%(found)s} is not known here. Did you mean {%(instead)s}?") % facts
    sentences = {
        Wrong.UNKNOWN: _("{%(found)s} is not known here."),
        Wrong.BRACE: _("A brace stands alone: write %(hour)s, for example."),
        Wrong.NO_LINK: _(
            "The link is missing: %(link)s belongs into each text message."
        ),
        Wrong.EMPTY: _("Write something, or take ours back."),
        Wrong.SELLS: _(
            "“%(found)s” is advertising: this message is a service, which nobody "
            "agreed to be sold to by."
        ),
        Wrong.SELLS_PERHAPS: _("“%(found)s” may read like advertising. Is it service?"),
        Wrong.TOO_LONG: _("At most %(found)s characters, please."),
        Wrong.TOO_MANY_SEGMENTS: _("%(found)s text messages: at most three, please."),
        Wrong.TOO_MANY_WORDS: _("%(found)s words: at most %(most)d, please."),
    }  # fmt: skip
    return sentences[problem.wrong] % (facts | {"most": MOST_WORDS})
