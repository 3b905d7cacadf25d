"""One claim from the first question to the payment, citizen on a phone, office at a desk; every step is on record."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from playwright.sync_api import Browser

from tests.cases import files
from tests.clauses import doors
from tests.desk.matters import CLAIM
from tests.journeys.test_desk import enter, forget_codes
from tests.journeys.walk import PHONE, WIDE, Site, Walk, walking

pytestmark = pytest.mark.journey
MOST_PAGES = 40


def answered(walk: Walk) -> None:
    """Goes on from wherever the draft stands until it is sent."""
    for _ in range(MOST_PAGES):
        key = walk.path.rstrip("/").split("/")[-1]
        if "/edit/" not in walk.path:
            return
        if key == "materials":
            handed_in(walk)
            walk.tap("下一步", role="button")
        elif key == "check":
            walk.tap("提交", role="button")
        else:
            answer(walk, CLAIM[key])
    raise AssertionError(walk.path)


def answer(walk: Walk, value: str) -> None:
    if walk.page.locator("#h-known").count():
        walk.tap("下一步", role="button")
        return
    choice = walk.page.locator(f'#step input[type=radio][value="{value}"]')
    if choice.count():
        choice.check()
    else:
        walk.page.locator("#step input:not([type=hidden]), #step textarea").first.fill(value)
    walk.tap("下一步", role="button")


def handed_in(walk: Walk) -> None:
    """A photo for every material that has none yet."""
    at = walk.path
    for href in [link.get_attribute("href") for link in walk.page.locator("section a.go").all()]:
        walk.go(str(href))
        if walk.page.locator("article.tile").count() == 0:
            photo = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": files.photo((800, 1000))}
            walk.page.locator("#f-file").set_input_files(photo)  # type: ignore[arg-type]
            walk.tap("交这些", role="button")
        walk.go(at)


def log_in(walk: Walk, name: str) -> None:
    person = walk.site.login(name)
    walk.go("/login?next=/items/inpatient-claim/")
    walk.send("登录", login=person["login"], password=person["password"])


def states(no: str) -> list[tuple[str, str, str]]:
    return doors.rows("select act, source, target from cases_step where case_id = %s order by seq", no)


@pytest.mark.clause("JL-4.1.1-02")
def test_a_claim_from_the_first_question_to_the_payment(site: Site, chromium: Browser) -> None:
    forget_codes()
    with (
        walking(chromium, site, PHONE, script=False) as phone,
        walking(chromium, site, WIDE) as desk,
        walking(chromium, site, WIDE) as boss,
    ):
        log_in(phone, "何春梅")
        phone.tap("开始办理", role="button")
        answered(phone)
        no = re.findall(r"BJ\d{6}-\d{6}", phone.text)[0]
        enter(desk, "clerk")
        desk.tap(f"领件 {no}", role="button")
        illegal(desk, no, "deliver", "confirm", "decide")
        desk.page.locator("#notice input[value=list]").check()
        desk.page.locator('input[name="note.list"]').fill("第 1 页看不清金额，请重拍")
        desk.tap("发出一次性告知", role="button")
        phone.go(f"/cases/{no}/")
        assert "第 1 页看不清金额" in phone.text
        phone.go(f"/cases/{no}/edit/")
        supplied(phone, no)
        desk.go(f"/desk/cases/{no}/")
        desk.tap("受理", role="button")
        assert "没有不同的项" in desk.text
        desk.page.locator("[data-read]").check()
        desk.page.locator(".d-side button.main").click()
        desk.page.wait_for_url("**/desk/?*")
        enter(boss, "supervisor")
        boss.tap(f"领件 {no}", role="button")
        boss.tap("复核通过", role="button")
        boss.tap("办结", role="button")
        phone.go(f"/cases/{no}/")
        assert "申请复核" in phone.text
    walked = states(no)
    assert [act for act, _, _ in walked] == [
        "submit", "ask", "supply", "accept", "propose", "confirm", "deliver"]  # fmt: skip
    assert all(one[2] == other[1] for one, other in pairwise(walked))
    kept = doors.rows(
        "select at, role, actor_id, entry_id from cases_step where case_id = %s order by seq", no
    )
    roles = [role for _, role, _, _ in kept]
    assert roles == ["citizen", "clerk", "citizen", "clerk", "clerk", "supervisor", "supervisor"]
    assert all(actor and entry for _, _, actor, entry in kept)
    times = [at for at, _, _, _ in kept]
    assert times == sorted(times) and datetime.now(UTC) - times[0] < timedelta(hours=1)
    assert doors.rows("select count(*) from registry_payable where case_no = %s", no) == [(1,)]


def illegal(desk: Walk, no: str, *acts: str) -> None:
    """Acts that this state does not allow, sent as a form would; each is refused and leaves no step."""
    token = desk.page.locator('input[name="csrfmiddlewaretoken"]').first.input_value()
    before = states(no)
    for act in acts:
        fields = {
            "csrfmiddlewaretoken": token,
            "act": act,
            "seen": "1",
            "decision": "yes",
            "text": "已经通过了",
        }
        answered = desk.page.request.post(
            f"{desk.site.address}/desk/cases/{no}/act", form=fields, headers={"origin": desk.site.address}
        )
        assert answered.status in (403, 409), (act, answered.status)
        assert states(no) == before, act


def supplied(phone: Walk, no: str) -> None:
    """Takes the page again and sends the supplement."""
    phone.go(f"/cases/{no}/materials/list/")
    photo = {"name": "again.jpg", "mimeType": "image/jpeg", "buffer": files.photo((900, 1100))}
    phone.page.locator("#f-file").set_input_files(photo)  # type: ignore[arg-type]
    phone.tap("交这些", role="button")
    phone.go(f"/cases/{no}/edit/check/")
    phone.tap("提交", role="button")
    assert doors.rows("select state from cases_case where no = %s", no) == [("submitted",)]
