"""What pages weigh on the wire, and when they answer on a weak line."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections import Counter
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

PHONE = {"width": 360, "height": 740}
WEAK_LINE = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 400_000 / 8,
    "uploadThroughput": 400_000 / 8,
}
READY = """() => {
  const way = performance.getEntriesByType("navigation")[0];
  const painted = performance.getEntriesByName("first-contentful-paint")[0];
  return way.loadEventEnd && painted
    ? Math.max(way.domContentLoadedEventEnd, painted.startTime) : 0;
}"""


def weights(browser: Browser, *addresses: str) -> Counter[str]:
    """Bytes received, heads of answers too, for the last address with an empty cache:
    `all`, and by kind of resource. The others are opened before, for their cookies."""
    context = _phone(browser)
    page = context.new_page()
    for address in addresses[:-1]:
        page.goto(address, wait_until="domcontentloaded")
    page.goto("about:blank")
    wire = context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    found: Counter[str] = Counter()

    def told(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = event["type"]

    def came(event: dict[str, Any]) -> None:
        size = int(event["encodedDataLength"])
        found["all"] += size
        found[kinds.get(event["requestId"], "Other")] += size

    wire.on("Network.responseReceived", told)
    wire.on("Network.loadingFinished", came)
    _begin(wire)
    page.goto(addresses[-1], wait_until="networkidle")
    context.close()
    return found


def size_of(address: str) -> int | None:
    """Bytes of the body as it is sent to who takes gzip; None where nothing is."""
    asked = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})  # noqa: S310 - our own address
    try:
        with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310 - as above
            return len(answer.read())
    except urllib.error.HTTPError:
        return None


def seconds_to_use(browser: Browser, address: str) -> tuple[float, float]:
    """On the weak line, until what is seen can be used: its modules have run and it is
    painted. Of the first page with nothing known, and of the next one, whose style and
    scripts are here."""
    context = _phone(browser)
    page = context.new_page()
    wire = context.new_cdp_session(page)
    _begin(wire)
    wire.send("Network.emulateNetworkConditions", WEAK_LINE)
    page.goto(address)
    first = _ready(page)
    page.locator("main :is(ul.rows a, a.btn):visible").first.click(no_wait_after=True)
    page.wait_for_url(lambda url: url != address)
    following = _ready(page)
    context.close()
    return first, following


def _ready(page: Page) -> float:
    found = page.wait_for_function(READY).json_value()
    return round(float(found) / 1000, 2)


def _phone(browser: Browser) -> BrowserContext:
    return browser.new_context(
        viewport={"width": PHONE["width"], "height": PHONE["height"]}, locale="fr-FR"
    )


def _begin(wire: CDPSession) -> None:
    wire.send("Network.enable")
    wire.send("Network.clearBrowserCache")
