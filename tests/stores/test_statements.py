"""Statements by hand are prepared, and planned once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from pytest import MonkeyPatch

from stores.statements import ask
from visavis import environment

QUESTION = "SELECT slug FROM stores_brand WHERE id = ANY(%s::bigint[])"


def kept() -> list[tuple[Any, ...]]:
    return ask(
        "SELECT generic_plans, custom_plans FROM pg_prepared_statements"
        " WHERE statement LIKE 'SELECT slug FROM stores_brand%%'"
    )


@pytest.mark.django_db
def test_what_is_asked_is_prepared_and_planned_for_all_values() -> None:
    for ids in ([1], [2, 3], [2**40]):
        ask(QUESTION, [ids])
    assert kept() == [(3, 0)]


@pytest.mark.django_db
def test_the_orm_prepares_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT slug FROM stores_brand WHERE id = %s", [1])
    assert kept() == []


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("?prepare_threshold=", {"prepare_threshold": None}),
        (
            "?prepare_threshold=5&options=-c%20jit%3Doff",
            {
                "prepare_threshold": 5,
                "options": "-c plan_cache_mode=force_generic_plan -c jit=off",
            },
        ),
    ],
)
def test_a_pooler_may_forbid_it(
    monkeypatch: MonkeyPatch, query: str, options: dict[str, Any]
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://db/visavis{query}")
    database = environment.database("DATABASE_URL")
    assert database["OPTIONS"] == options
    pooled = options["prepare_threshold"] is None
    assert database["DISABLE_SERVER_SIDE_CURSORS"] == pooled
