"""All commands of `shebao`: name, module, one line of help. A module is loaded only when its command runs."""

import enum
import importlib
from dataclasses import dataclass
from types import ModuleType


class Needs(enum.Enum):
    """What must be there before the module is loaded."""

    NOTHING = enum.auto()
    INSTALLATION = enum.auto()  # makes the home, the secrets, the roles and databases; loads Django
    DATABASE = enum.auto()  # an installed database that answers; loads Django
    PERHAPS = enum.auto()  # loads Django; the database answers too where there is one
    DJANGO = enum.auto()  # loads Django only


@dataclass(frozen=True)
class Verb:
    """A module with `command` (a function) or `app` (a typer application with subcommands)."""

    name: str
    module: str
    help: str
    needs: Needs = Needs.DATABASE


def load(module: str) -> ModuleType:
    """A module of this room, now that it is needed."""
    return importlib.import_module(f"shebao.cli.{module}")


VERBS = (
    Verb("serve", "serve", "启动平台：数据库、网页服务和后台任务，一条命令。", needs=Needs.NOTHING),
    Verb(
        "install",
        "install",
        "建表、装规则和密钥；没有数据时造一个演示省。可以重复运行。",
        needs=Needs.INSTALLATION,
    ),
    Verb("worker", "worker", "只运行后台任务（查看记录的排序与签名等）。"),
    Verb("register", "register", "处理活动登记册：校验、比较、导出。", needs=Needs.PERHAPS),
    Verb("policy", "policy", "政策和协议：看、比较、公布。"),
    Verb("ledger", "ledger", "总账：核对凭证、看签名检查点、为一条记录开凭证。", needs=Needs.PERHAPS),
    Verb("keys", "keys", "密钥：更换主密钥、查看数量。从不显示密钥本身。"),
    Verb("openapi", "openapi", "导出接口说明（OpenAPI）。", needs=Needs.DJANGO),
    Verb("conformance", "conformance", "条款对照：每条政策条款由哪些测试证明。", needs=Needs.DJANGO),
    Verb("synth", "synth", "造一个虚构的省，装进空的安装。"),
    Verb("demo", "demo", "演示账号和演示用的人。"),
    Verb("load", "load", "导入单位月申报和经办机构的数据，先核对再生效。"),
    Verb("deaths", "deaths", "导入死亡名单，或者更正弄错的。"),
    Verb("aid", "aid", "导入民政部门的救助对象名单，减少居民医保个人缴费。"),
    Verb("service", "operations", "服务目录、维护窗口、停办和开通。"),
    Verb("run", "run", "批量任务：月度核定、计息、到龄名单、待遇调整、权益记录单。"),
    Verb("backup", "backup", "备份数据库、总账和密钥，带校验值。", needs=Needs.NOTHING),
    Verb("restore", "restore", "把备份恢复到空的地方，再核对总账。", needs=Needs.NOTHING),
    Verb("database", "server", "数据库服务器：状态、启动、停止、命令行。", needs=Needs.NOTHING),
)
BY_NAME = {verb.name: verb for verb in VERBS}
