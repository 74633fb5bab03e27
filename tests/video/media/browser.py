"""A browser made of aiortc: what joins a worker in these tests."""

import asyncio
import json
from contextlib import suppress
from typing import Any

from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCDataChannel,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.mediastreams import AudioStreamTrack, MediaStreamError, VideoStreamTrack
from av import VideoFrame

from video.media.config import MediaConfig
from video.media.rooms.participant import Participant, Role
from video.media.worker import MediaWorker

PATIENCE = 60.0


class SmallCamera(VideoStreamTrack):
    """A tiny picture: these tests count frames and share their cores."""

    async def recv(self) -> VideoFrame:
        pts, time_base = await self.next_timestamp()
        frame = VideoFrame(width=64, height=48)
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        frame.pts, frame.time_base = pts, time_base
        return frame


class Browser:
    """Offers one audio and one video section and the `control` channel."""

    def __init__(self, name: str, role: Role = Role.CUSTOMER, slots: int = 0) -> None:
        self.participant = Participant(id=name, role=role, name=name.title())
        # As real browsers do; aiortc's default leaves a second video section behind.
        self.pc = RTCPeerConnection(
            RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self.messages: list[dict[str, Any]] = []
        self.frames: dict[str, int] = {"audio": 0, "video": 0}
        self.session_id = ""
        self._readers: list[asyncio.Task[None]] = []
        self.pc.on("track", self._track)
        self.pc.addTransceiver(AudioStreamTrack(), direction="sendrecv")
        self.pc.addTransceiver(SmallCamera(), direction="sendrecv")
        for _ in range(slots):
            self.pc.addTransceiver("audio", direction="recvonly")
            self.pc.addTransceiver("video", direction="recvonly")
        self.control: RTCDataChannel = self.pc.createDataChannel("control")
        self.control.on("message", self._take)

    async def offer(self) -> str:
        await self.pc.setLocalDescription(await self.pc.createOffer())
        return self.pc.localDescription.sdp

    async def accept(self, answer: str) -> None:
        await self.pc.setRemoteDescription(
            RTCSessionDescription(sdp=answer, type="answer")
        )
        if self.control.readyState == "open":
            self.say({"type": "stable", "sections": answer.count("\nm=")})

    async def join(
        self, worker: MediaWorker, room: str, ends_in: float = 3600.0
    ) -> "Browser":
        self.session_id, answer = await worker.join(
            room_id=room,
            participant=self.participant,
            offer=await self.offer(),
            ends_at=asyncio.get_running_loop().time() + ends_in,
        )
        await self.accept(answer)
        return self

    def say(self, message: object) -> None:
        self.control.send(message if isinstance(message, str) else json.dumps(message))

    def heard(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.messages if message["type"] == kind]

    async def sees(self, kind: str, count: int = 1) -> dict[str, Any]:
        """Wait for the count-th message of a type; returns it."""
        await until(lambda: len(self.heard(kind)) >= count, f"{kind} × {count}")
        return self.heard(kind)[count - 1]

    async def plays(self, audio: int = 10, video: int = 10) -> None:
        """Wait until so many more frames were decoded of each kind."""
        wanted = {
            "audio": self.frames["audio"] + audio,
            "video": self.frames["video"] + video,
        }
        await until(
            lambda: all(self.frames[k] >= n for k, n in wanted.items()),
            f"{self.participant.id} to decode {wanted}",
        )

    async def close(self) -> None:
        for reader in self._readers:
            reader.cancel()
        await asyncio.gather(*self._readers, return_exceptions=True)
        await self.pc.close()

    def _take(self, raw: str) -> None:
        self.messages.append(json.loads(raw))

    def _track(self, track: MediaStreamTrack) -> None:
        self._readers.append(asyncio.create_task(self._read(track)))

    async def _read(self, track: MediaStreamTrack) -> None:
        with suppress(MediaStreamError):
            while True:
                await track.recv()
                self.frames[track.kind] += 1


class RecordingObserver:
    """Remembers what the worker told, in order."""

    def __init__(self) -> None:
        self.told: list[tuple[str, ...]] = []

    async def session_connected(
        self, room_id: str, participant_id: str, session_id: str
    ) -> None:
        self.told.append(("connected", room_id, participant_id, session_id))

    async def session_left(
        self, room_id: str, participant_id: str, session_id: str, reason: str
    ) -> None:
        self.told.append(("left", room_id, participant_id, session_id, reason))

    async def session_silent(self, room_id: str, participant_id: str) -> None:
        self.told.append(("silent", room_id, participant_id))

    async def room_closed(self, room_id: str) -> None:
        self.told.append(("closed", room_id))

    async def chat_posted(self, room_id: str, participant_id: str, text: str) -> None:
        self.told.append(("chat", room_id, participant_id, text))


def new_worker(observer: RecordingObserver | None = None) -> MediaWorker:
    return MediaWorker(MediaConfig(), observer)


async def until(condition: Any, what: str, patience: float = PATIENCE) -> None:
    """Wait for a state; fails naming `what` after the patience is over."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience
    while not condition():
        assert loop.time() < deadline, f"waited in vain for {what}"
        await asyncio.sleep(0.01)
