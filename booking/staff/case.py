"""A counter of any store of the brand: the file of who reads out its code."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from booking import queries
from booking.cases.counter import look_into_case
from booking.door import for_staff, page_context, store_in_view
from booking.errors import CaseCodeUnknown, CaseTriesOver
from stores.accounts.workplace import Workplace

LONGEST = 40


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def case_entry(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """GET asks for the code; POST shows the file, which is noted for the customer. The
    answer is the page itself: nothing leads to it a second time without the code."""
    store = store_in_view(request, workplace)
    context = page_context(request, workplace, store, "search")
    status = HTTPStatus.OK
    if request.method == "POST":
        typed, now = request.POST.get("code", "")[:LONGEST], timezone.now()
        try:
            case = look_into_case(
                workplace=workplace, store=store, typed=typed, now=now
            )
            visit = case.appointment
            answers = queries.answers_of(visit) if "answers" in case.shows else []
            context |= {"case": case, "visit": visit, "answers": answers}
        except (CaseCodeUnknown, CaseTriesOver) as error:
            over = isinstance(error, CaseTriesOver)
            status = HTTPStatus.TOO_MANY_REQUESTS if over else HTTPStatus(422)
            context |= {"refused": error.code, "typed": typed}
    return render(request, "booking/staff/case.html", context, status=status)
