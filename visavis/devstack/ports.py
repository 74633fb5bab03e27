"""Every port but PORT is found free at start and written to `ports.json`."""

import errno
import json
import os
import socket
from pathlib import Path

from visavis.devstack.messages import StartError

LOOPBACK = "127.0.0.1"
DEFAULT_PORT = 8000


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port that nobody listens on now. The next to ask may get it as well, so
    start its server at once."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((LOOPBACK, 0))
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


def media_ports() -> dict[str, int]:
    """The ports of the media worker: named by the environment, else found free."""
    udp = os.environ.get("MEDIA_UDP_PORT") or free_port(socket.SOCK_DGRAM)
    control = os.environ.get("MEDIA_CONTROL_PORT") or free_port()
    try:
        return {"media_udp": int(udp), "media_control": int(control)}
    except ValueError as error:
        text = "MEDIA_UDP_PORT and MEDIA_CONTROL_PORT must be port numbers"
        raise StartError(text) from error


def write_ports(folder: Path, ports: dict[str, int]) -> None:
    fresh = folder / "ports.json.new"
    fresh.write_text(json.dumps(ports, indent=2) + "\n")
    fresh.replace(folder / "ports.json")
