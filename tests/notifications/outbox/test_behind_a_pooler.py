"""`manage.py deliver` behind Debian's PgBouncer, by the two addresses that
docs/operations.md gives."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import create_connection

import pytest
from django.db import connection

from stores.statements import ask
from tests.cast import World, now_utc
from tests.live.stack.launched import ROOT
from tests.notifications.bookings import DAY, book, on_the_grid
from tests.notifications.post_office import PostOffice
from tests.notifications.senders import database_url, started, wait_until
from visavis.devstack.ports import LOOPBACK, free_port

PROGRAM = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin")
PATIENCE = 20.0
CONFIGURATION = """
[databases]
* = host={host} port={port}
[pgbouncer]
listen_addr = {loopback}
listen_port = {listen}
unix_socket_dir =
auth_type = trust
auth_file = {folder}/users
pool_mode = transaction
default_pool_size = 2
"""

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(PROGRAM is None, reason="no pgbouncer here"),
]


@contextmanager
def pooled(folder: Path) -> Iterator[str]:
    """The address of the tests' database through a pooler, without a query."""
    facts = connection.get_connection_params()
    assert PROGRAM
    listen = free_port()
    users = folder / "users"
    users.write_text(f'"{facts["user"]}" "{facts.get("password", "")}"\n')
    path = folder / "pgbouncer.ini"
    text = CONFIGURATION.format(
        host=facts["host"],
        port=facts.get("port") or 5432,
        loopback=LOOPBACK,
        listen=listen,
        folder=folder,
    )
    path.write_text(text)
    as_user = []
    if os.geteuid() == 0:
        # It refuses to run as root; its files are read first.
        socket = Path(facts["host"])
        as_user = ["-u", socket.owner() if socket.is_dir() else "nobody"]
    process = subprocess.Popen(
        [PROGRAM, *as_user, str(path)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + PATIENCE
        while True:
            with suppress(OSError):
                create_connection((LOOPBACK, listen), 1).close()
                break
            assert time.monotonic() < deadline, "pgbouncer does not listen"
            time.sleep(0.05)
        name = connection.settings_dict["NAME"]
        yield f"postgresql://{facts['user']}@{LOOPBACK}:{listen}/{name}"
    finally:
        process.kill()
        process.wait()


def command(url: str, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *args],
        cwd=ROOT,
        env=os.environ
        | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "visavis.settings"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_usual_address_is_refused_and_the_documented_one_works(
    world: World, tmp_path: Path
) -> None:
    now = now_utc()
    book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    with pooled(tmp_path) as url:
        refused = command(url, "check_data")
        assert "unsupported startup parameter: options" in refused.stderr
        sound = command(f"{url}?prepare_threshold=", "check_data")
        assert "nothing found" in sound.stdout, sound.stderr


def test_what_listens_goes_past_the_pooler(
    world: World, post_office: PostOffice, tmp_path: Path
) -> None:
    def listens() -> bool:
        question = "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LISTEN%%'"
        return bool(ask(f"{question} AND application_name = 'direct'"))

    def arrived() -> bool:
        return len(post_office.arrived) == 1

    log, now = tmp_path / "loop.log", now_utc()
    with pooled(tmp_path) as url:
        both = {
            "DATABASE_URL": f"{url}?prepare_threshold=",
            "DATABASE_DIRECT_URL": f"{database_url()}&application_name=direct",
        }
        loop = ("manage.py", "deliver", "--loop")
        with started(post_office, log, *loop, settings=both):
            wait_until(listens)
            book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
            wait_until(arrived)
