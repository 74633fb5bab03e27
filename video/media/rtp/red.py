"""Redundant sound (RFC 2198): each packet repeats what the one before it said.

It passes through untouched where both browsers speak it. For a subscriber who does
not, the packet's own sound is taken out.
"""

MORE = 0x80
LONG, SHORT = 4, 1


def _primary(view: memoryview, offset: int, end: int) -> int:
    """Returns the offset of the last block's header; -1 if the blocks do not fit."""
    position, earlier = offset, 0
    while position < end and view[position] & MORE:
        if position + LONG >= end:
            return -1
        earlier += ((view[position + 2] & 3) << 8) | view[position + 3]
        position += LONG
    return position if position + SHORT + earlier <= end else -1


def unpack(view: memoryview, offset: int, end: int) -> int:
    """Leave only the packet's own sound, in place; returns the new end, -1 when
    the payload from `offset` to `end` is malformed."""
    header = _primary(view, offset, end)
    if offset < 0 or header < 0:
        return -1
    start = header + SHORT
    # What the earlier blocks occupy stands between the headers and our own.
    position = offset
    while position < header:
        start += ((view[position + 2] & 3) << 8) | view[position + 3]
        position += LONG
    view[offset : offset + end - start] = bytes(view[start:end])
    return offset + end - start


def rename(view: memoryview, offset: int, end: int, payload_type: int) -> bool:
    """Write the subscriber's number of the codec into every block's header."""
    header = _primary(view, offset, end)
    if offset < 0 or header < 0:
        return False
    for position in (*range(offset, header, LONG), header):
        view[position] = (view[position] & MORE) | payload_type
    return True
