"""Pages of the desk as the server makes them, for an admin who is signed in."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from django.test import Client

from benchmarks._figures import p95_ms, timed
from stores.models import Brand, Membership, Role, User


def new_user() -> User:
    return User.objects.create(email=f"{secrets.token_hex(6)}@bench.example", name="B")


def signed_in(brand: Brand, user: User) -> Client:
    """As an admin of the brand."""
    Membership.objects.get_or_create(brand=brand, user=user, role=Role.ADMIN)
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    return client


def pages_ms(client: Client, pages: Sequence[str], rounds: int) -> float:
    """p95 of all of them, after each was asked for once."""

    def get(page: str) -> None:
        answer = client.get(page)
        if answer.status_code != 200:
            raise ValueError(f"{page} answered {answer.status_code}.")

    for page in pages:
        get(page)
    taken = [
        timed(lambda page=page: get(page))  # type: ignore[misc]
        for _ in range(rounds)
        for page in pages
    ]
    return p95_ms(taken)
