"""How staff sign in: by invitation only, nobody signs up, and guessing is slowed."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse

from booking.access import client_address
from stores.access import workplaces_for
from stores.models import Role, User
from visavis.errors import too_many_requests


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # untyped base
    """allauth with its public sign-up closed and its limits answered with 429."""

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

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """allauth would answer 200 with its form to one guess too many: a script must
        be told in the language of scripts."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            raise ImmediateHttpResponse(too_many_requests(request)) from error
