"""The browser that the other tests rely on has a camera and a microphone."""

import pytest
from playwright.sync_api import BrowserContext

from tests.live.stack.launched import RunningStack

pytestmark = [pytest.mark.stack, pytest.mark.browser]

TRACKS = """async () => {
    const wanted = {audio: true, video: {width: 640, height: 360}};
    const stream = await navigator.mediaDevices.getUserMedia(wanted);
    return stream.getTracks().map((track) => `${track.kind} ${track.readyState}`);
}"""


def test_chromium_opens_the_copy_and_its_fake_devices(
    browser_context: BrowserContext, running_stack: RunningStack
) -> None:
    page = browser_context.new_page()
    answer = page.goto(f"{running_stack.base_url}/healthz")
    assert answer is not None
    assert answer.status == 200
    assert sorted(page.evaluate(TRACKS)) == ["audio live", "video live"]
