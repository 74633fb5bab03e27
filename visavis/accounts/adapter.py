"""Our answers to allauth: nobody signs up, guessing is slowed, and where to go."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from booking.visitors import client_address
from stores.access import workplaces_for
from stores.accounts.company import must_use_company
from stores.accounts.levels import FACTOR, open_session
from stores.models import Level, Role, User
from stores.typed import typed_in
from visavis.accounts.addresses import with_next
from visavis.accounts.guesses import Attempt, remember_device
from visavis.accounts.queries import closed_account_of
from visavis.errors import too_many_requests


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # untyped base
    """allauth with its public sign-up closed and our own limits, answered with 429."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Admins to their desk, a superuser without a brand to /admin/, others to the
        board of the day."""
        user = request.user
        workplaces = workplaces_for(user) if isinstance(user, User) else []
        if not workplaces and user.is_staff:
            return reverse("admin:index")
        only_admin = workplaces and all(w.role == Role.ADMIN for w in workplaces)
        return reverse("booking:week" if only_admin else "booking:board")

    def get_client_ip(self, request: HttpRequest) -> str:
        """As everywhere in Visavis: a proxy that we trust may speak for the client."""
        return client_address(request)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """By the account's one address. One guess too many is answered with 429: a
        script must be told in the language of scripts."""
        email = str(credentials.get("email", "")).strip().lower()
        attempt = Attempt(request, email)
        if not attempt.is_allowed():
            raise ImmediateHttpResponse(too_many_requests(request))
        user: User | None = super().authenticate(
            request, **credentials | {"email": email}
        )
        if user is not None:
            attempt.take_back()
        elif _is_closed(email, str(credentials.get("password", ""))):
            raise ImmediateHttpResponse(
                render(request, "account/closed.html", status=HTTPStatus.FORBIDDEN)
            )
        return user

    def get_login_stages(self) -> list[str]:
        return ["visavis.accounts.factors.sign_in.SecondStep"]

    def pre_login(
        self, request: HttpRequest, user: User, **facts: Any
    ) -> HttpResponse | None:
        """Leads to a company's sign-in where it replaces passwords."""
        response: HttpResponse | None = super().pre_login(request, user, **facts)
        if response is not None or getattr(request, "by_company", False):
            return response
        company = must_use_company(user)
        return redirect("account_company", company.brand.slug) if company else None

    def login(self, request: HttpRequest, user: User) -> None:
        """A password, a passkey, the company, or a second factor beside them: the full
        level."""
        by_factor = any(
            record.get("method") == "mfa"
            for record in get_authentication_records(request, user)
        )
        strong = by_factor or getattr(request, "company_is_strong", False)
        open_session(request, user, level=Level.FULL, by_factor=strong)

    def post_login(
        self, request: HttpRequest, user: User, **facts: Any
    ) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **facts)
        typed = typed_in(request, by=user.pk)
        if typed is not None:
            # Nothing is written without a new press, by whoever has signed in.
            response = render(request, "account/typed.html", typed)
        elif isinstance(response, HttpResponseRedirect) and _needs_factor(
            request, user
        ):
            response = redirect(with_next("account_factor_needed", response.url))
        remember_device(request, response, user)
        return response


def _needs_factor(request: HttpRequest, user: User) -> bool:
    """True for who is to set one up, now or until a day."""
    if request.session.get(FACTOR):
        return False
    return any(one.brand.needs_factor(one.role) for one in workplaces_for(user))


def _is_closed(email: str, password: str) -> bool:
    """True for the right password of a closed account, whose owner is told so; a
    stranger reads the same as for any other."""
    user = closed_account_of(email)
    return user is not None and user.check_password(password)
