"""One person of the team: made, named, given roles."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking.desk.meanwhile import shown_now
from booking.desk.people import queries
from booking.desk.people.forms import (
    NewPersonForm,
    PersonForm,
    of_picture,
    words_of,
)
from booking.desk.people.rights import grants
from booking.desk.people.role_forms import LikeForm, RolesForm
from booking.desk.people.store_choice import StoreChoice, stores_to_choose
from booking.desk.people.way_in import (
    back_to,
    documents,
    facts_of,
    person_page,
    roles_form,
)
from booking.desk.queries import postings_of
from booking.door import for_desk, for_person, page_context, store_in_view
from booking.errors import StaleVersion
from booking.once import once_only
from booking.rota.conflicts import AppointmentsAffected
from booking.rota.hours import copy_working_hours
from booking.shown import AS_SHOWN, as_shown_in
from stores.access import topics_of
from stores.accounts.workplace import Workplace
from stores.editing.invitations import invite
from stores.editing.people import NewPerson, create_people, edit_person
from stores.editing.portraits import remove_portrait, set_portrait
from stores.editing.roles import set_roles
from stores.errors import FileTooLarge, LastAdmin, PersonRefused, PictureRefused
from stores.files.pictures import MOST_BYTES
from stores.files.uploads import content_sent
from stores.models import Role, StaffMember, Store

UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY


@require_http_methods(["GET", "POST"])
@for_desk
@once_only
def new_person(request: HttpRequest, workplace: Workplace) -> HttpResponse:
    """POST makes the person, gives hours, and writes the invitation if it is asked."""
    store = store_in_view(request, workplace)
    choice = stores_to_choose(request, workplace, {store.pk, *_homes(request)})
    form = _new_form(request, workplace, store, choice)
    if request.method == "POST" and form.is_valid():
        try:
            made = _create(workplace, form, timezone.now())
        except PersonRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _said_of(made, form))
            return redirect(f"{reverse('booking:person', args=[made.pk])}"
                            f"?store={store.pk}")  # fmt: skip
    context = {
        **page_context(request, workplace, store, "team"),
        "form": form,
        "choice": choice,
        "back": f"{reverse('booking:team')}?store={store.pk}",
    }
    status = UNPROCESSABLE if form.is_bound else HTTPStatus.OK
    return render(request, "booking/desk/person_new.html", context, status=status)


def _homes(request: HttpRequest) -> set[int]:
    """The id of the home that was sent."""
    sent = request.POST.get("home", "")
    return {int(sent)} if sent.isdecimal() and len(sent) <= 18 else set()


def _new_form(
    request: HttpRequest, workplace: Workplace, store: Store, choice: StoreChoice
) -> NewPersonForm:
    home = choice.found[0].pk if choice.found else store.pk
    return NewPersonForm(
        request.POST if request.method == "POST" else None,
        initial={"home": home, "languages": workplace.brand.languages[:1]},
        stores=choice.stores,
        is_all=not choice.is_searched,
        topics=topics_of(workplace.brand),
        patterns=queries.patterns([store]),
        may_admin=workplace.sees_whole_brand,
    )


def _create(workplace: Workplace, form: NewPersonForm, now: dt.datetime) -> StaffMember:
    """In the transaction of `once_only`: all of it or nothing."""
    user, stores, data = (
        workplace.membership.user,
        form.chosen_stores(),
        form.cleaned_data,
    )
    person = NewPerson(
        **form.facts(),
        email=data["email"],
        role=Role(data["role"]),
        stores=stores,
        topics=form.chosen_topics(),
    )
    (made,) = create_people(brand=workplace.brand, people=[person], now=now)
    pattern = form.pattern()
    if pattern is not None:
        copy_working_hours(
            agenda=made.agenda, like=pattern, store=stores[0], user=user, now=now
        )
    if form.wants_mail and made.user is None:
        invite(staff_member=made, email=data["email"], by=user, now=now)
    return made


def _said_of(made: StaffMember, form: NewPersonForm) -> str:
    facts = {"name": made.first_name, "email": form.cleaned_data["email"]}
    if form.wants_mail and made.user is None:
        return _("%(name)s is in the team; the invitation goes to %(email)s.") % facts
    return _("%(name)s is in the team.") % facts


@require_http_methods(["GET", "POST"])
@for_person
def person(
    request: HttpRequest, workplace: Workplace, person: StaffMember
) -> HttpResponse:
    """POST changes names, title and languages."""
    if request.method == "GET":
        return person_page(request, workplace, person)
    form = PersonForm(request.POST)
    context: dict[str, Any] = {AS_SHOWN: request.POST.get(AS_SHOWN, ""), "form": form}
    status = UNPROCESSABLE
    try:
        if form.is_valid():
            _edit(request, person, form)
            messages.success(request, _("It is written."))
            return back_to(request, person)
    except PersonRefused as refusal:
        form.refuse(refusal)
    except StaleVersion:
        context |= shown_now([_line(person)], facts_of(person))
        status = HTTPStatus.CONFLICT
    return person_page(request, workplace, person, status=status, **context)


def _edit(request: HttpRequest, person: StaffMember, form: PersonForm) -> None:
    shown = as_shown_in(request.POST)
    edit_person(
        staff_member=person,
        **form.facts(),
        check=lambda row: shown.check(facts_of(row)) if shown else None,
    )


def _line(person: StaffMember) -> str:
    words = (f"{person.first_name} {person.last_name}", person.formal_name)
    return ", ".join(word for word in (*words, *person.title.values()) if word)


@require_POST
@for_person
def roles(
    request: HttpRequest, workplace: Workplace, person: StaffMember
) -> HttpResponse:
    """Replaces those roles that the editor may give and take."""
    context = roles_form(request, workplace, person, request.POST)
    form: RolesForm = context["roles_form"]
    try:
        if form.is_valid():
            _set_roles(request, workplace, person, form)
            messages.success(request, _("The roles are written."))
            return back_to(request, person)
    except LastAdmin:
        words = _("Nobody else administers the brand: give the role first.")
        form.add_error(None, words)
    except PersonRefused as refusal:
        form.add_error(None, words_of(refusal))
    except StaleVersion:
        words = _("Somebody changed these roles meanwhile. Here they are as they "
                  "stand now: change them again.")  # fmt: skip
        messages.warning(request, words)
        return back_to(request, person)
    status = UNPROCESSABLE
    return person_page(request, workplace, person, status=status, **context)


def _set_roles(
    request: HttpRequest, workplace: Workplace, person: StaffMember, form: RolesForm
) -> None:
    shown = as_shown_in(request.POST)
    set_roles(
        staff_member=person,
        roles=form.terms(),
        within=grants(workplace),
        check=lambda known: shown.check(documents(known)) if shown else None,
    )


@require_POST
@for_person
def copy_hours(
    request: HttpRequest, workplace: Workplace, person: StaffMember
) -> HttpResponse:
    """Gives a colleague's week to who works for the store in view."""
    store, agenda = store_in_view(request, workplace), getattr(person, "agenda", None)
    form = LikeForm(request.POST, patterns=queries.patterns([store]))
    here = store.pk in postings_of(person)
    if not form.is_valid() or agenda is None or not here:
        messages.error(request, _("Choose somebody who works in this store."))
        return back_to(request, person)
    user = workplace.membership.user
    try:
        copy_working_hours(
            agenda=agenda,
            like=form.pattern(),
            store=store,
            user=user,
            now=timezone.now(),
        )
    except AppointmentsAffected:
        words = _("Visits are booked in hours that would close. Change the hours on "
                  "their own page, where each visit gets a decision.")  # fmt: skip
        messages.error(request, words)
    else:
        messages.success(request, _("The hours are written."))
    return back_to(request, person)


@require_POST
@for_person
def photo(
    request: HttpRequest, workplace: Workplace, person: StaffMember
) -> HttpResponse:
    """Takes a photograph, which everybody sees from now on."""
    try:
        content = content_sent(request, "photo", most=MOST_BYTES)
        if content:
            set_portrait(staff_member=person, content=content, now=timezone.now())
            messages.success(request, _("The photograph is shown from now on."))
            return back_to(request, person)
        refused = _("Choose a photograph first.")
    except FileTooLarge:
        refused = of_picture("bytes")
    except PictureRefused as refusal:
        refused = of_picture(refusal.cause)
    except PersonRefused as refusal:
        refused = words_of(refusal)
    status = UNPROCESSABLE
    return person_page(request, workplace, person, status=status, photo_refused=refused)


@require_POST
@for_person
def remove_photo(
    request: HttpRequest, workplace: Workplace, person: StaffMember
) -> HttpResponse:
    remove_portrait(staff_member=person)
    messages.success(request, _("The photograph is gone."))
    return back_to(request, person)
