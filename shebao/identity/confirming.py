"""Confirmation of sensitive acts (敏感操作再确认): kept with the account, so it holds on every device."""

from shebao.base.refusal import Refusal
from shebao.identity.models import Account
from shebao.identity.telling import ALIAS, account_number
from shebao.privacy.gate import Actor

LEVEL = 2


def wanted(by: Actor) -> bool:
    """Whether the owner asked to be asked once more."""
    return Account.objects.using(ALIAS).filter(actor_id=account_number(by), confirm=True).exists()


def choose(by: Actor, *, on: bool) -> None:
    """Turns the confirmation on; turning it off is itself a sensitive act."""
    if not on:
        require(by)
    Account.objects.using(ALIAS).filter(actor_id=account_number(by)).update(confirm=on)


def require(by: Actor) -> None:
    """Refuses with step_up_required while the owner wants it and this session has not confirmed itself."""
    if by.level < LEVEL and wanted(by):
        raise Refusal(
            "step_up_required", "您选了敏感操作再确认一次。", "写一次密码，再接着办", "/account/confirm"
        )
