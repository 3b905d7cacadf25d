"""基础查询 of employers: public facts, no person in them."""

from dataclasses import dataclass

from shebao.base.refusal import Refusal
from shebao.registry.models import Employer

PAGE = 20


@dataclass(frozen=True)
class Listed:
    """用人单位 as anyone may see it."""

    uscc: str
    name: str
    region: str
    state: str
    registered_on: str


def employers(*, words: str, page: int = 1) -> tuple[list[Listed], bool]:
    """Employers whose name contains the words or whose code equals them; whether more follow. Search-first."""
    wanted = words.strip()
    if len(wanted) < 2:
        raise Refusal("invalid_input", "单位名称至少写两个字，或写完整的统一社会信用代码。", field="q")
    rows = Employer.objects.all()
    rows = rows.filter(uscc=wanted.upper()) if len(wanted) == 18 else rows.filter(name__contains=wanted)
    start = (page - 1) * PAGE
    found = list(rows.order_by("name", "id")[start : start + PAGE + 1])
    return [Listed(e.uscc, e.name, e.region, e.state, str(e.registered_on)) for e in found[:PAGE]], len(
        found
    ) > PAGE


def names(identities: set[int]) -> dict[int, str]:
    """Names of employers."""
    return dict(Employer.objects.filter(id__in=identities).values_list("id", "name"))


def by_code(uscc: str) -> tuple[int, str]:
    """Subject number and name of the employer with exactly this unified code (统一社会信用代码). Refuses an unknown one."""
    found = Employer.objects.filter(uscc=uscc.strip().upper(), state="active").values_list(
        "subject_id", "name"
    )
    row = found.first()
    if row is None:
        raise Refusal("not_found", "没有这个单位，请对照营业执照上的代码。", "改一改代码", field="uscc")
    return row


def of_subject(subject: int) -> tuple[str, str]:
    """Unified code and name of the employer that is this subject. Refuses a subject that is no employer."""
    row = Employer.objects.filter(subject_id=subject).values_list("uscc", "name").first()
    if row is None:
        raise Refusal("not_found", "没有这个单位。", "回首页", "/")
    return row
