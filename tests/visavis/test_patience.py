"""A web process and a database that is stopped, gone, or only slow."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection

from tests.pace import slowness
from visavis.postgresql.base import (
    GREETS_WITHIN,
    LOOK_AFTER,
    PatientConnection,
    PatientPool,
    ServerSilent,
    greets,
)

PROMISED = 2.0
"""Seconds in which a page says that the database is away."""
STEP = 0.1
"""Between two looks of psycopg's own waiting."""


class Wire:
    """A way to the real server, by TCP, on which it may fall silent."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._over = threading.Event()
        self.silent = threading.Event()
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._thread.start()

    def _carry(self) -> None:
        while not self._over.is_set():
            found = self._selector.select(0.05)
            if self.silent.is_set():
                self._over.wait(0.01)  # what was sent stays where it is
                continue
            for key, _ in found:
                if key.fileobj is self._listener:
                    self._take()
                else:
                    self._pass_on(key.data)

    def _take(self) -> None:
        near, _ = self._listener.accept()
        far = socket.socket(socket.AF_UNIX)
        far.connect(self._place)
        self._pairs.append((near, far))
        self._selector.register(near, selectors.EVENT_READ, (near, far))
        self._selector.register(far, selectors.EVENT_READ, (far, near))

    def _pass_on(self, way: tuple[socket.socket, socket.socket]) -> None:
        source, target = way
        data = b""
        with contextlib.suppress(OSError):
            data = source.recv(65536)
            target.sendall(data)
        if not data:
            for end in way:
                with contextlib.suppress(KeyError, ValueError):
                    self._selector.unregister(end)
                end.close()

    def cut(self) -> None:
        """As when the server is started anew: all that was open is lost."""
        for pair in self._pairs:
            for end in pair:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._over.set()
        self._thread.join()
        for end in (self._listener, *(one for pair in self._pairs for one in pair)):
            end.close()


@pytest.fixture
def wire(db: None) -> Iterator[Wire]:
    told = connection.settings_dict
    made = Wire(f"{told['HOST']}/.s.PGSQL.{told['PORT'] or 5432}")
    yield made
    made.close()


@pytest.fixture
def pool(wire: Wire) -> Iterator[PatientPool]:
    told = connection.settings_dict
    named: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": wire.port,
        "user": told["USER"],
        "dbname": told["NAME"],
        "connect_timeout": 2,
        "autocommit": True,
    }
    made = PatientPool(
        kwargs=named,
        connection_class=PatientConnection,
        min_size=2,
        max_size=3,
        timeout=5,
        reconnect_timeout=4,
        open=True,
    )
    made.wait()
    yield made
    wire.silent.clear()
    made.close()


@contextlib.contextmanager
def soon() -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < PROMISED * slowness(), "it hangs"


def test_the_waits_are_within_the_promise() -> None:
    assert LOOK_AFTER + STEP + GREETS_WITHIN < PROMISED


def test_a_statement_is_given_up_when_the_server_falls_silent(
    pool: PatientPool, wire: Wire
) -> None:
    one = pool.getconn()
    one.execute("SELECT 1")
    wire.silent.set()
    with soon(), pytest.raises(ServerSilent):
        one.execute("SELECT 2")
    with pytest.raises(psycopg.OperationalError, match="closed"):
        one.execute("SELECT 3")
    pool.putconn(one)


def test_nobody_waits_for_a_connection_to_nobody(pool: PatientPool, wire: Wire) -> None:
    held = [pool.getconn() for _ in range(3)]
    wire.silent.set()
    with soon(), pytest.raises(ServerSilent):
        pool.getconn()
    wire.silent.clear()
    for one in held:
        pool.putconn(one)


def test_a_server_that_works_is_waited_for(pool: PatientPool) -> None:
    with pool.connection() as one:
        one.execute("SELECT pg_sleep(%s)", [LOOK_AFTER * 2.2])


def test_a_full_pool_of_a_server_that_works_is_waited_for(pool: PatientPool) -> None:
    held = [pool.getconn() for _ in range(3)]
    back = threading.Timer(LOOK_AFTER * 1.5, pool.putconn, [held.pop()])
    back.start()
    held.append(pool.getconn())
    for one in held:
        pool.putconn(one)
    back.join()


def test_after_a_restart_one_asks_in_vain_and_the_next_is_served(
    pool: PatientPool, wire: Wire
) -> None:
    with pool.connection() as one:
        one.execute("SELECT 1")
    wire.cut()
    with pytest.raises(psycopg.OperationalError), pool.connection() as one:
        one.execute("SELECT 1")
    for _ in range(4):
        with soon(), pool.connection() as one:
            assert one.execute("SELECT 1").fetchone() == (1,)


def test_after_a_silence_it_is_served_again(pool: PatientPool, wire: Wire) -> None:
    wire.silent.set()
    for _ in range(2):
        with soon(), pytest.raises(psycopg.OperationalError), pool.connection() as one:
            one.execute("SELECT 1")
    wire.silent.clear()
    deadline = time.monotonic() + 30
    while True:
        with contextlib.suppress(psycopg.OperationalError), pool.connection() as one:
            assert one.execute("SELECT 1").fetchone() == (1,)
            return
        assert time.monotonic() < deadline, "it stays blind"


def test_who_greets(wire: Wire) -> None:
    told = connection.settings_dict
    assert greets(str(told["HOST"]), str(told["PORT"]))
    assert greets("127.0.0.1", str(wire.port))
    assert greets("127.0.0.1,127.0.0.1", f"1,{wire.port}")
    assert not greets("127.0.0.1", "1")
    assert not greets("/nowhere", "5432")
    with socket.create_server(("127.0.0.1", 0)) as mute:
        assert not greets("127.0.0.1", str(mute.getsockname()[1]))
