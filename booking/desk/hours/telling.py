"""The hour at which customers are told what became of their visits, in words.

Messages rest at night: who writes a change early in the morning reads when they go.
"""

from __future__ import annotations

import datetime as dt
import uuid
import zoneinfo
from collections import Counter
from collections.abc import Callable, Collection, Sequence

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.desk.hours.decisions import questions_of, summary_of
from booking.desk.queries import visits_by_id
from booking.models import Appointment
from booking.rota.conflicts import AppointmentsAffected, Decision, DecisionKind
from booking.templatetags.staff import short_name
from stores import wording
from stores.models import Brand, Store

AT_ONCE = dt.timedelta(minutes=5)
"""A message rests for a minute or two, since the change may be taken back."""
Moments = Sequence[dt.datetime | None]


def if_written_now(
    visits: Collection[Appointment], zone: zoneinfo.ZoneInfo, now: dt.datetime
) -> list[str]:
    """The sentences before a change of these visits."""
    return _said(visits, _ask(visits, changed_at=now), zone, now)


def passed_on(
    request: HttpRequest, refusal: AppointmentsAffected, store: Store, now: dt.datetime
) -> dict[str, object]:
    """The context of the visits that somebody leaves behind: what is proposed for each,
    and when their customers would read of it."""
    questions = questions_of(request, refusal)
    visits = [one.visit for one in questions]
    return {
        "questions": questions,
        "summary": summary_of(questions),
        "telling": if_written_now(visits, store.zone, now),
    }


def after_writing(
    brand: Brand,
    decisions: Sequence[Decision],
    zone: zoneinfo.ZoneInfo,
    now: dt.datetime,
) -> list[str]:
    """The sentences after it; who keeps a visit as it was is told nothing."""
    changed: set[uuid.UUID] = {
        one.appointment_id for one in decisions if one.kind != DecisionKind.KEEP
    }
    if not changed:
        return []
    visits = visits_by_id(brand, changed)
    return _said(visits, _ask(visits), zone, now)


def _ask(
    visits: Collection[Appointment], *, changed_at: dt.datetime | None = None
) -> Moments:
    """Asks the floor that writes messages, by the setting that names it."""
    ask: Callable[..., Moments] = import_string(settings.WHEN_TOLD)
    return ask(visits, changed_at=changed_at)


def _said(
    visits: Collection[Appointment],
    moments: Moments,
    zone: zoneinfo.ZoneInfo,
    now: dt.datetime,
) -> list[str]:
    soon = [at for at in moments if at is not None and at <= now + AT_ONCE]
    later = Counter(at for at in moments if at is not None and at > now + AT_ONCE)
    never = [one for one, at in zip(visits, moments, strict=True) if at is None]
    said = []
    if soon:
        said.append(
            ngettext(
                "%(count)d customer is told at once.",
                "%(count)d customers are told at once.",
                len(soon),
            )
            % {"count": len(soon)}
        )
    for at, count in sorted(later.items()):
        words = ngettext(
            "%(count)d customer is told at %(when)s: messages rest at night.",
            "%(count)d customers are told at %(when)s: messages rest at night.",
            count,
        )
        said.append(words % {"count": count, "when": _hour(at, zone, now)})
    if never:
        names = dict.fromkeys(short_name(one.customer.name) for one in never)
        words = _("No message reaches these, please telephone: %(names)s")
        said.append(words % {"names": ", ".join(names)})
    return said


def _hour(at: dt.datetime, zone: zoneinfo.ZoneInfo, now: dt.datetime) -> str:
    local = at.astimezone(zone)
    if local.date() == now.astimezone(zone).date():
        return wording.hour(local)
    return _("%(hour)s on %(day)s") % {
        "hour": wording.hour(local),
        "day": wording.day(local.date()),
    }
