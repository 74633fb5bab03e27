"""The pool of the web process: nobody waits for a database that says nothing.

A server that was stopped, or a machine that is gone, answers nothing: no time limit of
its own ends a statement then, and TCP waits for minutes. A lock, on the other hand, may
well be waited for. So a wait of nearly a second has a look: does the server still greet
somebody? Without a greeting the connection is given up, and the page says so in less
than two seconds.
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Generator
from typing import Any, TypeVar

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool, PoolTimeout

LOOK_AFTER = 0.9
GREETS_WITHIN = 0.7
LONGEST_STATEMENT = 10.0
"""Seconds. `statement_timeout` is shorter, so that a server which answers ends it."""
DRAIN_PAUSE = 1.0

SSL_REQUEST = struct.pack("!II", 8, 80877103)
"""The only question that is answered without a log-in, and with one byte."""

T = TypeVar("T")


class ServerSilent(psycopg.OperationalError):
    """The database server does not answer."""


def greets(host: str, port: str) -> bool:
    """True if somebody answers there as PostgreSQL does, or a pooler before it; of
    several hosts, one. A folder is where a Unix socket lies."""
    ports = port.split(",")
    return any(
        _greets(one, ports[n] if n < len(ports) else ports[0])
        for n, one in enumerate(host.split(","))
    )


def _greets(host: str, port: str) -> bool:
    try:
        with _connected(host or "/var/run/postgresql", port or "5432") as probe:
            probe.settimeout(GREETS_WITHIN)
            probe.sendall(SSL_REQUEST)
            return probe.recv(1) in (b"S", b"N")
    except OSError:
        return False


def _connected(host: str, port: str) -> socket.socket:
    if not host.startswith("/"):
        return socket.create_connection((host, int(port)), GREETS_WITHIN)
    probe = socket.socket(socket.AF_UNIX)
    try:
        probe.settimeout(GREETS_WITHIN)
        probe.connect(f"{host}/.s.PGSQL.{port}")
    except OSError:
        probe.close()
        raise
    return probe


class PatientConnection(psycopg.Connection[Any]):
    """Raises ServerSilent, and is closed, where the server does not answer."""

    def wait(self, gen: Any, *args: Any, **options: Any) -> Any:
        return super().wait(self._watched(gen), *args, **options)

    def _watched(self, steps: Generator[Any, Any, T]) -> Generator[Any, Any, T]:
        """The steps of psycopg's own waiting, which come by every tenth of a second."""
        began = time.monotonic()
        look_at = began + LOOK_AFTER
        try:
            wanted = next(steps)
            while True:
                ready = yield wanted
                if not ready and time.monotonic() >= look_at:
                    self._look(began)
                    look_at = time.monotonic() + LOOK_AFTER
                wanted = steps.send(ready)
        except StopIteration as done:
            answer: T = done.value
            return answer

    def _look(self, began: float) -> None:
        place = self.pgconn.hostaddr or self.pgconn.host
        waited = time.monotonic() - began
        if waited < LONGEST_STATEMENT and greets(
            place.decode(), self.pgconn.port.decode()
        ):
            return
        self.close()
        raise ServerSilent(f"the database server was silent for {waited:.1f} s")


class PatientPool(ConnectionPool[PatientConnection]):
    """Waits for a connection only while there is somebody to connect to."""

    _emptied_at = 0.0

    def getconn(self, timeout: float | None = None) -> PatientConnection:
        longest = self.timeout if timeout is None else timeout
        try:
            return super().getconn(min(LOOK_AFTER, longest))
        except PoolTimeout:
            named: dict[str, Any] = dict(self.kwargs or {})  # type: ignore[arg-type]
            place = named.get("hostaddr") or named.get("host") or ""
            if not greets(str(place), str(named.get("port") or "")):
                raise ServerSilent("the database server does not answer") from None
        return super().getconn(max(0.0, longest - LOOK_AFTER))

    def putconn(self, conn: PatientConnection) -> None:
        """One that was lost is seldom the only one: the others are replaced before
        somebody is given them."""
        lost = conn.closed
        super().putconn(conn)
        now = time.monotonic()
        if lost and now - self._emptied_at > DRAIN_PAUSE and not self.closed:
            self._emptied_at = now
            self.drain()


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's; its pool is a patient one."""

    @property
    def pool(self) -> Any:
        options = self.settings_dict["OPTIONS"].get("pool")
        if options and self.alias not in self._connection_pools:  # type: ignore[attr-defined]
            named = {**self.get_connection_params(), "autocommit": True}
            made = PatientPool(
                kwargs=named,
                connection_class=PatientConnection,
                open=False,
                configure=self._configure_connection,  # type: ignore[attr-defined]
                **options,
            )
            self._connection_pools.setdefault(self.alias, made)  # type: ignore[attr-defined]
        return super().pool
