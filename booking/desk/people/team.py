"""The team: who works where, who is on the way in, and who knows what."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from booking.desk.people import queries
from booking.desk.queries import competences_of
from booking.door import for_desk, page_context, store_in_view
from stores.access import topics_of
from stores.accounts.workplace import Workplace
from stores.editing.invitations import standing_of

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
    context = {
        **page_context(request, workplace, store, "team"),
        "wanted": wanted,
        "listed": page,
        "people": [
            (agenda, known[agenda.staff_member_id], standing_of(member, now))
            for agenda in page
            if (member := agenda.staff_member) and agenda.staff_member_id
        ],
        "topics": topics_of(workplace.brand),
    }
    return render(request, "booking/desk/team.html", context)
