"""Passwords: rules a person understands, Argon2id, a queue that keeps its parameters."""

import threading
import time

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type
from hypothesis import given
from hypothesis import strategies as st

from shebao.base.refusal import Refusal
from shebao.identity import passwords

ID = "220102197903020426"


@pytest.mark.parametrize(
    "password, why",
    [
        ("short7!", "8 位"),
        ("12345678", "容易被猜到"),
        ("Password1", "容易被猜到"),
        ("１２３４５６７８", "容易被猜到"),
        ("woaini1314", "容易被猜到"),
        ("aaaaaaaaaa", "容易被猜到"),
        ("cdefghijkl", "容易被猜到"),
        ("19790302", "生日"),
        ("mei19790302", "生日"),
        ("13912345678", "手机号"),
        ("a13912345678", "手机号"),
        ("15987654321", "手机号"),
        (ID, "身份证号"),
        ("x" + ID, "身份证号"),
        ("ab" + ID[-8:], "身份证号"),
        ("chunmei-2026", "登录名"),
        ("长" * 129, "最多"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password: str, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        passwords.check(password, login="chunmei", id_number=ID, phone="13912345678")
    assert refused.value.code == "invalid_input" and refused.value.field == "password"
    assert why in refused.value.message
    assert password not in refused.value.message


@pytest.mark.parametrize("password", ["一只蓝鹭飞过松花江", "blue-heron-7", "Zx9!kd03mQ"])
def test_a_phrase_is_welcome(password: str) -> None:
    passwords.check(password, login="chunmei", id_number=ID, phone="13912345678")


@given(
    st.text(max_size=40), st.text(max_size=20), st.sampled_from(["", ID]), st.text("0123456789", max_size=11)
)
def test_any_text_is_either_accepted_or_refused_in_words(
    text: str, login: str, number: str, phone: str
) -> None:
    try:
        passwords.check(text, login=login, id_number=number, phone=phone)
    except Refusal as refused:
        assert refused.code == "invalid_input" and refused.message.endswith("。")
    else:
        assert 8 <= len(passwords.plain(text)) <= 128


def test_only_a_salted_memory_hard_hash_is_made() -> None:
    one, other = passwords.hashed("blue-heron-7"), passwords.hashed("blue-heron-7")
    assert one != other and "blue" not in one
    parameters = extract_parameters(one)
    assert parameters.type is Type.ID and parameters.memory_cost >= 65536 and parameters.time_cost >= 3
    assert passwords.matches(one, "blue-heron-7") and not passwords.matches(one, "blue-heron-8")
    assert passwords.matches(passwords.hashed("heron１２３４５"), "heron12345")


def test_nobody_costs_as_much_as_somebody() -> None:
    secret = passwords.hashed("blue-heron-7")
    passwords._nobody.cache_clear()
    passwords.matches(None, "warm up")

    def seconds(known: str | None) -> float:
        return min(_timed(known) for _ in range(3))

    somebody, nobody = seconds(secret), seconds(None)
    assert not passwords.matches(None, "anything")
    assert 0.6 < somebody / nobody < 1.7


def _timed(secret: str | None) -> float:
    began = time.process_time()
    passwords.matches(secret, "wrong-heron-8")
    return time.process_time() - began


def test_a_hash_of_other_parameters_is_known_as_old() -> None:
    assert passwords.is_old(PasswordHasher(time_cost=1, memory_cost=8192).hash("x"))
    assert not passwords.is_old(passwords.hashed("blue-heron-7"))
    assert not passwords.matches("not a hash", "blue-heron-7")


def test_a_storm_waits_in_a_queue_and_says_so_when_it_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.BoundedSemaphore(1)
    monkeypatch.setattr(passwords, "_SLOTS", gate)
    monkeypatch.setattr(passwords, "WAIT_SECONDS", 0.05)
    gate.acquire()
    with pytest.raises(Refusal) as refused:
        passwords.hashed("blue-heron-7")
    assert refused.value.code == "unavailable" and "一分钟" in refused.value.next_step
    gate.release()
    monkeypatch.setattr(passwords, "WAIT_SECONDS", 20.0)
    made: list[str] = []
    crowd = [threading.Thread(target=lambda: made.append(passwords.hashed("blue-heron-7"))) for _ in range(4)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert len(made) == 4 and all(extract_parameters(one).memory_cost >= 65536 for one in made)
