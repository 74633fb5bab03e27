"""Calls to other people's servers over HTTP: short, to one checked address, no detours.

The name is resolved once and the connection goes to that address, so that a second
answer of the name server cannot lead elsewhere; redirects are not followed; an answer
is read up to a limit. TLS still checks the certificate against the name.
"""

from __future__ import annotations

import functools
import http.client
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from notifications.channels.cutting import Cutter
from notifications.channels.reachable import is_public, is_refused
from notifications.errors import DeliveryError

LONGEST_ANSWER = 64 * 1024


@dataclass(frozen=True)
class HttpAnswer:
    status: int
    body: bytes


def path_of(url: str) -> str:
    """Path and query, as they are sent and signed."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def call(
    method: str,
    url: str,
    *,
    body: bytes = b"",
    headers: Mapping[str, str],
    allow_private: bool = False,
) -> HttpAnswer:
    """One request in at most OUTGOING_TIMEOUT seconds once the name is resolved, twice
    that where even the connection takes its time; any status is an answer.

    Raises DeliveryError: `address_refused` for what is no http(s) address, or no
    public one unless `allow_private`; `server_unreachable` and `server_hangs`.
    """
    parts, timeout = urlsplit(url), settings.OUTGOING_TIMEOUT
    connection = _connection(parts, allow_private, timeout)
    try:
        # The socket's time-out counts from byte to byte, the cutter from the start.
        with connection.cutter.after(timeout):
            connection.request(
                method, path_of(url), body=body or None, headers=dict(headers)
            )
            response = connection.getresponse()
            return HttpAnswer(response.status, response.read(LONGEST_ANSWER))
    except TimeoutError:
        raise DeliveryError("server_hangs") from None
    except (OSError, http.client.HTTPException):
        code = "server_hangs" if connection.cutter.has_cut else "server_unreachable"
        raise DeliveryError(code) from None
    finally:
        connection.close()
        connection.cutter.forget()


def _connection(parts: SplitResult, allow_private: bool, timeout: float) -> _Connection:
    address = _resolved(parts, allow_private=allow_private)
    host, port = parts.hostname or "", _port(parts)
    kind = _TlsConnection if parts.scheme == "https" else _Connection
    return kind(host, port, address, timeout)


class _Connection(http.client.HTTPConnection):
    """To the address that was checked, whatever the name would say now."""

    def __init__(self, host: str, port: int, address: str, timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self._address = address
        self.cutter = Cutter()

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        self.cutter.watch(self.sock)


class _TlsConnection(_Connection):
    default_port = http.client.HTTPS_PORT

    def connect(self) -> None:
        super().connect()
        self.sock = _context().wrap_socket(self.sock, server_hostname=self.host)


@functools.cache
def _context() -> ssl.SSLContext:
    """Once for all calls: the certificates of the system take 10 ms to read."""
    return ssl.create_default_context()


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _resolved(parts: SplitResult, *, allow_private: bool) -> str:
    """The first address of the name; all of them must be public."""
    refused = DeliveryError("address_refused", permanent=True)
    allowed = ("https", "http") if allow_private else ("https",)
    try:
        port = _port(parts)
    except ValueError:
        raise refused from None
    if parts.scheme not in allowed or not parts.hostname or "@" in parts.netloc:
        raise refused
    if not allow_private and is_refused(parts.hostname):
        raise refused
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise DeliveryError("server_unreachable") from None
    addresses = [str(entry[4][0]) for entry in found]
    if not allow_private and not all(is_public(address) for address in addresses):
        raise refused
    return addresses[0]
