"""How a sensitive value shows while it is hidden (默认遮盖): enough to recognise, not enough to use."""

from collections.abc import Callable

from shebao.privacy import register

HIDDEN = "已隐去"


def mask(item: str, value: str) -> str:
    """The hidden form of a value, as the register says of its item."""
    text = value.strip()
    return _FORMS[register.current().items[item].mask](text) if text else ""


def tail(value: str) -> str:
    """尾号 0426: the last four characters; nothing of a value that is hardly longer."""
    return f"尾号 {value[-4:]}" if len(value) >= 8 else HIDDEN


def tail2(value: str) -> str:
    """尾号 27: the last two characters, for staff numbers."""
    return f"尾号 {value[-2:]}" if len(value) >= 4 else HIDDEN


def amount(value: str) -> str:
    """****: an amount of money until the person asks to see it."""
    return "****" if value else ""


def name(value: str) -> str:
    """何*梅: first and last character; of two characters only the last."""
    if len(value) <= 2:
        return f"*{value[1:]}"
    return value[0] + "*" * (len(value) - 2) + value[-1]


def phone(value: str) -> str:
    """138 **** 0000: first three and last four digits of a mobile number; of another number its end."""
    digits = "".join(letter for letter in value if letter.isdigit())
    if digits.startswith("86") and len(digits) == 13:
        digits = digits[2:]
    if len(digits) == 11 and digits.startswith("1"):
        return f"{digits[:3]} **** {digits[-4:]}"
    return tail(digits)


def hidden(value: str) -> str:
    """已隐去: nothing of the value."""
    return HIDDEN if value else ""


def shown(value: str) -> str:
    """An item that the dictionary does not mask."""
    return value


_FORMS: dict[str, Callable[[str], str]] = {
    "name": name,
    "tail4": tail,
    "tail2": tail2,
    "amount": amount,
    "phone": phone,
    "hidden": hidden,
    "none": shown,
}
