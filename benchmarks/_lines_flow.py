"""One flow of TCP through a line: `send HOST PORT` gives, `take HOST PORT FILE` reads.

The reader writes into the file how many octets have come, ten times a second.
"""

import socket
import sys
import time
from pathlib import Path

CHUNK = bytes(1 << 16)
WRITE_EVERY = 0.1
TRY_FOR = 10.0


def send(host: str, port: int) -> None:
    """As much as the first who comes will take."""
    with socket.create_server((host, port)) as server:
        peer, _ = server.accept()
        with peer:
            while True:
                peer.sendall(CHUNK)


def connected(host: str, port: int) -> socket.socket:
    """The sender may not listen yet; raises OSError in the end."""
    deadline = time.monotonic() + TRY_FOR
    while True:
        try:
            return socket.create_connection((host, port), 2)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(WRITE_EVERY)


def take(host: str, port: int, file: Path) -> None:
    came, written = 0, 0.0
    file.write_text("0")
    with connected(host, port) as peer:
        while data := peer.recv(len(CHUNK)):
            came += len(data)
            if time.monotonic() - written > WRITE_EVERY:
                written = time.monotonic()
                part = file.with_suffix(".part")
                part.write_text(str(came))
                part.replace(file)


if __name__ == "__main__":
    act, host, port, *rest = sys.argv[1:]
    if act == "send":
        send(host, int(port))
    else:
        take(host, int(port), Path(rest[0]))
