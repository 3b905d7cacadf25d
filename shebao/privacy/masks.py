"""How a sensitive value shows while it is hidden (默认遮盖): enough to recognise, not enough to use."""

from collections.abc import Callable

HIDDEN = "已隐去"


def mask(item: str, value: str) -> str:
    """The hidden form of a value of an item; an item without a form of its own shows nothing of the value."""
    text = value.strip()
    return _FORMS.get(item, _nothing)(text) if text else ""


def tail(value: str, digits: int = 4) -> str:
    """尾号: the last digits in words; nothing of a value that is hardly longer."""
    return f"尾号 {value[-digits:]}" if len(value) >= 2 * digits else HIDDEN


def name(value: str) -> str:
    """何*梅: first and last character; of two characters only the last."""
    if len(value) <= 1:
        return "*"
    if len(value) == 2:
        return f"*{value[1]}"
    return value[0] + "*" * (len(value) - 2) + value[-1]


def phone(value: str) -> str:
    """138 **** 0000: first three and last four digits of a mobile number; else the last digits."""
    digits = "".join(letter for letter in value if letter.isdigit())
    if digits.startswith("86") and len(digits) == 13:
        digits = digits[2:]
    if len(digits) == 11 and digits.startswith("1"):
        return f"{digits[:3]} **** {digits[-4:]}"
    return tail(digits)


def email(value: str) -> str:
    """h***@example.cn: first letter and domain."""
    user, at, domain = value.rpartition("@")
    return f"{user[0]}***@{domain}" if at and user and domain else HIDDEN


def address(value: str) -> str:
    """Province and city, or the first six characters of a long address."""
    for mark in ("市", "州", "盟"):
        head, found, rest = value.partition(mark)
        if found and rest:
            return head + mark + "****"
    return value[:6] + "****" if len(value) > 12 else HIDDEN


def _nothing(value: str) -> str:
    return HIDDEN


_FORMS: dict[str, Callable[[str], str]] = {
    "person.name": name,
    "person.id_number": tail,
    "person.phone": phone,
    "person.address": address,
    "person.email": email,
    "person.bank_account": tail,
    "person.card_number": tail,
}
