"""One participant's connection: from the offer to the last packet.

The session owns its ICE, DTLS, SCTP and packet path. What happens to it is told to
its owner, who alone decides to close it.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from aiortc import RTCCertificate, RTCDataChannel, RTCSctpCapabilities

from video.media.cameras.camera import LayeredCamera, Published
from video.media.cameras.stream_ids import StreamNames
from video.media.errors import HandshakeFailed
from video.media.rooms.channel import LABEL, ControlChannel, Message
from video.media.rooms.leg import MediaLeg
from video.media.rooms.messages import ClientMessage
from video.media.rooms.participant import Participant
from video.media.rtp.receiver import ForwardingReceiver, StreamFormat
from video.media.rtp.sender import ForwardingSender
from video.media.rtp.timers import Timers
from video.media.sdp.answer import SCTP_PORT, AnswerBuilder, AnswerTransport
from video.media.sdp.offer import OfferedMedia, SdpOffer
from video.media.transport.dtls import MediaDtlsTransport
from video.media.transport.ice_lite import IceLiteTransport
from video.media.transport.sctp import GuardedSctp
from video.media.transport.udp_mux import UdpMux

logger = logging.getLogger(__name__)


class SessionOwner(Protocol):
    """Told by the session, from the loop's own thread; must not raise."""

    def session_connected(self, session: "RTCSession") -> None: ...

    def session_lost(self, session: "RTCSession", reason: str) -> None: ...

    def control_opened(
        self, session: "RTCSession", channel: RTCDataChannel
    ) -> None: ...

    def session_says(self, session: "RTCSession", message: ClientMessage) -> None: ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The parts that every session of a worker shares."""

    mux: UdpMux
    certificate: RTCCertificate
    fingerprint: str
    timers: Timers
    connect_timeout: float
    also: tuple[str, ...] = ()
    """Further addresses at which browsers may reach the socket."""


class RTCSession:
    """Create with a judged offer, call `answer`, then `start`; `close` ends it.

    `connected` is true from the DTLS handshake on. `owed` are slots that a page added
    by an answer that it has not applied yet, as far as we know; `away`, `interrupted`,
    `pictures` and `told_encoding` (as they were told) and `silent_for` (seconds) are
    kept by the room.
    """

    def __init__(
        self,
        *,
        participant: Participant,
        room_id: str,
        surroundings: Surroundings,
        owner: SessionOwner,
    ) -> None:
        self.id = secrets.token_urlsafe(12)
        self.room_id = room_id
        self.participant = participant
        self.connected = False
        self.away = False
        self.interrupted = False
        self.pictures = {"paused": False, "limited": False, "lossy": False}
        self.told_encoding: Message | None = None
        self.silent_for = 0.0
        self.closed = False
        self._owner = owner
        self._surroundings = surroundings
        self.ice = IceLiteTransport(surroundings.mux)
        self.dtls = MediaDtlsTransport(self.ice, surroundings.certificate)
        self.leg = MediaLeg(surroundings.mux, self.ice, surroundings.timers)
        self.control = ControlChannel(surroundings.mux.counters)
        self.control.on_message = lambda said: owner.session_says(self, said)
        self.receivers: dict[str, Published] = {}
        self.slots: dict[str, ForwardingSender] = {}
        self.owed: list[ForwardingSender] = []
        self.owed_since = 0.0
        self._answers = AnswerBuilder(secrets.randbits(52))
        self._offer: SdpOffer | None = None
        self._sctp: GuardedSctp | None = None
        self._task: asyncio.Task[None] | None = None

    def answer(self, offer: SdpOffer) -> str:
        """Take the offer and write the answer; a changed ufrag restarts ICE.

        Raises `OfferRefused` when a section changed its kind or the peer its
        certificate; then nothing has changed.
        """
        before = self._offer
        if before is not None:
            offer.check_renewal_of(before)
            if before.ice_ufrag != offer.ice_ufrag:
                self.ice.restart()
        self._offer = offer
        self.owed, self.owed_since = [], asyncio.get_running_loop().time()
        for media in offer.media:
            if media.kind in ("audio", "video"):
                self._apply(media)
        ip, port = self._surroundings.mux.announced
        transport = AnswerTransport(
            ip=ip,
            port=port,
            ufrag=self.ice.ufrag,
            password=self.ice.password,
            fingerprint=self._surroundings.fingerprint,
            cname=self.leg.cname,
            ip6=self._surroundings.mux.announced6,
            also=self._surroundings.also,
        )
        return self._answers.build(offer, transport, self.slots)

    def settle(self, sections: float) -> bool:
        """The page has applied an answer of so many sections: what was added may be
        fed, unless a later one added more. True if anything is."""
        # One section more is the data channel's.
        settled = self.owed if sections > len(self.slots) else []
        for slot in settled:
            slot.usable = True
        self.owed = [slot for slot in self.owed if not slot.usable]
        return bool(settled)

    @property
    def camera(self) -> Published | None:
        """The stream of the first video section; any other one is a screen."""
        return self.receivers.get(self._camera_mid or "")

    @property
    def _camera_mid(self) -> str | None:
        media = self._offer.media if self._offer is not None else ()
        return next((one.mid for one in media if one.kind == "video"), None)

    def start(self) -> None:
        """Wait for the browser in a task of our own."""
        self._task = asyncio.create_task(self._run())

    async def open_control(self) -> None:
        """Start SCTP once the offer has a data channel; nothing before or twice."""
        section = self._offer.data_channel if self._offer is not None else None
        if section is None or self._sctp is not None or not self.connected:
            return
        self._sctp = GuardedSctp(self.dtls, SCTP_PORT, self.leg.counters)
        self._sctp.on("datachannel", self._take_channel)
        capabilities = RTCSctpCapabilities(maxMessageSize=section.max_message_size)
        await self._sctp.start(capabilities, section.sctp_port)

    async def close(self) -> None:
        """End everything that the session started; idempotent, awaited."""
        if self.closed:
            return
        self.closed = True
        self.connected = False
        await self._stop_task()
        self.leg.close()
        self.receivers.clear()
        self.slots.clear()
        self.control.close()
        self.dtls.remove_all_listeners()
        if self._sctp is not None:
            self._sctp.remove_all_listeners()
            await _quietly(self._sctp.stop)
            self._sctp = None
        await _quietly(self.dtls.stop)
        await self.ice.stop()

    async def _run(self) -> None:
        reason = "failed"
        try:
            async with asyncio.timeout(self._surroundings.connect_timeout):
                await self.ice.connected.wait()
                fingerprints = list(self._offer.fingerprints) if self._offer else []
                self.leg.open(await self.dtls.connect(fingerprints))
            self.connected = True
            self.dtls.on("statechange", self._watch_dtls)
            await self.open_control()
        except TimeoutError:
            reason = "timeout"
        except (HandshakeFailed, ConnectionError):
            logger.info("session %s: no handshake", self.id)
        except Exception:
            logger.exception("session %s failed", self.id)
        else:
            self._owner.session_connected(self)
            return
        self._owner.session_lost(self, reason)

    async def _stop_task(self) -> None:
        task, self._task = self._task, None
        if task is not None and not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def _watch_dtls(self) -> None:
        if self.dtls.state in ("closed", "failed") and not self.closed:
            self._owner.session_lost(self, "closed")

    def _take_channel(self, channel: RTCDataChannel) -> None:
        if channel.label == LABEL and not self.control.is_open and not self.closed:
            self._owner.control_opened(self, channel)
        else:
            channel.close()

    def _apply(self, media: OfferedMedia) -> None:
        """Make slot and receiver of one section what the offer now says."""
        slot, codec = self.slots.get(media.mid), media.codec
        if codec is None:
            if slot is not None:
                slot.unbind()
                slot.usable = False
            self._drop_receiver(media.mid)
            return
        if slot is None:
            slot = ForwardingSender(self.leg, media.kind, self.leg.counters)
            self.slots[media.mid] = slot
            self.leg.add_sender(slot)
        slot.negotiate(
            payload_type=codec.payload_type,
            rtx_payload_type=codec.rtx_payload_type,
            red_payload_type=codec.red_payload_type,
            clock_rate=codec.clock_rate,
            extensions=media.extensions,
            usable=media.subscribes and (slot.usable or not self.connected),
        )
        if not media.subscribes:
            slot.unbind()
        elif not slot.usable:
            self.owed.append(slot)
        self._apply_receiver(media, media.stream(codec))

    def _apply_receiver(self, media: OfferedMedia, stream: StreamFormat) -> None:
        current = self.receivers.get(media.mid)
        rids = media.layers.rids if media.layers is not None else ()
        before = (current.stream, current.rids) if current is not None else None
        if media.publishes and before == (stream, rids):
            return
        self._drop_receiver(media.mid)
        if not media.publishes:
            return
        about = (self.leg, stream, self.leg.counters, self.participant.id)
        if media.layers is None:
            self.receivers[media.mid] = receiver = ForwardingReceiver(*about)
            receiver.screen = media.kind == "video" and media.mid != self._camera_mid
            self.leg.add_receiver(receiver)
        else:
            camera = LayeredCamera(
                *about,
                mid=media.mid,
                rids=rids,
                names=StreamNames(media.layers.extensions),
                tell=self.tell_layers,
            )
            self.receivers[media.mid] = camera
            self.leg.add_camera(camera)

    def tell_layers(self) -> None:
        """Tell the page which layers of its camera anybody wants."""
        camera = self.camera
        if isinstance(camera, LayeredCamera) and camera.wanted:
            self.control.send({"type": "layers", "rids": list(camera.wanted)})

    def _drop_receiver(self, mid: str) -> None:
        published = self.receivers.pop(mid, None)
        if isinstance(published, LayeredCamera):
            self.leg.remove_camera(published)
        elif published is not None:
            self.leg.remove_receiver(published)


async def _quietly(stop: Callable[[], Awaitable[None]]) -> None:
    """Closing goes on whatever one part of it meets."""
    try:
        await stop()
    except Exception:
        logger.exception("closing a session")
