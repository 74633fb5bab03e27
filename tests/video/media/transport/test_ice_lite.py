"""Checks, credentials and addresses on a real socket; a crowd of hostile ones."""

from aioice import stun

from tests.video.media.browser import until
from tests.video.media.transport.peers import Peer, with_mux
from video.media.transport.ice_lite import MAX_ADDRESSES, MAX_INBOX, IceLiteTransport
from video.media.transport.udp_mux import UdpMux

# A DTLS record of one octet.
RECORD = b"\x16\xfe\xfd" + bytes(8) + b"\x00\x01x"


def test_a_signed_check_is_answered_and_nominates() -> None:
    async def story(mux: UdpMux) -> None:
        transport, peer = IceLiteTransport(mux), Peer(mux)
        request = peer.check(transport.ufrag, transport.password)
        response = stun.parse_message(await peer.receive())
        assert response.transaction_id == request.transaction_id
        assert response.message_class == stun.Class.RESPONSE
        assert response.check_message_integrity(transport.password.encode())
        mapped = response.attributes["XOR-MAPPED-ADDRESS"]
        assert mapped == peer.socket.getsockname()
        assert transport.address == peer.socket.getsockname()
        assert transport.connected.is_set()
        await transport.stop()
        await transport.stop()
        assert mux.transports == 0
        peer.close()

    with_mux(story)


def test_a_wrong_password_or_name_is_counted_and_left_unanswered() -> None:
    async def story(mux: UdpMux) -> None:
        transport, peer = IceLiteTransport(mux), Peer(mux)
        peer.check(transport.ufrag, "w" * 24)
        peer.check("nobodyhe", transport.password)
        unsigned = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
        unsigned.attributes["USERNAME"] = f"{transport.ufrag}:remote"
        peer.send(bytes(unsigned))
        await until(lambda: mux.counters.datagrams_in == 3, "three datagrams")
        assert dict(mux.counters.drops) == {"stun_auth": 2, "stun_ufrag": 1}
        assert transport.address is None
        assert not transport.connected.is_set()
        peer.check(transport.ufrag, transport.password)
        assert stun.parse_message(await peer.receive())
        await transport.stop()
        peer.close()

    with_mux(story)


def test_the_path_follows_a_peer_that_changes_its_address() -> None:
    async def story(mux: UdpMux) -> None:
        transport, home, road = IceLiteTransport(mux), Peer(mux), Peer(mux)
        home.check(transport.ufrag, transport.password)
        await home.receive()
        road.check(transport.ufrag, transport.password, nominate=False)
        await road.receive()
        assert transport.address == home.socket.getsockname()
        road.check(transport.ufrag, transport.password)
        await road.receive()
        assert transport.address == road.socket.getsockname()
        assert mux.counters.roams == 1
        await transport.stop()
        home.close()
        road.close()

    with_mux(story)


def test_a_restart_changes_credentials_once_the_new_pair_is_nominated() -> None:
    async def story(mux: UdpMux) -> None:
        transport, peer = IceLiteTransport(mux), Peer(mux)
        old = (transport.ufrag, transport.password)
        peer.check(*old)
        await peer.receive()
        transport.restart()
        assert transport.ufrag != old[0]
        peer.check(*old)
        await peer.receive()
        peer.check(transport.ufrag, transport.password)
        await peer.receive()
        peer.check(*old)
        await until(lambda: mux.counters.drops["stun_ufrag"] == 1, "the old name's end")
        await transport.stop()
        assert mux.transports == 0
        peer.close()

    with_mux(story)


def test_answers_that_were_lost_leave_the_pair_in_use() -> None:
    async def story(mux: UdpMux) -> None:
        transport, peer = IceLiteTransport(mux), Peer(mux)
        old = (transport.ufrag, transport.password)
        peer.check(*old)
        await peer.receive()
        for _ in range(5):
            transport.restart()
            peer.check(*old)
            await peer.receive()
        assert mux.counters.drops["stun_ufrag"] == 0
        peer.check(transport.ufrag, transport.password)
        await peer.receive()
        peer.check(*old)
        await until(lambda: mux.counters.drops["stun_ufrag"] == 1, "the old name's end")
        await transport.stop()
        assert mux.transports == 0
        peer.close()

    with_mux(story)


def test_addresses_and_waiting_records_are_bounded() -> None:
    async def story(mux: UdpMux) -> None:
        transport = IceLiteTransport(mux)
        peers = [Peer(mux) for _ in range(MAX_ADDRESSES + 4)]
        for peer in peers:
            peer.check(transport.ufrag, transport.password, nominate=False)
            await peer.receive()
        assert mux.transports == MAX_ADDRESSES + 1
        assert transport.address == peers[0].socket.getsockname()
        for _ in range(MAX_INBOX + 10):
            transport.handle_dtls(RECORD)
        assert mux.counters.drops["dtls_queue"] == 10
        await transport.stop()
        assert mux.transports == 0
        for peer in peers:
            peer.close()

    with_mux(story)
