"""Every calculator: its code, its everyday and official name, its questions and its answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings

from shebao.items.calculators import contribution, maternity, pension, resident, unemployment, waiting
from shebao.items.calculators.answer import Answer
from shebao.items.calculators.questions import Question, Values, check, read

Asking = Callable[[str, str, date], tuple[Question, ...]]
Answering = Callable[[Values, date], Answer]


@dataclass(frozen=True)
class Calculator:
    """One calculator. `asks` takes the chosen region, the home region and the day; `extras` are hidden answers.

    It belongs where one of its `insurances` is offered.
    """

    code: str
    name: str
    official: str
    sub: str
    icon: str
    asks: Asking
    answers: Answering
    group: str = ""
    fillable: bool = False
    insurances: tuple[int, ...] = (310, 390)
    extras: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def questions(self, *, region: str, home: str, today: date) -> tuple[Question, ...]:
        """What is asked when a region is chosen."""
        return self.asks(region, home, today)

    def extra(self, given: Mapping[str, str]) -> dict[str, int | str | None]:
        """Choices made outside the questions; an unknown one is the first."""
        return {
            name: given.get(name) if given.get(name) in allowed else allowed[0]
            for name, allowed in self.extras.items()
        }

    def answer(self, given: Mapping[str, str], *, home: str, today: date) -> Answer:
        """From texts. Refuses faulty answers (`Faults`), and what the rules refuse (`RuleRefusal`)."""
        asked = self.questions(region=given.get("region", ""), home=home, today=today)
        return self.answers(read(asked, given) | self.extra(given), today)

    def explain(self, values: Values, *, home: str, today: date) -> Answer:
        """From numbers and codes, for programs."""
        region = str(values.get("region") or "")
        check(self.questions(region=region, home=home, today=today), values)
        return self.answers(values, today)


CALCULATORS = (
    Calculator("pension", "养老金测算", "养老待遇测算", "哪年退休，每月多少，早退晚退差多少", "calc",
               pension.questions, pension.answer, fillable=True, insurances=(110, 120),
               extras={"option": ("statutory", "earliest", "latest")}),
    Calculator("employee", "职工缴费测算", "缴费测算", "每月扣多少，单位缴多少", "wal", contribution.employee_questions,
               contribution.employee, group="缴费", fillable=True),
    Calculator("flexible", "灵活就业缴费测算", "缴费测算", "选一档，每月缴多少", "user", contribution.flexible_questions,
               contribution.flexible, group="缴费", fillable=True),
    Calculator("resident", "居民缴费测算", "缴费测算", "居民养老和医保，一年缴多少", "home", resident.questions,
               resident.answer, group="缴费", fillable=True),
    Calculator("unemployment", "失业金测算", "失业保险金测算", "能不能领，领几个月，每月多少", "clock",
               unemployment.questions, unemployment.answer, fillable=True, insurances=(210,)),
    Calculator("maternity", "生育津贴测算", "生育津贴测算", "产假多少天，津贴多少钱", "hand", maternity.questions,
               maternity.answer),
    Calculator("waiting", "居民医保等待期", "居民医保待遇等待期测算", "断保以后要等几个月才能报销", "hosp", waiting.questions,
               waiting.answer),
)  # fmt: skip
BY_CODE = {calculator.code: calculator for calculator in CALCULATORS}


def offered() -> tuple[Calculator, ...]:
    """Those for an insurance that this deployment offers."""
    here = settings.DEPLOYMENT["insurances"]["offered"]
    return tuple(one for one in CALCULATORS if not set(one.insurances).isdisjoint(here))
