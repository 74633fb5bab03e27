"""How staff sign in: by invitation only, nobody signs up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # untyped base
    """allauth with its public sign-up closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
