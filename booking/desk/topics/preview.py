"""A topic as customers would see it, from what is typed, and what a change does."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.desk.topics.forms import WholeForm
from booking.desk.topics.queries import ahead_by_channel
from booking.desk.topics.row_forms import ChannelForm


@dataclass(frozen=True)
class Preview:
    """In the brand's main language. `ways` are channel and minutes; `changes`
    sentences about booked visits; `unsaid` the languages in which there is no name."""

    name: str
    ways: list[tuple[str, str]]
    preparation: list[str]
    questions: list[str]
    changes: list[str]
    unsaid: list[str]


def preview_of(form: WholeForm, now: dt.datetime) -> Preview:
    main = form.main
    return Preview(
        name=_typed(main.names[0]),
        ways=[
            (row.channel, _typed(row["duration"]))
            for row in form.channels
            if row.is_offered
        ],
        preparation=_typed(main.preparations[0]).splitlines(),
        questions=[one.shown_text for one in form.questions if one.shown_text],
        changes=_changes(form, now),
        unsaid=[field.name[-2:] for field in main.names[1:] if not _typed(field)],
    )


def _typed(field: BoundField) -> str:
    value: Any = field.value()
    return "" if value is None else str(value).strip()


def _changes(form: WholeForm, now: dt.datetime) -> list[str]:
    """Of each channel whose length or offer is another: the visits that keep theirs."""
    ahead = ahead_by_channel(form.topic, now)
    sentences = (
        _change(row, sum(ahead[row.channel].values())) for row in form.channels
    )
    return [sentence for sentence in sentences if sentence]


def _change(row: ChannelForm, booked: int) -> str:
    if row.rule is None or not row.is_bound:
        return ""
    names = {"video": _("Video"), "callback": _("Phone"), "in_store": _("In store")}
    facts = {"channel": names[row.channel], "count": booked}
    if row.rule.active and not row.is_offered:
        keeps = ngettext(
            "The %(count)d booked visit stays.",
            "The %(count)d booked visits stay.",
            booked,
        )
        said = _("%(channel)s: no more offered.") % facts
        return f"{said} {keeps % facts}" if booked else said
    typed = _typed(row["duration"])
    if not row.is_offered or not typed.isdecimal() or int(typed) == row.rule.duration:
        return ""
    facts |= {"before": row.rule.duration, "after": int(typed)}
    said = _("%(channel)s: %(before)d minutes become %(after)d.") % facts
    keeps = ngettext(
        "The %(count)d booked visit keeps its length.",
        "The %(count)d booked visits keep their length.",
        booked,
    )
    return f"{said} {keeps % facts}" if booked else said
