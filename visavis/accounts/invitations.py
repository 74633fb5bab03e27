"""The page behind an invitation: a password is chosen, and somebody comes in.

Opening the link changes nothing: a mail program that looks at links uses none up. Who
has an account already signs in as always; their password stays.
"""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from stores.access import WORKPLACE_KEY, workplaces_for
from stores.accounts.levels import open_session
from stores.editing.invitations import accept, has_account, invitation_for_token
from stores.errors import AccountExists, InvitationOver
from stores.models import Invitation, Level, StaffMember, User
from visavis.accounts.forms import NewPasswordForm
from visavis.accounts.guesses import remember_device
from visavis.accounts.views import carry

INVITATION_COOKIE = "invitation"

post_only_secrets = sensitive_post_parameters()


@require_safe
def open_invitation(request: HttpRequest, invitation_token: str) -> HttpResponse:
    """The link of a mail or a sheet: on to the form, without the token in its
    address."""
    state = _state_of(invitation_for_token(invitation_token))
    if state != Invitation.State.OPEN:
        return _over(request, state)
    response = redirect("account_invitation")
    carry(response, INVITATION_COOKIE, invitation_token, reverse("account_invitation"))
    return response


@post_only_secrets
@require_http_methods(["GET", "HEAD", "POST"])
def come_in(request: HttpRequest) -> HttpResponse:
    token = request.COOKIES.get(INVITATION_COOKIE, "")
    invitation = invitation_for_token(token)
    state = _state_of(invitation)
    if invitation is None or state != Invitation.State.OPEN:
        return _over(request, state)
    try:
        if isinstance(request.user, User):
            return _as_oneself(request, request.user, invitation, token)
        return _as_somebody_new(request, invitation, token)
    except AccountExists:
        return _page(request, invitation, "account/invitation_sign_in.html")
    except InvitationOver as over:
        return _over(request, over.state)


def _as_oneself(
    request: HttpRequest, user: User, invitation: Invitation, token: str
) -> HttpResponse:
    """Somebody who is signed in: one press, if the invitation is to them."""
    if user.email != invitation.email:
        return _page(request, invitation, "account/invitation_other.html", status=409)
    if request.method != "POST":
        return _page(request, invitation, "account/invitation_accept.html")
    person = accept(token=token, now=timezone.now(), user=user)
    return _to_work(request, user, person)


def _as_somebody_new(
    request: HttpRequest, invitation: Invitation, token: str
) -> HttpResponse:
    if has_account(invitation):
        raise AccountExists
    person = invitation.staff_member
    nobody = User(email=invitation.email, name=person.first_name)
    form = NewPasswordForm(nobody, request.POST or None)
    if not (request.method == "POST" and form.is_valid()):
        page = "account/invitation.html"
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
        return _page(request, invitation, page, form=form, status=status)
    password = form.cleaned_data["new_password1"]
    person = accept(token=token, now=timezone.now(), password=password)
    assert person.user is not None  # noqa: S101 - accepting binds
    open_session(request, person.user, level=Level.FULL)
    return _to_work(request, person.user, person)


def _to_work(request: HttpRequest, user: User, person: StaffMember) -> HttpResponse:
    """To the day, at the brand that invited them and not at another of theirs."""
    for place in workplaces_for(user):
        if place.brand.pk == person.brand_id:
            request.session[WORKPLACE_KEY] = place.membership.pk
            break
    response = redirect("booking:board")
    response.delete_cookie(INVITATION_COOKIE, path=reverse("account_invitation"))
    remember_device(request, response, user)
    return response


def _state_of(invitation: Invitation | None) -> str:
    return "unknown" if invitation is None else str(invitation.state(timezone.now()))


def _over(request: HttpRequest, state: str) -> HttpResponse:
    context = {"state": state}
    return render(
        request, "account/invitation_over.html", context, status=HTTPStatus.GONE
    )


def _page(
    request: HttpRequest,
    invitation: Invitation,
    template: str,
    *,
    status: int = HTTPStatus.OK,
    **context: object,
) -> HttpResponse:
    context |= {"invitation": invitation, "inviting": invitation.brand}
    response = render(request, template, context, status=status)
    add_never_cache_headers(response)
    return response
