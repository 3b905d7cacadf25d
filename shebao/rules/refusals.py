"""What a rule refuses: an unknown region, an unknown date, an input outside the law. Never a guess."""

from shebao.base.refusal import Refusal


class RuleRefusal(Refusal):
    """A refusal of the law; `cause` is a stable word, `message` the plain sentence."""

    def __init__(
        self, cause: str, message: str, *, next_step: str = "", field: str = "", code: str = "invalid_input"
    ) -> None:
        self.cause = cause
        super().__init__(code, message, next_step=next_step, field=field)

    def as_json(self) -> dict[str, object]:
        """The refusal as data: what happened and what next."""
        return {"refused": True, "cause": self.cause, "message": self.message, "field": self.field}


def not_established(name: str, place: str, when: str) -> RuleRefusal:
    """No sourced value for this place and time."""
    return RuleRefusal(
        "not_established",
        f"{place}{when}的“{name}”还没有查实，我们不猜。",
        next_step="请向当地经办机构核实",
        code="precondition_unmet",
    )


def only_demo(name: str, place: str, when: str) -> RuleRefusal:
    """There is only an invented value, and the caller did not ask for a demonstration."""
    return RuleRefusal(
        "only_demo",
        f"{place}{when}的“{name}”只有演示数，不能用来计算。",
        next_step="请向当地经办机构核实",
        code="precondition_unmet",
    )


def invalid(field: str, message: str) -> RuleRefusal:
    """An input outside the domain of the rule."""
    return RuleRefusal("invalid", message, field=field)
