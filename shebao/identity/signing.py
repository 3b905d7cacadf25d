"""Signed notes of this room (签名文本): guardians' consents, mandates, cancellation receipts. Ed25519, own key."""

from django.conf import settings

from shebao.privacy import keys, notes

NAME = "shebao-account"


def signer() -> notes.Signer:
    """The key of this installation for account papers; its public half is given to anybody."""
    return notes.Signer(
        f"{NAME}-{settings.PROFILE}", keys.installation_key(settings.SECRET_FILE, "account-paper")
    )


def sign(lines: tuple[str, ...]) -> str:
    """The lines as one signed note."""
    return signer().sign("\n".join(lines) + "\n")


def verifier_key() -> str:
    """The public key, as `name+id+base64`."""
    return str(signer().verifier)


def opened(note: str) -> list[str]:
    """The lines of a note that this installation signed; refuses (ValueError) any other."""
    parsed = notes.parse(note)
    parsed.verify([signer().verifier])
    return parsed.text.rstrip("\n").split("\n")
