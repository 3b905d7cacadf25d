"""下一步: where a condition that does not hold leads on; never to an item that is not offered here, a window last."""

from dataclasses import replace

from shebao.cases.item import Finding, Item
from shebao.items import catalogue

Way = tuple[str, str]
LAST: Way = ("问经办机构", "/offices/")
NONE: Way = ("", "")
ITEMS: Way = ("看能办什么", "/items/")
CASES: Way = ("看我的办件", "/cases/")
ENROLMENT: Way = ("看参保信息", "/me/enrolment")
PAID: Way = ("看缴费记录", "/me/contributions")
ACCOUNT: Way = ("看个人账户", "/me/account")
MONEY: Way = ("看钱到哪了", "/me/payments")
RETIRE: Way = ("算一算哪年退休", "/calculators/pension/")
COMMON: dict[str, Way] = {
    **dict.fromkeys(("has_none", "has_one", "not_mother", "too_young", "wrong_state"), ITEMS),
    **dict.fromkeys(("already_claimed", "already_paid", "certified", "filed", "has_card"), CASES),
    **dict.fromkeys(
        ("already_enrolled", "no_employer", "no_pension", "not_enrolled", "reemployed", "still_enrolled"),
        ENROLMENT,
    ),
    **dict.fromkeys(("min_contribution", "nothing_paid", "unsettled"), PAID),
    **dict.fromkeys(("no_account", "no_balance"), ACCOUNT),
    **dict.fromkeys(("drawing", "draws_pension", "not_suspended", "nothing", "pensioner"), MONEY),
    **dict.fromkeys(("not_total", "too_early"), RETIRE),
    "expired": ("申请劳动能力鉴定", "/items/labour-appraisal/"),
    "stopped": ("申请恢复", "/items/benefit-resume/"),
}


def on(item: Item, line: Finding, *, last: Way = LAST) -> Finding:
    """The line with a way on that exists in this deployment for who applies; a condition that holds needs none.

    `last`: where it leads when neither the item nor its kind knows better.
    """
    if line.passed:
        return replace(line, next_step="", next_url="")
    own = (line.next_step, line.next_url)
    found = next((way for way in (own, COMMON.get(line.code, NONE)) if _exists(item, way[1])), last)
    return replace(line, next_step=found[0], next_url=found[1])


def _exists(item: Item, url: str) -> bool:
    if url.startswith("/items/") and url != "/items/":
        return url.split("/")[2] in {one.code for one in catalogue.offered()}
    return bool(url) and not (url.startswith("/me/") and item.applicants == ("employer",))
