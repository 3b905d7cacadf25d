"""Identity documents by their code (人社 AAC058, 医保 psn_cert_type): the form of each number."""

import re
from collections.abc import Callable
from datetime import date

from shebao.rules.identity import citizen
from shebao.rules.identity.citizen import Checked
from shebao.rules.refusals import RuleRefusal, invalid

NAMES = {
    "01": "居民身份证（户口簿）",
    "02": "军官证",
    "03": "武警警官证",
    "04": "港澳居民来往内地通行证（香港）",
    "05": "港澳居民来往内地通行证（澳门）",
    "06": "台湾居民来往大陆通行证",
    "07": "外国人永久居留身份证",
    "08": "外国人护照",
    "16": "中国护照",
    "17": "港澳台居民居住证",
    "90": "社会保障卡",
    "99": "其他证件",
}
PATTERNS = {
    "02": r".{1,20}",
    "03": r".{1,20}",
    "04": r"H([0-9]{8}|[0-9]{10})",
    "05": r"M([0-9]{8}|[0-9]{10})",
    "06": r"[0-9]{8}|[0-9]{10}(\([A-Z]\))?",
    "08": r"[A-Z0-9]{5,20}",
    "16": r"[A-Z]{1,2}[0-9]{7,8}",
    "90": r"[A-Z0-9]{9}",
    "99": r".{1,50}",
}
ISSUERS = {"04": "香港", "05": "澳门", "06": "台湾"}
RESIDENCE = {"810000": "香港", "820000": "澳门", "830000": "台湾"}
OLD_PERMANENT = r"[A-Z]{3}[0-9]{12}"


def inspect(number: str, doc_type: str = "01", *, today: date | None = None) -> Checked:
    """Check a document number by its kind; an unknown kind is refused."""
    if doc_type not in NAMES:
        raise invalid("doc_type", "没有这种证件类型。")
    return INSPECTORS.get(doc_type, _by_pattern)(number, doc_type, today)


def social_security_number(number: str, doc_type: str = "01") -> str:
    """社会保障号码 = 公民身份号码 (社会保险法第五十八条); other documents get one from the agency, refused here."""
    checked = inspect(number, doc_type)
    if not checked.valid:
        raise invalid("number", "证件号码不对，请检查。")
    if doc_type not in ("01", "07", "17") or len(checked.normalised) != 18:
        raise RuleRefusal(
            "assigned_by_agency",
            "这种证件的社会保障号码由经办机构编发。",
            next_step="请到经办窗口办理登记",
            code="precondition_unmet",
        )
    return checked.normalised


def _citizen(number: str, _doc_type: str, today: date | None) -> Checked:
    return citizen.inspect(number, today=today)


def _by_pattern(number: str, doc_type: str, _today: date | None) -> Checked:
    plain = citizen.normalise(number)
    if not re.fullmatch(PATTERNS[doc_type], plain):
        return Checked(False, plain, "format")
    return Checked(True, plain, issuer=ISSUERS.get(doc_type, ""))


def _residence(number: str, _doc_type: str, today: date | None) -> Checked:
    plain = citizen.normalise(number)
    broken = citizen.shape_error(plain, today)
    if broken:
        return Checked(False, plain, broken)
    if plain[:6] not in RESIDENCE:
        return Checked(False, plain, "division")
    return citizen.told(plain, issuer=RESIDENCE[plain[:6]])


def _permanent(number: str, _doc_type: str, today: date | None) -> Checked:
    plain = citizen.normalise(number)
    if re.fullmatch(OLD_PERMANENT, plain):
        return Checked(True, plain)
    broken = citizen.shape_error(plain, today)
    if broken:
        return Checked(False, plain, broken)
    return citizen.told(plain) if plain.startswith("9") else Checked(False, plain, "format")


INSPECTORS: dict[str, Callable[[str, str, date | None], Checked]] = {
    "01": _citizen,
    "07": _permanent,
    "17": _residence,
}
