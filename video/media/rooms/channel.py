"""The data channel labelled `control`: JSON objects, one per text message.

This is the contract; the room's page is written against it. The client creates the
channel in its offer. A receiver ignores types and keys that it does not know.

Server to client:

- `{"type": "welcome", "you": id, "participants": [P…], "history": [L…], "muted":
  [M…], "quiet": [id…], "cameras": [C…], "signing": [id…], "away": [id…],
  "interrupted": [id…]}` first of all, and again whenever the client says `hello`.
  `participants` are the others who are here; `history` the chat so far, as much of its
  end as one message carries; `muted` whom staff have muted; `quiet` who turned their
  own microphone off; `cameras` what was said of a camera; `signing` who speaks in
  signs; `away` and `interrupted` of whom the messages of these names were told.
- `{"type": "joined", "participant": P}`; the same id may join again after a `left`
  with reason `replaced` (that person re-joined from another page or network).
- `{"type": "left", "participant": P, "reason": R}` with R one of `left` (said so),
  `removed`, `replaced`, `closed` (the connection's end), `lost` (60 s of silence, or
  30 s of a guest whose seat somebody needs),
  `failed` and `timeout` (who was replaced by themselves and never came back).
- `{"type": "away", "participant": P}` after 30 s of silence, `back` when it ends.
- `{"type": "interrupted", "participant": P}` two to three seconds after speech or
  picture broke off with everything else on the line, `resumed` when something comes.
- `{"type": "pictures", "paused": bool, "limited": bool, "lossy": bool}`: `paused`: this
  participant's line takes no pictures, it gets sound only until they are sent again;
  `limited`, `lossy`: it is this line, not a publisher's, that keeps pictures small or
  seldom, and that loses packets.
- `{"type": "encoding", "camera": E or null, "sound": bit/s or null}`: the most that any
  other line, or page, takes of this participant's camera and sound, to be kept to at
  once; null is all of it, as it is before the first word. E is `{"height", "frames",
  "bitrate", "limit"}`, lines, frames a second, bit/s of the picture, and of all that is
  sent; all are 0 while nobody's page shows the camera, and it need not be sent.
- `{"type": "layers", "rids": [rid…]}`: which of the layers that the client's camera was
  offered in anybody wants; the others need not be sent. Before the first word that is
  the last one of the offer alone, the best.
- `{"type": "slots", "slots": [{"mid", "kind", "participant": id or null, "source"}…]}`:
  whom each receiving section of the client's description carries; sent whenever it
  changes. `source` is `camera`, `screen` or null. With it comes `"wanted": {"audio":
  n, "video": n}`: how many sections would carry everything that others send.
- `{"type": "typing", "from": id, "name", "text"}`: the line that somebody is writing,
  letter by letter; empty when they gave it up or sent it.
- `{"type": "muted", "participant": P, "by": P, "locked": bool}`: staff muted somebody;
  we forward nothing of their sound until `{"type": "unmuted", "participant": P}`.
- `{"type": "microphone", "participant": P, "open": bool}`: somebody turned their own
  microphone off or on.
- `{"type": "camera", "participant": P, "state", "limit"}`: what somebody's page said of
  its own camera (below), so that the others can say why they see little or nothing.
- `{"type": "signs", "participant": P, "signs": bool}`: somebody speaks in signs from
  now on, or no longer.
- `{"type": "asked", "what": "camera", "by": P}`: staff ask this person to show.
- `{"type": "chat", "from": id, "name", "text", "at"}`, `at` ISO 8601 in UTC. Sent to
  everybody, the author too: its arrival is the proof of delivery, in one order for all.
- `{"type": "pong"}`.
- `{"type": "error", "code"}`: the last message was refused (`MessageRefused.code`).
- `{"type": "ended", "reason": R}` then the connection closes: `room_ended` (its time
  is over), `room_closed`, `by_phone`, `replaced`, `removed` (with `by`: a name),
  `worker_closed` (re-join elsewhere).

Client to server: `{"type": "hello"}`, answered with `welcome` and `slots`; `{"type":
"chat", "text"}` of 1 to 2,000 characters, at most two a
second after a burst of ten, refused with `too_fast` beyond that (the page sends the
next line when the one before is back); `{"type": "typing", "text"}` of up to 2,000
characters;
`{"type": "unmute"}`, refused with `locked` to whom staff keep muted; `{"type":
"microphone", "open": bool}`, what one's own button says; `{"type": "camera", "state",
"limit"}` with state `on`, `off` or `held` by the system, and limit `line`, `device` or
empty: what holds the picture down on this side; `{"type": "signs", "signs": bool}`, who
speaks in signs; `{"type": "shows", "pictures": [{"participant": id, "source": "camera"
or "screen", "lines": n, "pinned": bool}…]}`, all that the page shows of others, with
the lines of the screen that each fills, 0 where nobody sees it: what is not named is
shown whole, ids of nobody are ignored; eight pictures at most, four messages of these
two kinds a second after ten, and no answer to more; `{"type": "stable", "sections": n}`
once it has applied an answer of so many: those that are new get nothing before, or five
seconds long (a browser takes what comes too early for another section's); `{"type":
"ping"}`; `{"type": "bye"}` before it leaves. Of staff only, others are refused with
`not_yours`:
`{"type": "mute", "participant": id, "muted": bool, "locked": bool}` and
`{"type": "ask", "participant": id, "what": "camera"}`.

M is `{"participant": id, "by": name, "locked": bool}`; C is `{"participant": id,
"state", "limit"}`; P is `{"id", "role",
"name"}`; L is `{"from", "name", "text", "at"}`.
"""

import asyncio
import json
import logging
from collections.abc import Callable

from aiortc import RTCDataChannel

from video.media.allowance import TokenBucket
from video.media.counters import Counters
from video.media.errors import MessageRefused
from video.media.rooms.messages import (
    ChatPost,
    ClientMessage,
    Hello,
    Ping,
    Shows,
    Signs,
    read_message,
)

logger = logging.getLogger(__name__)

LABEL = "control"
MAX_QUEUED = 256 * 1024
CHAT_BURST, CHAT_PER_SECOND = 10.0, 2.0
ANY_BURST, ANY_PER_SECOND = 60.0, 20.0
# A greeting holds the whole history: a page asks for it when it lost one.
HELLO_BURST, HELLO_PER_SECOND = 5.0, 0.5
# Each shares out every line of the room once more. A page says it twice a second.
SHOWS_BURST, SHOWS_PER_SECOND = 10.0, 4.0

Message = dict[str, object]


class ControlChannel:
    """One participant's end of the contract above.

    Before the channel opens everything is dropped: the welcome tells it. `on_message`
    gets checked messages only; an error in it is logged, never raised into aiortc,
    whose data pump would die of it.
    """

    def __init__(self, counters: Counters) -> None:
        self._counters = counters
        self._channel: RTCDataChannel | None = None
        self._chat_bucket = TokenBucket(CHAT_BURST, CHAT_PER_SECOND)
        self._any_bucket = TokenBucket(ANY_BURST, ANY_PER_SECOND)
        self._hello_bucket = TokenBucket(HELLO_BURST, HELLO_PER_SECOND)
        self._shows_bucket = TokenBucket(SHOWS_BURST, SHOWS_PER_SECOND)
        self._missed = False
        self.on_message: Callable[[ClientMessage], None] | None = None

    @property
    def is_open(self) -> bool:
        return self._channel is not None and self._channel.readyState == "open"

    def attach(self, channel: RTCDataChannel) -> None:
        """Attaches the client's channel; the caller greets the client."""
        self._channel = channel
        channel.on("message", self._receive)

    def send(self, message: Message) -> None:
        """Queue one message; a client that reads nothing loses messages, not us."""
        channel = self._channel
        if channel is None:
            return
        if channel.readyState != "open" or channel.bufferedAmount > MAX_QUEUED:
            self._counters.drop("control_queue")
            self._missed = True
            return
        channel.send(json.dumps(message, ensure_ascii=False))

    def has_caught_up(self) -> bool:
        """True once when a client that lost messages has read all the others: what
        it knows of the room is wrong, so it wants a greeting."""
        channel = self._channel
        if not self._missed or channel is None or channel.bufferedAmount:
            return False
        self._missed = False
        return True

    async def flush(self, patience: float = 0.2) -> None:
        """Give queued messages a moment to leave before the connection closes."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + patience
        await asyncio.sleep(0)
        channel = self._channel
        while channel is not None and channel.bufferedAmount and loop.time() < deadline:
            await asyncio.sleep(0.01)

    def close(self) -> None:
        """Forgets the channel and its listeners. Idempotent."""
        if self._channel is not None:
            self._channel.remove_all_listeners()
        self._channel = None
        self.on_message = None

    def _receive(self, raw: object) -> None:
        try:
            self._handle(raw)
        except MessageRefused as refusal:
            self._counters.messages_refused += 1
            self.send({"type": "error", "code": refusal.code})
        except Exception:
            self._counters.drop("control_error")
            logger.exception("a control message broke its handler")

    def _handle(self, raw: object) -> None:
        now = asyncio.get_running_loop().time()
        if not self._any_bucket.take(now):
            # No answer to a flood: an error for each would be one too.
            self._counters.messages_refused += 1
            return
        message = read_message(raw)
        if isinstance(message, Hello) and not self._hello_bucket.take(now):
            self._counters.messages_refused += 1
            return
        shows = isinstance(message, Shows | Signs)
        if shows and not self._shows_bucket.take(now):
            self._counters.messages_refused += 1
            return
        if isinstance(message, ChatPost) and not self._chat_bucket.take(now):
            raise MessageRefused("too_fast")
        if isinstance(message, Ping):
            self.send({"type": "pong"})
        elif self.on_message is not None:
            self.on_message(message)
