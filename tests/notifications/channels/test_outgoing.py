"""Calls to other people's servers never reach into our own network."""

from __future__ import annotations

import ipaddress
import socket

import pytest

from notifications.channels.outgoing import call
from notifications.channels.reachable import is_public, is_refused
from notifications.errors import DeliveryError


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://10.0.0.1/", "https://192.168.1.1/",
        "https://169.254.169.254/latest", "https://[::1]/", "https://[fe80::1]/",
        "https://[::ffff:10.0.0.1]/", "https://[2002:0a00:0001::]/", "https://0/",
        "https://2130706433/", "https://100.64.0.1/", "https://224.0.0.1/",
        "http://192.0.2.1/", "ftp://192.0.2.1/", "file:///etc/passwd", "https:///",
        "https://[64:ff9b::7f00:1]/", "https://[::127.0.0.1]/",
        "https://127.0.0.1./", "https://localhost/", "https://a.localhost./",
        "https://@192.0.2.1/", "https://user@192.0.2.1/", "https://192.0.2.1:99999/",
        "nothing",
    ],
)  # fmt: skip
def test_what_is_no_public_https_address_is_refused(url: str) -> None:
    with pytest.raises(DeliveryError) as refused:
        call("POST", url, body=b"{}", headers={})
    assert (refused.value.code, refused.value.permanent) == ("address_refused", True)


INNER = [
    "127.0.0.1",
    "10.0.0.1",
    "169.254.169.254",
    "192.168.1.1",
    "0.1.2.3",
    "224.0.0.1",
]


def forms_of(inner: str) -> dict[str, str]:
    """Each way in which IPv6 carries the IPv4 address."""
    bits = int(ipaddress.IPv4Address(inner))
    high, low = bits >> 16, bits & 0xFFFF
    return {
        "compatible": f"::{inner}",
        "mapped": f"::ffff:{inner}",
        "translated": f"::ffff:0:{inner}",
        "NAT64": f"64:ff9b::{inner}",
        "6to4": f"2002:{high:x}:{low:x}::1",
        "Teredo client": f"2001:0:808:808::{high ^ 0xFFFF:x}:{low ^ 0xFFFF:x}",
        "Teredo server": f"2001:0:{high:x}:{low:x}::f7f7:f7f7",
        "ISATAP": f"2a00:1450::5efe:{inner}",
        "ISATAP, global": f"2a00:1450::200:5efe:{inner}",
    }


@pytest.mark.parametrize("inner", INNER)
@pytest.mark.parametrize("form", forms_of("8.8.8.8"))
def test_an_inner_address_is_judged(form: str, inner: str) -> None:
    assert is_public(forms_of("8.8.8.8")[form])
    assert not is_public(forms_of(inner)[form])
    assert is_refused(f"[{forms_of(inner)[form]}]")


@pytest.mark.parametrize(
    "address",
    [
        "64:ff9b:1::7f00:1", "64:ff9b:1::808:808", "64:ff9b:1:7f00:0:100::", "::1",
        "::", "fe80::1%eth0", "fec0::1", "fc00::1", "ff02::1", "2001:db8::1",
        "3fff::1", "5f00::1", "100::1", "4000::1", "192.0.0.8", "192.88.99.1",
        "198.18.0.1", "240.0.0.1", "255.255.255.255",
    ],
)  # fmt: skip
def test_what_is_nobodys_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2a00:1450:4007::1", "2620:4f:8000::1"])
def test_what_is_public(address: str) -> None:
    assert is_public(address)
    assert not is_refused(address)


@pytest.mark.parametrize(
    "host",
    [
        "2130706433", "0x7f000001", "017700000001", "0177.0.0.1", "0x7f.1", "127.1",
        "127.0.0.1.", "①②⑦.0.0.1", "127。0。0。1", "256.256.256.256", "1.2.3.4.5",
        "a.0x1", "localhost", "LOCALHOST.", "a.b.localhost", "localhost.localdomain",
        "ip6-loopback", "printer.local", "vault.internal", "nas.home.arpa", "", ".",
        "ｌｏｃａｌｈｏｓｔ",
    ],
)  # fmt: skip
def test_spellings_of_this_machine_are_refused(host: str) -> None:
    assert is_refused(host)


@pytest.mark.parametrize(
    "host",
    ["hooks.tilleul.example", "8.8.8.8.", "0x08080808", "localhost.example", "m1"],
)
def test_other_hosts_are_asked_for(host: str) -> None:
    assert not is_refused(host)


def test_the_name_is_judged_by_where_it_leads(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that it leads to; and the connection goes to what was judged."""
    found = ["64:ff9b::808:808", "64:ff9b::7f00:1"]
    entries = [(socket.AF_INET6, 0, 0, "", (a, 443, 0, 0)) for a in found]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: entries)
    with pytest.raises(DeliveryError) as refused:
        call("POST", "https://hooks.example/", body=b"{}", headers={})
    assert (refused.value.code, refused.value.permanent) == ("address_refused", True)
