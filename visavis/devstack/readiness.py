"""When a started copy may call itself ready."""

import contextlib
import http.client
import socket
import time

from visavis.devstack.messages import StartError, say
from visavis.devstack.ports import LOOPBACK
from visavis.devstack.product import knows_command

WEB_WITHIN = 120.0
MEDIA_WITHIN = 20.0


def web_answers(port: int) -> bool:
    """Whether the web process answers at all."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=1)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    else:
        return True
    finally:
        connection.close()


def listens(port: int) -> bool:
    with contextlib.suppress(OSError):
        socket.create_connection((LOOPBACK, port), 1).close()
        return True
    return False


class Waiting:
    """Waits for the web process, and for the media worker so that a first video room
    opens at once. A copy without video still books, so it does not wait for ever."""

    def __init__(self, port: int, media_control: int) -> None:
        self._began = time.monotonic()
        self._port = port
        self._media = media_control if knows_command("mediaworker") else 0
        self._web_is_up = False

    def over(self) -> bool:
        """Asked again and again; raises StartError when the web stays silent."""
        waited = time.monotonic() - self._began
        self._web_is_up = self._web_is_up or web_answers(self._port)
        if not self._web_is_up:
            if waited > WEB_WITHIN:
                text = f"the web process did not answer in {WEB_WITHIN:.0f} s"
                raise StartError(text)
            return False
        if not self._media or listens(self._media):
            return True
        if waited > MEDIA_WITHIN:
            say("the media worker is not there yet: video rooms have to wait for it")
            return True
        return False
