"""A real Chromium sends layers with the page's own modules, and another sees them.

The worker is real; the test says which layer a line wants, as the sharing out does.
"""

from __future__ import annotations

import time
import uuid

import pytest
from playwright.sync_api import Browser

from tests.live.room.layered_page import OFFER, SEEN, SENT, opened, shows, until
from tests.video.running_worker import RunningWorker
from video.media.cameras.camera import LayeredCamera
from video.media.cameras.view import LayerView

pytestmark = pytest.mark.browser


def test_a_line_gets_the_layer_that_it_wants_and_the_page_sends_no_other(
    chromium: Browser,
) -> None:
    with RunningWorker() as running:
        room = uuid.uuid4().hex
        lea, ines = opened(chromium), opened(chromium)
        for page, name in ((lea, "lea"), (ines, "ines")):
            page.evaluate(
                "answer", running.join(room, name, page.evaluate(OFFER, True))
            )
        shows(ines, 360)
        (camera,) = (
            session.camera
            for session in running.worker.rooms[room].sessions.values()
            if session.participant.id == "lea"
        )
        assert isinstance(camera, LayeredCamera)
        assert camera.rids == ("l", "m", "h")
        (view,) = camera.views
        assert lea.evaluate(SENT) == "m"
        running.soon(keep_to, view, 0)
        shows(ines, 180)
        until(lea, lambda: lea.evaluate(SENT) == "l", "the low layer alone")
        running.soon(keep_to, view, 1)
        shows(ines, 360)
        asked = ines.evaluate(SEEN)[2]
        assert asked <= 1, "a switch leaves nothing to ask for"
        lea.close()
        ines.close()


def keep_to(view: LayerView, layer: int) -> None:
    view.select((layer, 2), time.monotonic())
