"""Where a copy's media workers are found: on loopback, and by other devices."""

from __future__ import annotations

import ipaddress
import socket

import pytest

from visavis.devstack import ports
from visavis.devstack.messages import StartError
from visavis.devstack.ports import free_run, media_addresses, own_address

NAMES = ("MEDIA_BIND_IP", "MEDIA_ANNOUNCE_IP", "MEDIA_ANNOUNCE_ALSO")


@pytest.fixture(autouse=True)
def nothing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def test_the_own_address_is_offered_beside_loopback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ports, "own_address", lambda: "192.168.1.20")
    assert media_addresses() == {
        "MEDIA_BIND_IP": "0.0.0.0",  # noqa: S104 - compared, not bound
        "MEDIA_ANNOUNCE_ALSO": "192.168.1.20",
    }


def test_a_machine_on_no_network_has_loopback_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ports, "own_address", lambda: None)
    assert media_addresses() == {}


@pytest.mark.parametrize("name", NAMES)
def test_what_the_person_names_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(ports, "own_address", lambda: "192.168.1.20")
    monkeypatch.setenv(name, "203.0.113.7")
    assert media_addresses() == {}


def test_no_way_out_is_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(101, "Network is unreachable")

    class Lonely(socket.socket):
        connect = refuse

    monkeypatch.setattr(socket, "socket", Lonely)
    assert own_address() is None


def test_the_own_address_is_one_that_can_be_listened_on() -> None:
    own = own_address()
    if own is None:
        pytest.skip("this machine has no address but loopback")
    assert not ipaddress.ip_address(own).is_loopback
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as here:
        here.bind((own, 0))


def test_a_media_port_is_free_at_every_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = own_address()
    if own is None:
        pytest.skip("this machine has no address but loopback")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind((own, 0))
        port = taken.getsockname()[1]
        monkeypatch.setattr(ports, "free_port", lambda kind: port)
        with pytest.raises(StartError, match="in a row"):
            free_run(socket.SOCK_DGRAM, 1)
