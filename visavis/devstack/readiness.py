"""When a started copy may call itself ready."""

import http.client
import time
from collections.abc import Sequence
from http import HTTPStatus

from visavis.devstack.messages import StartError, say
from visavis.devstack.ports import LOOPBACK
from visavis.devstack.product import knows_command

WEB_WITHIN = 120.0
MEDIA_WITHIN = 20.0


def health(port: int) -> int:
    """The status of `/healthz` of whoever listens there; 0 when nobody answers."""
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
