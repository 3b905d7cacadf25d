"""What is shown instead of a full number or name; the length stays."""

from shebao.rules.refusals import invalid

STAR = "*"


def mask(text: str, *, keep_head: int = 3, keep_tail: int = 4) -> str:
    """Head and tail with stars between; all stars when nothing would be hidden."""
    if keep_head < 0 or keep_tail < 0:
        raise invalid("keep_head", "保留位数不能小于 0。")
    hidden = len(text) - keep_head - keep_tail
    if hidden <= 0:
        return STAR * len(text)
    return text[:keep_head] + STAR * hidden + text[len(text) - keep_tail :]


def mask_name(name: str) -> str:
    """The family name, or of a longer name the first and last character: 张*, 欧**娜."""
    if len(name) <= 1:
        return STAR * len(name)
    return mask(name, keep_head=1, keep_tail=0 if len(name) <= 3 else 1)


def mask_phone(phone: str) -> str:
    """The first three and last four digits."""
    return mask(phone, keep_head=3, keep_tail=4)


def mask_account(account: str) -> str:
    """Only the last four digits of a card or bank account."""
    return mask(account, keep_head=0, keep_tail=4)
