"""Cases of identity numbers and codes."""

from typing import Any

from shebao.rules.cases.inputs import Input, today
from shebao.rules.identity import citizen, documents, masking, uscc
from shebao.rules.identity.uscc import CheckedCode


def validate_identity_number(given: Input) -> dict[str, Any]:
    """Any document number by its kind."""
    doc_type = given.text("doc_type", default="01").zfill(2)
    if doc_type not in documents.NAMES:
        return {"valid": False, "error": "doc_type"}
    checked = documents.inspect(given.text("number"), doc_type, today=today(given))
    if not checked.valid:
        return {"valid": False, "error": checked.error, "normalised": checked.normalised}
    told: dict[str, Any] = {
        "valid": True,
        "error": None,
        "normalised": checked.normalised,
        "birth_date": checked.birth_date.isoformat() if checked.birth_date else None,
        "sex": checked.sex or None,
        "division": checked.division or None,
        "check": checked.check or None,
        "warnings": list(checked.warnings),
    }
    if checked.issuer:
        told["issuer"] = checked.issuer
    return told


def upgrade_identity_number(given: Input) -> dict[str, Any]:
    """15 digits to 18 characters."""
    return {"upgraded": citizen.upgrade(given.text("number"))}


def derive_social_security_number(given: Input) -> dict[str, Any]:
    """社会保障号码."""
    number = documents.social_security_number(given.text("number"), given.text("doc_type", default="01"))
    return {"social_security_number": number}


def mask_identity_number(given: Input) -> dict[str, Any]:
    """Stars."""
    masked = masking.mask(
        given.text("number"),
        keep_head=given.whole("keep_head", default=3),
        keep_tail=given.whole("keep_tail", default=4),
    )
    return {"masked": masked}


def validate_uscc(given: Input) -> dict[str, Any]:
    """统一社会信用代码."""
    return _code(uscc.inspect(given.text("code")))


def validate_org_code(given: Input) -> dict[str, Any]:
    """组织机构代码."""
    return _code(uscc.inspect_org_code(given.text("code")))


def _code(checked: CheckedCode) -> dict[str, Any]:
    if not checked.valid:
        return {"valid": False, "error": checked.error, "normalised": checked.normalised}
    return {
        "valid": True,
        "error": None,
        "normalised": checked.normalised,
        "check": checked.check,
        "registrar": checked.registrar or None,
        "category": checked.category or None,
        "division": checked.division or None,
        "org_code": checked.org_code,
        "warnings": list(checked.warnings),
    }


FUNCTIONS = {
    "validate_identity_number": validate_identity_number,
    "upgrade_identity_number": upgrade_identity_number,
    "derive_social_security_number": derive_social_security_number,
    "mask_identity_number": mask_identity_number,
    "validate_uscc": validate_uscc,
    "validate_org_code": validate_org_code,
}
