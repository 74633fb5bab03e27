"""Addresses that a webhook may call: the public internet, never our own network.

IPv6 carries IPv4 addresses in many forms, and a machine that knows one of them leads
into the inner network by it: each that a form can hold is judged (RFC 6890, 6052).
"""

from __future__ import annotations

import ipaddress
import re
import socket
import unicodedata
from ipaddress import IPv4Address, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address

_UNICAST = IPv6Network("2000::/3")
"""All of IPv6 that is given out (IANA); what carries IPv4 may lie outside."""
_LAST_BITS = tuple(
    map(IPv6Network, ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96"))
)
"""Compatible, mapped, translated (SIIT) and NAT64: the last 32 bits are IPv4."""
_NEVER = tuple(
    map(
        ipaddress.ip_network,
        ("192.0.0.0/24", "192.88.99.0/24", "64:ff9b:1::/48", "3fff::/20", "5f00::/16"),
    )
)
"""For protocols, relays, local NAT64 (RFC 8215), documents and segments."""
_ISATAP = {0x00005EFE, 0x02005EFE}

_LOCAL_NAMES = re.compile(
    r"(?:.*\.)?(?:localhost|localdomain|localhost[46]|ip6-localhost|ip6-loopback"
    r"|local|internal|home\.arpa|lan|intranet)"
)
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")


def is_public(address: str) -> bool:
    """Of an address as the resolver gives it, with or without a zone."""
    return _is_public(ipaddress.ip_address(address.partition("%")[0]))


def is_refused(host: str) -> bool:
    """True if the host is refused before its name is resolved: a private address in any
    spelling, a name that only means this machine or this network, or numbers that are
    no address."""
    name = unicodedata.normalize("NFKC", host).replace("。", ".").lower().rstrip(".")
    literal = _literal(name)
    if literal is not None:
        return not _is_public(literal)
    is_number = _NUMBER.fullmatch(name.rpartition(".")[2]) is not None
    return not name or is_number or _LOCAL_NAMES.fullmatch(name) is not None


def _literal(name: str) -> Address | None:
    """Also `127.1`, `2130706433`, `0x7f.0.0.1` and `0177.0.0.1`, as resolvers do."""
    try:
        return ipaddress.ip_address(name.strip("[]").partition("%")[0])
    except ValueError:
        pass
    if not all(_NUMBER.fullmatch(part) for part in name.split(".")):
        return None
    try:
        return IPv4Address(socket.inet_aton(name))
    except OSError:
        return None


def _is_public(ip: Address) -> bool:
    if any(ip in network for network in _NEVER):
        return False
    if isinstance(ip, IPv4Address):
        return _is_given_out(ip)
    inner = _inner(ip)
    if not all(_is_public(address) for address in inner):
        return False
    if any(ip in form for form in _LAST_BITS) or ip.teredo:
        return True
    return ip in _UNICAST and _is_given_out(ip)


def _is_given_out(ip: Address) -> bool:
    return ip.is_global and not (ip.is_multicast or ip.is_reserved)


def _inner(ip: IPv6Address) -> list[IPv4Address]:
    """The IPv4 addresses that it may stand for."""
    last = IPv4Address(int(ip) & 0xFFFFFFFF)
    found = [ip.sixtofour] if ip.sixtofour else []
    if ip.teredo:
        found += ip.teredo
    if any(ip in form for form in _LAST_BITS) or int(ip) >> 32 & 0xFFFFFFFF in _ISATAP:
        found.append(last)
    return found
