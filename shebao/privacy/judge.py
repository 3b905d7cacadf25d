"""Why a register is not accepted (登记册的校验): each rule looks at one row and says what is wrong in one sentence."""

import re
from collections.abc import Iterator

from shebao.privacy.book import Register
from shebao.privacy.declared import CONSENT_BASIS, Item, Problem, Process, Sharing, Signal, days

BASES = frozenset(f"13-1-{number}" for number in range(1, 8))
CONSENT_KINDS = frozenset({"plain", "separate", "written", "guardian"})
ROW_RULES = frozenset({"self", "linked", "guardian", "acting", "case", "roster", "code", "bulk", "none"})
ROLES = frozenset(
    {"citizen", "visitor", "employer_agent", "clerk", "supervisor", "privacy_officer", "security_officer"}
    | {"auditor", "operator", "partner", "system"}
)
RELATIONS = frozenset({"controller", "processor", "joint", "authority"})
APPROVALS = frozenset({"none", "supervisor", "two_person"})
SENSITIVITIES = frozenset({"none", "sensitive", "sensitive_minor"})
LEVELS = frozenset({"L1", "L2", "L3", "L4"})
KEY_CLASSES = frozenset({"account", "optional", "statutory", "ledger", "minor"})
MARKETING = frozenset({"dpv:Marketing", "dpv:DirectMarketing", "dpv:Advertising", "dpv:TargetedAdvertising"})
ONLY_BY_CHOICE = MARKETING | {"dpv:Personalisation", "dpv:ResearchAndDevelopment"}
SIGNAL_ITEM = "device.signal"
SIGNAL_KINDS = frozenset(
    {"identifier", "fingerprint", "applications", "motion", "operator", "features", "position", "cells"}
    | {"number", "event", "installation", "call"}
)
KEPT_FORMS = frozenset({"digest", "coarse", "listed", "verdict"})
FORMS = KEPT_FORMS | {"vault", "key", "once", "count", "never"}
UNIQUE = frozenset({"identifier", "installation", "number"})
INSURANCE = ("enrolment.", "contribution.", "account.", "claim.", "benefit.")
NEVER_ORDINARY = re.compile(
    r"diagnos|disease|illness|ethnic|religio|disabilit|gene|biometric|face"
    r"|诊断|疾病|病名|民族|种族|宗教|信仰|残疾|基因|人脸|指纹|政治"
)


def problems(register: Register) -> Iterator[Problem]:
    """Every reason against this register; none means accepted."""
    yield from _header(register)
    for item in register.items.values():
        yield from _item(item)
    for process in register.process.values():
        yield from _wording(register, process)
        yield from _basis(process)
        yield from _data(register, process)
        yield from _limits(register, process)
        yield from _choice(process)
    yield from _periods(register)
    for share in register.sharing.values():
        yield from _sharing(register, share)
    for signal in register.signal.values():
        yield from _signal(register, signal)
    for lowered in register.lowered.values():
        if not (lowered.approver and lowered.reason):
            yield Problem("class_lowered", f"item {lowered.item}", "降低敏感等级要有安全负责人批准和理由")
    for script in register.third_party_code.values():
        if not script.statement_url:
            yield Problem("no_statement", f"third_party_code {script.name}", "缺少对方的隐私说明")


def _periods(register: Register) -> Iterator[Problem]:
    for rule in register.retention.values():
        for code in rule.items:
            if code not in register.items:
                yield Problem("unknown_item", f"retention {rule.code}", f"字典里没有 {code}")
        if days(rule.period) is None:
            yield Problem("bad_period", f"retention {rule.code}", f"看不懂期限 {rule.period}")


def _header(register: Register) -> Iterator[Problem]:
    handler = register.party.get(register.header["handler"])
    officer = register.party.get(register.header["officer"])
    if (
        handler is None
        or handler.role != "controller"
        or not (handler.name and handler.address and handler.contact)
    ):
        yield Problem("handler_incomplete", "register", "处理者要有全名、地址和联系办法")
    if officer is None or officer.role != "officer" or not officer.contact:
        yield Problem("officer_missing", "register", "要写明个人信息保护负责人和联系办法")
    if register.effective_on < register.updated_on:
        yield Problem("dates", "register", "生效日早于更新日")


def _item(item: Item) -> Iterator[Problem]:
    where = f"item {item.code}"
    for name, value, allowed in (
        ("sensitivity", item.sensitivity, SENSITIVITIES),
        ("class", item.level, LEVELS),
        ("key_class", item.key_class, KEY_CLASSES),
    ):
        if value not in allowed:
            yield Problem("bad_value", where, f"{name} 不能是 {value}")
    if item.sensitivity == "none" and NEVER_ORDINARY.search(f"{item.code} {item.label_zh}"):
        yield Problem("never_ordinary", where, "健康、民族一类的信息只能按敏感信息登记")


def _wording(register: Register, process: Process) -> Iterator[Problem]:
    where = f"process {process.code}"
    use = register.use.get(process.use)
    if use is None:
        yield Problem("use_unmapped", where, f"用途类别 {process.use} 不在政策列出的用途里")
    elif use.general:
        yield Problem("general_aim", where, f"只写「{use.name}」不能算用途，要写明具体的事")
    if not process.plain_zh.startswith("为") or not 4 <= len(process.plain_zh) <= 60:
        yield Problem("plain_words", where, "说明要写成「为…」，4 到 60 个字")


def _basis(process: Process) -> Iterator[Problem]:
    where = f"process {process.code}"
    if process.legal_basis not in BASES:
        yield Problem("no_basis", where, "缺少个人信息保护法第十三条里的依据")
    if not process.legal_reference:
        yield Problem("no_legal_reference", where, "缺少法律和条文")
    if process.optional and process.consent_kind not in CONSENT_KINDS:
        yield Problem("consent_kind_missing", where, "依据是同意，要写明同意的方式")
    if not process.optional and process.consent_kind:
        yield Problem("consent_not_needed", where, "依据不是同意，不能再要同意")


def _data(register: Register, process: Process) -> Iterator[Problem]:
    where = f"process {process.code}"
    known = [item for item in process.data if item in register.items]
    for item in process.data:
        if item not in register.items:
            yield Problem("unknown_item", where, f"字典里没有 {item}")
        elif register.retention_of(item) is None and register.items[item].source != "derived":
            yield Problem("retention_missing", where, f"{item} 没有保存期限")
    if process.retention not in register.retention:
        yield Problem("retention_missing", where, "没有写明保存期限")
    if not process.data and not process.permission:
        yield Problem("no_data", where, "既不用数据，也不用权限")
    if any(register.items[item].sensitivity != "none" for item in known):
        if not (process.necessity_zh and process.impact_zh):
            yield Problem("necessity_missing", where, "用到敏感信息，要写明为什么必要、对本人有什么影响")
        if process.assessment not in register.assessment:
            yield Problem("assessment_missing", where, "用到敏感信息，要先做影响评估")
    if process.purpose in MARKETING:
        for item in known:
            if item.startswith(INSURANCE) or register.items[item].level == "L4":
                yield Problem("marketing_with_insurance", where, f"推广不能用 {item}")


def _limits(register: Register, process: Process) -> Iterator[Problem]:
    where = f"process {process.code}"
    for name, value, allowed in (
        ("row_rule", process.row_rule, ROW_RULES),
        ("approval", process.approval, APPROVALS),
        ("necessity", process.necessity, frozenset({"core", "extension"})),
    ):
        if value not in allowed:
            yield Problem("bad_value", where, f"{name} 不能是 {value}")
    for role in sorted(set(process.roles) - ROLES):
        yield Problem("bad_value", where, f"没有 {role} 这种角色")
    if not re.fullmatch(r"[1-9]\d*/[smhd]", process.rate):
        yield Problem("bad_rate", where, "次数上限要写成 120/m 的样子")
    if process.permission and process.permission not in register.permission:
        yield Problem("unknown_permission", where, f"权限表里没有 {process.permission}")
    assessment = register.assessment.get(process.assessment)
    if assessment and assessment.risk == "high" and process.in_force:
        yield Problem("high_risk", where, "影响评估是高风险，处理前不能启用")
    if assessment and assessment.review_by < register.effective_on:
        yield Problem("assessment_expired", where, "影响评估过期了")
    for code in process.recipients:
        if code not in register.sharing or not register.sharing[code].in_force:
            yield Problem("recipient_not_authorised", where, f"接收方 {code} 没有生效的协议")


def _choice(process: Process) -> Iterator[Problem]:
    where = f"process {process.code}"
    if process.purpose in ONLY_BY_CHOICE:
        if process.legal_basis != CONSENT_BASIS:
            yield Problem("choice_forced", where, "推广、个性化和研究只能靠同意")
        if process.necessity != "extension":
            yield Problem("choice_forced", where, "推广、个性化和研究不能算必需")


def _signal(register: Register, signal: Signal) -> Iterator[Problem]:
    where = f"signal {signal.code}"
    for name, value, allowed in (("kind", signal.kind, SIGNAL_KINDS), ("form", signal.form, FORMS)):
        if value not in allowed:
            yield Problem("bad_value", where, f"{name} 不能是 {value}")
    process = register.process.get(signal.purpose)
    if process is None and signal.form != "count":
        yield Problem("purpose_unknown", where, f"登记册里没有用途 {signal.purpose}")
    if signal.grant not in ("", signal.code, *register.permission):
        yield Problem("unknown_permission", where, f"权限表里没有 {signal.grant}")
    if signal.kind in UNIQUE and (signal.form in ("coarse", "listed", "once") or not signal.personal):
        yield Problem("raw_identifier", where, "唯一标识是个人信息，只能留加密摘要")
    if signal.form in KEPT_FORMS:
        if process and SIGNAL_ITEM not in process.writes:
            yield Problem("not_written", where, f"用途 {signal.purpose} 没有登记写入设备信息")
        if signal.retention not in register.retention:
            yield Problem("retention_missing", where, "没有写明保存期限")


def _sharing(register: Register, share: Sharing) -> Iterator[Problem]:
    where = f"sharing {share.code}"
    party = register.party.get(share.recipient)
    if party is None:
        yield Problem("unknown_party", where, f"当事方里没有 {share.recipient}")
    for item in share.items:
        if item not in register.items:
            yield Problem("unknown_item", where, f"字典里没有 {item}")
    if share.relation not in RELATIONS or share.direction not in {"in", "out", "both"}:
        yield Problem("bad_value", where, f"关系 {share.relation} 或方向 {share.direction} 不对")
    if share.payment:
        yield Problem("sale", where, "个人信息不卖也不租，有同意也不行")
    if share.onward or share.cross_border:
        yield Problem("onward", where, "不能再转给别人，也不能出境")
    if (days(share.record_keep) or 0) < 3 * 365:
        yield Problem("record_keep", where, "共享记录至少留 3 年")
    if share.relation == "controller" and share.direction != "in" and share.consent_kind != "separate":
        yield Problem("separate_consent", where, "给别的处理者要单独同意")
    if not share.in_force:
        return
    signed = bool(share.agreement.number and share.agreement.signed_on and share.agreement.valid_until)
    if not signed and not share.legal_reference:
        yield Problem("no_agreement", where, "没有协议也没有法律依据，不能启用")
    if party and not (party.contact and party.statement_url):
        yield Problem("no_statement", where, "接收方缺少联系办法或隐私说明")
