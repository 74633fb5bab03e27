"""What strangers and bad guests send."""

import random
import struct

from aioice import stun

from video.media.rtp.receiver import StreamFormat


def mutated_rtcp(rng: random.Random, ssrcs: list[int]) -> bytes:
    kind = rng.choice([200, 201, 202, 203, 205, 206, 207])
    words = rng.randint(1, 30)
    body = bytearray(rng.randbytes(4 * words))
    for at in range(0, len(body) - 3, 4):
        if rng.random() < 0.3:
            struct.pack_into("!L", body, at, rng.choice(ssrcs))
    struct.pack_into("!L", body, 0, 99)
    if kind == 206 and len(body) > 12 and rng.random() < 0.5:
        body[8:12] = b"REMB"
    said = words if rng.random() < 0.8 else rng.randint(0, 60)
    count = rng.choice([0, 1, 2, 4, 15, 31])
    return struct.pack("!BBH", 0x80 | count, kind, said) + bytes(body)


def hostile_rtp(rng: random.Random, video: StreamFormat, sequence: int) -> bytes:
    ssrc, kind = rng.choice(
        [
            (video.ssrc, video.payload_type),
            (video.rtx_ssrc, video.rtx_payload_type),
            (video.ssrc, 13),
            (rng.getrandbits(32), video.payload_type),
        ]
    )
    flags = rng.choice([0x80, 0x90, 0xA0, 0xB0, 0x8F, 0x9F])
    head = struct.pack("!BBHLL", flags, kind or 0, sequence, 7, ssrc)
    body = bytes(60) + b"\xbe\xde\x00" + bytes([rng.randint(0, 5)])
    return head + body + rng.randbytes(rng.randint(20, 200))


def seeds(request: stun.Message) -> list[bytes]:
    return [
        bytes(request),
        struct.pack("!BBHLL", 0x80, 96, 1, 2, 3) + b"media",
        struct.pack("!BBHLHH", 0x81, 205, 3, 1, 2, 3) + b"\0" * 4,
        b"\x16\xfe\xfd" + bytes(60),
    ]


def hostile(rng: random.Random, seeds: list[bytes]) -> bytes:
    """A datagram that begins like STUN, DTLS, RTP or RTCP and goes wrong."""
    choice = rng.random()
    if choice < 0.5:
        data = bytearray(rng.choice(seeds))
        for _ in range(rng.randint(1, 8)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        return bytes(data[: rng.randint(1, len(data))] if rng.random() < 0.4 else data)
    first = rng.choice([0, 1, 2, 20, 22, 63, 64, 127, 128, 144, 191, 200, 255])
    second = rng.choice([0, 1, 96, 200, 201, 205, 206])
    return bytes([first, second]) + rng.randbytes(rng.randint(0, 200))
