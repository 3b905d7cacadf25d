"""Every parameter book of the rules, found by its files."""

from importlib.resources import files

from shebao.rules import dated
from shebao.rules.dated import Book, Value

NOT_PARAMETERS = {"regions.toml", "divisions.toml", "calendar.toml", "table.toml", "codes.toml"}
FOLDERS = ("", "pension", "unemployment", "injury", "medical", "maternity", "resident_pension", "handling")


def topics(folder: str) -> dict[str, list[str]]:
    """The TOML files of a folder by topic, the sourced one before the demonstration."""
    names = [file.name for file in files("shebao.rules").joinpath(folder).iterdir()]
    found: dict[str, list[str]] = {}
    for name in sorted(names, key=len):
        if name.endswith(".toml") and name not in NOT_PARAMETERS:
            found.setdefault(name.split(".")[0], []).append(name)
    return found


def books() -> dict[str, Book]:
    """Each book by its source."""
    loaded = [
        dated.load(f"shebao.rules.{folder}".rstrip("."), *names)
        for folder in FOLDERS
        for names in topics(folder).values()
    ]
    return {book.source: book for book in loaded}


def series() -> dict[tuple[str, str, str], list[Value]]:
    """The values of each book, key and region in order of time."""
    return {
        (source, key, region): sorted(
            (value for value in values if value.region == region), key=lambda value: value.since
        )
        for source, book in books().items()
        for key, values in book.values.items()
        for region in {value.region for value in values}
    }
