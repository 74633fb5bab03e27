"""No server holds a sender for longer than it may: the lease outlasts every call."""

from __future__ import annotations

import contextlib
import datetime as dt
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator

import pytest
from pytest_django import Settings

from notifications.channels import base
from notifications.channels.email import EmailChannel
from notifications.channels.outgoing import call
from notifications.errors import DeliveryError
from notifications.outbox.claims import LEASE
from tests.notifications.post_office import PostOffice

SHORT = 0.3
BYTES = b"220 " + b"x" * 400


@contextlib.contextmanager
def trickling(first: bytes) -> Iterator[tuple[int, threading.Event]]:
    """A server that never stops talking, and never says anything: each byte comes
    well within a time-out. The event is set once its caller has gone."""
    gone = threading.Event()

    def serve(listening: socket.socket) -> None:
        with contextlib.suppress(OSError):
            taken, _ = listening.accept()
            with taken:
                for n in range(10_000):
                    taken.sendall(first[n : n + 1] or b"x")
                    if gone.wait(0.02):
                        return
        gone.set()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,))
        thread.start()
        try:
            yield listening.getsockname()[1], gone
        finally:
            gone.set()
            thread.join()


def seconds_of(act: Callable[[], object]) -> float:
    began = time.monotonic()
    act()
    return time.monotonic() - began


def test_the_lease_outlasts_every_call(settings: Settings) -> None:
    """A text message's second try is two calls; a connection may take as long again."""
    longest = max(base.LONGEST_SEND_SECONDS, 2 * settings.OUTGOING_TIMEOUT)
    assert dt.timedelta(seconds=2 * longest) <= LEASE


def test_a_mail_server_that_trickles_is_cut_off(
    post_office: PostOffice, settings: Settings
) -> None:
    settings.EMAIL_TIMEOUT = 20
    with trickling(BYTES) as (port, gone):
        settings.EMAIL_PORT = port
        channel = EmailChannel(longest=SHORT)

        def send() -> None:
            with pytest.raises(DeliveryError, match="server_hangs"):
                channel.send(_message(0))

        assert seconds_of(send) < 10 * SHORT
        assert gone.wait(5)


@pytest.mark.parametrize("first", [b"HTTP/1.0 2", b"HTTP/1.0 200 OK\r\n\r\n"])
def test_an_http_server_that_trickles_is_cut_off(
    settings: Settings, first: bytes
) -> None:
    """Within the head of its answer, or in the body."""
    settings.OUTGOING_TIMEOUT = SHORT
    with trickling(first) as (port, _gone):

        def ask() -> None:
            with contextlib.suppress(DeliveryError):
                call(
                    "POST",
                    f"http://127.0.0.1:{port}/",
                    headers={},
                    allow_private=True,
                )

        assert seconds_of(ask) < 10 * SHORT


def test_a_connection_is_kept_and_made_again(post_office: PostOffice) -> None:
    """The server counts conversations; one that it ended is begun again unseen."""
    channel = EmailChannel()
    for n in range(3):
        channel.send(_message(n))
    assert post_office.conversations == 1
    post_office.end_conversations()
    channel.send(_message(3))
    channel.close()
    assert post_office.conversations == 2
    assert len(post_office.keys) == 4


def _message(n: int) -> base.Message:
    return base.Message(
        key=uuid.uuid4(), to=f"lea-{n}@customer.example", sender_name="Tilleul",
        sender_address="bonjour@tilleul.example", subject="Confirmé", text="Bonjour",
        html="<p>Bonjour</p>", language="fr",
    )  # fmt: skip
