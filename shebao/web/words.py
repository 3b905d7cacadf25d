"""The words pages use for codes (代码的说法); each table is complete, an unknown code is shown as it is."""

from shebao.registry import insurances

SHORT_INSURANCES: dict[int, str] = {
    110: "养老",
    120: "机关养老",
    170: "居民养老",
    210: "失业",
    310: "医疗",
    390: "居民医疗",
    410: "工伤",
    510: "生育",
}
YEARLY = (170, 390)
ENROLMENT_STATES: dict[str, tuple[str, str]] = {
    "active": ("正在参保", ""),
    "suspended": ("暂停缴费", "w"),
    "terminated": ("已终止", "n"),
    "retired": ("已退休", "n"),
}
PERSON_TYPES: dict[str, str] = {
    "employee": "单位职工",
    "flexible": "灵活就业",
    "resident": "城乡居民",
    "retired": "退休人员",
}
CONTRIBUTION_KINDS: dict[str, str] = {
    "normal": "正常缴费",
    "backpay": "补缴",
    "transfer": "转入",
    "resident_year": "按年缴",
    "fund": "失业保险基金缴",
    "assessed": "未申报，按上月 110% 核定",
    "difference": "补差",
}
CONTRIBUTION_STATES: dict[str, str] = {"paid": "已到账", "paying": "缴款中", "arrears": "单位欠缴"}
CLAIM_KINDS: dict[str, tuple[str, str]] = {
    "outpatient": ("门诊", "hosp"),
    "inpatient": ("住院", "hosp"),
    "pharmacy": ("药店", "pill"),
}
INSTITUTION_LEVELS: dict[int, str] = {1: "一级", 2: "二级", 3: "三级"}
WHO: dict[str, tuple[str, str]] = {
    "self": ("本人", "user"),
    "helper": ("家人代办", "team"),
    "staff": ("经办人员", "team"),
    "partner": ("医院药店", "hosp"),
    "system": ("自动核对", "gear"),
    "visitor": ("证明核验", "shield"),
    "emergency": ("紧急查看", "bang"),
    "refused": ("被拦下", "stop"),
}
WHO_ORDER = ("emergency", "self", "helper", "staff", "partner", "system", "visitor", "refused")
VERDICTS: dict[str, tuple[str, str, str]] = {
    "proven": ("没有被改动", "ok", "shield"),
    "fresh": ("刚写入，约 1 分钟后可核对", "", "clock"),
    "offline": ("没法核对，请联网再试", "", "clock"),
    "mismatch": ("对不上", "bad", "bang"),
}
CERTIFICATE_STATES: dict[str, tuple[str, str]] = {
    "valid": ("有效", ""),
    "expired": ("已过期", "n"),
    "revoked": ("已作废", "b"),
}
GAP_CAUSES: dict[str, tuple[str, str]] = {
    "left_before_next": (
        "原单位停了缴费，下一家单位还没有开始，中间没有单位为您缴费。",
        "这几个月不算缴费年限，已缴的不受影响。",
    ),
    "employer_pause": (
        "前后是同一家单位，这几个月单位没有为您缴费。",
        "这几个月不算缴费年限，已缴的不受影响。",
    ),
    "flexible_pause": (
        "您按灵活就业参保，这几个月没有缴费。",
        "这几个月不算缴费年限，已缴的不受影响。",
    ),
    "arrears": (
        "单位报了这几个月，钱还没有到账。",
        "单位补齐后，这几个月照样算缴费年限。",
    ),
}
GAP_UNKNOWN = ("登记里没有写明原因。", "这几个月暂时不算缴费年限。")


def insurance(code: int) -> str:
    """The full name of an insurance (险种)."""
    return insurances.name(code)


def short_insurance(code: int) -> str:
    """The everyday name of an insurance."""
    return SHORT_INSURANCES.get(code, insurance(code))
