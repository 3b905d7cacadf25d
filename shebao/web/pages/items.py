"""办事: what can be finished on these pages, under its everyday name with the official one below."""

from collections.abc import Iterable
from typing import Any

from shebao.privacy.directory import Service

GROUPS = (
    (
        "马上能办",
        (
            ("/certificates/new?kind=enrolment", "开参保证明", "社会保险参保证明查询打印", "file"),
            ("/certificates/new?kind=contribution", "开缴费证明", "缴费记录查询打印", "file"),
            ("/certificates/new?kind=statement", "打权益记录单", "个人权益记录查询打印", "file"),
        ),
    ),
    (
        "查自己的",
        (
            ("/me/enrolment", "查参保", "个人参保信息查询", "id"),
            ("/me/contributions", "查缴费", "缴费记录查询", "list"),
            ("/me/account", "查账户", "个人账户查询", "wal"),
            ("/me/spending", "查看病花费", "医保消费查询", "hosp"),
        ),
    ),
    (
        "算一算",
        (
            ("/calculators/pension/", "算养老金", "养老待遇测算", "calc"),
            ("/calculators/", "别的测算", "缴费、失业金、生育津贴、等待期", "calc"),
        ),
    ),
    (
        "个人信息",
        (
            ("/privacy/who-looked/", "问一次查看", "对查看记录提出疑问", "ask"),
            ("/privacy/export", "复制我的信息", "个人信息查阅复制", "down"),
        ),
    ),
)


def groups(*, elder: bool = False, opened: Iterable[Service] = ()) -> list[dict[str, Any]]:
    """Groups of rows, services opened later at the end; in elder mode the four most used."""
    shown = [
        {
            "name": name,
            "rows": [{"url": url, "name": word, "sub": sub, "icon": icon} for url, word, sub, icon in rows],
        }
        for name, rows in GROUPS
    ]
    later = [{"url": one.page, "name": one.name, "sub": "", "icon": one.icon} for one in opened]
    if later:
        shown.append({"name": "新开通的", "rows": later})
    return [group | {"rows": group["rows"][:2]} for group in shown[:2]] if elder else shown
