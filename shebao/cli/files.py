"""Files that only their owner may read."""

import os
import secrets
from pathlib import Path

from shebao.cli.privilege import Account


def write_private(path: Path, text: str, owner: Account | None = None) -> None:
    """Atomically writes a file (0600); follows no link on the way."""
    partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w") as file:
        if owner is not None:
            os.fchown(descriptor, owner.uid, owner.gid)
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    partial.replace(path)
