"""单位登记: a business becomes an employer by its shared registration; its legal representative confirms the agent."""

import re

import pytest
from django.test import Client

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import agents as agency
from shebao.identity import sessions
from shebao.registry.employers import business
from shebao.registry.employers import queries as employers
from tests import people
from tests.conftest import Installation
from tests.items import agents
from tests.items.doing import done, owned, refused
from tests.web.test_pages import client_of

CODE = "employer-registration"
PASSWORD = "chang-mi-ma-2026"
pytestmark = pytest.mark.filterwarnings("ignore:No directory at")


def spare(*, legal: bool) -> dict[str, str]:
    """A business that is no employer yet; `legal`: 何春梅 is its legal representative."""
    ((code, name),) = owned(
        "select uscc, name from registry_business where (legal_id = 1) is not distinct from %s"
        " and name like '%%试办%%'", True if legal else None,
    )  # fmt: skip
    return {"uscc": code, "name": name}


def asked(answers: dict[str, str], login: str) -> str:
    subject, unit = employers.by_code(answers["uscc"])
    person = agents.identity(people.QINGHE)
    return agency.ask(
        employer_subject=subject, unit=unit, name=person["worker_name"], id_number=person["worker_id"],
        login=login, password=PASSWORD, now=clock.now(),
    )  # fmt: skip


def shown(browser: Client, path: str = "/account/units/") -> str:
    return bytes(browser.get(path).content).decode()


def test_a_registered_unit_has_its_agent_confirmed_by_the_legal_representative(
    standing: Installation,
) -> None:
    answers = spare(legal=True)
    said = done(CODE, people.citizen(people.CHUNMEI), answers | {"uscc": answers["uscc"].lower()})
    assert said.text == f"{answers['name']}已登记。"
    assert said.lines[1] == "您是法定代表人，经办人由您在「我的单位」确认。"
    assert owned("select name, state from registry_employer where uscc = %s", answers["uscc"]) == [
        (answers["name"], "active")
    ]
    assert refused(CODE, people.citizen(people.YUANSHAN), answers) == (
        "registered", "这家单位已经登记了。（社会保险法第五十七条）"
    )  # fmt: skip
    no = asked(answers, "diyi")
    stranger, hers = client_of(people.YUANSHAN), client_of(people.CHUNMEI)
    assert "没有您的单位" in shown(stranger)
    assert stranger.post("/account/units/confirm", {"no": no, "answer": "approve"}).status_code == 404
    assert no in shown(hers)
    assert hers.post("/account/units/confirm", {"no": no, "answer": "maybe"}).status_code == 422
    assert hers.post("/account/units/confirm", {"no": no, "answer": "approve"}).status_code == 302
    assert no not in shown(hers)
    assert sessions.login(login="diyi", password=PASSWORD, device="电脑", now=clock.now()).token
    assert hers.post("/account/units/confirm", {"no": no, "answer": "refuse"}).status_code == 404
    mine = re.findall(r'name="agent" value="(\d+)"', shown(hers))[0]
    assert stranger.post("/account/units/dismiss", {"agent": mine}).status_code == 404
    assert hers.post("/account/units/dismiss", {"agent": mine}).status_code == 302
    assert "现在的经办人" not in shown(hers)
    with pytest.raises(Refusal):
        sessions.login(login="diyi", password=PASSWORD, device="电脑", now=clock.now())
    second = asked(answers, "dier")
    assert hers.post("/account/units/confirm", {"no": second, "answer": "refuse"}).status_code == 302
    with pytest.raises(Refusal):
        sessions.login(login="dier", password=PASSWORD, device="电脑", now=clock.now())


def test_a_registration_is_refused_with_the_reason(standing: Installation) -> None:
    who, answers = people.citizen(people.YUANSHAN), spare(legal=False)
    law = "（社会保险法第五十七条）"
    assert refused(CODE, who, answers | {"uscc": answers["uscc"][:17] + "?"}) == (
        "bad_code", f"代码不对，请照营业执照再核对一遍。{law}"
    )  # fmt: skip
    ((strange,),) = owned("select uscc from registry_employer where id = 2")
    owned("delete from registry_business where uscc = %s returning 1", strange)
    assert refused(CODE, who, answers | {"uscc": strange})[0] == "not_shared"
    assert refused(CODE, who, answers | {"name": "别的名字有限公司"}) == (
        "other_name", f"全称和营业执照不一样，请核对。{law}"
    )  # fmt: skip
    owned("update registry_business set state = 'closed' where uscc = %s returning 1", answers["uscc"])
    assert refused(CODE, who, answers)[0] == "business_closed"
    owned("update registry_business set state = 'active' where uscc = %s returning 1", answers["uscc"])
    said = done(CODE, who, answers)
    assert said.lines[1] == "经办人由法定代表人或窗口确认。"
    owned("update registry_employer set state = 'closed' where uscc = %s returning 1", answers["uscc"])
    assert refused(CODE, who, answers)[1].startswith("这家单位注销过社保登记，要到窗口恢复。")


def test_nobody_registers_outside_an_entry_that_writes_it(standing: Installation) -> None:
    assert owned("select registry.register_employer(1, '91220101YX0000008X')") == [(None,)]
    assert business.led_by(people.citizen(people.QINGHE)) == {}
