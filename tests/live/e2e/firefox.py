"""Debian's Firefox, driven by WebDriver BiDi over its own websocket.

Playwright drives a Firefox of its own making only. The few commands that are needed
here are written out: https://w3c.github.io/webdriver-bidi/
"""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

PROGRAM = shutil.which("firefox-esr")
PATIENCE = 60.0
PREFERENCES = {
    # A camera and a microphone that are made up, and given without a question.
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "media.autoplay.default": 0,
    "media.autoplay.blocking_policy": 0,
    "intl.accept_languages": "fr",
    "app.update.disabledForTesting": True,
    "datareporting.policy.dataSubmissionEnabled": False,
}


UNTIL = """
new Promise((resolve) => {
  const end = performance.now() + %(patience)d;
  const look = async () => {
    let value = null;
    try { value = await (%(expression)s); } catch { /* not yet */ }
    if (value || performance.now() > end) resolve(value);
    else setTimeout(look, 50);
  };
  look();
})
"""


class Firefox:
    """One running browser; `visitor` opens a window with cookies of its own."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._loads: Counter[str] = Counter()
        self.ask("session.new", capabilities={})
        self.ask("session.subscribe", events=["browsingContext.load"])

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """A command's result; of what happens meanwhile, loads are noted."""
        number = next(self._numbers)
        asked = {"id": number, "method": method, "params": params}
        self._socket.send(json.dumps(asked))
        while True:
            told = self._hear()
            if told.get("id") == number:
                assert told["type"] == "success", told
                result: dict[str, Any] = told["result"]
                return result

    def _hear(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self._socket.recv(timeout=2 * PATIENCE))
        if told.get("method") == "browsingContext.load":
            self._loads[told["params"]["context"]] += 1
        return told

    def loads_of(self, context: str) -> int:
        """How often a page was whole there."""
        return self._loads[context]

    def await_load(self, context: str, after: int) -> None:
        while self._loads[context] <= after:
            self._hear()

    def visitor(self, script: str = "") -> Window:
        """With a script that runs in each of their pages before the page's own."""
        context = self.ask("browser.createUserContext")["userContext"]
        if script:
            declared = f"() => {{ {script} }}"
            self.ask(
                "script.addPreloadScript",
                functionDeclaration=declared,
                userContexts=[context],
            )
        made = self.ask("browsingContext.create", type="window", userContext=context)
        return Window(self, made["context"])


class Window:
    """A tab of a visitor; everything is done by the page's own means."""

    def __init__(self, firefox: Firefox, context: str) -> None:
        self._firefox = firefox
        self._context = context

    def comes_forward(self) -> None:
        """A window in the background is given no camera until somebody looks at it."""
        self._firefox.ask("browsingContext.activate", context=self._context)

    def goto(self, url: str) -> None:
        self.comes_forward()
        self._firefox.ask(
            "browsingContext.navigate", context=self._context, url=url, wait="complete"
        )

    def tells(self, expression: str) -> Any:
        """A JavaScript value that JSON can carry; a promise is waited for."""
        code = f"(async () => JSON.stringify((await ({expression})) ?? null))()"
        told = self._firefox.ask(
            "script.evaluate",
            expression=code,
            target={"context": self._context},
            awaitPromise=True,
            userActivation=True,
        )
        assert told["type"] == "success", told
        return json.loads(told["result"]["value"])

    def until(self, expression: str) -> Any:
        """The first value that is true; the page itself waits for it. One that is left
        meanwhile never answers, so that its successor is asked."""
        waits = {"expression": expression, "patience": 1000 * PATIENCE}
        while True:
            loads = self._firefox.loads_of(self._context)
            try:
                value = self.tells(UNTIL % waits)
            except AssertionError:
                self._firefox.await_load(self._context, after=loads)
                continue
            page = "[location.href, document.body.innerText].join(' ')"
            assert value, f"{expression}\n{self.tells(page)}"
            return value

    def sees(self, selector: str) -> None:
        self.until(f"document.querySelector({json.dumps(selector)}) !== null")

    def click(self, selector: str) -> None:
        """Once it is there to be seen."""
        found = f"document.querySelector({json.dumps(selector)})"
        self.until(f"{found} && {found}.checkVisibility() && !{found}.disabled")
        self.comes_forward()
        self.tells(f"void {found}.click()")

    def types(self, selector: str, text: str) -> None:
        self.sees(selector)
        found = f"document.querySelector({json.dumps(selector)})"
        self.tells(f"void ({found}.value = {json.dumps(text)})")


@contextmanager
def running_firefox(folder: Path) -> Iterator[Firefox]:
    """With a profile of its own in the folder, and without a screen."""
    assert PROGRAM
    told = folder / "WebDriverBiDiServer.json"
    lines = [
        f"user_pref({json.dumps(name)}, {json.dumps(value)});\n"
        for name, value in PREFERENCES.items()
    ]
    (folder / "user.js").write_text("".join(lines))
    command = [PROGRAM, "--headless", "--no-remote", "--profile", str(folder)]
    with (folder / "firefox.log").open("wb") as output:
        process = subprocess.Popen(
            [*command, "--remote-debugging-port", "0", "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + PATIENCE
        while not told.exists() or not told.read_text().endswith("}"):
            assert process.poll() is None, (folder / "firefox.log").read_text()
            assert time.monotonic() < deadline, "Firefox does not listen"
            time.sleep(0.05)
        place = json.loads(told.read_text())
        address = f"ws://{place['ws_host']}:{place['ws_port']}/session"
        with connect(address, max_size=None) as socket:
            yield Firefox(socket)
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
