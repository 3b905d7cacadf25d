"""One installation on this machine: its data folder, its secret, its database server."""

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from shebao.cli import database
from shebao.cli.binaries import ServerProblem
from shebao.cli.cluster import Cluster
from shebao.cli.files import write_private

CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Instance:
    """Profile (jilin, ebao, guangxi) and data folder, as settings.py computes them."""

    profile: str
    home: Path
    secret_file: Path

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Instance":
        profile = environment.get("SHEBAO_PROFILE") or "jilin"
        home = Path(environment.get("SHEBAO_HOME") or CHECKOUT / ".shebao" / profile).resolve()
        return cls(profile, home, Path(environment.get("SHEBAO_SECRET_FILE") or home / "secret"))

    @property
    def default_name(self) -> str:
        return f"shebao_{self.profile}"

    def cluster(self) -> Cluster:
        return Cluster(self.home)

    def make_home(self) -> None:
        """The data folder, and the secret (0600) that signs and makes blind indexes."""
        self.cluster().make_home()
        for name in ("keys", "ledger", "log"):
            (self.home / name).mkdir(mode=0o700, exist_ok=True)
        if not self.secret_file.exists():
            write_private(self.secret_file, secrets.token_urlsafe(48) + "\n")

    def uses_own_server(self) -> bool:
        """False with DATABASE_URL, or when an earlier start was given one."""
        known = database.load(self.home)
        return database.admin_url() is None and (known is None or known.embedded)

    @contextlib.contextmanager
    def installed(self) -> Iterator[database.Access]:
        """A server that answers, with the roles and databases of this installation; makes what is missing."""
        url = database.admin_url()
        known = database.load(self.home)
        if url is not None:
            yield database.prepare(database.name_in(url, self.default_name), admin=url, home=self.home)
        elif known is not None and not known.embedded:
            yield known
        else:
            cluster = self.cluster()
            with cluster.running():
                admin = cluster.superuser_dsn()
                yield database.prepare(self.default_name, admin=admin, home=self.home, embedded=True)

    @contextlib.contextmanager
    def reachable(self) -> Iterator[None]:
        """For one-off commands: the database answers inside the block; an own server is stopped if it was off."""
        if database.load(self.home) is None:
            raise ServerProblem("这里还没有数据。请先运行 make run 或 shebao serve。")
        if not self.uses_own_server():
            yield
            return
        with self.cluster().running():
            yield

    @contextlib.contextmanager
    def alone(self, *, make: bool = True) -> Iterator[None]:
        """One `serve` or `restore` per data folder; `make`: with its secret, where there is none."""
        if make:
            self.make_home()
        self.cluster().make_home()
        with (self.home / "serve.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as problem:
                raise ServerProblem(
                    f"{self.home} 正在被另一个 shebao serve 使用。请先停下它，或换一个 SHEBAO_HOME。"
                ) from problem
            yield
