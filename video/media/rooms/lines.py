"""The words about one participant's line, and about the lines of who listens to them.

They are compared twice a second with what was said last; only changes are told.
"""

from collections.abc import Collection, Iterable

from video.media.rooms.channel import Message
from video.media.rooms.session import RTCSession
from video.media.rtp.showing import is_unseen

NOBODY_LOOKS: Message = dict.fromkeys(("height", "frames", "bitrate", "limit"), 0)
LOSSY = 0.03
"""The share that a line may lose before a page calls it no longer good."""
EVERYTHING: Message = {"type": "encoding", "camera": None, "sound": None}


def tell_lines(session: RTCSession) -> None:
    """Tell a participant what their own line takes, and what the others' lines do."""
    line = session.leg.downlink
    told = {
        "paused": line.paused,
        "limited": line.limited,
        "lossy": line.lost > LOSSY,
    }
    if session.pictures != told:
        session.pictures = told
        session.control.send({"type": "pictures", **told})
    wanted = encoding(session)
    if wanted != (session.told_encoding or EVERYTHING):
        session.told_encoding = wanted
        session.control.send(wanted)


def show(sessions: Iterable[RTCSession], signers: Collection[str], now: float) -> None:
    """Pages show other pictures, or others sign: each line is shared out once more,
    and who is seen again, or no longer, knows it at once."""
    present = list(sessions)
    for session in present:
        session.leg.downlink.show(signers, now)
    for session in present:
        tell_lines(session)


def encoding(session: RTCSession) -> Message:
    """The most that anybody's line or page takes of this participant's camera, and
    their lines of the sound."""
    source = session.camera
    rung = source.limits.rung if source is not None else None
    camera: Message | None = rung and {
        "height": rung.height,
        "frames": rung.frames,
        "bitrate": rung.rate,
        "limit": rung.rate + max(rung.beside, 0),
    }
    if source is not None and is_unseen(source):
        camera = NOBODY_LOOKS
    sounds = (r.limits.rung for r in session.receivers.values() if r.kind == "audio")
    small = min((one.rate for one in sounds if one is not None), default=None)
    return {"type": "encoding", "camera": camera, "sound": small}
