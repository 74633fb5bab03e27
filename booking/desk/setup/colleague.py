"""Step four: who answers customers beside you."""

from __future__ import annotations

from http import HTTPStatus

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from booking.desk.people.forms import words_of
from booking.desk.setup.forms import ColleagueForm
from booking.desk.setup.queries import Progress
from booking.desk.setup.steps import for_step, step_context
from booking.rota.moving_in import add_first_colleague, leave_colleague_for_later
from stores.accounts.workplace import Workplace
from stores.editing.invitations import invite
from stores.editing.people import NewPerson
from stores.errors import PersonRefused
from stores.models import Role


@require_http_methods(["GET", "HEAD", "POST"])
@for_step(4)
def colleague(
    request: HttpRequest, workplace: Workplace, progress: Progress
) -> HttpResponse:
    """`do=later` leaves the step: the page is bookable with oneself alone."""
    if request.POST.get("do") == "later":
        leave_colleague_for_later(brand=workplace.brand, now=timezone.now())
        return redirect("booking:setup_trial")
    form = ColleagueForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            _add(workplace, progress, form)
        except PersonRefused as refusal:
            form.add_error("email", words_of(refusal))
        else:
            return redirect("booking:setup_trial")
    context = {**step_context(workplace, progress, 4), "form": form}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "booking/desk/setup/colleague.html", context, status=status)


def _add(workplace: Workplace, progress: Progress, form: ColleagueForm) -> None:
    """The person and their hours, and a way in; customers see them once they are in."""
    store, adviser = progress.store, progress.adviser
    assert store is not None  # noqa: S101 - the step before is done
    assert adviser is not None  # noqa: S101 - written with the store
    data = form.cleaned_data
    person = NewPerson(
        first_name=data["first_name"],
        last_name="",
        email=data["email"],
        languages=adviser.languages,
        stores=[store],
        topics=progress.topics,
        role=Role(data["role"]),
    )
    user, now = workplace.membership.user, timezone.now()
    with transaction.atomic():
        colleague = add_first_colleague(
            store=store, person=person, like=adviser, user=user, now=now
        )
        invite(
            staff_member=colleague,
            email=data["email"],
            language=user.language,
            by=user,
            by_mail=True,
            now=now,
        )
