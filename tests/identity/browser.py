"""A browser without script: follows links and forms of the pages, checks the anti-forgery token."""

import re
from html import unescape
from typing import Any

from django.test import Client


class Browser:
    """One person's browser: cookies, and the page on screen."""

    def __init__(self) -> None:
        self.client = Client(
            enforce_csrf_checks=True, headers={"user-agent": "Mozilla/5.0 (Linux; Android 14) Chrome/126"}
        )
        self.page = ""
        self.status = 0
        self.at = ""

    def get(self, path: str) -> "Browser":
        return self._seen(self.client.get(path, follow=True), path)

    def send(self, path: str, *, origin: str = "http://testserver", **fields: Any) -> "Browser":
        """Sends the form of this page that leads to `path`, its hidden fields included."""
        form = next(text for action, text in self._forms() if action == path)
        hidden = {
            unescape(name): unescape(value)
            for name, value in re.findall(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?', form)
        }
        answer = self.client.post(path, hidden | fields, follow=True, headers={"origin": origin})
        return self._seen(answer, path)

    def post(self, path: str, **fields: Any) -> "Browser":
        """Sends a form whose address is the page itself."""
        token = {"csrfmiddlewaretoken": self.cookies.get("sb_csrf", "")}
        answer = self.client.post(path, token | fields, follow=True, headers={"origin": "http://testserver"})
        return self._seen(answer, path)

    def links(self, start: str) -> list[str]:
        return [unescape(found) for found in re.findall(rf'href="({re.escape(start)}[^"]*)"', self.page)]

    @property
    def cookies(self) -> dict[str, str]:
        return {name: one.value for name, one in self.client.cookies.items() if one.value}

    @property
    def text(self) -> str:
        """What is read on the page."""
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", unescape(self.page.split("<main", 1)[-1])))

    def _forms(self) -> list[tuple[str, str]]:
        return re.findall(r'<form[^>]*action="([^"]+)"[^>]*>(.*?)</form>', self.page, re.DOTALL)

    def _seen(self, answer: Any, path: str) -> "Browser":
        self.page, self.status = answer.content.decode(), answer.status_code
        self.at = answer.redirect_chain[-1][0] if answer.redirect_chain else path
        self.headers = answer.headers
        return self
