"""Kinds of files and their columns. A column that no layout declares is refused."""

from dataclasses import dataclass

from shebao.registry.intake import cells
from shebao.registry.intake.cells import Parse

PERSON_TYPES = {"职工": "employee", "灵活就业": "flexible", "居民": "resident", "退休": "retired"}
ENROLMENT_STATES = {
    "正常参保": "active",
    "暂停参保": "suspended",
    "终止参保": "terminated",
    "退休": "retired",
}
PAYMENT_KINDS = {
    "正常": "normal",
    "补缴": "backpay",
    "转入": "transfer",
    "居民年缴": "resident_year",
    "失业保险基金缴": "fund",
}
PAYMENT_STATES = {"已到账": "paid", "缴款中": "paying", "欠费": "arrears"}
ACCOUNTS = {"养老": "pension", "医保": "medical"}
CLAIM_KINDS = {"门诊": "outpatient", "住院": "inpatient", "药店": "pharmacy"}
CLAIM_STATES = {"已结算": "settled", "待结算": "pending"}
SEXES = {"男": "1", "女": "2", "未知": "0", "未说明": "9"}
YES = {"是": "true", "否": "false"}
PLACE_KINDS = {"医院": "hospital", "社区": "community", "药店": "pharmacy"}
LEVELS = {"三级": "3", "二级": "2", "一级": "1", "无": "0"}
EMPLOYER_STATES = {"正常": "active", "注销": "closed"}
BUSINESS_STATES = {"存续": "active", "注销": "closed"}


@dataclass(frozen=True)
class Field:
    """One column: its key in the staging table, its names in a file, how to read it, its type there."""

    key: str
    names: tuple[str, ...]
    parse: Parse
    type: str
    required: bool = True

    @property
    def label(self) -> str:
        """The name shown to people."""
        return self.names[0]


@dataclass(frozen=True)
class Layout:
    """One kind of file. `same` names the keys that may occur once; `writes` the data items it needs."""

    kind: str
    label: str
    fields: tuple[Field, ...]
    same: tuple[str, ...]
    items: tuple[str, ...]
    writes: tuple[str, ...]

    @property
    def about_people(self) -> bool:
        """Whether its rows name persons."""
        return any(field.key == "number" for field in self.fields)


NUMBER = Field("number", ("社会保障号码", "AAC002", "certno"), cells.id_number, "bytea")
NAME = Field("name", ("姓名", "AAC003", "psn_name"), cells.name, "bytea")
INSURANCE = Field("insurance", ("险种", "AAE140", "insutype"), cells.insurance, "smallint")
MONTH = Field("month", ("费款所属期", "AAE003"), cells.month, "int")
CODE = Field("uscc", ("统一社会信用代码",), cells.credit_code, "text", required=False)
REGION = Field("region", ("参保地", "insuplc_admdvs"), cells.division, "text")


def _fen(key: str, *names: str, required: bool = True) -> Field:
    return Field(key, names, cells.fen, "bigint", required)


DECLARATION = Layout(
    "declaration", "单位月申报",
    (NUMBER, NAME, INSURANCE, MONTH, Field("declared", ("缴费基数", "AAE180"), cells.wage, "bigint")),
    same=("number", "insurance", "month"),
    items=("person.name", "person.id_number", "enrolment.record", "contribution.record"),
    writes=("contribution.record", "contribution.unit"),
)  # fmt: skip
PERSONS = Layout(
    "persons", "参保人",
    (
        NUMBER, NAME,
        Field("sex", ("性别", "AAC004", "gend"), cells.one_of(SEXES), "smallint"),
        Field("birth_date", ("出生日期", "AAC006", "brdy"), cells.day, "date"),
        REGION,
        Field("phone", ("手机号",), cells.words, "bytea", required=False),
        Field("address", ("联系地址",), cells.words, "bytea", required=False),
        Field("bank_account", ("银行账号",), cells.words, "bytea", required=False),
        Field("card_number", ("社会保障卡号",), cells.words, "bytea", required=False),
    ),
    same=("number",),
    items=("person.name", "person.id_number"),
    writes=(
        "person.name", "person.id_number", "person.phone", "person.address", "person.bank_account",
        "person.card_number", "person.basic",
    ),
)  # fmt: skip
EMPLOYERS = Layout(
    "employers", "用人单位",
    (
        Field("uscc", ("统一社会信用代码",), cells.credit_code, "text"),
        Field("employer_name", ("单位名称", "AAB004", "AAE044"), cells.words, "text"),
        Field("region", ("行政区划",), cells.division, "text"),
        Field("industry", ("行业",), cells.words, "text", required=False),
        Field("injury_class", ("工伤类别",), cells.one_of({str(n): str(n) for n in range(1, 9)}), "smallint"),
        Field("state", ("单位状态",), cells.one_of(EMPLOYER_STATES), "text"),
        Field("registered_on", ("登记日期",), cells.day, "date"),
    ),
    same=("uscc",), items=(), writes=(),
)  # fmt: skip
BUSINESSES = Layout(
    "businesses", "市场主体登记",
    (
        Field("uscc", ("统一社会信用代码",), cells.credit_code, "text"),
        Field("business_name", ("企业名称",), cells.words, "text"),
        Field("region", ("行政区划",), cells.division, "text"),
        Field("industry", ("行业",), cells.words, "text", required=False),
        Field("injury_class", ("工伤类别",), cells.one_of({str(n): str(n) for n in range(1, 9)}), "smallint"),
        Field("state", ("经营状态",), cells.one_of(BUSINESS_STATES), "text"),
        Field("registered_on", ("成立日期",), cells.day, "date"),
        Field("legal_number", ("法定代表人证件号码",), cells.id_number, "bytea", required=False),
    ),
    same=("uscc",), items=("person.id_number",), writes=("contribution.unit",),
)  # fmt: skip
ENROLMENTS = Layout(
    "enrolments", "参保登记",
    (
        NUMBER, INSURANCE,
        Field("person_type", ("人员类别",), cells.one_of(PERSON_TYPES), "text"),
        Field("state", ("参保状态", "AAC008"), cells.one_of(ENROLMENT_STATES), "text"),
        CODE,
        Field("since", ("开始年月", "AAC030"), cells.month, "int"),
        Field("until", ("截止年月",), cells.any_month, "int", required=False),
        Field("reason", ("变更原因",), cells.words, "text", required=False),
    ),
    same=("number", "insurance", "since"),
    items=("person.id_number", "enrolment.record"),
    writes=("enrolment.record", "contribution.unit"),
)  # fmt: skip
CONTRIBUTIONS = Layout(
    "contributions", "缴费记录",
    (
        NUMBER, INSURANCE, MONTH,
        Field("pay_kind", ("缴费类型", "AAA115"), cells.one_of(PAYMENT_KINDS), "text"),
        Field("state", ("缴费状态",), cells.one_of(PAYMENT_STATES), "text"),
        _fen("base_fen", "缴费基数", "AAE180"),
        _fen("employer_fen", "单位缴费"),
        _fen("person_fen", "个人缴费", "AAE020"),
        _fen("subsidy_fen", "财政补贴", required=False),
        CODE,
        Field("paid_on", ("到账日期",), cells.day, "date", required=False),
    ),
    same=("number", "insurance", "month"),
    items=("person.id_number", "contribution.record"),
    writes=("contribution.record", "contribution.unit"),
)  # fmt: skip
ACCOUNT_YEARS = Layout(
    "accounts", "个人账户",
    (
        NUMBER,
        Field("account", ("账户",), cells.one_of(ACCOUNTS), "text"),
        Field("opened", ("建账年月",), cells.month, "int"),
        Field("year", ("年度",), cells.year, "smallint"),
        _fen("opening_fen", "年初余额"),
        _fen("credit_fen", "本年记入"),
        _fen("interest_fen", "本年利息"),
        _fen("spent_fen", "本年支出"),
        _fen("closing_fen", "年末余额"),
        Field("rate", ("记账利率",), cells.words, "text"),
        Field("provisional", ("暂定",), cells.one_of(YES), "boolean"),
    ),
    same=("number", "account", "year"),
    items=("person.id_number",),
    writes=("account.balance",),
)  # fmt: skip
CLAIMS = Layout(
    "claims", "医保结算",
    (
        NUMBER,
        Field("claim_kind", ("类别",), cells.one_of(CLAIM_KINDS), "text"),
        Field("served_on", ("就诊日期",), cells.day, "date"),
        Field("settled_on", ("结算日期",), cells.day, "date", required=False),
        Field("state", ("结算状态",), cells.one_of(CLAIM_STATES), "text"),
        _fen("total_fen", "总费用", "medfee_sumamt"),
        _fen("eligible_fen", "目录内费用"),
        _fen("fund_fen", "基金支付", "fund_pay_sumamt"),
        _fen("account_fen", "账户支付", "acct_pay"),
        _fen("cash_fen", "现金支付", "psn_cash_pay"),
        Field("institution", ("机构名称",), cells.words, "text"),
        Field("days", ("住院天数",), cells.small, "smallint", required=False),
    ),
    same=("number", "claim_kind", "served_on", "total_fen", "institution"),
    items=("person.id_number",),
    writes=("claim.record", "claim.detail"),
)  # fmt: skip
INSTITUTIONS = Layout(
    "institutions",
    "定点医药机构",
    (
        Field("institution_name", ("机构名称",), cells.words, "text"),
        Field("place_kind", ("机构类型",), cells.one_of(PLACE_KINDS), "text"),
        Field("level", ("机构级别",), cells.one_of(LEVELS), "smallint"),
        Field("region", ("行政区划",), cells.division, "text"),
        Field("district", ("区县",), cells.words, "text", required=False),
        Field("place_address", ("地址",), cells.words, "text", required=False),
        Field("hours", ("营业时间",), cells.words, "text", required=False),
        Field("longitude_e6", ("经度",), cells.degrees, "int", required=False),
        Field("latitude_e6", ("纬度",), cells.degrees, "int", required=False),
    ),
    same=("institution_name", "region"),
    items=(),
    writes=(),
)
LAYOUTS = {
    layout.kind: layout
    for layout in (
        DECLARATION,
        PERSONS,
        EMPLOYERS,
        BUSINESSES,
        INSTITUTIONS,
        ENROLMENTS,
        CONTRIBUTIONS,
        ACCOUNT_YEARS,
        CLAIMS,
    )
}
