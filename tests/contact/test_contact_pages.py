"""The pages of contact: number, address, form, history; the desk's queue, calls, letters and answers."""

import re
from pathlib import Path
from shutil import copytree

import pytest
from django.conf import settings
from django.test import Client

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.cases import tickets, tickets_office
from shebao.cases.tickets import ADVICE
from shebao.privacy import grants, register
from shebao.privacy.declared import RegisterError
from tests import people
from tests.clauses import doors
from tests.conftest import Installation

NUMBER = "0431-0000000"
PLACEHOLDER = "以部署单位公布为准"


def published(folder: Path, number: str, patch: pytest.MonkeyPatch) -> None:
    """A deployment of jilin whose register and profile publish a number."""
    copytree(settings.PROFILES, folder)
    for name in ("profile.toml", "register.toml"):
        file = folder / "jilin" / name
        file.write_text(file.read_text().replace(PLACEHOLDER, number))
    deployment = dict(settings.DEPLOYMENT)
    deployment["contact"] = deployment["contact"] | {"hotline": number}
    patch.setattr(settings, "PROFILES", folder)
    patch.setattr(settings, "DEPLOYMENT", deployment)


def dial_links(path: str) -> set[str]:
    page = Client().get(path)
    assert page.status_code == 200
    return set(re.findall(r'href="tel:([^"]+)"', page.content.decode()))


@pytest.mark.clause("JL-3.8-01")
def test_the_published_number_is_the_dial_link_of_contact_policy_and_foot(
    shebao: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert dial_links("/contact/") == {settings.DEPLOYMENT["contact"]["line"]}
    published(tmp_path / "profiles", NUMBER, monkeypatch)
    for path in ("/contact/", "/privacy/policy/", "/offices/"):
        assert dial_links(path) == {NUMBER}, path
    others = [(tmp_path / "profiles" / name).rglob("*.toml") for name in ("ebao", "guangxi")]
    assert not [file for files in others for file in files if NUMBER in file.read_text()]
    monkeypatch.setitem(
        settings.DEPLOYMENT, "contact", settings.DEPLOYMENT["contact"] | {"hotline": "0431-1111111"}
    )
    with pytest.raises(RegisterError, match="contact_by_policy"):
        register.current()


@pytest.mark.clause("JL-4.1.2-04")
def test_the_phone_permission_only_dials_and_the_helpline_is_a_dial_link(shebao: Installation) -> None:
    actor = people.citizen()
    phone = grants.grantables(register.current())["phone"]
    assert "拨" in phone.sole_use
    for purpose in ("device.protect", "identity.login", "call_state"):
        with pytest.raises(Refusal) as error:
            grants.permit(
                "phone",
                granted=True,
                purpose=purpose,
                notice_hash=phone.notice_hash,
                now=clock.now(),
                by=actor,
            )
        assert error.value.code == "purpose_not_allowed"
    button = re.search(
        r'<a class="weui-btn weui-btn_primary" href="tel:([^"]+)"', Client().get("/contact/").content.decode()
    )
    assert button and button[1] == settings.DEPLOYMENT["contact"]["line"]


@pytest.mark.clause("GX-7-04")
@pytest.mark.profile("guangxi")
def test_a_privacy_question_shows_its_number_and_last_day_and_a_profile_without_contact_is_refused(
    shebao: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = doors.citizen()
    own.get("/contact/tickets/new/privacy")
    assert own.status == 200
    own.post("/contact/tickets/new/privacy", about="", text="想问收集了什么")
    assert own.status == 422 and "还没有选「关于什么」" in own.text
    own.get("/contact/tickets/new/privacy")
    own.post("/contact/tickets/new/privacy", about="收集和用途", text="想问收集了什么", key="k1")
    assert own.status == 200 and re.search(r"GD\d{6}-\d{6}", own.text) and "答复您" in own.text
    for lacking in ("line", "form"):
        contact = {name: value for name, value in settings.DEPLOYMENT["contact"].items() if name != lacking}
        with monkeypatch.context() as patch, pytest.raises(RegisterError, match="contact_missing"):
            patch.setitem(settings.DEPLOYMENT, "contact", contact)
            register.current()


@pytest.mark.clause("EB-6-02")
@pytest.mark.profile("ebao")
def test_the_postal_address_and_a_letter_at_the_desk(shebao: Installation) -> None:
    for path in ("/contact/", "/contact/letter?no=GD261122-000123"):
        page = Client().get(path).content.decode()
        assert "100027" in page and "新源里" in page, path
    assert "GD261122-000123" in page
    assert "100027" in Client().get("/privacy/policy/").content.decode()
    desk = doors.browser_of(people.staff("supervisor"))
    desk.get("/desk/contact/")
    today = clock.today_in_china(clock.now()).isoformat()
    desk.send("/desk/contact/letters", topic="个人信息", received_on=today)
    assert desk.status == 200 and desk.at.startswith("/desk/contact/letters/GD")
    place, no = desk.at, desk.at.split("/")[-2]
    queue = desk.get("/desk/contact/")
    assert (
        no in queue.text and "来信" in queue.text and "个工作日" in queue.text and "还没对上人" in queue.text
    )
    assert no not in doors.citizen().get("/contact/tickets/").text
    desk.get(place)
    desk.post(
        place,
        id_number=doors.value(people.CHUNMEI, "person.id_number"),
        text="问卡的事，卡号6222021234567890128",
    )
    assert desk.status == 200 and "6222021234567890128" not in desk.page and "尾号 0128" in desk.text
    own = doors.citizen().get(f"/contact/tickets/{no}/")
    assert own.status == 200 and "来信" in own.text and "答复您" in own.text


@pytest.mark.clause("GX-1.1-10")
@pytest.mark.profile("guangxi")
def test_a_chat_is_in_the_privacy_centre_with_its_notice_and_masked(shebao: Installation) -> None:
    own = doors.citizen()
    own.get("/contact/tickets/new/login?channel=chat")
    assert "记录下来" in own.text
    own.post(
        "/contact/tickets/new/login?channel=chat", trouble="忘了密码", text="证件11010519491231002X", key="k2"
    )
    assert own.status == 200 and "11010519491231002X" not in own.page and "尾号 002X" in own.text
    no = re.findall(r"GD\d{6}-\d{6}", own.text)[0]
    assert "我问过的" in own.get("/privacy/").text
    assert no in own.get("/contact/tickets/").text
    report = own.client.get("/contact/tickets.json").json()["tickets"]
    assert [ticket["no"] for ticket in report] == [no] and report[0]["history"][0]["what"] == "录音提示"


def test_a_call_is_logged_answered_and_closed_at_the_desk_and_read_rated_and_reopened_by_the_person(
    shebao: Installation,
) -> None:
    desk = doors.browser_of(people.staff("clerk"))
    place = "/desk/contact/calls/service/"
    desk.get(place)
    assert desk.status == 200 and "会记录" in desk.text
    call = {"id_number": doors.value(people.CHUNMEI, "person.id_number"), "matter": "缴费", "text": "问断缴"}
    desk.post(place, **call)
    assert desk.status == 409 and "告诉对方会记录" in desk.text
    desk.post(place, **call, announced="1")
    assert desk.status == 200 and "何*梅" not in desk.text and "参保登记" not in desk.text
    here = desk.at
    desk.send(f"{here}act", act="reply", text="断缴已经说明")
    assert desk.status == 409 and "核对" in desk.text
    desk.send(f"{here}act", act="identity", identity="回拨登记的手机号")
    assert "何*梅" in desk.text and "参保登记" in desk.text and "何春梅" not in desk.page
    desk.send(f"{here}act", act="reply", text="断缴已经说明")
    desk.send(f"{here}act", act="close", plan="", result="已经答复")
    assert desk.status == 409 and "没有写处理办法" in desk.text
    desk.send(f"{here}act", act="close", plan="查缴费记录", result="已经答复清楚")
    assert desk.at == "/desk/contact/" and "没有要答的" in desk.text
    own = doors.citizen()
    no = here.split("/")[-2]
    own.get(f"/contact/tickets/{no}/")
    assert "断缴已经说明" in own.text and ADVICE in own.text and "已办结" in own.text
    own.send(f"/contact/tickets/{no}/rate", stars="4")
    assert "您评的是：满意" in own.text
    own.send(f"/contact/tickets/{no}/reopen", text="还是不清楚")
    assert "答复您" in own.text and "没有满意" in own.text
    assert doors.citizen(people.YUANSHAN).get(f"/contact/tickets/{no}/").status == 403
    assert tickets.one(no, by=people.citizen()).reopened
    assert tickets_office.queue(people.staff("auditor")) == []
