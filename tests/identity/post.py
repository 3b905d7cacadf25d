"""The real messages that stayed, and what they said: codes are read where their owner would read them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction

from shebao.notices import actions


@dataclass
class Posted:
    """Passes every message on to the real room and remembers it."""

    sent: list[tuple[int, str, Mapping[str, str | int], str]] = field(default_factory=list)

    def __call__(
        self, *, subject: int, template: str, params: Mapping[str, str | int], alias: str, to: str = ""
    ) -> int:
        number = actions.post(subject=subject, template=template, params=params, alias=alias, to=to)
        transaction.on_commit(lambda: self.sent.append((subject, template, params, to)), using=alias)
        return number

    def code(self, to: str) -> str:
        """The newest code sent to a number or mailbox."""
        return next(str(params["code"]) for _, _, params, at in reversed(self.sent) if at == to)

    def templates(self) -> list[str]:
        return [template for _, template, _, _ in self.sent]
