"""Pictures of every page for looking at: python -m tests.web.shots FOLDER [name ...] (needs chromium)."""

import mimetypes
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

STATIC = Path(__file__).resolve().parents[2] / "shebao" / "web" / "static"
ORIGIN = "http://shebao.test"
MODES: dict[str, dict[str, object]] = {
    "phone": {"viewport": {"width": 390, "height": 844}},
    "wide": {"viewport": {"width": 1280, "height": 800}},
    "narrow": {"viewport": {"width": 320, "height": 700}},
    "dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
    "elder": {"viewport": {"width": 390, "height": 844}},
    "elder_narrow": {"viewport": {"width": 320, "height": 700}},
    "elder_dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}


@contextmanager
def browser() -> Iterator[Browser]:
    """The system's chromium."""
    with sync_playwright() as play:
        running = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield running
        running.close()


def stage(running: Browser, mode: str, policy: str) -> BrowserContext:
    """A browser context of a mode; static files come from the checkout, pages carry the real policy."""
    context = running.new_context(locale="zh-CN", service_workers="block", **MODES[mode])  # type: ignore[arg-type]

    def serve(route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN).split("?")[0]
        file = STATIC / path.removeprefix("/static/")
        if path.startswith("/static/") and file.is_file():
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            route.fulfill(body=file.read_bytes(), content_type=kind)
        else:
            route.fulfill(status=404, body="")

    context.route("**/*", serve)
    context.set_default_timeout(60_000)
    return context


def show(page: Page, path: str, html: str, policy: str) -> list[str]:
    """Opens a rendered page; answers with what the console complained about."""
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    headers = {"Content-Security-Policy": policy, "Content-Type": "text/html; charset=utf-8"}
    address = ORIGIN + path
    page.route(address, lambda route: route.fulfill(body=html, headers=headers))
    page.goto(address)
    page.unroute(address)
    return [line for line in said if "404" not in line]


def main(folder: Path, names: list[str], modes: list[str]) -> None:
    """Writes one picture per page and mode."""
    from shebao.settings import SECURITY_HEADERS
    from tests.web.scenes import SCENES

    policy = SECURITY_HEADERS["Content-Security-Policy"]

    folder.mkdir(parents=True, exist_ok=True)
    with browser() as running:
        for mode in modes:
            context = stage(running, mode, policy)
            page = context.new_page()
            for name in names or list(SCENES):
                scene = SCENES[name]
                said = show(page, scene.path, scene.html(elder=mode.startswith("elder")), policy)
                size = page.viewport_size or {"width": 390, "height": 844}
                height = page.evaluate("document.documentElement.scrollHeight")
                page.set_viewport_size({"width": size["width"], "height": max(height, size["height"])})
                page.screenshot(path=folder / f"{mode}-{name}.png")
                page.set_viewport_size(size)
                wide = page.evaluate(
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                )
                if said or wide > 0:
                    print(mode, name, "sideways" if wide > 0 else "", wide, said)
            context.close()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shebao.settings")
    os.environ.setdefault("SHEBAO_HOME", tempfile.mkdtemp())
    django.setup()
    chosen = [word for word in sys.argv[2:] if word in MODES]
    main(Path(sys.argv[1]), [word for word in sys.argv[2:] if word not in MODES], chosen or list(MODES))
