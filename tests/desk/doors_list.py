"""Every address of the application, found in the resolver, with whose numbers stand in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

PART = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Address:
    """One route and the names in it."""

    route: str
    names: tuple[str, ...]

    @property
    def room(self) -> str:
        return self.route.split("/", 1)[0]

    def filled(self, values: dict[str, str]) -> str:
        """The path with these values in it."""
        return "/" + PART.sub(lambda found: values[found[1]], self.route)


def addresses() -> list[Address]:
    """All of them, without the files of the style sheets."""
    routes = sorted(set(_walk(get_resolver().url_patterns, "")))
    return [Address(route, tuple(PART.findall(route))) for route in routes]


def _walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
    for one in patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, route)
        else:
            yield route
