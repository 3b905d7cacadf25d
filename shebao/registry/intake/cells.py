"""One cell of a file to one value; what is wrong is said in plain Chinese, without repeating the value."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from shebao.base import money
from shebao.base import month as months
from shebao.base.refusal import Refusal
from shebao.rules import bases, regions
from shebao.rules.identity import citizen, uscc

LONGEST = 200
LONGEST_NUMBER = 20
EXACT_IN_A_FLOAT = 10**15
INSURANCES = {
    110: ("企业职工基本养老保险", "职工养老", "养老", "养老保险"),
    120: ("机关事业单位基本养老保险", "机关养老"),
    170: ("城乡居民基本养老保险", "居民养老"),
    210: ("失业保险", "失业"),
    310: ("职工基本医疗保险", "职工医保", "医疗", "医疗保险"),
    390: ("城乡居民基本医疗保险", "居民医保"),
    410: ("工伤保险", "工伤"),
    510: ("生育保险", "生育"),
}
BY_NAME = {name: code for code, names in INSURANCES.items() for name in (*names, str(code))}
ID_ERRORS = {
    "length": "社会保障号码应该是 18 位",
    "charset": "社会保障号码只有数字，最后一位可以是 X",
    "birth_date": "社会保障号码里的出生日期不对",
    "check_digit": "社会保障号码的校验位不对",
}
_MONTH = re.compile(r"[0-9]{4}[-/.年]?[0-9]{1,2}月?(-[0-9]{1,2})?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
Parse = Callable[[str, date], Any]


class CellError(ValueError):
    """Why a cell cannot be taken; the message is for the person who made the file."""


def plain(value: Any) -> str:
    """A cell of any kind of file as text; refuses formulas and numbers that a spreadsheet has rounded."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        value = _whole(value)
    if isinstance(value, int) and abs(value) > EXACT_IN_A_FLOAT:
        raise CellError("长号码变成了数字，末几位可能已经丢了，请把这一列设为文本")
    if isinstance(value, Decimal):
        value = format(value, "f")
    text = unicodedata.normalize("NFKC", str(value)).strip()
    if text.startswith(("=", "@")):
        raise CellError("单元格里是公式，请换成数值")
    if len(text) > LONGEST:
        raise CellError(f"内容太长，最多 {LONGEST} 个字")
    if _CONTROL.search(text):
        raise CellError("含有看不见的控制字符")
    return text


def _whole(value: float) -> Any:
    if value != value or value in (float("inf"), float("-inf")):
        raise CellError("不是一个数")
    if value == int(value):
        return int(value)
    return repr(value)


def id_number(text: str, today: date) -> str:
    """社会保障号码 of 18 characters, checked."""
    number = citizen.normalise(text)
    error = citizen.shape_error(number, today)
    if error:
        raise CellError(ID_ERRORS[error])
    return number


def name(text: str, today: date) -> str:
    """姓名: two to fifty letters, the middle dot allowed."""
    if not 2 <= len(text) <= 50 or any(sign.isdigit() for sign in text):
        raise CellError("姓名应该是 2 到 50 个字，不含数字")
    return text


def words(text: str, today: date) -> str:
    """Free text."""
    return text


def insurance(text: str, today: date) -> int:
    """险种 by code or name."""
    if text not in BY_NAME:
        raise CellError("没有这个险种")
    return BY_NAME[text]


def month(text: str, today: date) -> int:
    """A month not after the current one."""
    value = any_month(text, today)
    if value > months.of(today):
        raise CellError("年月晚于本月")
    return value


def any_month(text: str, today: date) -> int:
    """A month, also in the future (the end of an enrolment)."""
    if not _MONTH.fullmatch(text):
        raise CellError("年月写得不对，例如 2026-10")
    try:
        return months.parse(text)
    except Refusal:
        raise CellError("年月写得不对，例如 2026-10") from None


def degrees(text: str, today: date) -> int:
    """A longitude or latitude in China, in millionths of a degree."""
    try:
        value = Decimal(text) if len(text) <= LONGEST_NUMBER else Decimal(0)
    except InvalidOperation:
        value = Decimal(0)
    if not value.is_finite() or not 3 <= value <= 136:
        raise CellError("经纬度写得不对，例如 125.3235")
    return int(value * 1_000_000)


def fen(text: str, today: date) -> int:
    """Yuan with at most two decimals, not negative."""
    if len(text) > LONGEST_NUMBER:
        raise CellError("金额太大")
    try:
        value = money.parse_yuan(text)
    except Refusal:
        raise CellError("金额写得不对，最多两位小数") from None
    if value < 0:
        raise CellError("金额不能是负数")
    if value > 100 * bases.LARGEST_WAGE_FEN:
        raise CellError("金额太大")
    return value


def wage(text: str, today: date) -> int:
    """缴费基数 as declared: up to ten million yuan."""
    value = fen(text, today)
    if value > bases.LARGEST_WAGE_FEN:
        raise CellError("缴费基数太大，最多 1000 万元")
    return value


def day(text: str, today: date) -> date:
    """A day not after today: 2026-10-22 or 20261022."""
    digits = text if len(text) != 8 else f"{text[:4]}-{text[4:6]}-{text[6:]}"
    try:
        value = date.fromisoformat(digits.replace("/", "-"))
    except ValueError:
        raise CellError("日期写得不对，例如 2026-10-22") from None
    if value > today:
        raise CellError("日期晚于今天")
    if value.year < 1900:
        raise CellError("日期太早")
    return value


def credit_code(text: str, today: date) -> str:
    """统一社会信用代码, both check characters."""
    checked = uscc.inspect(text)
    if not checked.valid:
        raise CellError("统一社会信用代码不对")
    return checked.normalised


def division(text: str, today: date) -> str:
    """Six digits of GB/T 2260."""
    try:
        regions.chain(text)
    except Refusal:
        raise CellError("行政区划代码不对") from None
    return text


def year(text: str, today: date) -> int:
    """A year not after this one."""
    if not re.fullmatch(r"(19|20)[0-9]{2}", text) or int(text) > today.year:
        raise CellError("年度不对")
    return int(text)


def small(text: str, today: date) -> int:
    """A whole number up to 9999."""
    if not re.fullmatch(r"[0-9]{1,4}", text):
        raise CellError("要写整数")
    return int(text)


def one_of(table: dict[str, str]) -> Parse:
    """A word of a list, by its Chinese name or its code."""
    known = table | {code: code for code in table.values()}

    def parse(text: str, today: date) -> str:
        if text not in known:
            raise CellError("只能写：" + "、".join(table))
        return known[text]

    return parse
