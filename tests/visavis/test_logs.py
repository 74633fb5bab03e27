"""No line of any program holds a token, an address or a name, whoever wrote it."""

from __future__ import annotations

import asyncio
import io
import logging
import logging.config
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, connection
from django.test import Client
from uvicorn.config import LOGGING_CONFIG

from visavis.logs import MaskedRecord, masked_path, told

TOKEN = "Zq3-_x9LwPzrT0yV5abCdE"
NAME, EMAIL, PHONE = "Canarina Serinova", "canary-7391@customer.example", "+33639987391"
SECRETS = (TOKEN, "Canarina", "Serinova", "canary", "639987391", "39 98 73 91")


def assert_masked(text: str) -> None:
    for secret in SECRETS:
        assert secret not in text, text


@pytest.fixture
def written() -> Iterator[Callable[[str], io.StringIO]]:
    """What a logger that is asked for writes, with a formatter of its own."""
    added: list[tuple[logging.Logger, logging.Handler, int]] = []

    def listen(name: str) -> io.StringIO:
        text = io.StringIO()
        logger, handler = logging.getLogger(name), logging.StreamHandler(text)
        added.append((logger, handler, logger.level))
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
        return text

    yield listen
    for logger, handler, level in added:
        logger.removeHandler(handler)
        logger.setLevel(level)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (f"/r/{TOKEN}", "/r/…"),
        (f"/r/{TOKEN}~", "/r/…"),
        (f"/r/guest/{TOKEN}/", "/r/guest/…/"),
        (f"/r/calendar/{TOKEN}.ics", "/r/calendar/…"),
        (f"/r/invitation/{TOKEN}/", "/r/invitation/…/"),
        (f"/r/{TOKEN}/unsubscribe/", "/r/…/unsubscribe/"),
        (f"/R/{TOKEN}", "/…/…"),
        (f"//r/{TOKEN}", "//r/…"),
        (f"/no/{NAME}/{EMAIL}", "/…/…/…"),
        (f"/staff/?email={EMAIL}&q={NAME}", "/staff/?…"),
        ("/staff/?", "/staff/?…"),
        (f"/{PHONE}/0639987391", "/…/…"),
        ("/api/v1/brands/tilleul/stores/", "/api/v1/brands/…/stores/"),
        ("/desk/keys/12/revoke/", "/desk/keys/12/revoke/"),
        (
            "/api/v1/appointments/0b5f3f63-5f6c-4a55-9a3c-2d9d4d9d2a01/move/",
            "/api/v1/appointments/0b5f3f63-5f6c-4a55-9a3c-2d9d4d9d2a01/move/",
        ),
        ("/", "/"),
    ],
)
def test_of_an_address_our_own_parts_are_shown(
    client: Client, path: str, shown: str
) -> None:
    client.get("/healthz")  # whoever serves has imported the addresses
    assert masked_path(path) == shown


@pytest.mark.parametrize("formatter", ["access", "default"])
def test_the_access_log_of_uvicorn(formatter: str) -> None:
    """As `uvicorn` sets it up itself, with its formatter that takes lines apart."""
    kind = LOGGING_CONFIG["formatters"][formatter]
    made = logging.config.DictConfigurator({"version": 1}).configure_formatter(
        dict(kind, use_colors=False)
    )
    asked = ("127.0.0.1:5", "GET", f"/r/{TOKEN}/x?to={EMAIL}", "1.1", 404)
    line = '%s - "%s %s HTTP/%s" %d'
    record = MaskedRecord("uvicorn.access", logging.INFO, "", 0, line, asked, None)
    text = made.format(record)
    assert_masked(text)
    assert "GET /r/…/…?… HTTP/1.1" in text
    assert "404" in text


@pytest.mark.parametrize(
    ("name", "line", "values"),
    [
        ("gunicorn.access", "%(h)s %(r)s", {"r": f"GET /r/{TOKEN} HTTP/1.1", "h": "x"}),
        ("uvicorn.error", '%s - "WebSocket %s" 403', ("x", f"/r/{TOKEN}?a={EMAIL}")),
        ("django.request", "%s: %s", ("Not Found", f"/no/{NAME}")),
        ("django.server", '"%s" %s', (f"GET /r/{TOKEN} HTTP/1.1", "404")),
        (
            "django.security.csrf",
            "Forbidden (%s): %s",
            (f"Referer checking failed - https://a.example/r/{TOKEN} is not", "/r/x"),
        ),
        ("some.library", f"mail to <{EMAIL}> from {EMAIL}, call {PHONE}", ()),
        ("some.library", "call 06 39 98 73 91 or 06.39.98.73.91", ()),
        ("some.library", "failed: %s", (ValueError(NAME),)),
        ("asyncio", f"never retrieved\nfuture: <T exception=ValueError('{NAME}')>", ()),
        ("booking.links", f"see /r/{TOKEN} and https://x/r/guest/{TOKEN}/", ()),
        ("visavis.tasks", f"https://x/r/invitation/{TOKEN}/ /r/password/{TOKEN}/", ()),
        ("stores.editing", f"see /r/invitation/{TOKEN}/ and /r/address/{TOKEN}/", ()),
        (
            "celery.app.trace",
            "Task %(name)s raised: %(exc)s %(traceback)s %(args)s",
            {"name": "t", "exc": NAME, "traceback": NAME, "args": NAME},
        ),
    ],
)
def test_lines_of_others(
    written: Callable[[str], io.StringIO], name: str, line: str, values: object
) -> None:
    text = written(name)
    arguments = values if isinstance(values, tuple) else (values,)
    logging.getLogger(name).warning(line, *arguments)
    assert text.getvalue()
    assert_masked(text.getvalue())


def test_what_says_nothing_of_anybody_stays(
    written: Callable[[str], io.StringIO],
) -> None:
    text = written("uvicorn.error")
    for line in (
        "Uvicorn running on http://127.0.0.1:8000 (Press CTRL+C to quit)",
        "worker 6123 ended at 2026-12-01T10:00:00+00:00 after 1234567890 ms",
        "delivery 0b5f3f63-5f6c-4a55-9a3c-2d9d4d9d2a01: given up",
    ):
        logging.getLogger("uvicorn.error").warning(line)
        assert line in text.getvalue()


def raised(act: Callable[[], object]) -> BaseException:
    with pytest.raises(BaseException) as caught:
        act()
    return caught.value


def refused_by_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE who (name text CHECK (name = ''))")
        cursor.execute("INSERT INTO who VALUES (%s)", [NAME])


def not_a_uuid() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::uuid", [NAME])


def in_a_chain() -> None:
    try:
        int(NAME)
    except ValueError as error:
        raise RuntimeError(EMAIL) from error


def in_a_group() -> None:
    raise ExceptionGroup(NAME, [ValueError(EMAIL), KeyError(TOKEN)])


def with_a_note() -> None:
    error = ValueError()
    error.add_note(NAME)
    raise error


@pytest.mark.parametrize(
    ("act", "shown"),
    [
        (refused_by_the_database, 'relation "who" violates check constraint'),
        (not_a_uuid, "[22P02]"),
        (in_a_chain, "which led to"),
        (in_a_group, "KeyError"),
        (with_a_note, "ValueError"),
        (lambda: dict[str, str]()[NAME], "KeyError"),
        (lambda: Path("/nowhere", NAME).read_text(), "FileNotFoundError: No such file"),
        (lambda: None.x, "'NoneType' object has no attribute 'x'"),  # type: ignore[attr-defined]
        (lambda: asyncio.run(asyncio.wait_for(asyncio.sleep(9), 0)), "TimeoutError"),
    ],
)
def test_errors_tell_where_and_what_but_nobodys_words(
    db: None,
    written: Callable[[str], io.StringIO],
    act: Callable[[], object],
    shown: str,
) -> None:
    text = written("django.request")
    error = raised(act)
    logging.getLogger("django.request").error("%s", error, exc_info=error)
    assert_masked(text.getvalue())
    assert shown in text.getvalue()
    assert f'"{__file__}", line' in told(error)


def test_the_errors_of_the_database_are_told_by_their_class(db: None) -> None:
    error = raised(refused_by_the_database)
    assert isinstance(error, DatabaseError)
    assert isinstance(error.__cause__, psycopg.errors.CheckViolation)
    assert "[23514]" in told(error)


def test_a_program_that_an_error_ends_says_no_more() -> None:
    code = "from visavis.logs import tell_uncaught; tell_uncaught()\n"
    ended = subprocess.run(
        [sys.executable, "-c", f"{code}raise ValueError({EMAIL!r})"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 1
    assert "ValueError" in ended.stderr
    assert EMAIL not in ended.stderr.replace(f"ValueError({EMAIL!r})", "")


def test_every_record_of_a_program_is_masked() -> None:
    assert logging.getLogRecordFactory() is MaskedRecord
