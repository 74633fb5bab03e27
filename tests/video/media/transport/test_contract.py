"""The private names of aiortc and pylibsrtp that `dtls.py` and `sctp.py` stand on.

When one of these fails after an upgrade, they are the files of `video/media/transport`
to adapt.
"""

import ast
import inspect
import mmap
import re
import struct
from pathlib import Path

import pylibsrtp
import pytest
from aiortc import RTCDtlsTransport, RTCSctpTransport
from aiortc.rtcsctptransport import InboundStream
from pylibsrtp import Policy

import video.media
from tests.video.media.transport.calls import session
from video.media.transport import dtls
from video.media.transport.dtls import (
    LENGTH,
    REFUSED,
    CopyingSrtp,
    InPlaceSrtp,
    PacketBuffer,
    SrtpCall,
    shelf,
)

CODECS = [CopyingSrtp, InPlaceSrtp]
KNOW_THEM = ("dtls.py", "sctp.py")


def keys(codec: type[CopyingSrtp]) -> CopyingSrtp:
    return codec(session(Policy.SSRC_ANY_INBOUND), session(Policy.SSRC_ANY_OUTBOUND))


def test_aiortc_still_has_the_names_we_use() -> None:
    source = inspect.getsource(RTCDtlsTransport)
    assert "self._rx_srtp = Session(" in source
    assert "self._tx_srtp = Session(" in source
    assert list(inspect.signature(RTCDtlsTransport._set_role).parameters) == [
        "self",
        "role",
    ]
    for called in ("self.transport._recv()", "self.transport._send("):
        assert called in source
    assert list(inspect.signature(RTCSctpTransport.start).parameters) == [
        "self",
        "remoteCaps",
        "remotePort",
    ]


def test_aiortc_still_keeps_what_the_guard_of_sctp_looks_at() -> None:
    source = inspect.getsource(RTCSctpTransport)
    for name in (
        "self._sack_misordered: set[int]",
        "self._inbound_streams: dict[int, InboundStream]",
        "self._advertised_rwnd -= len(chunk.user_data)",
        "async def _handle_data(self, data: bytes)",
    ):
        assert name in source, name
    assert "._data_receiver._handle_data(data)" in inspect.getsource(RTCDtlsTransport)
    assert InboundStream().reassembly == []


def test_the_in_place_binding_is_there() -> None:
    assert vars(dtls)["ffi"] is not None
    assert hasattr(vars(dtls)["lib"], "srtp_unprotect")
    assert session(Policy.SSRC_ANY_INBOUND)._srtp[0]
    assert pylibsrtp.__version__


def done(call: SrtpCall, buffer: PacketBuffer, length: int) -> int:
    """The packet's new length, or REFUSED."""
    LENGTH[0] = length
    return REFUSED if call(buffer.data, LENGTH) else int(LENGTH[0])


def test_a_shelf_keeps_copies_with_and_without_the_binding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for binding in (vars(dtls)["ffi"], None):
        monkeypatch.setattr(dtls, "ffi", binding)
        memory, buffer = mmap.mmap(-1, 4096), PacketBuffer()
        start, put = shelf(memory)
        buffer.view[:5] = b"media"
        put(start + 100, buffer.data, 5)
        assert memory[99:106] == b"\0media\0"


@pytest.mark.parametrize("sender", CODECS)
@pytest.mark.parametrize("receiver", CODECS)
def test_both_ways_of_srtp_read_each_other(
    sender: type[CopyingSrtp], receiver: type[CopyingSrtp]
) -> None:
    plain = struct.pack("!BBHLL", 0x80, 96, 7, 8, 9) + b"media"
    buffer = PacketBuffer()
    buffer.view[: len(plain)] = plain
    outbound, inbound = keys(sender), keys(receiver)
    sealed = done(outbound.protect, buffer, len(plain))
    assert sealed > len(plain)
    assert done(inbound.unprotect, buffer, sealed) == len(plain)
    assert bytes(buffer.view[: len(plain)]) == plain
    report = struct.pack("!BBHL", 0x80, 201, 1, 9)
    sealed_report = outbound.protect_rtcp(report)
    assert sealed_report is not None
    assert inbound.unprotect_rtcp(sealed_report) == report


@pytest.mark.parametrize("codec", CODECS)
def test_what_is_forged_repeated_or_oversized_is_refused(
    codec: type[CopyingSrtp],
) -> None:
    plain = struct.pack("!BBHLL", 0x80, 96, 7, 8, 9) + b"media"
    buffer, both = PacketBuffer(), keys(codec)
    buffer.view[: len(plain)] = plain
    sealed = done(both.protect, buffer, len(plain))
    wire = bytes(buffer.view[:sealed])
    assert done(both.unprotect, buffer, sealed) == len(plain)
    buffer.view[:sealed] = wire
    assert done(both.unprotect, buffer, sealed) == REFUSED
    for length in (0, 1, 11, 12, sealed - 1):
        buffer.view[:sealed] = wire
        assert done(both.unprotect, buffer, length) == REFUSED
    for report in (b"", b"\x80", bytes(3000), b"\x80\xc9\x00\x01" + bytes(30)):
        assert both.unprotect_rtcp(report) is None
    assert both.protect_rtcp(bytes(3000)) is None


def test_no_other_file_touches_what_is_private_elsewhere() -> None:
    folder = Path(video.media.__file__).parent
    for path in folder.rglob("*.py"):
        if path.name in KNOW_THEM:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                assert not any(
                    p.startswith("_") for p in (node.module or "").split(".")
                )
                assert not any(alias.name.startswith("_") for alias in node.names)
            elif isinstance(node, ast.Attribute) and node.attr.startswith("_"):
                if node.attr.startswith("__"):
                    continue
                assert isinstance(node.value, ast.Name), (path.name, node.attr)
                assert node.value.id == "self", (path.name, node.attr)


def test_the_forwarding_unit_knows_neither_django_nor_the_product() -> None:
    folder = Path(video.media.__file__).parent
    imported = re.compile(r"^\s*(?:from|import) ([\w.]+)", re.MULTILINE)
    for path in folder.rglob("*.py"):
        for name in imported.findall(path.read_text()):
            assert not name.startswith(
                ("django", "rest_framework", "booking", "stores", "visavis")
            ), (path.name, name)
            assert not name.startswith("video.") or name.startswith("video.media"), name
