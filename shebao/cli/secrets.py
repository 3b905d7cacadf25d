"""Everything secret that an installation starts with; existing files are kept."""

from shebao.cli.instance import Instance
from shebao.documents import seal
from shebao.privacy import master


def prepare() -> None:
    """The data folder of this environment, its secret, its keys and the key of its test seal."""
    instance = Instance.from_environment()
    instance.make_home()
    master.prepare(instance.home)
    seal.prepare(instance.home)
