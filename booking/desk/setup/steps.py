"""The steps as a list beside each of them, and the door that they share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from booking.desk.hours.stretch_forms import WEEKDAYS
from booking.desk.setup.queries import (
    Progress,
    open_setup_of,
    progress_of,
    unsaved_setup_of,
)
from booking.door import for_member, leads_brand
from stores.accounts.workplace import Workplace

NAMES = ("store", "hours", "topics", "colleague", "trial")
StepView = Callable[[HttpRequest, Workplace, Progress], HttpResponse]


@dataclass(frozen=True)
class Step:
    number: int
    title: str
    said: str
    url: str
    is_done: bool
    is_current: bool


def for_step(number: int) -> Callable[[StepView], Callable[..., HttpResponse]]:
    """Hands the workplace and what is done to the step's view. A step whose forerunner
    is not done leads to that one; a brand that has left the steps, to its desk."""

    def decorate(view: StepView) -> Callable[..., HttpResponse]:
        @never_cache
        @for_member
        @wraps(view)
        def door(request: HttpRequest, workplace: Workplace, /) -> HttpResponse:
            if not leads_brand(workplace):
                raise PermissionDenied
            brand = workplace.brand
            setup = open_setup_of(brand) or unsaved_setup_of(brand)
            if setup is None:
                return redirect("booking:week")
            progress = progress_of(setup, brand, workplace.membership.user)
            if number > progress.first_undone:
                return redirect(url_of(progress.first_undone))
            return view(request, workplace, progress)

        return door

    return decorate


def url_of(number: int) -> str:
    return reverse(f"booking:setup_{NAMES[number - 1]}")


def step_context(
    workplace: Workplace, progress: Progress, number: int
) -> dict[str, object]:
    return {
        "workplace": workplace,
        "brand": workplace.brand,
        "progress": progress,
        "steps": steps_of(progress, number),
        "number": number,
        "back": url_of(number - 1) if number > 1 else "",
    }


def steps_of(progress: Progress, current: int) -> list[Step]:
    titles = (
        _("Your store"),
        _("Your hours"),
        _("Your topics"),
        _("Your team"),
        _("A try"),
    )
    minutes = (2, 3, 2, 1, 2)
    facts = _facts(progress)
    return [
        Step(
            number=number,
            title=title,
            said=_("Under way")
            if number == current
            else facts[number - 1]
            if is_done
            else _("%(count)d min") % {"count": minutes[number - 1]},
            url=url_of(number) if number <= progress.first_undone else "",
            is_done=is_done,
            is_current=number == current,
        )
        for number, (title, is_done) in enumerate(
            zip(titles, progress.done, strict=True), 1
        )
    ]


def _facts(progress: Progress) -> tuple[str, ...]:
    """A fact of each step that is done, to know it again by."""
    count = len(progress.topics)
    topics = ngettext("%(count)d topic", "%(count)d topics", count) % {"count": count}
    colleague = progress.colleague
    return (
        progress.store.name if progress.store else "",
        days_in_words(progress.weekdays),
        topics,
        colleague.first_name if colleague else _("Later"),
        _("Booked"),
    )


def days_in_words(weekdays: tuple[int, ...]) -> str:
    """ "Monday to Saturday", or the days one by one where there are gaps."""
    names = [str(WEEKDAYS[day][1]) for day in weekdays]
    is_run = len(weekdays) > 2 and weekdays[-1] - weekdays[0] + 1 == len(weekdays)
    if is_run:
        return _("%(first)s to %(last)s") % {"first": names[0], "last": names[-1]}
    return ", ".join(names)
