"""The delivery processes as the product runs them, on the tests' servers."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from django.db import connection

from tests.notifications.post_office import PostOffice
from visavis.devstack.processes import spawn

ROOT = Path(__file__).resolve().parents[2]
BROKER_DATABASE = "/7"
"""Apart from the other tests' Valkey database, so that it may be flushed."""


@dataclass(frozen=True)
class Sender:
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def said(self) -> str:
        return self.log.read_text(errors="replace")


def wait_until(true: Callable[[], bool], *, within: float = 90.0) -> None:
    """Waits for a state; fails with the condition's name where it does not come."""
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, f"{true.__name__} did not come true"
        time.sleep(0.05)


def broker_url() -> str:
    return urlunsplit(urlsplit(os.environ["REDIS_URL"])._replace(path=BROKER_DATABASE))


def database_url() -> str:
    told = connection.settings_dict
    user, password, name = (
        quote(str(told[k]), safe="") for k in ("USER", "PASSWORD", "NAME")
    )
    query = f"?host={quote(str(told['HOST']), safe='')}&port={told['PORT']}"
    return f"postgresql://{user}:{password}@/{name}{query}"


def environment(office: PostOffice, settings: Mapping[str, str]) -> dict[str, str]:
    """What a process needs to send from the test database to the test's servers."""
    told = {
        "DJANGO_SETTINGS_MODULE": "visavis.settings",
        "DATABASE_URL": database_url(),
        "REDIS_URL": broker_url(),
        "EMAIL_URL": f"smtp://{office.host}:{office.port}",
        "VISAVIS_DEBUG": "1",
        "MAILBOX_DIR": "",
    }
    return dict(os.environ) | told | dict(settings)


@contextlib.contextmanager
def started(
    office: PostOffice,
    log: Path,
    *arguments: str,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Sender]:
    """`python <arguments>` on the test database, ended at the end."""
    env = environment(office, settings or {})
    with log.open("wb") as output:
        # Ends with this process, even when that is killed.
        process = spawn([sys.executable, *arguments], output=output, env=env, cwd=ROOT)
    try:
        yield Sender(process, log)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
