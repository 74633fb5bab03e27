"""`./run`: servers, tables, demo data, processes, and the line that says ready."""

import http.client
import os
import signal
import sys
import time
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from types import FrameType

from visavis.devstack.messages import StartError, say, show
from visavis.devstack.ports import (
    LOOPBACK,
    media_addresses,
    media_ports,
    require_free,
    write_ports,
)
from visavis.devstack.product import (
    celery,
    companions,
    environment,
    knows_command,
    manage,
    web,
)
from visavis.devstack.stack import OwnedStack
from visavis.devstack.state import ROOT, StackLock, published
from visavis.devstack.supervisor import Supervisor

STOP_WITHIN = 5.0

WEB_WITHIN = 120.0
MEDIA_WITHIN = 20.0


class Stopping:
    """Counts how often the person (or the terminal that closed) asked for the end."""

    def __init__(self) -> None:
        self.asked = 0
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked += 1

    def once(self) -> bool:
        return self.asked > 0

    def twice(self) -> bool:
        return self.asked > 1


def take_lock(folder: Path) -> StackLock:
    lock = StackLock(folder)
    if lock.take(within=3.0):  # a copy that was just killed needs a moment
        return lock
    url = (published(folder) or {}).get("url")
    if url:
        raise StartError(
            f"a copy on {folder} is already running at {url}: stop it, or give this "
            "one a PORT and a VISAVIS_STATE of its own"
        )
    raise StartError(f"another ./run command uses {folder}: wait for its end")


class CompanionStart:
    """Starts what needs the tables as soon as they are there: the demo data take as
    long again."""

    def __init__(self, supervisor: Supervisor, mark: Path, media: int) -> None:
        self._supervisor = supervisor
        self._mark = mark
        self._media = media
        self._started = False
        mark.unlink(missing_ok=True)

    def when_ready(self) -> bool:
        """Called again and again; always False, so that nobody stops for it."""
        if not self._started and self._mark.exists():
            self._started = True
            for program in companions(self._media):
                self._supervisor.start(program)
        return False


def bring_up(
    supervisor: Supervisor,
    folder: Path,
    stopping: Stopping,
    *,
    port: int,
    media_control: Sequence[int],
) -> bool:
    """Everything up to the ready line; False when the end was asked for first."""
    supervisor.start(web(port))  # it imports while the tables are made
    begun = CompanionStart(supervisor, folder / "tables.ready", len(media_control))
    prepared = supervisor.run_once(
        manage("prepare", once=True), lambda: begun.when_ready() or stopping.once()
    )
    if prepared is None:
        return False
    if prepared:
        raise StartError("the database could not be prepared: see the lines above")
    begun.when_ready()
    waiting = Waiting(port, media_control)
    while not waiting.over():
        if stopping.once() or supervisor.ended:
            return False
        supervisor.turn()
    # Nobody waits for its ticks: the delivery loop does the same work already.
    supervisor.start(celery(folder))
    return True


def show_ready(folder: Path, port: int) -> None:
    logins = folder / "logins.txt"
    if logins.exists() and os.environ.get("VISAVIS_DEBUG") == "1":
        show(logins.read_text().rstrip())
    show(f"visavis ready http://{LOOPBACK}:{port}/")
    # A passkey belongs to a name; the other address is one of numbers.
    show(f"for passkeys  http://localhost:{port}/")


def supervise(
    stack: OwnedStack,
    stopping: Stopping,
    *,
    port: int,
    media_control: Sequence[int],
) -> int:
    supervisor = Supervisor(
        guard=stack.guard,
        env=environment(stack.env),
        cwd=ROOT,
        pids=stack.folder / "processes.json",
        servers=stack.pids,
    )
    try:
        if bring_up(
            supervisor, stack.folder, stopping, port=port, media_control=media_control
        ):
            supervisor.is_up = True
            show_ready(stack.folder, port)
        while not stopping.once():
            supervisor.turn()
            if stack.revive():
                supervisor.write_pids()
            if supervisor.ended:
                say(f"{supervisor.ended}; the copy ends")
                return 1
    finally:
        if stopping.once():
            say("stopping…")
        supervisor.stop(within=STOP_WITHIN, hurry=stopping.twice)
    return 0


def up(folder: Path, port: int, media_workers: int = 1) -> int:
    stopping = Stopping()
    lock = take_lock(folder)
    require_free(port)
    if sys.stdout.isatty():
        say("Ctrl-C ends everything")
    media = media_ports(media_workers)
    with OwnedStack(folder, lock, url=f"http://{LOOPBACK}:{port}/") as stack:
        write_ports(folder, {"web": port, **stack.ports, **media})
        for name in ("media_udp", "media_control"):
            stack.env[f"{name.upper()}_PORT"] = str(media[name])
        stack.env |= media_addresses()
        control = [n for name, n in media.items() if name.startswith("media_control")]
        status = supervise(stack, stopping, port=port, media_control=control)
    if not status:
        say("stopped")
    return status


def health(port: int) -> int:
    """The status of `/healthz` at that port; 0 when nobody answers."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=1)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        return 0
    else:
        return answer.status
    finally:
        connection.close()


class Waiting:
    """Waits for the web process, and for the media workers so that a first video room
    opens at once. A copy without video still books, so it does not wait for ever."""

    def __init__(self, port: int, media_control: Sequence[int]) -> None:
        self._began = time.monotonic()
        self._port = port
        self._media = list(media_control) if knows_command("mediaworker") else []
        self._web_is_up = False

    def over(self) -> bool:
        """Asked again and again; raises StartError when the web stays silent."""
        waited = time.monotonic() - self._began
        self._web_is_up = self._web_is_up or bool(health(self._port))
        if not self._web_is_up:
            if waited > WEB_WITHIN:
                text = f"the web process did not answer in {WEB_WITHIN:.0f} s"
                raise StartError(text)
            return False
        # A worker is well once rooms can be placed on it.
        self._media = [port for port in self._media if health(port) != HTTPStatus.OK]
        if not self._media:
            return True
        if waited > MEDIA_WITHIN:
            say("a media worker is not there yet: video rooms may have to wait for it")
            return True
        return False
