"""What is expected to go wrong: a refusal with a code, a status and a plain sentence (每条拒绝都说清原因和下一步)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Wording:
    """Status (HTTP), default sentence and next step of one refusal code."""

    status: int
    message: str
    next_step: str = ""
    next_url: str = ""


REFUSALS: dict[str, Wording] = {
    "consent_required": Wording(403, "这个功能要先得到您的同意。", "看看同意什么", "/privacy/consents/"),
    "purpose_not_allowed": Wording(
        403, "登记的用途里没有这一项，所以没有打开。", "需要的话请告诉我们", "/contact/"
    ),
    "permission_missing": Wording(
        403, "没有拿到这项权限，内容没有保存。", "可以改用别的办法", "/privacy/devices/"
    ),
    "precondition_unmet": Wording(409, "还差一步才能继续。", "看看差什么", ""),
    "field_not_declared": Wording(422, "这里不收这一项信息，什么也没有保存。", "去掉它再交", ""),
    "recipient_not_authorised": Wording(
        403, "对方没有得到授权，什么也没给。", "看共享给了谁", "/privacy/shares/"
    ),
    "transfer_not_permitted": Wording(
        403, "这类信息不能这样传出去，已经拦下。", "看共享给了谁", "/privacy/shares/"
    ),
    "guardian_consent_required": Wording(
        403, "需要监护人来同意。", "把链接发给监护人", "/account/guardians/"
    ),
    "region_blocked": Wording(403, "信息只存放在中国内地，这次请求没有放行。", "看公开信息", "/"),
    "region_consent_required": Wording(403, "您在境外，要先看一份单独说明。", "看说明", "/privacy/policy/"),
    "login_required": Wording(401, "请先登录，登录后回到这一页。", "去登录", "/login"),
    "account_suspended": Wording(403, "账号现在停用。", "怎样申诉", "/contact/"),
    "training_lapsed": Wording(
        403, "今年的安全培训还没有完成，个人信息看不了。", "看怎样补上", "/desk/training"
    ),
    "network_not_allowed": Wording(403, "这个网络不能看个人信息，已经记下。", "换到办公网络", "/desk/login"),
    "service_ceased": Wording(410, "这项服务已停办。", "看原来的记录", "/items/"),
    "never_disclose": Wording(403, "这类信息任何人都不能取走，包括我们。", "看规定", "/privacy/policy/"),
    "card_not_linked": Wording(409, "还没有绑定社保卡，绑定要两分钟。", "去绑定", "/account/card/"),
    "handler_incomplete": Wording(409, "经办单位的登记不完整，这项还不能用。", "联系我们", "/contact/"),
    "out_of_reach": Wording(
        403, "这份材料属于另一个人，所以打不开。", "如果您是监护人，请先登记", "/account/guardians/"
    ),
    "rate_limited": Wording(429, "问得太快了，请过一会儿再试。", "", ""),
    "step_up_required": Wording(403, "这一步要再确认一次是您本人。", "去确认", "/login"),
    "not_found": Wording(404, "没有找到这一页。", "回首页", "/"),
    "invalid_input": Wording(422, "填的内容有一处不对，请检查。", "", ""),
    "conflict": Wording(409, "这件事已经办过了。", "", ""),
    "under_maintenance": Wording(503, "这项服务正在维护。", "看维护安排", "/status"),
    "unavailable": Wording(503, "现在取不到，其他功能都能用。", "过几分钟再试", ""),
}


class Refusal(Exception):
    """An expected no. `status` is the HTTP status, `message` one plain Chinese sentence."""

    def __init__(
        self, code: str, message: str = "", next_step: str = "", next_url: str = "", field: str = ""
    ) -> None:
        wording = REFUSALS[code]
        self.code = code
        self.status = wording.status
        self.message = message or wording.message
        self.next_step = next_step or wording.next_step
        self.next_url = next_url or wording.next_url
        self.field = field
        super().__init__(code)

    def as_problem(self) -> dict[str, object]:
        """RFC 9457 problem document."""
        body: dict[str, object] = {
            "type": f"/docs/refusals#{self.code}",
            "title": self.message,
            "status": self.status,
            "code": self.code,
            "next": self.next_step,
        }
        if self.next_url:
            body["next_url"] = self.next_url
        if self.field:
            body["field"] = self.field
        return body
