"""What waited too long is "busy" to the outside, and never a fault of ours."""

import pytest
from django.db import IntegrityError, OperationalError
from django.test import RequestFactory
from psycopg.errors import DeadlockDetected, LockNotAvailable
from psycopg_pool import PoolTimeout

from visavis.errors import api_exception_handler, is_busy


def caused_by(cause: Exception) -> OperationalError:
    error = OperationalError()
    error.__cause__ = cause
    return error


@pytest.mark.parametrize("cause", [LockNotAvailable(), PoolTimeout()])
def test_a_wait_too_long_is_503_with_retry_after(cause: Exception) -> None:
    answer = api_exception_handler(
        caused_by(cause), {"request": RequestFactory().get("/api/")}
    )
    assert answer is not None
    assert (answer.status_code, answer.data["code"]) == (503, "agenda_busy")
    assert answer.headers["Retry-After"] == "2"


def test_what_is_a_fault_stays_one() -> None:
    assert not is_busy(caused_by(DeadlockDetected()))
    assert not is_busy(IntegrityError())
