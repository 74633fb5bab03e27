"""What waited too long is "busy" to the outside, and never a fault of ours."""

import psycopg
import pytest
from django.db import IntegrityError, InterfaceError, OperationalError
from django.test import RequestFactory
from psycopg.errors import (
    AdminShutdown,
    DeadlockDetected,
    LockNotAvailable,
    QueryCanceled,
    TooManyConnections,
)
from psycopg_pool import PoolTimeout

from visavis.errors import (
    NamedErrorMiddleware,
    api_exception_handler,
    is_away,
    is_busy,
    server_error,
)
from visavis.postgresql.base import ServerSilent


def caused_by(cause: Exception) -> OperationalError:
    error = OperationalError()
    error.__cause__ = cause
    return error


@pytest.mark.parametrize("cause", [LockNotAvailable(), QueryCanceled(), PoolTimeout()])
def test_a_wait_too_long_is_503_with_retry_after(cause: Exception) -> None:
    answer = api_exception_handler(
        caused_by(cause), {"request": RequestFactory().get("/api/")}
    )
    assert answer is not None
    assert (answer.status_code, answer.data["code"]) == (503, "agenda_busy")
    assert answer.headers["Retry-After"] == "2"


@pytest.mark.parametrize(
    "error",
    [
        caused_by(ServerSilent()),
        caused_by(psycopg.OperationalError("connection refused")),
        caused_by(AdminShutdown()),
        caused_by(TooManyConnections()),
        InterfaceError("connection already closed"),
    ],
)
def test_a_database_that_is_away_is_503_and_called_so(error: Exception) -> None:
    request = RequestFactory().get("/api/")
    answer = api_exception_handler(error, {"request": request})
    assert answer is not None
    assert (answer.status_code, answer.data["code"]) == (503, "database_away")
    assert answer.headers["Retry-After"] == "2"
    page = NamedErrorMiddleware(None).process_exception(request, error)
    assert page is not None
    assert (page.status_code, page["Retry-After"]) == (503, "2")
    try:
        raise error
    except Exception:  # as Django asks for the page of a fault
        page = server_error(request)
    assert (page.status_code, page["Retry-After"]) == (503, "2")


def test_what_is_a_fault_stays_one() -> None:
    assert not is_away(caused_by(DeadlockDetected()))
    assert not is_away(caused_by(psycopg.DataError()))
    assert server_error(RequestFactory().get("/")).status_code == 500
    assert not is_busy(caused_by(DeadlockDetected()))
    assert not is_busy(IntegrityError())
