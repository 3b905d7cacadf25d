"""劳动能力鉴定 shares: what the committee concluded, in words and on file (工伤保险条例第二十二条)."""

from shebao.cases.item import Effect
from shebao.items.facts import Facts
from shebao.items.judging import Figures
from shebao.registry.injuries import actions as registry
from shebao.registry.models import Appraisal, Injury

RULE = "工伤保险条例第二十二条"
GRADES = ("没有达到等级", "一级", "二级", "三级", "四级", "五级", "六级", "七级", "八级", "九级", "十级")
CARE = {"": "能自理", "part": "部分不能自理", "most": "大部分不能自理", "full": "完全不能自理"}
BENEFIT = "可以申领伤残待遇。"


def figures(facts: Facts) -> Figures:
    """The lines of the conclusion; none before it is entered."""
    if facts.said("total"):
        whole = facts.said("total") == "yes"
        return (("结论", "完全丧失劳动能力" if whole else "没有完全丧失劳动能力", "社会保险法第十七条"),)
    if not facts.said("grade") or not facts.said("care"):
        return ()
    return (("伤残等级", GRADES[int(facts.said("grade"))], RULE), ("生活自理障碍", CARE[_care(facts)], RULE))


def first_words(facts: Facts) -> str:
    """鉴定结论：三级，部分不能自理。 Empty before it is entered."""
    told = "，".join(value for _, value, _ in figures(facts))
    return f"鉴定结论：{told}。" if told else ""


def words(appraisal: Appraisal) -> str:
    """三级，部分不能自理."""
    if appraisal.basis == "illness":
        return "完全丧失劳动能力" if appraisal.total else "没有完全丧失劳动能力"
    return f"{GRADES[appraisal.grade]}，{CARE[appraisal.care]}"


def concluded(facts: Facts, injury: Injury | None, *, round_: str, level: str) -> Effect:
    """The conclusion on file and what it opens."""
    row = registry.conclude(
        facts.grant, basis="injury" if injury else "illness", injury=injury, round_=round_, level=level,
        grade=int(facts.said("grade") or 0), care=_care(facts), total=facts.said("total") == "yes",
        decided_on=facts.today, case=facts.case_no,
    )  # fmt: skip
    after = "可以申领病残津贴。" if row.total else BENEFIT if row.grade or row.care else ""
    again = (
        "不同意的，十五天内可以申请再次鉴定。"
        if injury and level == "city"
        else "这是最终结论。"
        if injury
        else ""
    )
    return Effect(f"鉴定结论：{words(row)}。", tuple(line for line in (after, again) if line))


def _care(facts: Facts) -> str:
    return "" if facts.said("care") == "none" else facts.said("care")
