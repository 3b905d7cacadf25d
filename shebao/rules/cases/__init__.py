"""Worked cases of the law: a thin table from the case file's names to the rules. Never: a rule of its own."""

from collections.abc import Callable, Mapping
from typing import Any

from shebao.base.refusal import Refusal
from shebao.rules.cases import benefits, contributions, handling, identity, pensions
from shebao.rules.cases.inputs import Input, table
from shebao.rules.refusals import RuleRefusal, invalid

FUNCTIONS: dict[str, Callable[[Input], dict[str, Any]]] = {
    **identity.FUNCTIONS,
    **contributions.FUNCTIONS,
    **pensions.FUNCTIONS,
    **benefits.FUNCTIONS,
    **handling.FUNCTIONS,
}


def names() -> tuple[str, ...]:
    """Every function name that `run` knows."""
    return tuple(sorted({*FUNCTIONS, *table()["function"]}))


def run(function: str, input: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of a case in the shape of its `expected`; raises RuleRefusal with a reason outside the law."""
    entry = table()["function"].get(function, {"rule": function})
    if entry["rule"] not in FUNCTIONS:
        raise invalid("function", "没有这个规则。")
    more = {name: value for name, value in entry.items() if name != "rule"}
    try:
        return FUNCTIONS[entry["rule"]](Input({**input, **more}))
    except RuleRefusal:
        raise
    except Refusal as refusal:
        raise invalid(refusal.field, refusal.message) from refusal
    except (ValueError, TypeError, OverflowError) as fault:
        raise invalid("input", "输入的内容不对，请检查。") from fault
