"""The configuration of a worker. Handed in: nothing here reads a setting."""

import socket
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address

from video.media.transport.datagrams import PlainDatagrams, open_datagrams


@dataclass(frozen=True, slots=True)
class MediaConfig:
    """Addresses and limits of one worker. Times are seconds.

    `announce_ip` is what browsers are told to send to; behind a one-to-one NAT it
    differs from `bind_host`; `announce_also` are further IPv4 addresses at which the
    same socket is reached. `bind_port` 0 takes a free port. With `bind_host6` the
    worker has a second socket, for IPv6, on the same port. `opened` is the way to the
    network: a test may lose packets there.
    """

    bind_host: str = "127.0.0.1"
    bind_port: int = 0
    announce_ip: str | None = None
    announce_also: tuple[str, ...] = ()
    bind_host6: str | None = None
    announce_ip6: str | None = None
    max_rooms: int = 120
    max_participants: int = 4
    video_codec: str = "VP8"
    connect_timeout: float = 20.0
    away_after: float = 30.0
    silent_after: float = 30.0
    remove_after: float = 60.0
    tick: float = 0.5
    opened: Callable[[socket.socket], PlainDatagrams] = open_datagrams

    def __post_init__(self) -> None:
        if self.announce_ip is None and self.bind_host in ("", "0.0.0.0", "::"):  # noqa: S104 - compared, not bound
            raise ValueError("a wildcard address cannot be announced: name an IP")
        if self.announce_ip6 is None and self.bind_host6 == "::":
            raise ValueError("a wildcard address cannot be announced: name an IPv6")
        for address in self.announce_also:
            IPv4Address(address)  # raises for whatever a browser could not read
