"""`shebao run` as two people use it: asked, approved, carried out, continued, looked at."""

import json
from datetime import datetime

import pyotp
import pytest
from typer.testing import CliRunner

from shebao.base import clock
from shebao.cli import run as command
from shebao.identity import accounts
from tests.batch.conftest import owner

PASSWORD = "长白山下-Kepu-2719"
SECRETS = {"operator": pyotp.random_base32(), "supervisor": pyotp.random_base32()}


@pytest.fixture
def shell(shebao, monkeypatch):
    """Types the lines into a command and returns its exit code and what it said."""
    for role, secret in SECRETS.items():
        accounts.create(
            role=role, login=f"run.{role}", password=PASSWORD, unit="信息管理科", staff_no="001127",
            totp_secret=secret, by="installation",
        )  # fmt: skip
    steps = iter(range(1, 100))
    now = datetime.now(clock.CHINA)
    moments = (datetime.fromtimestamp(now.timestamp() + 30 * step, clock.CHINA) for step in steps)
    state: dict[str, datetime] = {}

    def tick() -> datetime:
        state["now"] = next(moments)
        return state["now"]

    monkeypatch.setattr(command.sessions, "staff_login", later(command.sessions.staff_login, tick))

    def typed(*words: str, people: tuple[str, ...] = (), answer: str = "") -> tuple[int, str]:
        lines = []
        for role in people:
            lines += [f"run.{role}", PASSWORD, f"code of {role}"]
        if answer:
            lines.insert(3, "")
        result = CliRunner().invoke(command.app, list(words), input="\n".join(lines) + "\n")
        return result.exit_code, result.output

    return typed


def later(log_in, tick):
    """Staff type the code of the moment; a code counts once, so every log-in has a moment of its own."""

    def at(*, code, **known):
        moment = tick()
        role = code.removeprefix("code of ")
        right = pyotp.TOTP(SECRETS[role]).at(moment) if role in SECRETS else code
        return log_in(code=right, **(known | {"now": moment}))

    return at


def test_two_people_at_one_terminal(shell):
    code, said = shell("statistics", "202611", "--chunk", "100", people=("operator", "supervisor"))

    assert code == 0, said
    assert "建好了任务 run.statistics/202611/1" in said
    assert "对账：登记读入＝人数＋重复" in said and "做完了" in said
    assert owner("select state from batch_run") == [("done",)]


def test_approved_later_and_continued(shell):
    code, said = shell("statistics", "202611", people=("operator",), answer="later")
    assert code == 0 and "shebao run approve run.statistics/202611/1" in said
    assert shell("continue", "run.statistics/202611/1", people=("operator",))[0] == 1

    assert shell("approve", "run.statistics/202611/1", people=("supervisor",))[0] == 0
    code, said = shell("continue", "run.statistics/202611/1", people=("operator",))

    assert code == 0 and "做完了" in said
    code, said = shell("show", "run.statistics/202611/1", "--json")
    (view,) = json.loads(said)
    assert (view["state"], view["done"]) == ("done", view["chunks"])


def test_a_dry_run_says_so(shell):
    code, said = shell("statements", "2025", "--dry-run", people=("operator", "supervisor"))

    assert code == 0 and "这是试算，没有写入结果" in said
    assert owner("select count(*) from batch_statement") == [(0,)]


def test_a_refusal_is_a_sentence_and_exit_code_1(shell):
    code, said = shell("assessment", "202013", people=("operator",))

    assert code == 1 and "核定月份要写成202611的样子" in said


def test_the_operator_may_not_be_the_second_person(shell):
    code, said = shell("statistics", "202611", people=("operator", "operator"))

    assert code == 1 and "要由另一位审核人员来批准" in said
