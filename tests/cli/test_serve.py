"""The stand-ins of the demonstration: one for each outside party, on a port that is free."""

import socket

import pytest

from shebao.cli import serve

NAMES = {
    "jilin": ["短信网关（演示）", "地图（演示）"],
    "ebao": ["社保卡来源（演示）", "短信网关（演示）", "地图（演示）"],
    "guangxi": ["短信网关（演示）", "地图（演示）"],
}


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SHEBAO_CARD_SOURCE", "SHEBAO_SMS_GATEWAY", "SHEBAO_MAP_SOURCE", "SHEBAO_PRODUCTION"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("profile", NAMES)
def test_every_profile_has_its_stand_ins_and_the_platform_hears_where(profile: str) -> None:
    children, addresses = serve._demo_sources(profile)
    assert [child.name for child in children] == NAMES[profile]
    assert [child.command[-1] for child in children] == [one.rpartition(":")[2] for one in addresses.values()]


def test_a_port_that_another_platform_holds_is_left_to_it() -> None:
    usual = serve._free_port(0)
    with socket.socket() as other:
        other.bind(("127.0.0.1", usual))
        other.listen()
        assert serve._free_port(usual) not in (usual, 0)


def test_real_parties_and_production_need_no_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHEBAO_SMS_GATEWAY", "https://sms.example")
    children, addresses = serve._demo_sources("jilin")
    assert [child.name for child in children] == ["地图（演示）"] and "SHEBAO_SMS_GATEWAY" not in addresses
    monkeypatch.setenv("SHEBAO_PRODUCTION", "1")
    assert serve._demo_sources("jilin") == ([], {})
