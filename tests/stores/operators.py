"""An operator at the stock admin."""

from __future__ import annotations

from typing import Any

from django.test import Client

from tests.cast import make_user


def an_operator() -> Client:
    user = make_user("operator@visavis.example", "Operator")
    user.is_superuser = user.is_staff = True
    user.save(update_fields=["is_superuser", "is_staff"])
    client = Client()
    client.force_login(user)
    return client


def errors_of(client: Client, path: str, data: dict[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in data.items() if value is not None}
    answer = client.post(path, given)
    assert answer.status_code in (200, 302), answer.status_code
    if answer.status_code == 302:
        return {}
    errors: dict[str, Any] = answer.context["adminform"].form.errors
    return errors
