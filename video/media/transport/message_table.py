"""The tables that `recvmmsg` and `sendmmsg` of 64-bit Linux read and fill."""

import ctypes
import socket
from typing import Any

# struct mmsghdr of 64-bit Linux as eight words of eight bytes.
WORDS = 8
HEADER_SIZE = 8 * WORDS
NAME_SIZE, NAMES, NAME_COUNT = 1, 2, 3
CONTROL, CONTROL_SIZE, LENGTH = 4, 5, 7


class LongNames:
    """IPv6 addresses in their table; an IPv4 address is one word of its own."""

    SIZE, STRIDE = 28, 32

    def __init__(self, table: memoryview) -> None:
        self._table = table

    def __getitem__(self, which: slice) -> "LongNames":
        return LongNames(self._table[: which.stop * self.STRIDE])

    def tolist(self) -> list[bytes]:
        raw = self._table.tobytes()
        return [raw[at : at + self.SIZE] for at in range(0, len(raw), self.STRIDE)]

    def __setitem__(self, index: int, route: bytes) -> None:
        start = index * self.STRIDE
        self._table[start : start + self.SIZE] = route


class MessageTable:
    """An array of `struct mmsghdr` and what it points to, seen as words."""

    def __init__(self, family: int, count: int) -> None:
        self._memory = bytearray(count * HEADER_SIZE)
        self.address = address_of(self._memory)
        self.words = memoryview(self._memory).cast("Q")
        self.vectors = bytearray(count * 16)
        self.vectors_address = address_of(self.vectors)
        self.vector_words = memoryview(self.vectors).cast("Q")
        size, stride = (16, 16) if family == socket.AF_INET else (28, 32)
        self._names = bytearray(count * stride)
        self.names: Any = (
            memoryview(self._names).cast("Q")[::2]
            if family == socket.AF_INET
            else LongNames(memoryview(self._names))
        )
        names = address_of(self._names)
        for number in range(count):
            at = number * WORDS
            self.words[at] = names + number * stride
            self.words[at + NAME_SIZE] = size
            self.words[at + NAMES] = self.vectors_address + number * 16
            self.words[at + NAME_COUNT] = 1


def address_of(memory: bytearray) -> int:
    return ctypes.addressof(ctypes.c_char.from_buffer(memory))
