"""What can go wrong with a device, a line or a server: each has words and a way out.

The browser is real; what fails is failed at the wire: a device that is not there, an
answer whose address leads nowhere, figures of a weak line.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.live.e2e.people import PATIENCE, Lea, await_room, enters
from tests.live.e2e.shots import shoot
from tests.live.e2e.weak import CONTROL, WEAK
from tests.live.e2e.windows import window
from tests.live.stack.launched import RunningStack

pytestmark = [pytest.mark.stack, pytest.mark.browser]

NO_DEVICES = (
    """Object.defineProperty(navigator, "mediaDevices", { value: undefined });"""
)
"""As the browsers inside of other apps have it."""

NONE_FOUND = """navigator.mediaDevices.getUserMedia = async () => {
  throw new DOMException("Requested device not found", "NotFoundError");
};"""
BUSY = """navigator.mediaDevices.getUserMedia = async () => {
  throw new DOMException("Could not start video source", "NotReadableError");
};"""

NO_UDP = """const take = RTCPeerConnection.prototype.setRemoteDescription;
RTCPeerConnection.prototype.setRemoteDescription = function (answer) {
  // The discard port: what is sent there is heard by nobody.
  const sdp = answer.sdp.replace(/(a=candidate:\\S+ 1 udp \\d+ \\S+) \\d+/g, "$1 9");
  return take.call(this, { type: "answer", sdp });
};"""

OLD_CLOCK = """const Real = Date;
const wrong = 6 * 365 * 24 * 3600 * 1000;
window.Date = class extends Real {
  constructor(...when) {
    super(...(when.length ? when : [Real.now() - wrong]));
  }
  static now = () => Real.now() - wrong;
};"""
"""A telephone whose battery was empty for too long."""


def visible(page: Page, words: str) -> None:
    expect(page.get_by_text(words).first).to_be_visible(timeout=PATIENCE)


def opens_the_check(page: Page, stack: RunningStack) -> None:
    Lea(page, stack).books_the_first_video_time()
    page.locator('a[href$="/device/"]').click()


def test_a_browser_without_devices_is_told_where_to_open_the_link(
    chromium: Browser, running_stack: RunningStack
) -> None:
    with window(chromium, 360, 740) as page:
        page.add_init_script(NO_DEVICES)
        opens_the_check(page, running_stack)
        visible(page, "Ouvrez ce lien dans Safari ou Chrome")
        copy = page.locator('vv-copy [data-part="copy"]')
        expect(copy).to_be_visible()
        expect(copy).to_have_attribute("href", re.compile("/r/"))
        shoot(page, "in-app-browser")


@pytest.mark.parametrize(
    ("fault", "microphone", "words", "shot"),
    [
        (NONE_FOUND, "none", "Aucun micro trouvé", "no-microphone"),
        (BUSY, "busy", "Une autre application utilise le micro", "device-busy"),
    ],
)
def test_no_device_and_a_busy_one_have_their_words(
    chromium: Browser,
    running_stack: RunningStack,
    fault: str,
    microphone: str,
    words: str,
    shot: str,
) -> None:
    with window(chromium, 360, 740) as page:
        page.add_init_script(fault)
        opens_the_check(page, running_stack)
        # Allowed already, the page asks by itself.
        visible(page, words)
        page.locator('[data-part="camera-switch"]').click()
        camera = page.locator(f'[data-part="camera"][data-state="{microphone}"]')
        expect(camera).to_be_attached(timeout=PATIENCE)
        expect(page.get_by_role("button", name="Continuer sans micro")).to_be_visible()
        shoot(page, shot)


def test_the_echo_test_plays_back_what_was_said(
    chromium: Browser, running_stack: RunningStack
) -> None:
    with window(chromium, 360, 740) as page:
        opens_the_check(page, running_stack)
        page.locator("vv-echo button").click()
        visible(page, "Parlez maintenant, cinq secondes")
        shoot(page, "echo")
        visible(page, "Voici ce que les autres entendent")
        seconds = page.locator("vv-echo audio").evaluate(
            "async (audio) => { audio.currentTime = 0; return audio.seekable.length }"
        )
        assert seconds
        visible(page, "Alors on vous entendra")


def test_a_network_without_udp_ends_with_a_way_out(
    chromium: Browser, running_stack: RunningStack
) -> None:
    with window(chromium, 360, 740) as phone, window(chromium, 1180, 820) as pc:
        address = enters(phone, pc, running_stack)
        phone.locator('[data-part="leave"]').click()
        await_room(phone, "ended")
        shoot(phone, "left")
        phone.add_init_script(NO_UDP)
        phone.goto(f"{address}room/")
        visible(phone, "Ce réseau ne laisse pas passer la vidéo")
        expect(phone.locator('[data-part="ended"] .btn').first).to_be_visible()
        shoot(phone, "no-udp")


def gets_sound_only_for_a_while(phone: Page) -> None:
    """tests/video/media/rtp/test_weak_line.py shows when the room says so."""
    words = phone.locator('vv-line [data-part="incoming"] [data-when="audio"]')
    phone.evaluate("hears({ type: 'pictures', paused: true })")
    expect(words).to_be_visible(timeout=PATIENCE)
    phone.evaluate("hears({ type: 'pictures', paused: false })")
    expect(words).to_be_hidden(timeout=PATIENCE)


@pytest.mark.timeout(240)
def test_a_weak_line_steps_down_to_sound_and_then_to_the_telephone(
    chromium: Browser, running_stack: RunningStack
) -> None:
    with window(chromium, 360, 740) as phone, window(chromium, 1180, 820) as pc:
        phone.add_init_script(OLD_CLOCK)
        phone.add_init_script(WEAK)
        phone.add_init_script(CONTROL)
        enters(phone, pc, running_stack)
        phone.locator('[data-part="camera"]').click()
        sent = pc.locator('.person[data-role="customer"][data-state="picture"]')
        expect(sent).to_be_visible(timeout=PATIENCE)
        gets_sound_only_for_a_while(phone)
        phone.evaluate("weak.bits = 300_000")
        phone.wait_for_function(
            "async () => (await visavisRoom.stats()).outbound"
            ".some((s) => s.kind === 'video' && s.frameHeight <= 360)",
            timeout=PATIENCE,
        )
        phone.evaluate("weak.bits = 50_000")
        visible(phone, "on vous entend seulement")
        shoot(phone, "sound-only")
        phone.wait_for_function(
            "async () => { const frames = async () => (await visavisRoom.stats())"
            ".outbound.reduce((sum, s) => sum + (s.framesEncoded ?? 0), 0);"
            "const before = await frames();"
            "await new Promise((done) => setTimeout(done, 1000));"
            "return before === (await frames()); }",
            timeout=PATIENCE,
        )
        phone.evaluate("weak.lost = 0.3")
        visible(phone, "On continue par téléphone")
        shoot(phone, "by-phone-offered")
        phone.locator('[data-part="phone"] input[name=phone]').fill("06 39 98 00 11")
        phone.locator('[data-part="phone"] button[type=submit]').click()
        expect(phone).to_have_url(re.compile("/appointments/[0-9a-f-]+/$"))
        await_room(pc, "ended")
        told = pc.locator('[data-part="ended"] h2 [data-when="by_phone"]')
        expect(told).to_be_visible(timeout=PATIENCE)
        shoot(pc, "went-on-by-phone")
