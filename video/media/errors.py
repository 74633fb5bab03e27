"""Refusals of the forwarding unit. `code` is stable; nothing here knows HTTP."""


class MediaError(Exception):
    """Base of every named refusal of this package."""

    code = "media_error"


class SdpOfferRefused(MediaError):
    """The session description cannot be answered; no state was created.

    `code` says why: `too_large`, `malformed`, `no_media`, `too_many_media`,
    `not_bundled`, `bad_mid`, `no_ice`, `no_fingerprint`, `no_setup`,
    `no_common_codec`, `changed_media`.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class MessageRefused(MediaError):
    """A message on the control channel that we do not act upon.

    `code`: `binary`, `too_large`, `not_json`, `unknown_type`, `bad_text`,
    `bad_picture`, `too_long`, `too_fast`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class RoomUnknown(MediaError):
    code = "room_unknown"


class SessionUnknown(MediaError):
    code = "session_unknown"


class RoomFull(MediaError):
    """Every seat of the room is taken by another participant."""

    code = "room_full"


class WorkerFull(MediaError):
    """The worker holds as many rooms as it may."""

    code = "worker_full"


class WorkerDraining(MediaError):
    """The worker is about to stop: it takes no new room."""

    code = "worker_draining"


class HandshakeFailed(MediaError):
    """DTLS ended without keys: wrong certificate, or the peer gave up."""

    code = "handshake_failed"


class BadRequest(MediaError):
    """The body of a control call is no JSON object, or a field is wrong."""

    code = "bad_request"


class SignatureRefused(MediaError):
    """A control call that is unsigned, wrongly signed, too old or repeated."""

    code = "signature_refused"
