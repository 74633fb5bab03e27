"""The panel of a person's account: invited, sent again, taken back, a new password.

Nobody at the desk ever sets a password or sees one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking.desk.meanwhile import first_shown
from booking.desk.people import queries
from booking.desk.people.forms import InviteForm, PersonForm, words_of
from booking.desk.people.lost_factor import facts_of_factor
from booking.desk.people.rights import grants, may_let_in
from booking.desk.people.role_forms import LikeForm, RolesForm, store_chosen
from booking.desk.people.store_choice import stores_to_choose
from booking.desk.queries import competences_of, postings_of
from booking.door import for_person, page_context, store_in_view
from stores.accounts.workplace import Workplace
from stores.counts import count_up
from stores.editing.invitations import invite, revoke, standing_of, url_of
from stores.editing.roles import RoleTerm, roles_of
from stores.errors import PersonRefused
from stores.models import Invitation, StaffMember

MOST_RESETS, HOUR = 3, 3600
MOST_INVITATIONS, DAY = 5, 24 * 3600


def person_page(
    request: HttpRequest,
    workplace: Workplace,
    person: StaffMember,
    *,
    status: int = HTTPStatus.OK,
    **more: Any,
) -> HttpResponse:
    """The whole page; `more` takes the place of the form that was refused."""
    store = store_in_view(request, workplace)
    context = {
        **page_context(request, workplace, store, "team"),
        **first_shown(facts_of(person)),
        **_of_account(request, workplace, person),
        **facts_of_factor(workplace, person),
        **_of_work(workplace, person),
        "person": person,
        "form": person_form(person),
        "like_form": LikeForm(patterns=queries.patterns([store])),
        "back": f"{reverse('booking:team')}?store={store.pk}",
        **more,
    }
    return render(request, "booking/desk/person.html", context, status=status)


def _of_account(
    request: HttpRequest, workplace: Workplace, person: StaffMember
) -> dict[str, Any]:
    known, within = roles_of(person), grants(workplace)
    invitation = getattr(person, "invitation", None)
    return {
        "standing": standing_of(person, timezone.now()).value,
        "invitation": invitation,
        "may_let_in": person.user is not None or may_let_in(workplace, known),
        **roles_form(request, workplace, person),
        "roles_shown": first_shown(documents(known))["as_shown"],
        "roles_beyond": [term for term in known if not within(term)],
        "invite_form": _invite_form(person, invitation),
    }


def _of_work(workplace: Workplace, person: StaffMember) -> dict[str, Any]:
    agenda = getattr(person, "agenda", None)
    return {
        "agenda": agenda,
        "postings": list(postings_of(person).values()),
        "competences": competences_of([person.pk], workplace.brand)[person.pk],
        "week": queries.week_of_person(agenda),
        "ahead": queries.count_ahead(person, timezone.now()),
    }


def facts_of(person: StaffMember) -> list[object]:
    """The content of the form of names, without what others change beside it."""
    names = [person.first_name, person.last_name, person.formal_name]
    return [*names, sorted(person.title.items()), list(person.languages)]


def documents(known: list[RoleTerm]) -> list[object]:
    return [sorted(term.document().items(), key=str) for term in known]


def person_form(person: StaffMember) -> PersonForm:
    return PersonForm(
        initial={
            "first_name": person.first_name,
            "last_name": person.last_name,
            "formal_name": person.formal_name,
            "title_fr": person.title.get("fr", ""),
            "title_en": person.title.get("en", ""),
            "languages": person.languages,
        }
    )


def roles_form(
    request: HttpRequest,
    workplace: Workplace,
    person: StaffMember,
    sent: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The form, and the stores that it offers: where they work, what was looked for,
    and what was chosen already."""
    within = grants(workplace)
    everywhere = workplace.sees_whole_brand
    needed = set(postings_of(person)) | store_chosen(sent or {})
    choice = stores_to_choose(request, workplace, needed)
    form = RolesForm(
        sent,
        as_they_stand=[term for term in roles_of(person) if within(term)],
        stores=choice.stores,
        regions=queries.regions_for(workplace),
        whole_brand=workplace.brand.name if everywhere else "",
        initial={"place": f"store-{choice.found[0].pk}"}
        if len(choice.found) == 1
        else None,
    )
    return {"roles_form": form, "choice": choice}


def _invite_form(person: StaffMember, invitation: Invitation | None) -> InviteForm:
    brand = person.brand
    main = brand.main_language
    return InviteForm(
        initial={
            "email": invitation.email if invitation else "",
            "language": invitation.language if invitation else main,
        }
    )


@require_POST
@for_person
def invite_person(
    request: HttpRequest, workplace: Workplace, person: StaffMember
) -> HttpResponse:
    """By mail, or as a link that its answer shows, the only time it can be read."""
    if not may_let_in(workplace, roles_of(person)):
        raise PermissionDenied
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _refused(request, workplace, person, form)
    try:
        made = _open(workplace, person, form.cleaned_data)
    except PersonRefused as refusal:
        form.add_error("email", words_of(refusal))
        return _refused(request, workplace, person, form)
    if made is not None and form.cleaned_data["by"] == "link":
        return _shown_once(request, workplace, made)
    return _told(request, person, made)


def _open(
    workplace: Workplace, person: StaffMember, data: Mapping[str, Any]
) -> Invitation | None:
    """Counts the messages of a day: nobody's mailbox is filled."""
    by_mail, mark = data["by"] == "mail", salted_hmac("invite", data["email"].lower())
    if by_mail:
        sent = count_up(f"invite:{mark.hexdigest()}", seconds=DAY)
        if sent > MOST_INVITATIONS:
            raise PersonRefused("email", cause="often")
    return invite(
        staff_member=person,
        email=data["email"],
        language=data["language"],
        by=workplace.membership.user,
        by_mail=by_mail,
        now=timezone.now(),
    )


def _refused(
    request: HttpRequest, workplace: Workplace, person: StaffMember, form: InviteForm
) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return person_page(request, workplace, person, status=status, invite_form=form)


def _shown_once(
    request: HttpRequest, workplace: Workplace, invitation: Invitation
) -> HttpResponse:
    context = {
        **page_context(request, workplace, store_in_view(request, workplace), "team"),
        "person": invitation.staff_member,
        "invitation": invitation,
        "link": url_of(invitation),
    }
    page = "booking/desk/person_link.html"
    response = render(request, page, context, status=HTTPStatus.CREATED)
    response["Cache-Control"] = "no-store"
    return response


def _told(
    request: HttpRequest, person: StaffMember, made: Invitation | None
) -> HttpResponse:
    if made is None:
        words = _("%(name)s has an account here already, and is in the team now.")
        messages.success(request, words % {"name": person.first_name})
    else:
        words = _("The invitation goes to %(email)s.") % {"email": made.email}
        messages.success(request, words)
    return back_to(request, person)


@require_POST
@for_person
def revoke_invitation(
    request: HttpRequest, workplace: Workplace, person: StaffMember
) -> HttpResponse:
    if not may_let_in(workplace, roles_of(person)):
        raise PermissionDenied
    revoke(staff_member=person, now=timezone.now())
    messages.success(request, _("The link lets nobody in any more."))
    return back_to(request, person)


@require_POST
@for_person
def send_reset(
    request: HttpRequest, workplace: Workplace, person: StaffMember
) -> HttpResponse:
    """The person gets a link to choose a new password; the present one holds until
    then."""
    if person.user is None or not person.user.is_active:
        messages.error(request, _("This account is not open."))
        return back_to(request, person)
    if count_up(f"reset:desk:{person.pk}", seconds=HOUR) <= MOST_RESETS:
        ask: Callable[..., None] = import_string(settings.MAILS_RESET)
        ask(email=person.user.email)
    words = _("A link to a new password goes to %(email)s.")
    messages.success(request, words % {"email": person.user.email})
    return back_to(request, person)


def back_to(request: HttpRequest, person: StaffMember) -> HttpResponse:
    store = request.GET.get("store", "")
    query = f"?store={store}" if store.isdecimal() else ""
    return redirect(f"{reverse('booking:person', args=[person.pk])}{query}")
