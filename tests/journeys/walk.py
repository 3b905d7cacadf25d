"""One person's walk: taps what can be seen, and on every page looks for barriers, errors and sideways scrolling."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from shebao.privacy import ledger
from shebao.synth import demonstration
from tests.conftest import Installation

PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1280, "height": 800}
WATCH = """
window.storageReads = [];
for (const [owner, names] of [[Storage.prototype, ["getItem", "key"]], [IDBFactory.prototype, ["open", "databases"]],
                              [window, ["showOpenFilePicker", "showDirectoryPicker"]],
                              [StorageManager.prototype, ["getDirectory"]]])
  for (const name of names) {
    const real = owner[name];
    if (real) owner[name] = function () { window.storageReads.push(name); return real.apply(this, arguments); };
  }
"""
READS = "window.storageReads"
GRAVE = ("serious", "critical")


@dataclass
class Site:
    """Where it runs, and the invented people who may log in."""

    address: str
    installation: Installation

    def login(self, role_or_name: str) -> dict[str, Any]:
        """A log-in of the demonstration."""
        return next(
            line
            for line in demonstration.logins()
            if role_or_name in (line["role"], line["name"], line["login"])
        )

    def settle(self) -> None:
        """The sequencer has taken in every entry written so far."""
        end = time.monotonic() + 20
        while time.monotonic() < end and ledger.sequence_once():
            time.sleep(0.05)


@dataclass
class Walk:
    """A browser window and what was met on the way."""

    site: Site
    page: Page
    script: bool = True
    met: dict[str, list[str]] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        self.page.goto(self.site.address + path)
        return self.look()

    def tap(self, name: str, *, role: str = "link", within: str = "body") -> Page:
        """Taps the first link or button of that name and waits for the next page."""
        target = self.page.locator(within).get_by_role(role, name=name).first  # type: ignore[arg-type]
        with self.page.expect_navigation():
            target.click()
        return self.look()

    def send(self, button: str, **fields: str) -> Page:
        """Fills the fields by their names and taps the button."""
        for name, value in fields.items():
            self.page.locator(f'[name="{name}"]').fill(value)
        return self.tap(button, role="button")

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.site.address).split("?")[0].split("#")[0]

    @property
    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def look(self) -> Page:
        """Once for each address: no barrier of a serious kind, nothing wider than the window."""
        self.page.wait_for_load_state()
        if self.path not in self.met and self.script:
            found = Axe().run(self.page).response["violations"]
            self.met[self.path] = [
                f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found if one["impact"] in GRAVE
            ]
            if self.page.evaluate(
                "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            ):
                self.met[self.path].append("wider than the window")
        return self.page

    def heard(self, kind: str, text: str) -> None:
        """An answer other than 200 is part of a walk, a broken script or a blocked file is not."""
        if kind == "error" and not re.search(
            "status of 4(01|03|09|22)|register a ServiceWorker.*aborted", text
        ):
            self.said.append(text)

    def watch_storage(self) -> None:
        """From the next page on, every read of the device's storage is noted."""
        self.page.context.add_init_script(WATCH)

    def storage_reads(self) -> list[str]:
        """What was read from the device's storage on this page and kept there."""
        return list(self.page.evaluate(READS))

    def barriers(self) -> dict[str, list[str]]:
        return {path: found for path, found in self.met.items() if found}


@contextmanager
def walking(
    chromium: Browser, site: Site, size: dict[str, int] = PHONE, *, script: bool = True
) -> Iterator[Walk]:
    """A fresh window, closed at the end; complaints of the console and barriers fail the walk."""
    context: BrowserContext = chromium.new_context(
        locale="zh-CN",
        viewport=size,
        java_script_enabled=script,
        accept_downloads=True,  # type: ignore[arg-type]
    )
    context.set_default_timeout(60_000)
    walk = Walk(site, context.new_page(), script)
    walk.page.on("console", lambda line: walk.heard(line.type, line.text))
    walk.page.on("pageerror", lambda error: walk.said.append(str(error)))
    try:
        yield walk
        met = walk.barriers()
        assert not met, met
        assert not walk.said, walk.said
    finally:
        context.close()
