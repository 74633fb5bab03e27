"""The door of the staff and desk pages: who is it, where do they work, what may they
look into. Each answers the object, the sign-in page, 403 or 404.

An agenda or closure that the workplace may not see is 404; who may see it but not
change it is told so with 403. Somebody who works in several places says where they
are now.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from booking.access import (
    agenda_for_desk,
    person_for_desk,
    request_for_desk,
    topic_for_desk,
)
from booking.instants import day_near
from booking.queries import first_awaiting
from booking.reports.expected import Expected
from stores.access import WORKPLACE_KEY, store_for_workplace, workplace_for, written_id
from stores.accounts.workplace import Workplace
from stores.errors import FactorNeeded
from stores.models import Store
from stores.typed import to_sign_in

P = ParamSpec("P")
Row = TypeVar("Row")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
StaffView = Callable[Concatenate[HttpRequest, Workplace, P], HttpResponse]


def for_member(view: StaffView[P]) -> View[P]:
    """Hands the workplace to the view; asks who it is first. An account of no brand is
    told where to go, and that in the same words at every address."""

    @wraps(view)
    def door(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        try:
            workplace = workplace_for(request)
        except Http404:
            return render(request, "booking/staff/no_workplace.html", status=404)
        except FactorNeeded:
            return _to_second_factor(request)
        return view(request, workplace, *args, **kwargs)

    return door


def for_staff(view: StaffView[P]) -> View[P]:
    """As `for_member`; who works for no store yet gets a page that says so."""

    @for_member
    @wraps(view)
    def door(
        request: HttpRequest, workplace: Workplace, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        if not workplace.some_stores:
            return _nowhere(request, workplace)
        return view(request, workplace, *args, **kwargs)

    return door


def for_desk(view: StaffView[P]) -> View[P]:
    """As `for_staff`, for managers and admins; an adviser is told so with 403."""

    @for_staff
    @wraps(view)
    def door(
        request: HttpRequest, workplace: Workplace, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        if not workplace.sees_whole_store:
            store = store_in_view(request, workplace)
            context = page_context(request, workplace, store, "desk")
            return render(request, "booking/desk/not_yours.html", context, status=403)
        return view(request, workplace, *args, **kwargs)

    return door


def for_head_office(view: StaffView[P]) -> View[P]:
    """As `for_desk`, for who leads the brand; others are told so with 403."""

    @for_desk
    @wraps(view)
    def door(
        request: HttpRequest, workplace: Workplace, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        if not leads_brand(workplace):
            raise PermissionDenied
        return view(request, workplace, *args, **kwargs)

    return door


def _nowhere(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """Tells somebody who works for no store yet, with a way to another workplace or
    out."""
    context = {
        "workplace": workplace,
        "brand": workplace.brand,
        "workplaces": workplace.all_of_user,
        "nowhere": True,
    }
    return render(request, "booking/staff/nowhere.html", context, status=403)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """A polled partial must not be replaced by a sign-in form: the page goes there."""
    if request.headers.get("HX-Request"):
        board = reverse("booking:board")
        return HttpResponseClientRedirect(f"{reverse('account_login')}?next={board}")
    return to_sign_in(request)


def _to_second_factor(request: HttpRequest) -> HttpResponse:
    """Leads to where one is set up or shown, and afterwards on. A form that was sent
    is not repeated: it begins again at the board."""
    polled = "HX-Request" in request.headers
    where = request.get_full_path() if request.method == "GET" and not polled else ""
    query = urlencode({"next": where or reverse("booking:board")})
    address = f"{reverse('account_factor_needed')}?{query}"
    return HttpResponseClientRedirect(address) if polled else redirect(address)


def store_in_view(request: HttpRequest, workplace: Workplace) -> Store:
    """The store named by `?store=<id>`, else the workplace's, else of those that it
    may look into the first that awaits somebody; 404 for any other."""
    wanted = request.GET.get("store", "")
    if wanted:
        return store_for_workplace(workplace, written_id(wanted))
    if workplace.store is not None:
        return workplace.store
    store = first_awaiting(workplace.store_rows, timezone.now())
    if store is None:
        raise Http404
    store.brand = workplace.brand
    return store


def leads_brand(workplace: Workplace) -> bool:
    return workplace.sees_whole_brand


def way_back(request: HttpRequest) -> str:
    """The page to return to after an action: the staff page that it was sent from."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()})
    return wanted if ours and wanted.startswith("/") else reverse("booking:board")


def day_or_404(text: str, today: dt.date) -> dt.date:
    """The day that an address names, within a year from today; today for no text."""
    day = day_near(text, today) if text else today
    if day is None:
        raise Http404
    return day


def page_context(
    request: HttpRequest, workplace: Workplace, store: Store, page: str
) -> dict[str, object]:
    """The context of staff_base.html and of the one-tap forms: `here` is where a tap
    returns to, `store_query` keeps the chosen store from page to page."""
    several = workplace.store is None
    return {
        "workplace": workplace,
        "brand": workplace.brand,
        "store": store,
        "page": page,
        "leads_brand": leads_brand(workplace),
        # Asked only by the templates that show them: the polled partial does not.
        "workplaces": workplace.all_of_user,
        "stores": lambda: workplace.some_stores,
        "expected": Expected(workplace, store, timezone.now()),
        "here": request.get_full_path(),
        "store_query": f"?store={store.pk}" if several else "",
    }


@dataclass(frozen=True)
class Question:
    """Asked before an act that nobody can take back: `stops` are the sentences about
    what ends, `sent` goes back with the button. What can be taken back and deserves
    the question `is_mild`."""

    title: str
    stops: Sequence[str]
    button: str
    back: str
    is_mild: bool = False
    sent: Mapping[str, object] = field(default_factory=dict)


def ask_first(
    request: HttpRequest, workplace: Workplace, page: str, question: Question
) -> HttpResponse:
    """Asks at the address that the POST goes to: a page that needs no script."""
    store = store_in_view(request, workplace)
    context = page_context(request, workplace, store, page) | {"asked": question}
    return render(request, "booking/staff/sure.html", context)


@dataclass(frozen=True)
class Handing(Generic[Row]):
    """A decorator that hands a row to the view, named by the id in the address: 404
    where the workplace does not see it, 403 where it sees it and may not change it."""

    parameter: str
    read: Callable[[Workplace, int], Row]
    may: Callable[[Workplace], bool]
    behind: Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]] = (
        for_staff
    )

    def __call__(
        self, view: Callable[Concatenate[HttpRequest, Workplace, Row, P], HttpResponse]
    ) -> Callable[..., HttpResponse]:
        @self.behind
        @wraps(view)
        def door(
            request: HttpRequest, workplace: Workplace, /, **named: Any
        ) -> HttpResponse:
            row = self.read(workplace, named.pop(self.parameter))
            if not self.may(workplace):
                raise PermissionDenied
            rest: Callable[..., HttpResponse] = view
            return rest(request, workplace, row, **named)

        return door


def manages(workplace: Workplace) -> bool:
    return workplace.sees_whole_store


for_topic = Handing("topic_id", topic_for_desk, leads_brand)
for_agenda = Handing("agenda_id", agenda_for_desk, manages)
for_person = Handing("staff_id", person_for_desk, manages)
for_request = Handing("asked_id", request_for_desk, manages)


@require_POST
@for_member
def choose_workplace(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """Kept in the session; a membership of somebody else is 404."""
    wanted = request.POST.get("membership", "")
    for known in workplace.all_of_user:
        if str(known.membership.pk) == wanted:
            request.session[WORKPLACE_KEY] = known.membership.pk
            return redirect("booking:board")
    raise Http404
