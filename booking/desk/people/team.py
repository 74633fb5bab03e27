"""The team: who works where, who is on the way in or away today, and who knows what."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from booking.desk.people import queries
from booking.desk.queries import competences_of
from booking.door import for_desk, page_context, store_in_view
from booking.templatetags.staff import reason_word
from stores import wording
from stores.access import topics_of
from stores.accounts.workplace import Workplace
from stores.editing.invitations import standing_of
from stores.models import Absence, Store

LONGEST_NAME = 100


@require_GET
@for_desk
def team(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """The store's; `q` looks for a name in all stores that one may see."""
    store, now = store_in_view(request, workplace), timezone.now()
    wanted = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_NAME]
    page = queries.team(workplace, store, wanted, request.GET.get("page", "1"))
    staff = [agenda.staff_member_id or 0 for agenda in page]
    known = competences_of(staff, workplace.brand)
    away = queries.away_today(store, page, is_store=not wanted, now=now)
    context = {
        **page_context(request, workplace, store, "team"),
        "wanted": wanted,
        "listed": page,
        "away": 0 if wanted else len(away),
        "people": [
            (
                agenda,
                known[agenda.staff_member_id],
                standing_of(member, now),
                _away_words(away.get(agenda.pk), store, now),
            )
            for agenda in page
            if (member := agenda.staff_member) and agenda.staff_member_id
        ],
        "topics": topics_of(workplace.brand),
    }
    return render(request, "booking/desk/team.html", context)


def _away_words(absence: Absence | None, store: Store, now: dt.datetime) -> str:
    """The reason and how long, on the store's clock; empty for who is there."""
    if absence is None:
        return ""
    away = _how_long(absence, store, now)
    if absence.reason == Absence.Reason.OTHER:
        return capfirst(away)
    facts = {"reason": reason_word(absence), "away": away}
    return _("%(reason)s: %(away)s") % facts


def _how_long(absence: Absence, store: Store, now: dt.datetime) -> str:
    start, end = (
        at.astimezone(store.zone) for at in (absence.starts_at, absence.ends_at)
    )
    today = now.astimezone(store.zone).date()
    last = (end - dt.timedelta(microseconds=1)).date()
    begins, ends = wording.hour(start), wording.hour(end)
    if last > today:
        facts = {"from": begins, "day": wording.day(last)}
        if absence.starts_at > now:
            return _("away from %(from)s, until %(day)s") % facts
        return _("away until %(day)s") % facts
    whole = end.time() == dt.time(0)
    if absence.starts_at > now:
        if whole:
            return _("away from %(from)s") % {"from": begins}
        return _("away %(from)s – %(until)s") % {"from": begins, "until": ends}
    if whole:
        return _("away today")
    return _("away until %(hour)s") % {"hour": ends}
