"""退休: normal, early, late and the bundle; effect in the registry, every refusal with its sentence."""

from datetime import UTC, date, datetime

from shebao.cases import assigning
from shebao.items import bundles, handling, office, progress
from shebao.privacy import gate
from tests import people
from tests.cases.papers import hand_in
from tests.conftest import Installation
from tests.items.doing import NOW, granted, owned, refused, sent

ACCOUNT = "6222020000000000000"
MAN = {"post": "male60", "worked": "no", "account": ACCOUNT}
WOMAN = {"post": "female50", "worked": "no", "account": ACCOUNT}


def born(subject: int, day: str) -> gate.Actor:
    """The person, with another birth date on record."""
    owned(
        "update registry_person set birth_date = %s where subject_id = %s returning 1",
        date.fromisoformat(day),
        subject,
    )
    return people.citizen(subject)


def worker(nth: int, *, sex: int = 1, region: str = "220100") -> int:
    """An employee with 180 months and more, made a man or a woman of a region."""
    rows = owned(
        "select e.subject_id from registry_enrolment e join registry_contribution c using (subject_id, insurance)"
        " where insurance = 110 and e.state = 'active' and e.person_type = 'employee' and e.until is null"
        " and e.subject_id > 7 and c.state = 'paid' group by 1 having count(distinct c.month) >= 185 order by 1"
    )
    owned(
        "update registry_person set sex = %s, region = %s where subject_id = %s returning 1",
        sex,
        region,
        rows[nth][0],
    )
    return int(rows[nth][0])


def test_at_the_statutory_age_the_pension_is_decided_by_two(standing: Installation) -> None:
    early = born(people.YUANSHAN, "1967-05-16")
    assert refused("retirement", early) == (
        "too_young", "您 2028年1月才到法定退休年龄，到时再来办。（全国人大常委会关于实施渐进式延迟法定退休年龄的决定）",
    )  # fmt: skip
    by = born(people.YUANSHAN, "1966-05-16")
    assert refused("retirement", by, WOMAN)[0] == "wrong_post"
    assert (
        refused("retirement", by, MAN | {"worked": "yes", "work_since": "197905"}, "file")[0] == "work_since"
    )
    no = sent("retirement", by, MAN)
    clerk = people.staff("clerk")
    assigning.take(no, by=clerk)
    case = office.open_case(no, now=NOW, by=clerk)
    names = [line[0] for line in case.verdict.figures]
    assert case.needs_second and case.verdict.provisional
    assert {
        "法定退休年龄",
        "平均缴费工资指数",
        "基础养老金",
        "个人账户养老金",
        "每月合计",
        "仅供参考",
    } <= set(names)
    assert (
        "退休年月",
        "2026年10月",
        "全国人大常委会关于实施渐进式延迟法定退休年龄的决定",
    ) in case.verdict.figures
    assigning.release(no, by=clerk)
    assert case.draft_text.startswith("每月 ") and case.draft_text.endswith("元，从 2026年11月起发。")
    effect = granted(no)
    assert effect.pays and effect.text == case.draft_text
    boss = people.staff("supervisor")
    owned("update cases_case set held_until = now() where no = %s returning 1", no)
    assigning.take(no, by=boss)
    kept = office.open_case(no, now=NOW, by=boss)
    assert kept.verdict.granted and kept.verdict.amount_fen == case.verdict.amount_fen and kept.findings == ()
    assert owned("select kind, monthly, since, until from registry_payable where case_no = %s", no) == [
        ("pension", True, 202611, None)]  # fmt: skip
    assert owned("select state, since from registry_enrolment where subject_id = %s and insurance = 110 and until is null",
                 people.YUANSHAN) == [("retired", 202611)]  # fmt: skip
    assert refused("retirement", by)[0] == "draws_pension"


def test_a_woman_sees_the_month_of_both_posts_before_she_says_hers(standing: Installation) -> None:
    by = born(people.CHUNMEI, "1971-08-12")
    (found,) = [
        one for one in handling.precheck("retirement", now=NOW, by=by).findings if one.code == "too_young"
    ]
    assert found.text == "法定退休年月是 2021年8月（生产或操作岗），或者 2027年1月（管理或技术岗）。"


def test_deemed_years_raise_the_amount(standing: Installation) -> None:
    subject = worker(0)
    by = born(subject, "1966-05-16")

    def proposed(answers: dict[str, str], *papers: str) -> int:
        no = sent("retirement", by, answers, *papers)
        clerk = people.staff("clerk")
        assigning.take(no, by=clerk)
        amount = office.open_case(no, now=NOW, by=clerk).verdict.amount_fen
        assigning.release(no, by=clerk)
        handling.withdraw(no, now=NOW, by=by)
        return amount

    assert proposed(MAN) < proposed(MAN | {"worked": "yes", "work_since": "198607"}, "file")


def test_too_few_years_and_no_insurance_at_all(standing: Installation) -> None:
    owned("delete from registry_contribution where subject_id = %s and insurance = 110 and month < 201703 returning 1",
          people.QINGHE)  # fmt: skip
    by = born(people.QINGHE, "1975-01-05")
    field, said = refused("retirement", by, WOMAN)
    assert field == "min_contribution" and said.startswith("要缴满 15年，还差 ")
    assert refused("retirement", born(7, "1966-01-30"))[0] == "not_enrolled"
    assert refused("retirement", people.citizen(people.CHANGHE))[0] == "draws_pension"


def test_where_no_standard_is_established_nothing_is_guessed(standing: Installation) -> None:
    subject = worker(1, sex=2, region="310100")
    field, said = refused("retirement", born(subject, "1975-01-05"), WOMAN)
    assert field == "no_standard" and "还没有查实" in said


def test_early_by_choice_and_with_notice(standing: Installation) -> None:
    by = born(people.WANQING, "1976-08-12")
    code, chosen = "early-retirement", {"month": "202612", "notice_on": "2026-08-20"}
    assert refused(code, by, WOMAN | chosen | {"notice_on": "2026-10-09"}, "notice") == (
        "notice_late", "要提前三个月书面告诉单位，最晚 2026年9月。请改选后面的月份。（人社部发〔2024〕94号）",
    )  # fmt: skip
    assert refused(code, by, WOMAN | chosen | {"month": "202703"}, "notice")[0] == "wrong_month"
    assert refused(code, by, WOMAN | chosen | {"month": "202809"}, "notice")[0] == "not_early"
    assert refused(code, by, WOMAN | chosen | {"month": "202607"}, "notice")[0] == "before_original_age"
    office_post = WOMAN | chosen | {"post": "female55"}
    assert refused(code, by, office_post, "notice")[0] == "before_original_age"
    no = sent(code, by, WOMAN | chosen, "notice")
    late = datetime(2027, 1, 5, 2, tzinfo=UTC)
    assert granted(no, now=late).text.endswith("从 2027年1月起发。"), "the office's time is not hers"
    assert owned("select state, since from registry_enrolment where subject_id = %s and insurance = 110 and until is null",
                 people.WANQING) == [("retired", 202701)]  # fmt: skip


def test_early_has_its_bounds(standing: Installation) -> None:
    subject = worker(2, sex=2)
    code, chosen = "early-retirement", WOMAN | {"month": "202612", "notice_on": "2026-08-20"}
    assert refused(code, born(subject, "1974-11-05"), chosen, "notice")[0] == "not_early"
    owned("update registry_person set sex = 1 where subject_id = %s returning 1", subject)
    far = MAN | {"month": "202612", "notice_on": "2026-08-20"}
    assert refused(code, born(subject, "1966-11-30"), far | {"month": "202702"}, "notice")[0] == "wrong_month"
    owned("delete from registry_contribution where subject_id = %s and insurance = 110 and month < 201703 returning 1",
          subject)  # fmt: skip
    assert refused(code, born(subject, "1966-11-30"), far, "notice")[0] == "min_contribution"


def test_late_with_the_employers_agreement(standing: Installation) -> None:
    by = born(people.CHUNMEI, "1976-07-02")
    code, agreed = "late-retirement", {"post": "female50", "month": "202806", "agreed_on": "2026-10-08"}

    def late(**changes: str) -> str:
        return refused(code, by, agreed | changes, "agreement")[0]

    assert late(month="202607") == "not_late"
    assert late(month="203111") == "over_max_delay"
    assert late(post="male60") == "wrong_post"
    owned("update registry_person set birth_date = '1975-10-02' where subject_id = 1 returning 1")
    assert late() == "agreed_late"
    owned("update registry_person set birth_date = '1976-07-02' where subject_id = 1 returning 1")
    assert refused(code, people.citizen(people.QINGHE))[0] == "no_employer"
    no = handling.start(code, now=NOW, by=by)
    handling.answer(no, agreed, now=NOW, by=by)
    hand_in(no, "agreement", by=by, now=NOW)
    receipt = handling.submit(no, now=NOW, by=by)
    assert receipt.effect is not None and receipt.effect.text == "已备案，延迟到 2028年6月退休。"
    assert owned("select kind, detail->>'month' from registry_filing where case_no = %s", no) == [
        ("late_retirement", "202806")
    ]
    assert refused(code, by)[0] == "filed"


def test_the_bundle_opens_what_can_be_done(standing: Installation) -> None:
    subject = worker(2)
    by = born(subject, "1966-05-16")
    assert refused("retirement-bundle", by)[0] == "parts"
    mark = bundles.start("retirement-bundle", now=NOW, by=by)
    _, parts = bundles.together(mark, now=NOW, by=by)
    assert [part.item.code for part in parts] == ["retirement", "benefit-account-change", "card-electronic"]
    assert parts[0].line is not None and parts[0].line.state == "draft"
    assert any(line.bundle == mark for line in progress.mine(now=NOW, by=by))
