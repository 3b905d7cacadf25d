"""参保信息: which insurances, since when, with whom."""

from typing import Any

from shebao.privacy import gate
from shebao.registry import reads


def enrolments_text(
    actor: gate.Actor, *, subject: int | None = None, case: str = "", process: str = "enquiry.enrolment"
) -> str:
    """JSON text as the database wrote it. Refuses with the gate's codes."""
    return reads.text("registry.enrolments", *reads.opening(actor, process, subject, case))


def enrolments(
    actor: gate.Actor, *, subject: int | None = None, case: str = "", process: str = "enquiry.enrolment"
) -> dict[str, Any]:
    """The same, parsed."""
    return reads.parsed(enrolments_text(actor, subject=subject, case=case, process=process))
