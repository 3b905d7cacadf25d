"""Root never runs the database server: which account does, and what that account can reach."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """The operating-system account a server child runs as."""

    name: str
    uid: int
    gid: int

    @property
    def is_self(self) -> bool:
        return self.uid == os.geteuid()

    def child(self) -> dict[str, Any]:
        """Arguments for subprocess so that the child has this account and no supplementary group."""
        if self.is_self:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def server_account() -> Account:
    """Ourselves, or for root an existing unprivileged account; none is ever created."""
    if os.geteuid() != 0:
        return Account(str(os.geteuid()), os.geteuid(), os.getegid())
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise LookupError("neither postgres nor nobody exists on this machine")


def can_read(account: Account, path: Path) -> bool:
    """Whether the account may read a file through every folder above it (plain modes, no ACL)."""
    return can_enter(account, path.parent) and _allows(account, path, 0o4)


def can_enter(account: Account, folder: Path) -> bool:
    """Whether the account may pass through a folder and all its parents, symbolic links resolved."""
    real = folder.resolve()
    return all(_allows(account, step, 0o1) for step in (real, *real.parents))


def _allows(account: Account, path: Path, bit: int) -> bool:
    try:
        status = path.stat()
    except OSError:
        return False
    mode = stat.S_IMODE(status.st_mode)
    if status.st_uid == account.uid:
        return bool(mode >> 6 & bit)
    if status.st_gid == account.gid:
        return bool(mode >> 3 & bit)
    return bool(mode & bit)
