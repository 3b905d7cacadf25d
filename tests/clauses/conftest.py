"""The rows on accounts need an installation that is open for registration."""

from tests.identity.conftest import open_house

__all__ = ["open_house"]
