"""Packets with header extensions of the short form."""

from __future__ import annotations

HEADER = bytes([0x90, 0x60]) + bytes(10)


def packet(*elements: tuple[int, bytes], payload: bytes = b"media") -> memoryview:
    body = b"".join(
        bytes([number << 4 | len(value) - 1]) + value for number, value in elements
    )
    body += bytes(-len(body) % 4)
    head = b"\xbe\xde" + (len(body) // 4).to_bytes(2, "big")
    return memoryview(bytearray(HEADER + head + body + payload))
