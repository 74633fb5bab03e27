"""aiortc's MediaRelay as its examples use it, to compare with: one process, asked by
lines of JSON as `_media_worker.py` is. It decodes and encodes every picture."""

import asyncio
import json
from typing import Any

from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaRelay

from benchmarks._questions import questions

Question = dict[str, Any]


class RelayRoom:
    """Two participants; each one's tracks are relayed to the other."""

    def __init__(self) -> None:
        self._relay = MediaRelay()
        self._peers: dict[str, RTCPeerConnection] = {}
        self._tracks: dict[str, dict[str, MediaStreamTrack]] = {}

    async def join(self, name: str, offer: str) -> str:
        peer = RTCPeerConnection()
        self._peers[name], self._tracks[name] = peer, {}
        peer.on("track", lambda track: self._publish(name, track))
        peer.on("datachannel", lambda channel: channel.send(_slots(peer)))
        await peer.setRemoteDescription(RTCSessionDescription(sdp=offer, type="offer"))
        for transceiver in peer.getTransceivers():
            transceiver.direction = "sendrecv"
        await peer.setLocalDescription(await peer.createAnswer())
        for other, tracks in self._tracks.items():
            if other != name:
                for track in tracks.values():
                    self._feed(name, track)
        return str(peer.localDescription.sdp)

    async def close(self) -> None:
        for peer in self._peers.values():
            await peer.close()

    def _publish(self, name: str, track: MediaStreamTrack) -> None:
        self._tracks[name][track.kind] = track
        for other in self._peers:
            if other != name:
                self._feed(other, track)

    def _feed(self, name: str, track: MediaStreamTrack) -> None:
        for transceiver in self._peers[name].getTransceivers():
            if transceiver.kind == track.kind:
                transceiver.sender.replaceTrack(self._relay.subscribe(track))


def _slots(peer: RTCPeerConnection) -> str:
    """Whom each section carries, in the words of our control channel."""
    slots = [
        {"mid": one.mid, "kind": one.kind, "participant": "other", "source": "camera"}
        for one in peer.getTransceivers()
    ]
    wanted = {"audio": 1, "video": 1}
    return json.dumps({"type": "slots", "slots": slots, "wanted": wanted})


async def serve() -> None:
    room = RelayRoom()
    async for line in questions():
        question: Question = json.loads(line)
        answer: Question = {}
        if question["do"] == "join":
            sdp = await room.join(question["name"], question["offer"])
            answer = {"session": question["name"], "answer": sdp}
        print(json.dumps(answer), flush=True)
    await room.close()


if __name__ == "__main__":
    asyncio.run(serve())
