"""From conditions to a conclusion: what several items of benefits share. The arithmetic stays in the rules."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from shebao.base import month as months
from shebao.base.money import yuan
from shebao.base.refusal import Refusal
from shebao.cases.item import Finding, Reason, Verdict
from shebao.rules.explain import Explained

T = TypeVar("T")
Figures = tuple[tuple[str, str, str], ...]
UNSURE = ("仅供参考", "有的标准还没有向当地核实", "以经办机构核定为准")


def holds(
    code: str, passed: bool, yes: str, no: str, rule: str, next_step: str = "", next_url: str = ""
) -> Finding:
    """A condition with its sentence for either case; the way to mend it only where it does not hold."""
    if passed:
        return Finding(code, True, yes, rule)
    return Finding(code, False, no, rule, next_step, next_url)


def verdict(
    found: Sequence[Finding], *, amount_fen: int = 0, figures: Figures = (), provisional: bool = False,
    words: str = "", remedy: str = "",
) -> Verdict:  # fmt: skip
    """Granted when every condition holds; else refused for those that do not, without an amount."""
    unmet = tuple(Reason(f.code, f.text, f.rule) for f in found if not f.passed)
    if unmet:
        return Verdict(False, unmet)
    return Verdict(True, (), amount_fen, tuple(dict.fromkeys(figures)), provisional, words, remedy)


def monthly(fen: int, since: int) -> str:
    """每月 2,631.87 元，从 2026年11月起发: the sentence of a grant that is paid every month (YYYYMM)."""
    return f"每月 {yuan(fen)} 元，从 {months.to_text(since)}起发。"


def asked(code: str, compute: Callable[[], T]) -> tuple[T | None, list[Finding]]:
    """What the rules say; what they refuse (no sourced standard, an unknown place) becomes a condition unmet."""
    try:
        return compute(), []
    except Refusal as refusal:
        return None, [Finding(code, False, refusal.message, "", "问经办机构", "/offices/")]


def told(worked: Explained[Any]) -> Figures:
    """The steps and the standards behind an amount; the weakest mark is said in a line of its own."""
    steps = tuple((step.name, step.result, step.formula) for step in worked.steps)
    standards = tuple(
        (value.name, value.as_text(), value.law) for value in worked.parameters if value.unit == "fen"
    )
    notices = tuple(("说明", notice, "") for notice in worked.notices)
    return steps + standards + notices + ((UNSURE,) if unsure(worked) else ())


def unsure(worked: Explained[Any]) -> bool:
    """Whether a standard without a certain source was used."""
    return worked.confidence != "high"
