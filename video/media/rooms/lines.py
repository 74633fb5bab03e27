"""The words about one participant's line, and about the lines of who listens to them.

They are compared twice a second with what was said last; only changes are told.
"""

from video.media.rooms.channel import Message
from video.media.rooms.session import RTCSession

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


def encoding(session: RTCSession) -> Message:
    """The most that anybody's line takes of this participant's camera and sound."""
    rung = session.camera.limits.rung if session.camera is not None else None
    camera = rung and {
        "height": rung.height,
        "frames": rung.frames,
        "bitrate": rung.rate,
        "limit": rung.rate + rung.beside,
    }
    sounds = (r.limits.rung for r in session.receivers.values() if r.kind == "audio")
    small = min((one.rate for one in sounds if one is not None), default=None)
    return {"type": "encoding", "camera": camera, "sound": small}
