"""The pages of an account. A link in a mail leads to a page without it: the secret
goes into a cookie that only that page gets, and stands in no address, log or referrer
any more. Opening it changes nothing."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from booking.visitors import network_of
from stores.access import workplaces_for
from stores.counts import count_up
from stores.models import User
from stores.typed import signed_in
from visavis.accounts import services
from visavis.accounts.company.queries import companies_for
from visavis.accounts.forms import AddressForm, NewPasswordForm, PasswordForm, ResetForm
from visavis.accounts.links import new_address_of, user_of_reset
from visavis.accounts.queries import opened_a_brand
from visavis.errors import too_many_requests

RESET_COOKIE, ADDRESS_COOKIE = "reset", "address"
HOUR, DAY = 3600, 24 * 3600
MOST_OF_NETWORK, MOST_OF_ADDRESS = 20, 3
MOST_ADDRESSES = 5

post_only_secrets = sensitive_post_parameters()


@require_safe
@signed_in
def account(request: HttpRequest) -> HttpResponse:
    """Shows what one signs in with, and the ways to change it."""
    user = user_of(request)
    context = _page(request) | {"companies": companies_for(user)}
    return render(request, "account/account.html", context)


@post_only_secrets
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def change_password(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    form = PasswordForm(user, request.POST or None)
    if not (request.method == "POST" and form.is_valid()):
        return _form(request, "account/password_change.html", form)
    services.change_password(
        user=user,
        password=form.cleaned_data["new_password1"],
        session=request.session.session_key,
    )
    # Every other session of theirs has ended with the old password.
    update_session_auth_hash(request, user)
    messages.success(request, _("Your new password holds from now on."))
    return redirect("account")


@require_http_methods(["GET", "HEAD", "POST"])
def ask_reset(request: HttpRequest) -> HttpResponse:
    """Says the same of every address, and takes as long."""
    form = ResetForm(request.POST or None)
    if not (request.method == "POST" and form.is_valid()):
        return _form(request, "account/password_reset.html", form)
    email = form.cleaned_data["email"]
    if count_up(f"reset:network:{network_of(request)}", seconds=HOUR) > MOST_OF_NETWORK:
        return too_many_requests(request)
    # Nobody's mailbox is filled: the links that were sent are good for two hours.
    if count_up(f"reset:{_mark(email)}", seconds=HOUR) <= MOST_OF_ADDRESS:
        services.ask_reset(email=email)
    return redirect("account_reset_password_done")


@require_safe
def reset_asked(request: HttpRequest) -> HttpResponse:
    return render(request, "account/password_reset_done.html")


@require_safe
def open_reset(request: HttpRequest, reset_key: str) -> HttpResponse:
    """The link of a mail: on to the form, without the key in its address."""
    if user_of_reset(reset_key) is None:
        return render(request, "account/link_over.html", {"for": "reset"}, status=410)
    response = redirect("account_reset_password_from_key")
    carry(response, RESET_COOKIE, reset_key, reverse("account_reset_password"))
    return response


@post_only_secrets
@require_http_methods(["GET", "HEAD", "POST"])
def reset_password(request: HttpRequest) -> HttpResponse:
    user = user_of_reset(request.COOKIES.get(RESET_COOKIE, ""))
    if user is None:
        return render(request, "account/link_over.html", {"for": "reset"}, status=410)
    form = NewPasswordForm(user, request.POST or None)
    if not (request.method == "POST" and form.is_valid()):
        return _form(request, "account/password_reset_from_key.html", form)
    services.change_password(user=user, password=form.cleaned_data["new_password1"])
    response = redirect("account_reset_password_from_key_done")
    response.delete_cookie(RESET_COOKIE, path=reverse("account_reset_password"))
    return response


@require_safe
def reset_done(request: HttpRequest) -> HttpResponse:
    return render(request, "account/password_reset_from_key_done.html")


@post_only_secrets
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def change_address(request: HttpRequest) -> HttpResponse:
    """Asks for the password; nothing changes before the new address answers."""
    user = user_of(request)
    form = AddressForm(user, request.POST or None)
    if not (request.method == "POST" and form.is_valid()):
        return _form(request, "account/email.html", form)
    email = form.cleaned_data["email"]
    by_user = count_up(f"address:user:{_mark(str(user.pk))}", seconds=HOUR)
    if max(by_user, count_up(f"address:{_mark(email)}", seconds=DAY)) > MOST_ADDRESSES:
        return too_many_requests(request)
    services.ask_new_address(user=user, email=email)
    words = _("We have written to %(email)s: open the link in that message.")
    messages.success(request, words % {"email": email})
    return redirect("account")


@require_POST
@signed_in
def send_confirmation(request: HttpRequest) -> HttpResponse:
    """Sends the link to one's own address once more."""
    user = user_of(request)
    if count_up(f"address:{_mark(user.email)}", seconds=DAY) > MOST_ADDRESSES:
        return too_many_requests(request)
    services.ask_confirmation(user=user)
    words = _("We have written to %(email)s: open the link in that message.")
    messages.success(request, words % {"email": user.email})
    return redirect("account")


@require_safe
def open_address(request: HttpRequest, address_token: str) -> HttpResponse:
    """The link of a mail: on to the question, without the token in its address."""
    if new_address_of(address_token) is None:
        return render(request, "account/link_over.html", {"for": "email"}, status=410)
    response = redirect("account_confirm_email")
    carry(response, ADDRESS_COOKIE, address_token, reverse("account_confirm_email"))
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_address(request: HttpRequest) -> HttpResponse:
    """Also on a telephone where nobody is signed in: the link proves the mailbox, and
    the password was asked for when the link was."""
    token = request.COOKIES.get(ADDRESS_COOKIE, "")
    asked = new_address_of(token)
    is_known = asked is not None and asked.user.email == asked.email
    if request.method == "POST":
        asked = services.use_new_address(token=token, now=timezone.now())
    if asked is None:
        return render(request, "account/link_over.html", {"for": "email"}, status=410)
    is_done = request.method == "POST"
    context = {"email": asked.email, "is_done": is_done, "is_known": is_known}
    response = render(request, "account/email_confirm.html", context)
    if request.method == "POST":
        response.delete_cookie(ADDRESS_COOKIE, path=reverse("account_confirm_email"))
    return response


def nothing(request: HttpRequest) -> HttpResponse:
    """Answers 404 where a library would serve a page that we do not offer."""
    raise Http404


def user_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - behind signed_in
    return request.user


def _page(request: HttpRequest) -> dict[str, object]:
    """Back to where they work; an operator of no brand, to the administration."""
    user = user_of(request)
    at_work = workplaces_for(user) or not user.is_staff
    place = "booking:board" if at_work else "admin:index"
    return {
        "back_url": reverse(place),
        "back_label": _("Work"),
        # Only of those who open an installation it is asked, and a mail must leave.
        "is_unconfirmed": settings.MAIL_IS_SET and opened_a_brand(user),
    }


def _form(request: HttpRequest, template: str, form: object) -> HttpResponse:
    context = {"form": form}
    if request.user.is_authenticated:
        context |= {"back_url": reverse("account"), "back_label": _("My account")}
    return render(request, template, context)


def carry(response: HttpResponse, name: str, value: str, path: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=settings.PASSWORD_RESET_TIMEOUT,
        path=path,
        httponly=True,
        samesite="Lax",
        secure=settings.SECURE_COOKIES,
    )


def _mark(text: str) -> str:
    return salted_hmac("visavis.accounts", text).hexdigest()
