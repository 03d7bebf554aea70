"""Headless Chromium, driven over a pipe with the standard library; it ends, with all its processes, when the test does."""

from __future__ import annotations

import json
import os
import selectors
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

PROGRAM = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
PATIENCE = 60.0


class Browser:
    """One browser, with a profile of its own in a folder."""

    def __init__(self, folder: Path) -> None:
        assert PROGRAM is not None
        there, self._out = os.pipe()
        self._in, back = os.pipe()
        words = [
            PROGRAM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--remote-debugging-pipe",
            f"--user-data-dir={folder}", "about:blank",
        ]  # fmt: skip
        # The browser reads from its descriptor 3 and writes to 4, which the shell makes of ours.
        script = f'exec "$@" 3<&{there} 4>&{back}'
        self._process = subprocess.Popen(
            ["/bin/bash", "-c", script, "bash", *words],
            pass_fds=(there, back), start_new_session=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "HOME": str(folder)},
        )  # fmt: skip
        os.close(there)
        os.close(back)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._in, selectors.EVENT_READ)
        self._unread = b""
        self._number = 0
        self.events: list[dict[str, Any]] = []

    def close(self) -> None:
        with suppress(OSError, AssertionError):
            self.call("Browser.close")
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._selector.close()
        os.close(self._in)
        os.close(self._out)

    def call(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """The result of a command of the DevTools protocol."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        os.write(self._out, json.dumps(message | ({"sessionId": session} if session else {})).encode() + b"\0")
        until = time.monotonic() + PATIENCE
        while True:
            said = self._next(until)
            if said.get("id") == self._number:
                assert "error" not in said, said["error"]
                result: dict[str, Any] = said["result"]
                return result
            self.events.append(said)

    def _next(self, until: float) -> dict[str, Any]:
        while b"\0" not in self._unread:
            assert self._selector.select(max(0, until - time.monotonic())), "the browser says nothing"
            read = os.read(self._in, 1 << 16)
            assert read, "the browser is gone"
            self._unread += read
        line, _, self._unread = self._unread.partition(b"\0")
        said: dict[str, Any] = json.loads(line)
        return said

    def page(self, file: Path, *, scheme: str = "light", width: int = 1280, script: bool = True, media: str = "") -> Page:
        """A page that has loaded this file."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.events.clear()
        page = Page(self, session)
        for domain in ("Page", "Runtime", "Network", "Log", "Accessibility"):
            page.call(f"{domain}.enable")
        page.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        page.call("Emulation.setEmulatedMedia", media=media, features=[{"name": "prefers-color-scheme", "value": scheme}])
        page.call("Emulation.setScriptExecutionDisabled", value=not script)
        page.call("Page.navigate", url=file.as_uri())
        until = time.monotonic() + PATIENCE
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self._next(until))
        return page


class Page:
    """A page in the browser."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser, self._session = browser, session

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._browser.call(method, self._session, **parameters)

    def ask(self, expression: str) -> Any:
        """The value of an expression in the page."""
        done = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    def press(self, key: str, *, shift: bool = False) -> None:
        """A key: ``Tab``, ``Enter``, ``Space`` or a letter."""
        code = {"Tab": 9, "Enter": 13, "Space": 32}.get(key, ord(key[0].upper()))
        text = {"Enter": "\r", "Space": " ", "Tab": ""}.get(key, key)
        said: dict[str, Any] = {
            "key": text if key == "Space" else key,
            "windowsVirtualKeyCode": code,
            "modifiers": 8 * shift,
        }
        down = {"type": "keyDown", "text": text} if text else {"type": "rawKeyDown"}
        self.call("Input.dispatchKeyEvent", **down, **said)
        self.call("Input.dispatchKeyEvent", type="keyUp", **said)

    def focused(self) -> str:
        """What has the focus, in a few words."""
        said: str = self.ask(
            "(e => [e.tagName, e.id || e.getAttribute('href') || e.name || '', e.value || ''].join(' ').trim())"
            "(document.activeElement)"
        )
        return said

    def events(self, method: str) -> list[dict[str, Any]]:
        self.ask("1")  # what was on its way has then arrived
        return [event["params"] for event in self._browser.events if event.get("method") == method]

    def accessible(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Role, name and properties of all that assistive technology meets, in its order."""
        nodes = {node["nodeId"]: node for node in self.call("Accessibility.getFullAXTree")["nodes"]}
        found = []
        left = [next(iter(nodes))]
        while left:
            node = nodes[left.pop()]
            left += [child for child in reversed(node.get("childIds", ())) if child in nodes]
            if not node["ignored"]:
                properties = {one["name"]: one["value"].get("value") for one in node.get("properties", ())}
                found.append((node["role"]["value"], node.get("name", {}).get("value", ""), properties))
        return found
