"""Named refusals of the room. They know no HTTP: `visavis.errors` maps them."""

from __future__ import annotations


class VideoError(Exception):
    """The room cannot do what was asked."""

    code = "video_error"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or (self.__doc__ or "").split("\n")[0])


class RoomNotOpen(VideoError):
    """The room is open from 15 minutes before the visit to 30 minutes after it."""

    code = "room_not_open"


class GoesOnByPhone(VideoError):
    """This visit goes on by telephone: it has no room any more."""

    code = "goes_on_by_phone"


class NotAdmitted(VideoError):
    """The adviser has not let this participant in yet."""

    code = "not_admitted"


class SdpOfferRefused(VideoError):
    """The session description cannot be answered."""

    code = "offer_refused"


class SessionUnknown(VideoError):
    """That media session has ended."""

    code = "session_unknown"


class RoomFull(VideoError):
    """Everybody who fits is in the room already."""

    code = "room_full"


class NoNodeAvailable(VideoError):
    """No media worker can take the room at this moment."""

    code = "no_node_available"


class NodesFull(VideoError):
    """Every media worker carries as many rooms as it can. Busy: you are next."""

    code = "nodes_full"


class SeatTaken(VideoError):
    """Another page of this person has taken the seat meanwhile."""

    code = "seat_taken"


class NotInvited(VideoError):
    """Nobody of that name is expected in this room."""

    code = "not_invited"


class NobodyWaiting(VideoError):
    """Nobody waits at the door of this room."""

    code = "nobody_waiting"


class WorkerUnreachable(VideoError):
    """The media worker does not answer."""

    code = "worker_unreachable"


class WorkerFailed(VideoError):
    """The media worker answered with a fault of its own."""

    code = "worker_failed"


class WorkerReplaced(VideoError):
    """Another media worker has started under this name."""

    code = "worker_replaced"


class NodeNameTaken(VideoError):
    """A media worker at another address lives under this name."""

    code = "node_name_taken"


class TooManyOffers(VideoError):
    """This participant asks to join too often."""

    code = "too_many_offers"
