"""The set-up code: exact, also when two use it in the same moment."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from stores.editing.brands import NewAdmin, NewBrand, open_installation
from stores.editing.setup_codes import (
    ALPHABET,
    LASTS,
    MOST_TRIES,
    issue_code,
    try_code,
)
from stores.errors import SetupCodeOver
from stores.models import Brand, Membership, SetupCode, User
from tests.at_once import at_once
from tests.cast import now_utc


def open_by(proof: str, number: int) -> str:
    try:
        open_installation(
            proof=proof,
            brand=NewBrand(name=f"Maison {number}"),
            admin=NewAdmin(email=f"a{number}@tilleul.example", name="A"),
            now=timezone.now(),
        )
    except SetupCodeOver as refusal:
        return refusal.code
    return "done"


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_brand() -> None:
    proof = try_code(text=issue_code(now=timezone.now()), now=timezone.now()).proof
    outcomes = at_once(*(lambda n=n: open_by(proof, n) for n in range(4)))
    assert sorted(outcomes) == ["done", *["setup_code_over"] * 3]
    assert Brand.objects.count() == User.objects.count() == 1
    assert Membership.objects.all_brands().count() == 1
    assert not SetupCode.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_wrong_tries_at_once_are_all_counted() -> None:
    code = issue_code(now=timezone.now())
    now = timezone.now()
    answers = at_once(*(lambda: try_code(text="AAAAAAAA", now=now) for _ in range(5)))
    assert sorted(answer.tries_left for answer in answers) == [0, 1, 2, 3, 4]
    assert not try_code(text=code, now=now).proof


@pytest.mark.django_db
def test_a_code_is_eight_signs_that_nobody_confuses() -> None:
    codes = [issue_code(now=now_utc()) for _ in range(200)]
    assert len(set(codes)) == 200
    for code in codes:
        left, dash, right = code.partition("-")
        assert (len(left), dash, len(right)) == (4, "-", 4)
        assert set(left + right) <= set(ALPHABET)
    assert not set("01OIoi") & set(ALPHABET)
    assert SetupCode.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("after", "is_good"),
    [(LASTS - dt.timedelta(seconds=1), True), (LASTS, False)],
)
def test_a_code_is_good_for_thirty_minutes(after: dt.timedelta, is_good: bool) -> None:
    now = now_utc()
    answer = try_code(text=issue_code(now=now), now=now + after)
    assert bool(answer.proof) is is_good


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "-", "AAAA-AAA", "é" * 8, "A" * 5000, "\x00"])
def test_anything_else_that_is_typed_is_a_wrong_try(text: str) -> None:
    issue_code(now=now_utc())
    answer = try_code(text=text, now=now_utc())
    assert (answer.proof, answer.tries_left) == ("", MOST_TRIES - 1)


@pytest.mark.django_db
def test_a_new_code_ends_the_one_before() -> None:
    old, new = (issue_code(now=now_utc()) for _ in range(2))
    assert not try_code(text=old, now=now_utc()).proof
    assert try_code(text=new, now=now_utc()).proof
