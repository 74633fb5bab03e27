"""Every port but PORT is found free at start and written to `ports.json`."""

import contextlib
import errno
import json
import os
import socket
from pathlib import Path

from visavis.devstack.messages import StartError

LOOPBACK = "127.0.0.1"
ANY_ADDRESS = "0.0.0.0"  # noqa: S104 - of the media workers, whose keys keep others out
SOMEWHERE = "198.51.100.1"  # RFC 5737: nobody's
DEFAULT_PORT = 8000
RUNS_TRIED = 50


def own_address() -> str | None:
    """The address at which other devices find this machine: where it would send from.
    None where it is connected to nobody. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((SOMEWHERE, 9))
        except OSError:
            return None
        address: str = probe.getsockname()[0]
    return None if address.startswith(("127.", "0.")) else address


def media_addresses() -> dict[str, str]:
    """The addresses that the media workers of a copy listen on and tell browsers, if
    the person named none: loopback, and beside it the machine's own address, because
    Firefox pairs nothing with loopback and another device has a loopback of its own."""
    named = ("MEDIA_BIND_IP", "MEDIA_ANNOUNCE_IP", "MEDIA_ANNOUNCE_ALSO")
    own = own_address()
    if own is None or any(os.environ.get(name) for name in named):
        return {}
    return {"MEDIA_BIND_IP": ANY_ADDRESS, "MEDIA_ANNOUNCE_ALSO": own}


def _probed(kind: socket.SocketKind) -> str:
    """The addresses a port must be free on: a media worker may listen on every one."""
    return ANY_ADDRESS if kind == socket.SOCK_DGRAM else LOOPBACK


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port that nobody listens on now. The next to ask may get it as well, so
    start its server at once."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((_probed(kind), 0))
        port: int = probe.getsockname()[1]
    return port


def web_port() -> int:
    text = os.environ.get("PORT") or str(DEFAULT_PORT)
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise StartError(f"PORT is {text!r}, not a port number from 1 to 65535")
    return int(text)


def require_free(port: int) -> None:
    """Raise StartError when PORT cannot be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
            probe.listen()
        except OSError as error:
            reason = (
                "is taken by another program"
                if error.errno == errno.EADDRINUSE
                else f"cannot be used ({error.strerror})"
            )
            advice = f"choose another one, for example PORT={port + 10} ./run"
            raise StartError(f"port {port} {reason}: {advice}") from error


def free_run(kind: socket.SocketKind, count: int) -> int:
    """The first of `count` ports in a row that nobody listens on now."""
    for _ in range(RUNS_TRIED):
        first = free_port(kind)
        with contextlib.ExitStack() as held, contextlib.suppress(OSError):
            for port in range(first, first + count):
                probe = held.enter_context(socket.socket(socket.AF_INET, kind))
                probe.bind((_probed(kind), port))
            return first
    raise StartError(f"no {count} free ports in a row were found")


def media_ports(count: int = 1) -> dict[str, int]:
    """The ports of the media workers: named by the environment, else found free.

    Worker 0's are `media_udp` and `media_control`, worker N's the Nth after them,
    `media_udp_N` and `media_control_N`.
    """
    named: dict[str, int] = {}
    for kind, name in [
        (socket.SOCK_DGRAM, "media_udp"),
        (socket.SOCK_STREAM, "media_control"),
    ]:
        variable = f"{name.upper()}_PORT"
        text = os.environ.get(variable) or "0"
        if not text.isascii() or not text.isdigit() or int(text) + count > 65536:
            raise StartError(f"{variable} is {text!r}, not a port number")
        first = int(text) or free_run(kind, count)
        named |= {f"{name}_{n}" if n else name: first + n for n in range(count)}
    return named


def write_ports(folder: Path, ports: dict[str, int]) -> None:
    fresh = folder / "ports.json.new"
    fresh.write_text(json.dumps(ports, indent=2) + "\n")
    fresh.replace(folder / "ports.json")
